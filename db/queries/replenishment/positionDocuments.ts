/** What open orders take of each position and open purchases bring to it, laid out by position, and their sums. */
import type { DatedQuantity } from '#domain/planning/projectedBalance.ts';
import { STALE_DAYS } from '#domain/planning/staleDocuments.ts';
import { createCellNumbers } from '../stock/cellNumbers.ts';
import { type OpenColumns, withRows } from '../stock/openColumns.ts';
import type { OpenParts, StockColumns } from '../stock/stockColumns.ts';

/** Rows of position p lie from starts[p] to starts[p + 1]. */
interface ByPosition {
  readonly starts: Int32Array;
  readonly on: Int32Array;
  readonly qty_milli: Float64Array;
  /** As in the columns. */
  readonly taken_on: Int32Array | null;
}

export interface PositionDocuments {
  readonly demand: ByPosition;
  readonly receipts: ByPosition;
  /** Reserved for orders this person may not see: asked for at once. */
  readonly unseen: Float64Array;
  /** All that is asked of it, stale documents left out. */
  readonly asked: Float64Array;
  /** All that is on order for it, so too. */
  readonly on_order: Float64Array;
  /** On hand and on order less what is owed and promised ahead, stale documents left out. */
  readonly position: Float64Array;
}

/** Decided to come to a position, and no purchase order or movement yet. */
export interface Coming {
  readonly place: number;
  /** The position it is taken from; null = bought. */
  readonly from: number | null;
  readonly qty_milli: number;
  readonly on: number;
}

/** `coming`: counts as on order where it comes to, and as asked for at once where it comes from. */
export function positionDocuments(
  columns: StockColumns,
  open: OpenParts,
  as_of_on: number,
  coming: readonly Coming[] = [],
): PositionDocuments {
  const { count, item, site, ground, on_hand, reserved } = columns;
  const places = createCellNumbers();
  for (let place = 0; place < count; place++) {
    places.set((item[place] as number) * ground.sites.length + (site[place] as number), place);
  }
  const cellAt = (place: number): number => (item[place] as number) * ground.sites.length + (site[place] as number);
  const taken = coming.flatMap(({ from, qty_milli }) =>
    from === null ? [] : [{ cell: cellAt(from), on: as_of_on, qty_milli }],
  );
  const brought = coming.map(({ place, on, qty_milli }) => ({
    cell: cellAt(place),
    // what should have come is awaited, not forgotten
    on: Math.max(on, as_of_on),
    qty_milli,
  }));
  const demand = byPosition(withRows(open.demand, taken), places.get, count);
  const receipts = byPosition(withRows(open.receipts, brought), places.get, count);
  const unseen = new Float64Array(count);
  const asked = new Float64Array(count);
  const on_order = new Float64Array(count);
  const position = new Float64Array(count);
  const span = { from_on: as_of_on - STALE_DAYS, to_on: as_of_on + STALE_DAYS };
  // nobody reserved for what is only decided
  const unreserved = new Float64Array(count);
  for (const { from, qty_milli } of coming) {
    if (from !== null) unreserved[from] = (unreserved[from] as number) + qty_milli;
  }
  for (let place = 0; place < count; place++) {
    const visible = sumOf(demand, place, EVER);
    const hidden = Math.max(0, (reserved[place] as number) + (unreserved[place] as number) - visible);
    unseen[place] = hidden;
    const asks = sumOf(demand, place, span) + hidden;
    asked[place] = asks;
    const comes = sumOf(receipts, place, span);
    on_order[place] = comes;
    position[place] = (on_hand[place] as number) + comes - asks;
  }
  return { demand, receipts, unseen, asked, on_order, position };
}

function byPosition(rows: OpenColumns, placeOf: (cell: number) => number, count: number): ByPosition {
  const starts = new Int32Array(count + 1);
  const places = Int32Array.from(rows.cells, placeOf);
  for (const place of places) starts[place + 1] = (starts[place + 1] as number) + 1;
  for (let place = 0; place < count; place++) {
    starts[place + 1] = (starts[place + 1] as number) + (starts[place] as number);
  }
  const next = starts.slice();
  const on = new Int32Array(places.length);
  const qty_milli = new Float64Array(places.length);
  const taken_on = rows.taken_on === undefined ? null : new Int32Array(places.length);
  for (let row = 0; row < places.length; row++) {
    const place = places[row] as number;
    const at = next[place] as number;
    next[place] = at + 1;
    on[at] = rows.on[row] as number;
    qty_milli[at] = rows.qty_milli[row] as number;
    if (taken_on !== null) taken_on[at] = rows.taken_on?.[row] ?? 0;
  }
  return { starts, on, qty_milli, taken_on };
}

interface Span {
  readonly from_on: number;
  readonly to_on: number;
}

const EVER: Span = { from_on: Number.NEGATIVE_INFINITY, to_on: Number.POSITIVE_INFINITY };

function sumOf({ starts, on, qty_milli }: ByPosition, place: number, { from_on, to_on }: Span): number {
  let sum = 0;
  const to = starts[place + 1] as number;
  for (let row = starts[place] as number; row < to; row++) {
    const day = on[row] as number;
    if (day >= from_on && day <= to_on) sum += qty_milli[row] as number;
  }
  return sum;
}

/** Of one position as objects, as the rule takes them. */
export function documentsOf(
  { demand, receipts, unseen }: PositionDocuments,
  place: number,
  as_of_on: number,
): { readonly demand: DatedQuantity[]; readonly receipts: DatedQuantity[] } {
  const hidden = unseen[place] as number;
  const asked = quantitiesOf(demand, place);
  return {
    demand: hidden > 0 ? [{ on: as_of_on, qty_milli: hidden }, ...asked] : asked,
    receipts: quantitiesOf(receipts, place),
  };
}

function quantitiesOf({ starts, on, qty_milli, taken_on }: ByPosition, place: number): DatedQuantity[] {
  const found: DatedQuantity[] = [];
  const to = starts[place + 1] as number;
  for (let row = starts[place] as number; row < to; row++) {
    const taken = taken_on?.[row] ?? 0;
    const each = { on: on[row] as number, qty_milli: qty_milli[row] as number };
    found.push(taken === 0 ? each : { ...each, taken_on: taken });
  }
  return found;
}
