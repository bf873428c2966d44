/** Prices, discounts and landed cost of order lines. All amounts are rounded once, in BigInt. */
import { divideRounded, lineAmountMinor, safeNumber } from '#domain/money.ts';
import type { DemoItem } from '../catalogue/items.ts';
import type { ChannelKind } from '../companies.ts';
import type { DemoCustomer } from '../parties.ts';
import type { Random } from '../random.ts';
import { type Horizon, monthsBetween } from '../size.ts';
import { OVER_DISCOUNT_MONTHS, STORIES } from '../stories.ts';

export interface LineAmounts {
  readonly gross_minor: number;
  readonly discount_minor: number;
  readonly net_minor: number;
}

/** gross = quantity × price; discount = gross × rate; net = gross − discount. */
export function lineAmounts(
  qty_milli: number,
  unit_price_micro: number,
  discount_bp: number,
  currency: string,
): LineAmounts {
  const gross = lineAmountMinor(BigInt(qty_milli), BigInt(unit_price_micro), currency);
  const discount = divideRounded(gross * BigInt(discount_bp), 10_000n);
  return {
    gross_minor: safeNumber(gross),
    discount_minor: safeNumber(discount),
    net_minor: safeNumber(gross - discount),
  };
}

/** A part of an amount by quantity, rounded once. `of_qty` > 0. */
export function shareOfAmount(amount_minor: number, qty: number, of_qty: number): number {
  return safeNumber(divideRounded(BigInt(amount_minor) * BigInt(qty), BigInt(of_qty)));
}

/** The discount on a line, basis points: the customer's rule, the channel's drift, and one account that gets far more. */
export function discountFor(
  channel: ChannelKind,
  customer: DemoCustomer | null,
  month: number,
  horizon: Horizon,
  random: Random,
): number {
  const age = monthsBetween(month, horizon.this_month);
  const rule = customer?.discount_bp ?? (channel === 'counter' ? 0 : 100);
  if (customer?.code === STORIES.over_discounted_customer_code && age < OVER_DISCOUNT_MONTHS) {
    return rule + random.whole(8, 14) * 100;
  }
  if (channel === STORIES.eroding_channel_kind) return rule + Math.max(0, 14 - age) * 75;
  if (channel === 'inside_sales' && random.chance(0.06)) return rule + random.whole(2, 5) * 100;
  return rule;
}

/** Landed cost of a quantity in the month it was ordered: cost rises over the year, faster what is sent by parcel. */
export function landedCostMinor(
  item: DemoItem,
  qty_milli: number,
  channel: ChannelKind,
  month: number,
  horizon: Horizon,
  currency: string,
): number {
  const age = monthsBetween(month, horizon.this_month);
  const drift_bp = 10_000 - age * 25;
  const inbound_bp = channel === STORIES.eroding_channel_kind ? 500 + Math.max(0, 14 - age) * 30 : 450;
  const unit = divideRounded(
    BigInt(item.unit_cost_micro) * BigInt(drift_bp) * BigInt(10_000 + inbound_bp),
    100_000_000n,
  );
  return safeNumber(lineAmountMinor(BigInt(qty_milli), unit, currency));
}
