/** Credit notes and costs of claims as they stand among the order lines behind a figure, for a block of ids. */
import { isoDate } from '#domain/calendar.ts';
import type { MarginLineView } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';

/** By key: 'credit 5', 'claim 7'. */
export async function creditViews(
  context: QueryContext,
  credit_ids: readonly number[],
  claim_cost_ids: readonly number[],
): Promise<ReadonlyMap<string, MarginLineView>> {
  const views = [...(await creditNotes(context, credit_ids)), ...(await claimCosts(context, claim_cost_ids))];
  return new Map(views.map((view) => [view.key, view]));
}

async function creditNotes(context: QueryContext, ids: readonly number[]): Promise<MarginLineView[]> {
  if (ids.length === 0) return [];
  const rows = await context.db
    .selectFrom('credit_note as n')
    .leftJoin('order_line as l', 'l.id', 'n.order_line_id')
    .leftJoin('item as i', 'i.id', 'n.item_id')
    .leftJoin('party as p', 'p.id', 'n.party_id')
    .leftJoin('channel as h', 'h.id', 'n.channel_id')
    .select([
      'n.id',
      'n.number',
      'n.issued_on as day',
      'n.item_id',
      'n.claim_id',
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
  return rows.map((row) => documentView(row, { credit_note_id: row.id }, row.claim_id !== null));
}

async function claimCosts(context: QueryContext, ids: readonly number[]): Promise<MarginLineView[]> {
  if (ids.length === 0) return [];
  const rows = await context.db
    .selectFrom('claim_cost as n')
    .leftJoin('claim as m', 'm.id', 'n.claim_id')
    .leftJoin('order_line as l', 'l.id', 'n.order_line_id')
    .leftJoin('item as i', 'i.id', 'n.item_id')
    .leftJoin('party as p', 'p.id', 'n.party_id')
    .leftJoin('channel as h', 'h.id', 'n.channel_id')
    .select([
      'n.id',
      'm.number',
      'n.booked_on as day',
      'n.item_id',
      'n.claim_id',
      'n.amount_minor',
      'm.kind as reason',
      'l.order_id',
      'l.country',
      'i.code as item_code',
      'p.name as party',
      'h.name as channel',
      'h.kind as channel_kind',
    ])
    .where('n.id', 'in', ids)
    .execute();
  return rows.map((row) => documentView(row, { claim_cost_id: row.id }, true));
}

interface DocumentRow {
  readonly number: string | null;
  readonly day: number;
  readonly item_id: number | null;
  readonly claim_id: number | null;
  readonly amount_minor: number;
  readonly reason: string | null;
  readonly order_id: number | null;
  readonly country: string | null;
  readonly item_code: string | null;
  readonly party: string | null;
  readonly channel: string | null;
  readonly channel_kind: string | null;
}

function documentView(
  row: DocumentRow,
  {
    credit_note_id = null,
    claim_cost_id = null,
  }: { readonly credit_note_id?: number | null; readonly claim_cost_id?: number | null },
  of_claim: boolean,
): MarginLineView {
  const net_minor = of_claim ? 0 : 0 - row.amount_minor;
  return {
    key: credit_note_id === null ? `claim ${claim_cost_id}` : `credit ${credit_note_id}`,
    order_line_id: 0 - (credit_note_id ?? 0),
    credit_note_id,
    claim_cost_id,
    order_id: row.order_id ?? 0,
    order_number: row.number ?? `Claim ${row.claim_id}`,
    ordinal: 0,
    item_id: row.item_id,
    item_code: row.item_code,
    description: row.reason,
    kind: of_claim ? 'claim' : 'credit',
    party: row.party,
    country: row.country,
    channel: row.channel,
    channel_kind: row.channel_kind ?? 'unmapped',
    ordered_on: isoDate(row.day),
    committed_on: null,
    ordered_qty_milli: 0,
    shipped_qty_milli: null,
    uom: null,
    unit_price_micro: 0,
    gross_minor: net_minor,
    discount_minor: 0,
    net_minor,
    cost_minor: null,
    freight_minor: null,
    rebate_minor: null,
    fee_minor: null,
    claim_minor: of_claim ? row.amount_minor : null,
    gm1_minor: net_minor,
    gm2_minor: net_minor,
    gm3_minor: of_claim ? 0 - row.amount_minor : net_minor,
  };
}
