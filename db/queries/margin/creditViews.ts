/** Credit notes as they stand among the order lines behind a figure, for a block of ids. */
import { isoDate } from '#domain/calendar.ts';
import type { MarginLineView } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';

export async function creditViews(
  context: QueryContext,
  ids: readonly number[],
): Promise<ReadonlyMap<number, MarginLineView>> {
  if (ids.length === 0) return new Map();
  const rows = await context.db
    .selectFrom('credit_note as n')
    .leftJoin('order_line as l', 'l.id', 'n.order_line_id')
    .leftJoin('item as i', 'i.id', 'n.item_id')
    .leftJoin('party as p', 'p.id', 'n.party_id')
    .leftJoin('channel as h', 'h.id', 'n.channel_id')
    .select([
      'n.id',
      'n.number',
      'n.issued_on',
      'n.item_id',
      'n.amount_minor',
      'n.reason',
      'l.order_id',
      'l.country',
      'i.code as item_code',
      'p.name as party',
      'h.name as channel',
      'h.kind as channel_kind',
    ])
    .where('n.id', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        order_line_id: -row.id,
        credit_note_id: row.id,
        order_id: row.order_id ?? 0,
        order_number: row.number,
        ordinal: 0,
        item_id: row.item_id,
        item_code: row.item_code,
        description: row.reason,
        kind: 'credit',
        party: row.party,
        country: row.country,
        channel: row.channel,
        channel_kind: row.channel_kind ?? 'unmapped',
        ordered_on: isoDate(row.issued_on),
        committed_on: null,
        ordered_qty_milli: 0,
        shipped_qty_milli: null,
        uom: null,
        unit_price_micro: 0,
        gross_minor: -row.amount_minor,
        discount_minor: 0,
        net_minor: -row.amount_minor,
        cost_minor: null,
      },
    ]),
  );
}
