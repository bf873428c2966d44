/**
 * Whether what lies at a position, and what suppliers have promised, covers all that is promised from it, as it was known
 * on any day. Goods not yet promised on a day follow from today's by what was ordered and what came since: a shipment
 * takes from the shelf and from what is owed alike, so it need not be known.
 */
import { comesOn, takenOn } from '../planning/overdueReceipts.ts';
import type { OverdueWaits } from '../planning/overdueWaits.ts';

export const COVERS = ['stock', 'receipt', 'none'] as const;
export type Cover = (typeof COVERS)[number];

/** Quantities by day, ready to be added up from any day on. */
export interface DayLedger {
  /** Ascending. */
  readonly on: Float64Array;
  /** Of the entry and all after it. */
  readonly from_here: Float64Array;
}

export function dayLedger(entries: readonly { readonly on: number; readonly qty_milli: number }[]): DayLedger {
  const sorted = entries.toSorted((x, y) => x.on - y.on);
  const from_here = new Float64Array(sorted.length);
  let sum = 0;
  for (let at = sorted.length - 1; at >= 0; at--) {
    sum += sorted[at]?.qty_milli ?? 0;
    from_here[at] = sum;
  }
  return { on: Float64Array.from(sorted, (each) => each.on), from_here };
}

/** Of the day and all after it. */
function since({ on, from_here }: DayLedger, day: number): number {
  let low = 0;
  let high = on.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((on[middle] as number) < day) low = middle + 1;
    else high = middle;
  }
  return from_here[low] ?? 0;
}

/** A supplier's line: what came of it and what was said of it, by day. */
export interface PromisedReceipt {
  readonly supplier_id: number;
  readonly ordered_on: number;
  readonly ordered_qty_milli: number;
  readonly promised_on: number;
  readonly told: readonly { readonly told_on: number; readonly promised_on: number }[];
  readonly received: readonly { readonly on: number; readonly qty_milli: number }[];
}

export interface Position {
  /** On hand less all that is still owed of open orders, now. */
  readonly free_now_qty_milli: number;
  /** Still sold, by the day of the order. */
  readonly ordered: DayLedger;
  /** Received, returned, transferred, counted: in is positive. */
  readonly came: DayLedger;
  readonly promised: readonly PromisedReceipt[];
}

export interface CoverOnDay {
  readonly cover: Cover;
  readonly free_qty_milli: number;
  /** By when all is covered as suppliers have promised; null = by nothing that is on order. */
  readonly covered_on: number | null;
  /** Something on order should have come before. */
  readonly overdue: boolean;
}

/** As the day `on` began. `by`: the last day that is still in time. `waits`: as they were known on that day. */
export function coverOn(position: Position, on: number, by: number, waits: OverdueWaits): CoverOnDay {
  const free_qty_milli = position.free_now_qty_milli + since(position.ordered, on) - since(position.came, on);
  const { coming, overdue } = promisedOn(position.promised, on, waits);
  if (free_qty_milli >= 0) return { cover: 'stock', free_qty_milli, covered_on: on, overdue };
  let free = free_qty_milli;
  for (const receipt of coming) {
    free += receipt.qty_milli;
    if (free < 0) continue;
    return { cover: receipt.on <= by ? 'receipt' : 'none', free_qty_milli, covered_on: receipt.on, overdue };
  }
  return { cover: 'none', free_qty_milli, covered_on: null, overdue };
}

/** What was on order as the day began, by the day it had been promised for. */
function promisedOn(promised: readonly PromisedReceipt[], on: number, waits: OverdueWaits) {
  const coming: { readonly on: number; readonly qty_milli: number }[] = [];
  let overdue = false;
  for (const each of promised) {
    if (each.ordered_on >= on) continue;
    let qty_milli = each.ordered_qty_milli;
    for (const part of each.received) if (part.on < on) qty_milli -= part.qty_milli;
    if (qty_milli <= 0) continue;
    let due_on = each.promised_on;
    let told_on = Number.NEGATIVE_INFINITY;
    for (const said of each.told) {
      if (said.told_on >= on || said.told_on < told_on) continue;
      ({ told_on, promised_on: due_on } = said);
    }
    if (due_on < on) overdue = true;
    const { supplier_id } = each;
    const comes_on = comesOn({ on: due_on, taken_on: takenOn({ supplier_id, expected_on: due_on }, on, waits) }, on);
    if (comes_on !== null) coming.push({ on: comes_on, qty_milli });
  }
  return { coming: coming.toSorted((a, b) => a.on - b.on), overdue };
}
