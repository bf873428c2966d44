/**
 * Where the stock of an item goes: on hand − what will be taken + what comes in. What will be taken by a day is the
 * larger of the open orders committed by then and the usage forecast until then, so that orders use up the forecast
 * instead of adding to it. What comes in comes when `overdueReceipts.ts` says. Day numbers; quantities in thousandths.
 */
import { weekday } from '../calendar.ts';
import { USAGE_DAYS } from './daysOnHand.ts';
import { receiptsAsTheyCome } from './overdueReceipts.ts';
import { isFresh } from './staleDocuments.ts';

export interface DatedQuantity {
  readonly on: number;
  readonly qty_milli: number;
  /** Of a receipt whose day has passed: when it is taken to come (`overdueReceipts.ts`). */
  readonly taken_on?: number | undefined;
}

export interface BalanceQuestion {
  /** The first day projected; stock is as of its morning. */
  readonly as_of_on: number;
  readonly on_hand_qty_milli: number;
  /** Open order quantities by committed date; overdue ones are taken at once, those that are not `isFresh` never. */
  readonly demand: readonly DatedQuantity[];
  /** Open purchase quantities by expected date; those that are overdue come when they are taken to. */
  readonly receipts: readonly DatedQuantity[];
  readonly usage_qty_milli_in_window: number;
}

export interface ProjectedWeek {
  /** Monday; the first week starts at `as_of_on`. */
  readonly week_start_on: number;
  readonly receipts_qty_milli: number;
  readonly demand_qty_milli: number;
  /** At the week's end. */
  readonly balance_qty_milli: number;
}

/** What is taken before the morning of `until_on`. */
export function takenBeforeMilli(
  question: Pick<BalanceQuestion, 'as_of_on' | 'usage_qty_milli_in_window'>,
  committed_qty_milli: number,
  until_on: number,
): number {
  const days = Math.max(0, until_on - question.as_of_on);
  const forecast = Math.round((Math.max(0, question.usage_qty_milli_in_window) * days) / USAGE_DAYS);
  return Math.max(committed_qty_milli, forecast);
}

export function projectedBalance(question: BalanceQuestion, weeks: number): ProjectedWeek[] {
  const result: ProjectedWeek[] = [];
  let start = question.as_of_on;
  let balance = question.on_hand_qty_milli;
  let taken = 0;
  const demand = question.demand.filter(isFresh(question.as_of_on));
  const coming = receiptsAsTheyCome(question.receipts, question.as_of_on);
  for (let index = 0; index < weeks; index++) {
    const next = start + 7 - weekday(start);
    const committed = sumBefore(demand, next);
    const takenByEnd = takenBeforeMilli(question, committed, next);
    const receipts = sumBefore(coming, next) - (index === 0 ? 0 : sumBefore(coming, start));
    const leaves = takenByEnd - taken;
    balance += receipts - leaves;
    taken = takenByEnd;
    result.push({
      week_start_on: start,
      receipts_qty_milli: receipts,
      demand_qty_milli: leaves,
      balance_qty_milli: balance,
    });
    start = next;
  }
  return result;
}

function sumBefore(quantities: readonly DatedQuantity[], until_on: number): number {
  let sum = 0;
  for (const each of quantities) if (each.on < until_on) sum += each.qty_milli;
  return sum;
}
