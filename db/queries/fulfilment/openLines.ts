/** Every open order line of a company: from the columns where they are ready, else line by line with its shipments. */
import { amountOfPart } from '#domain/money.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { type Segment, valueColumn } from '#db/analysis/segment.ts';
import type { QueryContext } from '../context.ts';
import { eachOpenRow, numberAt, openOrderLines } from '../orders/openLines.ts';
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
  eachOpenRow(view, open, context.checkCancelled, (block) => {
    const itemOf = numberAt(block, 'item');
    const siteOf = numberAt(block, 'site');
    const channelOf = numberAt(block, 'channel');
    const partyOf = numberAt(block, 'party');
    const idOf = valueAt(block, 'line');
    const grossOf = valueAt(block, 'gross');
    const discountOf = valueAt(block, 'discount');
    const soldOf = valueAt(block, 'qty');
    return (row, order_id, committed_on, open_qty_milli) =>
      lines.push({
        order_line_id: idOf(row),
        order_id,
        item_id: itemOf(row),
        site_id: siteOf(row),
        channel_id: channelOf(row) || 0,
        party_id: partyOf(row) || 0,
        due_on: committed_on ?? as_of_on,
        open_qty_milli,
        open_minor: amountOfPart(grossOf(row) - discountOf(row), open_qty_milli, soldOf(row)),
      });
  });
  return lines;
}

function valueAt(segment: Segment, name: string): (row: number) => number {
  const { values, origin } = valueColumn(segment, name);
  return (row) => origin + (values === null ? 0 : (values[row] as number));
}

function fromTables(context: QueryContext, { company_id, as_of_on }: Scope): readonly OpenLine[] {
  return openOrderLines(context, company_id).map(
    ({ number: _number, channel_id, party_id, committed_on, open_value_minor, ...line }) => ({
      ...line,
      channel_id: channel_id ?? 0,
      party_id: party_id ?? 0,
      due_on: committed_on ?? as_of_on,
      open_minor: open_value_minor,
    }),
  );
}
