/** Demand for goods of the last weeks by position: from the columns of order lines where they are ready, else by a scan. */
import { addMonths, monthOfDay } from '#domain/calendar.ts';
import { USAGE_DAYS } from '#domain/planning/daysOnHand.ts';
import { HISTORY_WEEKS } from '#domain/planning/replenishment/demand.ts';
import { createCellLayout } from '#db/analysis/cells.ts';
import type { FactPart } from '#db/analysis/factMemory.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import { codeColumn, rowsOfPacked, valueColumn } from '#db/analysis/segment.ts';
import type { QueryContext } from '../context.ts';
import { ASKED_QTY_SQL, GOODS_ONLY, placesOf } from '../facts.ts';
import { columnsSince } from '../wholeSince.ts';
import { type CellNumbers, createCellNumbers } from './cellNumbers.ts';
import { cellOf, type StockGround } from './itemColumns.ts';

export interface UsageColumns {
  /** Slot of each cell with usage; slots ascend as cells do. */
  readonly slots: CellNumbers;
  /** By slot: what was asked for in the usage window. */
  readonly usage: Float64Array;
  /** What was ordered of slot s lies from starts[s] to starts[s + 1]: many more cells are here than are ever looked at. */
  readonly starts: Int32Array;
  /** 0 = the oldest of HISTORY_WEEKS. */
  readonly week: Uint8Array;
  readonly qty_milli: Float64Array;
}

interface Scope {
  readonly company_id: number;
  readonly as_of_on: number;
}

/** Beyond this many items × sites one scan would reserve more memory than it is worth. */
const MAX_SCAN_CELLS = 2 ** 23;

export function usageColumns(context: QueryContext, scope: Scope, ground: StockGround): UsageColumns {
  const cells = ground.items.count * ground.sites.length;
  const from_month = monthOfDay(firstDay(scope.as_of_on));
  const view = cells > 0 && cells <= MAX_SCAN_CELLS ? columnsSince(context, [scope.company_id], from_month) : null;
  return view === null ? fromTables(context, scope, ground) : fromFacts(context, view, scope, ground);
}

interface Collector {
  readonly add: (cell: number, week: number, qty_milli: number, in_window: boolean) => void;
  readonly finish: () => UsageColumns;
}

/** A week of a cell beside another in one number: the week in the lower bits, whether it is in the window above them. */
const WEEK_BITS = 5;
const IN_WINDOW = 1 << WEEK_BITS;
const FIRST_ROWS = 65_536;

/** Keeps what came until all cells are known, then lays it out in their order. */
function collector(): Collector {
  const slots = createCellNumbers();
  let cells = new Int32Array(FIRST_ROWS);
  let weeks = new Uint8Array(FIRST_ROWS);
  let quantities = new Float64Array(FIRST_ROWS);
  let rows = 0;
  const grow = () => {
    const [allCells, allWeeks, allQuantities] = [cells, weeks, quantities];
    cells = new Int32Array(rows * 2);
    weeks = new Uint8Array(rows * 2);
    quantities = new Float64Array(rows * 2);
    cells.set(allCells);
    weeks.set(allWeeks);
    quantities.set(allQuantities);
  };
  return {
    add: (cell, week, qty_milli, in_window) => {
      if (rows === cells.length) grow();
      cells[rows] = cell;
      weeks[rows] = in_window ? week | IN_WINDOW : week;
      quantities[rows] = qty_milli;
      rows += 1;
      slots.set(cell, 0);
    },
    finish: () => {
      const count = slots.renumber();
      const usage = new Float64Array(count);
      const starts = new Int32Array(count + 1);
      for (let row = 0; row < rows; row++) {
        const slot = slots.get(cells[row] as number);
        cells[row] = slot;
        starts[slot + 1] = (starts[slot + 1] as number) + 1;
      }
      for (let slot = 0; slot < count; slot++)
        starts[slot + 1] = (starts[slot + 1] as number) + (starts[slot] as number);
      const next = starts.slice();
      const week = new Uint8Array(rows);
      const qty_milli = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        const slot = cells[row] as number;
        const at = next[slot] as number;
        next[slot] = at + 1;
        const marked = weeks[row] as number;
        const quantity = quantities[row] as number;
        week[at] = marked & (IN_WINDOW - 1);
        qty_milli[at] = quantity;
        if ((marked & IN_WINDOW) !== 0) usage[slot] = (usage[slot] as number) + quantity;
      }
      return { slots, usage, starts, week, qty_milli };
    },
  };
}

const firstDay = (as_of_on: number): number => as_of_on - HISTORY_WEEKS * 7 + 1;
const weekOf = (as_of_on: number, day: number): number => HISTORY_WEEKS - 1 - Math.floor((as_of_on - day) / 7);

function fromFacts(context: QueryContext, view: FactView, scope: Scope, ground: StockGround): UsageColumns {
  const { company_id, as_of_on } = scope;
  const first_on = firstDay(as_of_on);
  const [first_month, last_month] = [monthOfDay(first_on), monthOfDay(as_of_on)];
  const { items, sites } = ground;
  const layout = createCellLayout(view);
  layout.group({ column: 'site', slots: placesOf(view, 'site', ground.sitePlaceOf) }, sites.length);
  layout.group({ column: 'item', slots: placesOf(view, 'item', items.placeOf) }, items.count);
  layout.keep('company', (value) => value === company_id);
  layout.keep('month', (value) => Number(value) >= first_month && Number(value) <= last_month);
  layout.keep('ordered_on', (value) => Number(value) >= first_on && Number(value) <= as_of_on);
  const collected = collector();
  scanFacts(view, {
    cells: layout.cells(),
    keys: layout.keys(),
    codes: [GOODS_ONLY],
    sums: [],
    checkCancelled: context.checkCancelled,
    visit: (part, cells) => visitPart(part, cells, as_of_on, collected),
  });
  return collected.finish();
}

function visitPart(part: FactPart, cells: Int32Array, as_of_on: number, collected: Collector): void {
  const { values } = valueColumn(part.general, 'qty');
  const { codes, dictionary } = codeColumn(part.general, 'ordered_on');
  if (!(dictionary instanceof Float64Array)) throw new Error('days are numbers');
  const weeks = Int32Array.from(dictionary, (day) => weekOf(as_of_on, day));
  const window = Uint8Array.from(dictionary, (day) => (day > as_of_on - USAGE_DAYS ? 1 : 0));
  const add = (row: number, qty_milli: number): void => {
    const cell = cells[row] as number;
    if (cell < 0) return;
    const day = codes === null ? 0 : (codes[row] as number);
    collected.add(cell, weeks[day] as number, qty_milli, window[day] === 1);
  };
  for (let row = 0; row < part.general.rows; row++) add(row, values === null ? 0 : (values[row] as number));
  // what we cancelled of a confirmed line was asked for all the same
  const rows = rowsOfPacked(part.general, 'adjusted_row');
  const more = valueColumn(part.general, 'adjusted_qty').values;
  for (let at = 0; more !== null && at < rows.length; at++) add(rows[at] as number, more[at] as number);
}

type UsageRow = readonly [
  item_id: number,
  site_id: number,
  weeks_ago: number,
  qty_milli: number,
  window_qty_milli: number,
];

/** A month of orders at a time, so that a caller who gave up is heard. */
function fromTables(context: QueryContext, scope: Scope, ground: StockGround): UsageColumns {
  const { company_id, as_of_on } = scope;
  const first_on = firstDay(as_of_on);
  const collected = collector();
  const last_month = monthOfDay(as_of_on);
  for (let month = monthOfDay(first_on); month <= last_month; month = addMonths(month, 1)) {
    context.checkCancelled();
    const rows = context.scan<UsageRow>(
      `SELECT l.item_id, l.site_id, (CAST(? AS INTEGER) - l.ordered_on) / 7,
         sum(${ASKED_QTY_SQL}),
         sum(CASE WHEN l.ordered_on > ? THEN ${ASKED_QTY_SQL} ELSE 0 END)
       FROM main.order_line l
       WHERE l.company_id = ? AND l.month = ? AND l.kind = 'goods' AND l.ordered_on BETWEEN ? AND ?
         AND l.item_id IS NOT NULL AND l.site_id IS NOT NULL
       GROUP BY 1, 2, 3`,
      [as_of_on, as_of_on - USAGE_DAYS, company_id, month, first_on, as_of_on],
    );
    for (const [item_id, site_id, weeks_ago, qty_milli, window_qty_milli] of rows) {
      const cell = cellOf(ground, item_id, site_id);
      if (cell < 0) continue;
      const week = HISTORY_WEEKS - 1 - weeks_ago;
      collected.add(cell, week, window_qty_milli, true);
      collected.add(cell, week, qty_milli - window_qty_milli, false);
    }
  }
  return collected.finish();
}
