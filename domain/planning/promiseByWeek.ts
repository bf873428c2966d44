/** What may still be promised, week by week: the weeks of the projected balance, and all that lies beyond them as one. */
import { availableToPromise, type PromisePeriod } from './availableToPromise.ts';
import { receiptsAsTheyCome } from './overdueReceipts.ts';
import { type BalanceQuestion, projectedBalance } from './projectedBalance.ts';
import { isFresh } from './staleDocuments.ts';

export interface PromiseWeek {
  readonly week_start_on: number;
  readonly receipts_qty_milli: number;
  readonly demand_qty_milli: number;
  /** Open orders committed in the week; overdue ones in the first. */
  readonly committed_qty_milli: number;
  /** Of this week's receipt (the first: of what is on hand) still to promise; 0 in weeks without one. */
  readonly available_qty_milli: number;
  /** Still to promise for a delivery in the week: this one's and the earlier ones' together. */
  readonly promise_qty_milli: number;
  readonly balance_qty_milli: number;
}

export interface PromisePlan {
  readonly weeks: readonly PromiseWeek[];
  /** Commitments that no receipt up to their time covers, whenever they are due. */
  readonly uncovered_qty_milli: number;
}

export function promiseByWeek(question: BalanceQuestion, weeks: number): PromisePlan {
  const projected = projectedBalance(question, weeks);
  const starts = projected.map((week) => week.week_start_on);
  const committed = starts.map(() => 0);
  const later = { receipts_qty_milli: 0, committed_qty_milli: 0 };
  const [first, second] = [starts[0], starts[1]];
  if (first === undefined) return { weeks: [], uncovered_qty_milli: 0 };
  // the first week begins today and may be short: the others are seven days from the second on
  const weekOf = (on: number): number => (second === undefined || on < second ? 0 : 1 + Math.floor((on - second) / 7));
  for (const { on, qty_milli } of question.demand.filter(isFresh(question.as_of_on))) {
    const week = weekOf(on);
    if (week < weeks) committed[week] = (committed[week] ?? 0) + qty_milli;
    else later.committed_qty_milli += qty_milli;
  }
  for (const { on, qty_milli } of receiptsAsTheyCome(question.receipts, question.as_of_on)) {
    if (weekOf(on) >= weeks) later.receipts_qty_milli += qty_milli;
  }
  const periods = [
    ...projected.map((week, index) => ({
      receipts_qty_milli: week.receipts_qty_milli + (index === 0 ? question.on_hand_qty_milli : 0),
      committed_qty_milli: committed[index] ?? 0,
    })),
    later,
  ];
  const { uncovered_qty_milli } = availableToPromise(periods);
  const { available_qty_milli } = availableToPromise(lateServedFirst(periods));
  let promise_qty_milli = 0;
  return {
    uncovered_qty_milli,
    weeks: projected.map((week, index) => {
      const available = available_qty_milli[index] ?? 0;
      promise_qty_milli += available;
      return {
        week_start_on: week.week_start_on,
        receipts_qty_milli: week.receipts_qty_milli,
        demand_qty_milli: week.demand_qty_milli,
        committed_qty_milli: committed[index] ?? 0,
        available_qty_milli: available,
        promise_qty_milli,
        balance_qty_milli: week.balance_qty_milli,
      };
    }),
  };
}

/**
 * What cannot be covered in its time is owed, and served by the next receipts before anybody new: it is taken as committed
 * then. Only what nothing ever covers stays where it is.
 */
function lateServedFirst(periods: readonly PromisePeriod[]): PromisePeriod[] {
  let left = 0;
  let owed = 0;
  return periods.map(({ receipts_qty_milli, committed_qty_milli }, at) => {
    const asked = committed_qty_milli + owed;
    left += receipts_qty_milli - asked;
    owed = at === periods.length - 1 ? 0 : Math.max(0, -left);
    left = Math.max(0, left);
    return { receipts_qty_milli, committed_qty_milli: asked - owed };
  });
}
