/** What was agreed about money: portal fees, customers' rebates, what discounts a channel may give in a month. */
import { addMonths } from '#domain/calendar.ts';
import type { ChannelKind, DemoCompany } from '../companies.ts';
import type { DemoCustomer } from '../parties.ts';
import type { Random } from '../random.ts';
import { type Horizon, type Ids, monthsBetween } from '../size.ts';
import { FEE_RISE_MONTHS, STORIES } from '../stories/stories.ts';

export interface Rebate {
  readonly id: number;
  readonly customer: DemoCustomer;
  readonly rate_bp: number;
  readonly threshold_minor: number;
}

export interface FeeLevel {
  readonly from_month: number;
  readonly rate_bp: number;
}

export interface Terms {
  readonly rebates: ReadonlyMap<number, Rebate>;
  /** The portal's commission, oldest first. */
  readonly portal: readonly FeeLevel[];
  /** What the payment provider takes; it never changed. */
  readonly payment_bp: number;
}

const PORTAL_FIRST_BP = 520;
const PORTAL_RISE_BP = 110;
const PAYMENT_BP = 130;

export function makeTerms(
  company: DemoCompany,
  customers: readonly DemoCustomer[],
  horizon: Horizon,
  random: Random,
  ids: Ids,
): Terms {
  const rebates = new Map<number, Rebate>();
  for (const customer of customers) {
    if (customer.channel !== 'key_accounts' || !random.chance(0.7)) continue;
    const rate_bp = random.whole(2, 6) * 50;
    const threshold_minor = random.whole(5, 25) * 10_000_00;
    rebates.set(customer.id, { id: ids.next(), customer, rate_bp, threshold_minor });
  }
  const portal = [{ from_month: horizon.first_month, rate_bp: PORTAL_FIRST_BP }];
  for (const [nth, back] of horizon.calm_margins ? [] : FEE_RISE_MONTHS.entries()) {
    portal.push({
      from_month: addMonths(horizon.this_month, -back),
      rate_bp: PORTAL_FIRST_BP + (nth + 1) * PORTAL_RISE_BP + (company.code === 'HAL' ? 0 : 20),
    });
  }
  return { rebates, portal, payment_bp: PAYMENT_BP };
}

/** Commission and payment fee on net sales of a month. */
export function feeBp(terms: Terms, channel: ChannelKind, month: number): number {
  if (channel !== 'ecommerce') return 0;
  return (terms.portal.findLast((level) => level.from_month <= month)?.rate_bp ?? 0) + terms.payment_bp;
}

/** What the portal took before its newest level. */
export function oldFeeBp(terms: Terms, month: number): number {
  const levels = terms.portal.filter((level) => level.from_month <= month);
  return (levels.at(-2)?.rate_bp ?? levels.at(-1)?.rate_bp ?? 0) + terms.payment_bp;
}

/** Campaigns of the eroding channel: what it gives on top grows month by month. */
export function campaignBp(channel: ChannelKind, month: number, horizon: Horizon): number {
  if (channel !== STORIES.eroding_channel_kind || horizon.calm_margins) return 0;
  return Math.max(0, 14 - monthsBetween(month, horizon.this_month)) * 75;
}

/** What a channel may give without approval, campaigns apart; free freight from, and what is charged below. */
export const CHANNEL_TERMS: Readonly<
  Record<
    ChannelKind,
    {
      readonly priority: number;
      readonly max_discount_bp: number;
      readonly free_freight_from_minor: number | null;
      readonly freight_charge_minor: number | null;
      readonly protected_bp: number;
    }
  >
> = {
  key_accounts: row(1, 1_800, null, null, 3_000),
  inside_sales: row(2, 1_000, 250_00, 12_50, 1_500),
  counter: row(3, 300, null, null, 1_000),
  ecommerce: row(4, 300, 75_00, 6_95, 500),
};

function row(
  priority: number,
  max_discount_bp: number,
  free_freight_from_minor: number | null,
  freight_charge_minor: number | null,
  protected_bp: number,
) {
  return { priority, max_discount_bp, free_freight_from_minor, freight_charge_minor, protected_bp };
}
