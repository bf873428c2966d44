/** What open orders take and open purchases bring, as columns: one row a line with something left. */
import { openQtyMilli } from '#domain/orders/openQuantity.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { NO_DAY } from '#db/analysis/lineFacts.ts';
import { codeColumn, rowsOfPacked, type Segment, valueColumn } from '#db/analysis/segment.ts';
import type { QueryContext } from '../context.ts';
import { columnsSince } from '../wholeSince.ts';
import { cellOf, type StockGround } from './itemColumns.ts';

export interface OpenColumns {
  readonly cells: Int32Array;
  /** Day it leaves or comes. */
  readonly on: Int32Array;
  readonly qty_milli: Float64Array;
}

type DemandRow = readonly [
  item_id: number,
  site_id: number,
  committed_on: number | null,
  ordered_qty_milli: number,
  cancelled_qty_milli: number,
  shipped_qty_milli: number,
];

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
    for (const { general, dead } of view.parts) {
      context.checkCancelled();
      const rows = rowsOfPacked(general, 'open_row');
      const quantities = valueColumn(general, 'open_qty').values;
      const days = valueColumn(general, 'open_on').values;
      const orderOf = numberAt(general, 'order');
      const itemOf = numberAt(general, 'item');
      const siteOf = numberAt(general, 'site');
      let span = 0;
      for (let at = 0; at < rows.length; at++) {
        const row = rows[at] as number;
        while (span < dead.length && row >= (dead[span]?.[1] ?? 0)) span += 1;
        if (row >= (dead[span]?.[0] ?? Number.POSITIVE_INFINITY) || !open.has(orderOf(row))) continue;
        const day = days === null ? 0 : (days[at] as number);
        push(
          cellOf(ground, itemOf(row), siteOf(row)),
          day === NO_DAY ? scope.as_of_on : day,
          quantities === null ? 0 : (quantities[at] as number),
        );
      }
    }
  });
}

/** What a column of numbers says of a row; NaN = none. */
function numberAt(segment: Segment, name: string): (row: number) => number {
  const { codes, dictionary } = codeColumn(segment, name);
  if (!(dictionary instanceof Float64Array)) throw new Error(`${name} is no column of numbers`);
  return (row) => dictionary[codes === null ? 0 : (codes[row] as number)] as number;
}

function fromTables(context: QueryContext, scope: Scope, ground: StockGround): OpenColumns {
  const rows = context.scan<DemandRow>(
    `SELECT l.item_id, l.site_id, l.committed_on, l.ordered_qty_milli, l.cancelled_qty_milli,
       (SELECT coalesce(sum(s.qty_milli), 0) FROM main.shipment_line s WHERE s.order_line_id = l.id)
     FROM main.sales_order o INDEXED BY sales_order_open CROSS JOIN main.order_line l ON l.order_id = o.id
     WHERE o.company_id = ? AND o.state = 'open' AND l.kind = 'goods' AND l.item_id IS NOT NULL
       AND l.site_id IS NOT NULL`,
    [scope.company_id],
  );
  return openColumns(rows.length, (push) => {
    for (const [item_id, site_id, committed_on, ordered, cancelled, shipped] of rows) {
      const open_qty_milli = openQtyMilli(ordered, cancelled, shipped);
      if (open_qty_milli !== 0) push(cellOf(ground, item_id, site_id), committed_on ?? scope.as_of_on, open_qty_milli);
    }
  });
}

type ReceiptRow = readonly [item_id: number, site_id: number, expected_on: number, open_qty_milli: number];

/** Lines of open purchase orders, by expected date. */
export function receiptColumns(context: QueryContext, company_id: number, ground: StockGround): OpenColumns {
  const rows = context.scan<ReceiptRow>(
    `SELECT l.item_id, l.site_id, l.expected_on, l.ordered_qty_milli - l.received_qty_milli
     FROM main.purchase_order p JOIN main.po_line l ON l.purchase_order_id = p.id
     WHERE p.company_id = ? AND p.state = 'open' AND l.ordered_qty_milli > l.received_qty_milli`,
    [company_id],
  );
  return openColumns(rows.length, (push) => {
    for (const [item_id, site_id, expected_on, open_qty_milli] of rows) {
      push(cellOf(ground, item_id, site_id), expected_on, open_qty_milli);
    }
  });
}

/** A line of an item or site outside the user's scope (cell -1) is left out. */
function openColumns(
  most: number,
  fill: (push: (cell: number, on: number, qty_milli: number) => void) => void,
): OpenColumns {
  const cells = new Int32Array(most);
  const days = new Int32Array(most);
  const quantities = new Float64Array(most);
  let count = 0;
  fill((cell, on, qty_milli) => {
    if (cell < 0) return;
    cells[count] = cell;
    days[count] = on;
    quantities[count] = qty_milli;
    count += 1;
  });
  return {
    cells: cells.subarray(0, count),
    on: days.subarray(0, count),
    qty_milli: quantities.subarray(0, count),
  };
}
