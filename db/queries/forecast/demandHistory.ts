/**
 * What was asked for by position and month, of a whole company as columns: from the columns of order lines where they are
 * ready, else month by month from the tables. Both say what domain/demand/demandLine.ts says of a line.
 */
import { historyMonths } from '#domain/forecast/monthly.ts';
import { createCellLayout } from '#db/analysis/cells.ts';
import type { FactPart } from '#db/analysis/factMemory.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import { codeColumn, rowsOfPacked, valueColumn } from '#db/analysis/segment.ts';
import type { QueryContext } from '../context.ts';
import { ASKED_QTY_SQL, GOODS_ONLY, placesOf } from '../facts.ts';
import { type CellNumbers, createCellNumbers } from '../stock/cellNumbers.ts';
import { cellOf, type StockGround } from '../stock/itemColumns.ts';
import { columnsSince } from '../wholeSince.ts';

/** Beyond this many items × sites one scan would reserve more memory than it is worth. */
const MAX_SCAN_CELLS = 2 ** 23;

export interface DemandHistory {
  /** Whole months, oldest first; the running one is not among them. */
  readonly months: readonly number[];
  /** Slot of each cell with demand; slots ascend as cells do. */
  readonly slots: CellNumbers;
  /** By slot. */
  readonly cells: Int32Array;
  /** Slot by slot, month by month: base units. */
  readonly values: Float64Array;
}

interface Scope {
  readonly company_id: number;
  readonly as_of_on: number;
}

export function demandHistory(context: QueryContext, scope: Scope, ground: StockGround): DemandHistory {
  const months = monthsOf(context, scope);
  const collected = collector(months.length);
  const [first_month] = months;
  if (first_month !== undefined) {
    const small = ground.items.count * ground.sites.length <= MAX_SCAN_CELLS;
    const view = small ? columnsSince(context, [scope.company_id], first_month) : null;
    if (view === null) fromTables(context, scope, ground, months, collected.add);
    else fromFacts(context, view, scope, ground, months, collected.add);
  }
  return { months, ...collected.finish() };
}

/** None while order lines load: part of a history passes for falling demand. */
function monthsOf(context: QueryContext, { company_id, as_of_on }: Scope): readonly number[] {
  if (context.replica.loading_tables.has('order_line')) return [];
  const [row] = context.scan<readonly [first: number | null]>(
    'SELECT min(month) FROM main.order_line WHERE company_id = ?',
    [company_id],
  );
  return historyMonths(row?.[0] ?? null, as_of_on);
}

type Add = (cell: number, month: number, qty_milli: number) => void;

const FIRST_SLOTS = 4096;

function collector(months: number) {
  const slots = createCellNumbers();
  let room = new Float64Array(FIRST_SLOTS * months);
  let count = 0;
  const add: Add = (cell, month, qty_milli) => {
    let slot = slots.get(cell);
    if (slot < 0) {
      slot = count++;
      slots.set(cell, slot);
      if (count * months > room.length) {
        const larger = new Float64Array(room.length * 2);
        larger.set(room);
        room = larger;
      }
    }
    const at = slot * months + month;
    room[at] = (room[at] as number) + qty_milli;
  };
  const finish = () => {
    const values = new Float64Array(count * months);
    const cells = new Int32Array(count);
    slots.renumber((from, to, cell) => {
      cells[to] = cell;
      for (let month = 0; month < months; month++)
        values[to * months + month] = (room[from * months + month] as number) / 1000;
    });
    return { slots, cells, values };
  };
  return { add, finish };
}

function fromFacts(
  context: QueryContext,
  view: FactView,
  { company_id }: Scope,
  { items, sites, sitePlaceOf }: StockGround,
  months: readonly number[],
  add: Add,
): void {
  const placeOf = new Map(months.map((month, place) => [month, place]));
  const layout = createCellLayout(view);
  layout.group({ column: 'site', slots: placesOf(view, 'site', sitePlaceOf) }, sites.length);
  layout.group({ column: 'item', slots: placesOf(view, 'item', items.placeOf) }, items.count);
  layout.keep('company', (value) => value === company_id);
  layout.keep('month', (value) => placeOf.has(Number(value)));
  scanFacts(view, {
    cells: layout.cells(),
    keys: layout.keys(),
    codes: [GOODS_ONLY],
    sums: [],
    checkCancelled: context.checkCancelled,
    visit: (part, cells) => visitPart(part, cells, placeOf, add),
  });
}

function visitPart({ general }: FactPart, cells: Int32Array, placeOf: ReadonlyMap<number, number>, add: Add): void {
  const { values } = valueColumn(general, 'qty');
  const { codes, dictionary } = codeColumn(general, 'month');
  if (!(dictionary instanceof Float64Array)) throw new Error('months are numbers');
  const places = Int32Array.from(dictionary, (month) => placeOf.get(month) ?? -1);
  const monthAt = (row: number): number => places[codes === null ? 0 : (codes[row] as number)] as number;
  for (let row = 0; row < general.rows; row++) {
    const cell = cells[row] as number;
    if (cell >= 0) add(cell, monthAt(row), values === null ? 0 : (values[row] as number));
  }
  // what we cancelled of a confirmed line was asked for all the same
  const rows = rowsOfPacked(general, 'adjusted_row');
  const more = valueColumn(general, 'adjusted_qty').values;
  for (let at = 0; more !== null && at < rows.length; at++) {
    const row = rows[at] as number;
    const cell = cells[row] as number;
    if (cell >= 0) add(cell, monthAt(row), more[at] as number);
  }
}

type HistoryRow = readonly [item_id: number, site_id: number, qty_milli: number];

function fromTables(
  context: QueryContext,
  { company_id }: Scope,
  ground: StockGround,
  months: readonly number[],
  add: Add,
): void {
  for (const [place, month] of months.entries()) {
    context.checkCancelled();
    const rows = context.scan<HistoryRow>(
      `SELECT l.item_id, l.site_id, sum(${ASKED_QTY_SQL})
       FROM main.order_line l
       WHERE l.company_id = ? AND l.month = ? AND l.kind = 'goods' AND l.item_id IS NOT NULL AND l.site_id IS NOT NULL
       GROUP BY 1, 2`,
      [company_id, month],
    );
    for (const [item_id, site_id, qty_milli] of rows) {
      const cell = cellOf(ground, item_id, site_id);
      if (cell >= 0) add(cell, place, qty_milli);
    }
  }
}
