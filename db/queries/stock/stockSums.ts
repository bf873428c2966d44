/** Positions added up: what a group, an item or the totals row shows. */
import { daysOnHand } from '#domain/planning/daysOnHand.ts';
import { freeToPromiseMilli } from '#domain/planning/freeToPromise.ts';
import {
  STOCK_STATUS_ORDER,
  type StockStatus,
  stockStatusRank,
  TROUBLED_STATUSES,
} from '#domain/planning/stockStatus.ts';
import { HISTORY_WEEKS } from '#domain/planning/replenishment/demand.ts';
import type { StockRow } from '#contract/queries.ts';
import { isoDateOrNull } from '../provenance.ts';
import type { Position } from './position.ts';

export interface StockSums {
  positions: number;
  /** null = mixed units */
  uom: string | null;
  rank: number;
  troubled: number;
  on_hand: number;
  reserved: number;
  incoming: number;
  next_in_on: number | null;
  next_comes_on: number | null;
  min: number | null;
  max: number | null;
  usage: number;
  /** null = some position's cost is unknown */
  value: number | null;
  usage_value: number | null;
}

export function sumPositions(positions: readonly Position[]): StockSums {
  const sums: StockSums = {
    positions: positions.length,
    uom: positions[0]?.item.uom ?? null,
    rank: STOCK_STATUS_ORDER.length - 1,
    troubled: 0,
    on_hand: 0,
    reserved: 0,
    incoming: 0,
    next_in_on: null,
    next_comes_on: null,
    min: null,
    max: null,
    usage: 0,
    value: 0,
    usage_value: 0,
  };
  for (const each of positions) {
    if (each.item.uom !== sums.uom) sums.uom = null;
    sums.rank = Math.min(sums.rank, stockStatusRank(each.status));
    if (TROUBLED_STATUSES.has(each.status)) sums.troubled += 1;
    sums.on_hand += each.on_hand_qty_milli;
    sums.reserved += each.reserved_qty_milli;
    sums.incoming += each.incoming_qty_milli;
    sums.usage += each.usage_qty_milli;
    sums.next_in_on = earlier(sums.next_in_on, each.next_in_on);
    sums.next_comes_on = earlier(sums.next_comes_on, each.next_comes_on);
    if (each.min_qty_milli !== null) sums.min = (sums.min ?? 0) + each.min_qty_milli;
    if (each.max_qty_milli !== null) sums.max = (sums.max ?? 0) + each.max_qty_milli;
    sums.value = sums.value === null || each.value_minor === null ? null : sums.value + each.value_minor;
    sums.usage_value =
      sums.usage_value === null || each.usage_value_minor === null ? null : sums.usage_value + each.usage_value_minor;
  }
  return sums;
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** Days on hand: by quantity in one unit, at cost over mixed units, null when neither can be said. */
export function daysOf(sums: StockSums): number | null {
  if (sums.uom !== null) return daysOnHand(sums.on_hand, sums.usage);
  if (sums.value === null || sums.usage_value === null) return null;
  return daysOnHand(sums.value, sums.usage_value);
}

export function statusOf(sums: StockSums): StockStatus {
  const status = STOCK_STATUS_ORDER[sums.rank];
  if (status === undefined) throw new Error(`no status of rank ${sums.rank}`);
  return status;
}

export type RowHead = Pick<
  StockRow,
  'key' | 'level' | 'kind' | 'label' | 'code' | 'children' | 'expanded' | 'item_id' | 'site_id'
>;

/** Weekly usage added up; only rows that are shown need it, so it is not among the sums a sort looks at. */
export function weeksOfPositions(positions: readonly Position[]): number[] {
  const weeks = Array.from({ length: HISTORY_WEEKS }, () => 0);
  for (const { weeks_qty_milli } of positions) {
    if (weeks_qty_milli === null) continue;
    for (let week = 0; week < HISTORY_WEEKS; week++) weeks[week] = (weeks[week] ?? 0) + (weeks_qty_milli[week] ?? 0);
  }
  return weeks;
}

/** The row of some sums. `cost_visible` false hides values; group rows carry no minimum and maximum. */
export function stockRow(
  head: RowHead,
  weeks: () => readonly number[],
  sums: StockSums,
  cost_visible: boolean,
): StockRow {
  const inUnit = (qty_milli: number): number | null => (sums.uom === null ? null : qty_milli);
  return {
    ...head,
    uom: sums.uom,
    status: statusOf(sums),
    troubled: sums.troubled,
    on_hand_qty_milli: inUnit(sums.on_hand),
    reserved_qty_milli: inUnit(sums.reserved),
    free_qty_milli: inUnit(freeToPromiseMilli(sums.on_hand, sums.reserved)),
    incoming_qty_milli: inUnit(sums.incoming),
    next_in_on: isoDateOrNull(sums.next_in_on),
    next_comes_on: isoDateOrNull(sums.next_comes_on),
    min_qty_milli: head.kind === 'group' ? null : sums.min,
    max_qty_milli: head.kind === 'group' ? null : sums.max,
    days_on_hand: daysOf(sums),
    weeks_qty_milli: sums.uom === null ? null : weeks(),
    value_minor: cost_visible ? sums.value : null,
    waiting: 0,
  };
}
