/** Credit notes and costs of claims as they stand among the order lines behind a figure, for a block of ids. */
import { sql } from 'kysely';
import { isoDate } from '#domain/calendar.ts';
import type { MarginLineView } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';

/** By key: 'credit 5', 'claim 7'. */
export async function creditViews(
  context: QueryContext,
  credit_ids: readonly number[],
  claim_cost_ids: readonly number[],
): Promise<ReadonlyMap<string, MarginLineView>> {
  const notes = await documents(context, CREDIT_NOTE, credit_ids);
  const costs = await documents(context, CLAIM_COST, claim_cost_ids);
  const views = [
    ...notes.map((row) => documentView(row, { credit_note_id: row.id }, row.claim_id !== null)),
    ...costs.map((row) => documentView(row, { claim_cost_id: row.id }, true)),
  ];
  return new Map(views.map((view) => [view.key, view]));
}

/** Of a document `n` and the claim `m` it is of, if it is of one. */
interface Documents {
  readonly table: 'credit_note' | 'claim_cost';
  readonly number: string;
  readonly day: string;
  readonly reason: string;
}
const CREDIT_NOTE: Documents = { table: 'credit_note', number: 'n.number', day: 'n.issued_on', reason: 'n.reason' };
const CLAIM_COST: Documents = { table: 'claim_cost', number: 'm.number', day: 'n.booked_on', reason: 'm.kind' };

interface DocumentRow {
  readonly id: number;
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

async function documents(
  context: QueryContext,
  { table, number, day, reason }: Documents,
  ids: readonly number[],
): Promise<readonly DocumentRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<DocumentRow>`
    SELECT n.id, ${sql.ref(number)} AS number, ${sql.ref(day)} AS day, n.item_id, n.claim_id, n.amount_minor,
      ${sql.ref(reason)} AS reason, l.order_id, l.country, i.code AS item_code, p.name AS party, h.name AS channel,
      h.kind AS channel_kind
    FROM ${sql.table(table)} n
      LEFT JOIN claim m ON m.id = n.claim_id
      LEFT JOIN order_line l ON l.id = n.order_line_id
      LEFT JOIN item i ON i.id = n.item_id
      LEFT JOIN party p ON p.id = n.party_id
      LEFT JOIN channel h ON h.id = n.channel_id
    WHERE n.id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`.execute(context.db);
  return rows;
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
