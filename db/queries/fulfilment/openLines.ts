/** Every open order line of a company: from the columns where they are ready, else line by line with its shipments. */
import { amountOfPart } from '#domain/money.ts';
import { openQtyMilli } from '#domain/orders/openQuantity.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { NO_DAY } from '#db/analysis/lineFacts.ts';
import { codeColumn, rowsOfPacked, type Segment, valueColumn } from '#db/analysis/segment.ts';
import type { QueryContext } from '../context.ts';
import { columnsSince } from '../wholeSince.ts';

export interface OpenLine {
  readonly order_line_id: number;
  readonly order_id: number;
  readonly item_id: number;
  readonly site_id: number;
  /** 0 = none */
  readonly channel_id: number;
  /** 0 = none */
  readonly party_id: number;
  /** Without a date it is due at once. */
  readonly due_on: number;
  readonly open_qty_milli: number;
  /** Net value of what is open. */
  readonly open_minor: number;
}

interface Scope {
  readonly company_id: number;
  readonly as_of_on: number;
}

/** In no particular order. `numbers`: the open orders' numbers by id. */
export function openLines(
  context: QueryContext,
  scope: Scope,
): { readonly lines: readonly OpenLine[]; readonly numbers: ReadonlyMap<number, string> } {
  const numbers = new Map(
    context.scan<readonly [id: number, number: string]>(
      "SELECT id, number FROM main.sales_order INDEXED BY sales_order_open WHERE company_id = ? AND state = 'open'",
      [scope.company_id],
    ),
  );
  const view = columnsSince(context, [scope.company_id]);
  return { lines: view === null ? fromTables(context, scope) : fromFacts(context, view, scope, numbers), numbers };
}

function fromFacts(
  context: QueryContext,
  view: FactView,
  { as_of_on }: Scope,
  open: ReadonlyMap<number, string>,
): readonly OpenLine[] {
  const lines: OpenLine[] = [];
  for (const { general, dead } of view.parts) {
    context.checkCancelled();
    const rows = rowsOfPacked(general, 'open_row');
    const quantities = valueColumn(general, 'open_qty').values;
    const days = valueColumn(general, 'open_on').values;
    const orderOf = numberAt(general, 'order');
    const itemOf = numberAt(general, 'item');
    const siteOf = numberAt(general, 'site');
    const channelOf = numberAt(general, 'channel');
    const partyOf = numberAt(general, 'party');
    const idOf = valueAt(general, 'line');
    const grossOf = valueAt(general, 'gross');
    const discountOf = valueAt(general, 'discount');
    const soldOf = valueAt(general, 'qty');
    let span = 0;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] as number;
      while (span < dead.length && row >= (dead[span]?.[1] ?? 0)) span += 1;
      if (row >= (dead[span]?.[0] ?? Number.POSITIVE_INFINITY) || !open.has(orderOf(row))) continue;
      const day = days === null ? 0 : (days[at] as number);
      const open_qty_milli = quantities === null ? 0 : (quantities[at] as number);
      lines.push({
        order_line_id: idOf(row),
        order_id: orderOf(row),
        item_id: itemOf(row),
        site_id: siteOf(row),
        channel_id: channelOf(row) || 0,
        party_id: partyOf(row) || 0,
        due_on: day === NO_DAY ? as_of_on : day,
        open_qty_milli,
        open_minor: amountOfPart(grossOf(row) - discountOf(row), open_qty_milli, soldOf(row)),
      });
    }
  }
  return lines;
}

/** What a column of numbers says of a row; NaN = none. */
function numberAt(segment: Segment, name: string): (row: number) => number {
  const { codes, dictionary } = codeColumn(segment, name);
  if (!(dictionary instanceof Float64Array)) throw new Error(`${name} is no column of numbers`);
  return (row) => dictionary[codes === null ? 0 : (codes[row] as number)] as number;
}

function valueAt(segment: Segment, name: string): (row: number) => number {
  const { values, origin } = valueColumn(segment, name);
  return (row) => origin + (values === null ? 0 : (values[row] as number));
}

type Row = readonly [
  order_line_id: number,
  order_id: number,
  item_id: number,
  site_id: number,
  channel_id: number | null,
  party_id: number | null,
  committed_on: number | null,
  ordered_qty_milli: number,
  cancelled_qty_milli: number,
  net_minor: number,
  shipped_qty_milli: number,
];

function fromTables(context: QueryContext, { company_id, as_of_on }: Scope): readonly OpenLine[] {
  const rows = context.scan<Row>(
    `SELECT l.id, l.order_id, l.item_id, l.site_id, l.channel_id, l.party_id, l.committed_on, l.ordered_qty_milli,
       l.cancelled_qty_milli, l.net_minor,
       (SELECT coalesce(sum(s.qty_milli), 0) FROM main.shipment_line s WHERE s.order_line_id = l.id)
     FROM main.sales_order o INDEXED BY sales_order_open CROSS JOIN main.order_line l ON l.order_id = o.id
     WHERE o.company_id = ? AND o.state = 'open' AND l.kind = 'goods' AND l.item_id IS NOT NULL
       AND l.site_id IS NOT NULL`,
    [company_id],
  );
  return rows.flatMap((row): OpenLine[] => {
    const [order_line_id, order_id, item_id, site_id, channel_id, party_id, committed_on] = row;
    const { 7: ordered_qty_milli, 8: cancelled_qty_milli, 9: net_minor, 10: shipped_qty_milli } = row;
    const open_qty_milli = openQtyMilli(ordered_qty_milli, cancelled_qty_milli, shipped_qty_milli);
    if (open_qty_milli === 0) return [];
    return [
      {
        order_line_id,
        order_id,
        item_id,
        site_id,
        channel_id: channel_id ?? 0,
        party_id: party_id ?? 0,
        due_on: committed_on ?? as_of_on,
        open_qty_milli,
        open_minor: amountOfPart(net_minor, open_qty_milli, ordered_qty_milli - cancelled_qty_milli),
      },
    ];
  });
}
