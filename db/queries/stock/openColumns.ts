/** What open orders take and open purchases bring, as columns: one row a line with something left. */
import type { FactView } from '#db/analysis/factView.ts';
import { valueColumn } from '#db/analysis/segment.ts';
import { takenOn } from '#domain/planning/overdueReceipts.ts';
import type { OverdueWaits } from '#domain/planning/overdueWaits.ts';
import { transferQuantities } from '#db/replenishment/transfers.ts';
import type { QueryContext } from '../context.ts';
import { eachOpenRow, numberAt, openOrderLines } from '../orders/openLines.ts';
import { columnsSince } from '../wholeSince.ts';
import { cellOf, type StockGround } from './itemColumns.ts';

export interface OpenColumns {
  readonly cells: Int32Array;
  /** Day it leaves or comes. */
  readonly on: Int32Array;
  readonly qty_milli: Float64Array;
  /** Of receipts whose day has passed, when they are taken to come; 0 of the others. Absent = of none. */
  readonly taken_on?: Int32Array;
}

interface Scope {
  readonly company_id: number;
  readonly as_of_on: number;
}

/**
 * Goods lines of open orders; without a committed date they count as due at once. From the columns of order lines where
 * they are ready, which know what is left of a line; else line by line with its shipments.
 */
export function demandColumns(context: QueryContext, scope: Scope, ground: StockGround): OpenColumns {
  const view = columnsSince(context, [scope.company_id]);
  return view === null ? fromTables(context, scope, ground) : fromFacts(context, view, scope, ground);
}

function fromFacts(context: QueryContext, view: FactView, scope: Scope, ground: StockGround): OpenColumns {
  const open = new Set(
    context
      .scan<readonly [number]>(
        "SELECT id FROM main.sales_order INDEXED BY sales_order_open WHERE company_id = ? AND state = 'open'",
        [scope.company_id],
      )
      .map(([id]) => id),
  );
  const most = view.parts.reduce((sum, part) => sum + valueColumn(part.general, 'open_row').length, 0);
  return openColumns(most, (push) => {
    eachOpenRow(view, open, context.checkCancelled, (block) => {
      const itemOf = numberAt(block, 'item');
      const siteOf = numberAt(block, 'site');
      return (row, _order, committed_on, open_qty_milli) =>
        push(cellOf(ground, itemOf(row), siteOf(row)), committed_on ?? scope.as_of_on, open_qty_milli);
    });
  });
}

function fromTables(context: QueryContext, scope: Scope, ground: StockGround): OpenColumns {
  const lines = openOrderLines(context, scope.company_id);
  return openColumns(lines.length, (push) => {
    for (const { item_id, site_id, committed_on, open_qty_milli } of lines) {
      push(cellOf(ground, item_id, site_id), committed_on ?? scope.as_of_on, open_qty_milli);
    }
  });
}

type ReceiptRow = readonly [
  item_id: number,
  site_id: number,
  expected_on: number,
  open_qty_milli: number,
  supplier_id: number,
];

/** Lines of open purchase orders, by expected date. */
export function receiptColumns(
  context: QueryContext,
  { company_id, as_of_on }: Scope,
  ground: StockGround,
  waits: OverdueWaits,
): OpenColumns {
  const rows = context.scan<ReceiptRow>(
    `SELECT l.item_id, l.site_id, l.expected_on, l.ordered_qty_milli - l.received_qty_milli, p.supplier_id
     FROM main.purchase_order p JOIN main.po_line l ON l.purchase_order_id = p.id
     WHERE p.company_id = ? AND p.state = 'open' AND l.ordered_qty_milli > l.received_qty_milli`,
    [company_id],
  );
  return openColumns(rows.length, (push) => {
    for (const [item_id, site_id, expected_on, open_qty_milli, supplier_id] of rows) {
      const taken_on = takenOn({ supplier_id, expected_on }, as_of_on, waits);
      push(cellOf(ground, item_id, site_id), expected_on, open_qty_milli, taken_on);
    }
  });
}

/** What is held back for other sites, and what is expected from them. */
export function transferColumns(
  context: QueryContext,
  { company_id, as_of_on }: Scope,
  ground: StockGround,
): { readonly leaving: OpenColumns; readonly coming: OpenColumns } {
  const { leaving, coming } = transferQuantities(context.scan, company_id, as_of_on);
  const columnsOf = (rows: typeof leaving): OpenColumns =>
    openColumns(rows.length, (push) => {
      for (const { item_id, site_id, on, qty_milli } of rows) push(cellOf(ground, item_id, site_id), on, qty_milli);
    });
  return { leaving: columnsOf(leaving), coming: columnsOf(coming) };
}

export interface OpenCell {
  readonly cell: number;
  readonly on: number;
  readonly qty_milli: number;
  readonly taken_on?: number | undefined;
}

export function withRows(rows: OpenColumns, more: readonly OpenCell[]): OpenColumns {
  if (more.length === 0) return rows;
  return {
    cells: Int32Array.from([...rows.cells, ...more.map((each) => each.cell)]),
    on: Int32Array.from([...rows.on, ...more.map((each) => each.on)]),
    qty_milli: Float64Array.from([...rows.qty_milli, ...more.map((each) => each.qty_milli)]),
    ...takenWith(rows, more),
  };
}

function takenWith(rows: OpenColumns, more: readonly OpenCell[]): Pick<OpenColumns, 'taken_on'> {
  if (rows.taken_on === undefined && more.every((each) => each.taken_on === undefined)) return {};
  const own = rows.taken_on ?? new Int32Array(rows.cells.length);
  return { taken_on: Int32Array.from([...own, ...more.map((each) => each.taken_on ?? 0)]) };
}

/** Of both, those of the second behind. */
export function together(rows: OpenColumns, more: OpenColumns): OpenColumns {
  const cells = Array.from(more.cells, (cell, at) => ({
    cell,
    on: more.on[at] as number,
    qty_milli: more.qty_milli[at] as number,
    taken_on: more.taken_on?.[at],
  }));
  return withRows(rows, cells);
}

/** A line of an item or site outside the user's scope (cell -1) is left out. */
function openColumns(
  most: number,
  fill: (push: (cell: number, on: number, qty_milli: number, taken_on?: number) => void) => void,
): OpenColumns {
  const cells = new Int32Array(most);
  const days = new Int32Array(most);
  const quantities = new Float64Array(most);
  let taken: Int32Array | null = null;
  let count = 0;
  fill((cell, on, qty_milli, taken_on) => {
    if (cell < 0) return;
    if (taken_on !== undefined) {
      taken ??= new Int32Array(most);
      taken[count] = taken_on;
    }
    cells[count] = cell;
    days[count] = on;
    quantities[count] = qty_milli;
    count += 1;
  });
  return {
    cells: cells.subarray(0, count),
    on: days.subarray(0, count),
    qty_milli: quantities.subarray(0, count),
    ...(taken === null ? {} : { taken_on: (taken as Int32Array).subarray(0, count) }),
  };
}
