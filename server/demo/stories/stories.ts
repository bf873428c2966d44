/**
 * What a visitor should be able to find in the demo data. The generator bends the odds by these names; a test looks for
 * every one of them in the rows.
 */
export const STORIES = {
  /** A-item whose main site is short while a purchase order is late. */
  short_item_code: 'FA-0840',
  /** Its promises slip a little more every month of the last half year. */
  slipping_supplier_code: 'S-1001',
  /** It raised its prices by about so much, so many months ago, and the list prices stayed. */
  cost_rise_supplier_code: 'S-1004',
  cost_rise_bp: 680,
  cost_rise_months: 4,
  /** In the last three months this key account gets discounts far beyond its rule. */
  over_discounted_customer_code: 'K-10001',
  /** In the last whole month and the running one this key account gets so much more than its rule, allowed by name. */
  overridden_customer_code: 'K-10002',
  overridden_bp: 1_200,
  overridden_by: 'sales',
  /** The item that sells for most of its company got dearer by so much, so many months ago, and its price stayed. */
  dearer_bp: 1_800,
  dearer_months: 1,
  /** Orders of this salesperson lack the freight charge lately. */
  freight_leak_salesperson: 'Pieter Janssens',
  /** It stopped paying and has more open than its credit limit allows. */
  over_limit_customer_code: 'K-10003',
  /** Margin of this channel kind falls month by month, by rising discounts, a rising portal fee and a cheaper mix. */
  eroding_channel_kind: 'ecommerce',
  /** Share of reserved positions where more is reserved than is there. */
  oversold_share: 0.02,
  /** Positions at the main site where two channels wait for one receipt. */
  contested_receipts: 4,
  /** The last count at the main site took packs for pieces: this factor, one item. */
  unit_error_factor: 100,
} as const;

/** Months before the running one in which the slipping supplier gets worse. */
export const SLIPPING_MONTHS = 6;
export const OVER_DISCOUNT_MONTHS = 3;
export const OVERRIDE_MONTHS = 2;
/** The portal raised its commission in these months before the running one. */
export const FEE_RISE_MONTHS = [14, 8, 3] as const;
export const FREIGHT_LEAK_MONTHS = 3;
