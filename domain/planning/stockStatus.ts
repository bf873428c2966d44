/** One word for a position: an item at a site. */
import { daysOnHand } from './daysOnHand.ts';
import { takenBeforeMilli } from './projectedBalance.ts';

/** Worst first: a group shows the worst of what is below it. */
export const STOCK_STATUS_ORDER = [
  'negative',
  'short',
  'below_min',
  'near_min',
  'excess',
  'in_policy',
  'no_policy',
] as const;
export type StockStatus = (typeof STOCK_STATUS_ORDER)[number];

/** Statuses that ask for somebody: worse than near_min. */
export const TROUBLED_STATUSES: ReadonlySet<StockStatus> = new Set(['negative', 'short', 'below_min']);

/** Without a receipt on its way or a policy, stock must last this long: time to buy some. */
export const DEFAULT_LEAD_TIME_DAYS = 14;
export const EXCESS_DAYS = 180;
/** Near: less than 110 % of the minimum. */
const NEAR_MIN_PERCENT = 110;

export interface StockStatusQuestion {
  readonly as_of_on: number;
  readonly on_hand_qty_milli: number;
  /** Day number on which the next receipt is taken to come (`comesOn`); null = none is waited for. */
  readonly next_comes_on: number | null;
  /** Open order quantity committed before the next receipt (see `horizonOn`). */
  readonly committed_qty_milli: number;
  readonly usage_qty_milli_in_window: number;
  readonly policy: {
    readonly min_qty_milli: number;
    readonly max_qty_milli: number;
    readonly lead_time_days: number;
  } | null;
}

/** The day until which stock must last: the next receipt, or, when none comes, the lead time from today. */
export function horizonOn(question: Pick<StockStatusQuestion, 'as_of_on' | 'next_comes_on' | 'policy'>): number {
  if (question.next_comes_on !== null) return Math.max(question.next_comes_on, question.as_of_on + 1);
  return question.as_of_on + (question.policy?.lead_time_days ?? DEFAULT_LEAD_TIME_DAYS);
}

/**
 * negative: less than nothing on hand. short: the projected balance falls below 0 before the next receipt.
 * below_min, near_min (under 110 %): on hand against the policy. excess: above the maximum and more than 180 days.
 */
export function stockStatus(question: StockStatusQuestion): StockStatus {
  const { on_hand_qty_milli, policy } = question;
  if (on_hand_qty_milli < 0) return 'negative';
  const taken = takenBeforeMilli(question, question.committed_qty_milli, horizonOn(question));
  if (on_hand_qty_milli - taken < 0) return 'short';
  if (policy === null) return 'no_policy';
  if (on_hand_qty_milli < policy.min_qty_milli) return 'below_min';
  if (on_hand_qty_milli * 100 < policy.min_qty_milli * NEAR_MIN_PERCENT) return 'near_min';
  const days = daysOnHand(on_hand_qty_milli, question.usage_qty_milli_in_window);
  if (on_hand_qty_milli > policy.max_qty_milli && (days === null || days > EXCESS_DAYS)) return 'excess';
  return 'in_policy';
}

/** Place in STOCK_STATUS_ORDER; 0 is worst. */
export function stockStatusRank(status: StockStatus): number {
  return STOCK_STATUS_ORDER.indexOf(status);
}
