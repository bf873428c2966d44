/** Prices and discounts of order lines. All amounts are rounded once, in BigInt. */
import { divideRounded, lineAmountMinor, safeNumber, splitMinor } from '#domain/money.ts';
import type { ChannelKind } from '../companies.ts';
import type { DemoCustomer } from '../parties.ts';
import { campaignBp, CHANNEL_TERMS } from '../pricing/terms.ts';
import type { Random } from '../random.ts';
import { type Horizon, monthsBetween } from '../size.ts';
import { OVER_DISCOUNT_MONTHS, OVERRIDE_MONTHS, STORIES } from '../stories/stories.ts';

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
  if (qty === of_qty || amount_minor === 0) return amount_minor;
  return safeNumber(divideRounded(BigInt(amount_minor) * BigInt(qty), BigInt(of_qty)));
}

/** Quantity × cost or price of a unit, in minor units. */
export function amountOf(qty_milli: number, unit_micro: number, currency: string): number {
  return safeNumber(lineAmountMinor(BigInt(qty_milli), BigInt(unit_micro), currency));
}

/** An amount over the lines of an order, by their net; exact to the cent. Lines that weigh nothing get nothing. */
export function overLines(amount_minor: number, weights: readonly number[]): readonly number[] {
  if (amount_minor === 0 || !weights.some((weight) => weight > 0)) return weights.map(() => 0);
  if (weights.length === 1) return [amount_minor];
  return splitMinor(
    BigInt(amount_minor),
    weights.map((weight) => BigInt(Math.max(0, weight))),
  ).map(safeNumber);
}

export interface Discount {
  readonly discount_bp: number;
  /** Who allowed more than the rule; null when the rule allows it, or nobody was asked. */
  readonly approved_by: string | null;
}

/** The discount on a line: the customer's rule, the channel's campaign, and one account that gets far more. */
export function discountFor(
  channel: ChannelKind,
  customer: DemoCustomer | null,
  month: number,
  horizon: Horizon,
  random: Random,
): Discount {
  const age = monthsBetween(month, horizon.this_month);
  const rule = customer?.discount_bp ?? (channel === 'counter' ? 0 : 100);
  const storied = horizon.calm_margins ? undefined : customer?.code;
  if (storied === STORIES.overridden_customer_code && age < OVERRIDE_MONTHS) {
    return { discount_bp: rule + STORIES.overridden_bp, approved_by: STORIES.overridden_by };
  }
  if (storied === STORIES.over_discounted_customer_code && age < OVER_DISCOUNT_MONTHS) {
    return { discount_bp: rule + random.whole(8, 14) * 100, approved_by: null };
  }
  if (channel === 'inside_sales' && random.chance(0.06)) {
    const approved_by = random.chance(0.85) ? 'sales' : null;
    return { discount_bp: rule + random.whole(2, 5) * 100, approved_by };
  }
  return { discount_bp: rule + campaignBp(channel, month, horizon), approved_by: null };
}

/** What the rules allow without asking anybody: the customer's, else the channel's with its campaign. */
export function allowedBp(channel: ChannelKind, month: number, horizon: Horizon): number {
  return CHANNEL_TERMS[channel].max_discount_bp + campaignBp(channel, month, horizon);
}
