/** Lines of open orders with something left, as the tables and as the columns of order lines tell them. */
import { amountOfPart } from '#domain/money.ts';
import { openQtyMilli } from '#domain/orders/openQuantity.ts';
import { type Unplaced, unplacedBecause } from '#domain/orders/placed.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { NO_DAY } from '#db/analysis/lineFacts.ts';
import { codeColumn, rowsOfPacked, type Segment, valueColumn } from '#db/analysis/segment.ts';
import type { QueryContext } from '../context.ts';

export interface OpenOrderLine {
  readonly order_line_id: number;
  readonly order_id: number;
  readonly number: string;
  readonly item_id: number;
  readonly site_id: number;
  readonly channel_id: number | null;
  readonly party_id: number | null;
  /** null = at once. */
  readonly committed_on: number | null;
  readonly open_qty_milli: number;
  /** What is open at the line's net price. */
  readonly open_value_minor: number;
}

/** One that no list of stock and no queue can have, and why. */
export interface UnplacedLine extends Omit<OpenOrderLine, 'item_id' | 'site_id'> {
  readonly item_id: number | null;
  readonly site_id: number | null;
  readonly because: Unplaced;
}

type Row<Id = number> = readonly [
  order_line_id: number,
  order_id: number,
  number: string,
  item_id: Id,
  site_id: Id,
  channel_id: number | null,
  party_id: number | null,
  committed_on: number | null,
  ordered_qty_milli: number,
  cancelled_qty_milli: number,
  net_minor: number,
  shipped_qty_milli: number,
];

const COLUMNS = `l.id, l.order_id, o.number, l.item_id, l.site_id, l.channel_id, l.party_id, l.committed_on,
  l.ordered_qty_milli, l.cancelled_qty_milli, l.net_minor,
  (SELECT coalesce(sum(s.qty_milli), 0) FROM main.shipment_line s WHERE s.order_line_id = l.id)`;

/** Line by line with its shipments, in no particular order; of one item, or null = of all. */
export function openOrderLines(
  { scan }: QueryContext,
  company_id: number,
  item_id: number | null = null,
): OpenOrderLine[] {
  const from =
    item_id === null
      ? 'main.sales_order o INDEXED BY sales_order_open CROSS JOIN main.order_line l ON l.order_id = o.id'
      : 'main.sales_order o JOIN main.order_line l ON l.order_id = o.id';
  const rows = scan<Row>(
    `SELECT ${COLUMNS}
     FROM ${from} WHERE o.company_id = ? AND o.state = 'open' AND l.kind = 'goods'
       AND ${item_id === null ? 'l.item_id IS NOT NULL' : 'l.item_id = ?'} AND l.site_id IS NOT NULL`,
    item_id === null ? [company_id] : [company_id, item_id],
  );
  return rows.flatMap((row) => openLine(row) ?? []);
}

/** Those that are left out of all of it, because no item or no site is recorded. */
export function unplacedOrderLines({ scan }: QueryContext, company_id: number): UnplacedLine[] {
  const rows = scan<Row<number | null>>(
    `SELECT ${COLUMNS}
     FROM main.sales_order o INDEXED BY sales_order_open CROSS JOIN main.order_line l ON l.order_id = o.id
     WHERE o.company_id = ? AND o.state = 'open' AND l.kind = 'goods' AND (l.item_id IS NULL OR l.site_id IS NULL)`,
    [company_id],
  );
  return rows.flatMap((row): UnplacedLine[] => {
    const line = openLine(row);
    const because = line && unplacedBecause(line);
    return line && because ? [{ ...line, because }] : [];
  });
}

/** null: nothing is left of it. */
function openLine<Id>(row: Row<Id>) {
  const [order_line_id, order_id, number, item_id, site_id, channel_id, party_id, committed_on] = row;
  const { 8: ordered_qty_milli, 9: cancelled_qty_milli, 10: net_minor, 11: shipped_qty_milli } = row;
  const open_qty_milli = openQtyMilli(ordered_qty_milli, cancelled_qty_milli, shipped_qty_milli);
  if (open_qty_milli === 0) return null;
  const open_value_minor = amountOfPart(net_minor, open_qty_milli, ordered_qty_milli - cancelled_qty_milli);
  const place = { item_id, site_id, channel_id, party_id };
  return { order_line_id, order_id, number, ...place, committed_on, open_qty_milli, open_value_minor };
}

/** `committed_on`: null = at once. */
export type OpenRow = (row: number, order_id: number, committed_on: number | null, open_qty_milli: number) => void;

/** Those of the columns. `reading` is asked once a block what is done with its rows. */
export function eachOpenRow(
  view: FactView,
  open: { has(order_id: number): boolean },
  checkCancelled: () => void,
  reading: (block: Segment) => OpenRow,
): void {
  for (const { general, dead } of view.parts) {
    checkCancelled();
    const rows = rowsOfPacked(general, 'open_row');
    const quantities = valueColumn(general, 'open_qty').values;
    const days = valueColumn(general, 'open_on').values;
    const orderOf = numberAt(general, 'order');
    const read = reading(general);
    let span = 0;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] as number;
      while (span < dead.length && row >= (dead[span]?.[1] ?? 0)) span += 1;
      const order_id = orderOf(row);
      if (row >= (dead[span]?.[0] ?? Number.POSITIVE_INFINITY) || !open.has(order_id)) continue;
      const day = days === null ? 0 : (days[at] as number);
      read(row, order_id, day === NO_DAY ? null : day, quantities === null ? 0 : (quantities[at] as number));
    }
  }
}

/** What a column of numbers says of a row; NaN = none. */
export function numberAt(segment: Segment, name: string): (row: number) => number {
  const { codes, dictionary } = codeColumn(segment, name);
  if (!(dictionary instanceof Float64Array)) throw new Error(`${name} is no column of numbers`);
  return (row) => dictionary[codes === null ? 0 : (codes[row] as number)] as number;
}
