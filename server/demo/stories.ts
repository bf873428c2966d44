/**
 * What a visitor should be able to find in the demo data. The generator bends the odds by these names; a test looks for
 * every one of them in the rows.
 */
export const STORIES = {
  /** A-item whose main site is short while a purchase order is late. */
  short_item_code: 'FA-0840',
  /** Its promises slip a little more every month of the last half year. */
  slipping_supplier_code: 'S-1001',
  /** In the last three months this key account gets discounts far beyond its rule. */
  over_discounted_customer_code: 'K-10001',
  /** Margin of this channel kind falls month by month, by rising discounts and rising landed cost. */
  eroding_channel_kind: 'ecommerce',
  /** Share of reserved positions where more is reserved than is there. */
  oversold_share: 0.02,
} as const;

/** Months before the running one in which the slipping supplier gets worse. */
export const SLIPPING_MONTHS = 6;
export const OVER_DISCOUNT_MONTHS = 3;
