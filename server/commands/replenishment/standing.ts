/** What was decided about positions, approved and put on drafts, as the server has it now. Under the company's lock. */
import { sql } from 'kysely';
import { dayNumber } from '#domain/calendar.ts';
import {
  decisionKey,
  type DecisionState,
  decisionStands,
  decisionState,
  type Verdict,
} from '#domain/planning/replenishment/decision.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import { storedTransfers, type StoredTransfer } from '#server/planning/transferRows.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { CompanyDay } from '../companyDay.ts';

export interface StoredDecision {
  readonly id: string;
  readonly company_id: number;
  readonly site_id: number;
  readonly item_id: number;
  readonly kind: 'buy' | 'transfer';
  readonly supplier_id: number | null;
  readonly from_site_id: number | null;
  readonly verdict: Verdict;
  readonly qty_milli: number;
  readonly unit_price_micro: number | null;
  readonly value_minor: number | null;
  readonly approval: string | null;
  readonly author: string;
  readonly accepted_at_ms: number;
  readonly answer: { readonly verdict: 'approved' | 'refused'; readonly by: string; readonly at_ms: number } | null;
  /** The draft it is a line of, cancelled ones left out. */
  readonly draft: { readonly id: string; readonly number: string; readonly sent: boolean } | null;
  /** The newest that carries it out. */
  readonly transfer: StoredTransfer | null;
  readonly state: DecisionState;
  readonly stands: boolean;
}

/** One at a time decides about a company's replenishment: whoever comes second sees what the first did. */
export async function lockReplenishment(tx: ServerTransaction, company_id: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`replenishment:${company_id}`}, 2))`.execute(tx);
}

/** The newest decision of each of these positions, by decisionKey. */
export async function newestDecisions(
  tx: ServerTransaction,
  company: CompanyDay,
  positions: readonly { readonly site_id: number; readonly item_id: number }[],
): Promise<ReadonlyMap<string, StoredDecision>> {
  const rows = await tx
    .selectFrom('replenishment_decision')
    .select('id')
    .distinctOn(['site_id', 'item_id', 'kind', sql`coalesce(from_site_id, 0)`])
    .where('company_id', '=', company.id)
    .where('site_id', 'in', [...new Set(positions.map((each) => each.site_id))])
    .where('item_id', 'in', [...new Set(positions.map((each) => each.item_id))])
    .orderBy('site_id')
    .orderBy('item_id')
    .orderBy('kind')
    .orderBy(sql`coalesce(from_site_id, 0)`)
    .orderBy('accepted_at', 'desc')
    .orderBy('ver', 'desc')
    .execute();
  const found = await decisionsById(
    tx,
    company,
    rows.map((row) => row.id),
  );
  return new Map([...found.values()].map((each) => [decisionKey(each), each]));
}

/**
 * Of these items, what accepted transfers will take from a site and no document says yet: thousandths by item and site. The
 * copies count it as asked for at once.
 */
export async function promisedAway(
  tx: ServerTransaction,
  company: CompanyDay,
  item_ids: readonly number[],
): Promise<(item_id: number, site_id: number) => number> {
  const sites = await tx.selectFrom('site').select('id').where('company_id', '=', company.id).execute();
  const decisions = await newestDecisions(
    tx,
    company,
    sites.flatMap(({ id: site_id }) => item_ids.map((item_id) => ({ site_id, item_id }))),
  );
  const taken = new Map<string, number>();
  for (const { stands, state, kind, item_id, from_site_id, qty_milli } of decisions.values()) {
    if (kind !== 'transfer' || !stands || (state !== 'accepted' && state !== 'for_approval')) continue;
    const key = `${item_id}:${from_site_id ?? 0}`;
    taken.set(key, (taken.get(key) ?? 0) + qty_milli);
  }
  return (item_id, site_id) => taken.get(`${item_id}:${site_id}`) ?? 0;
}

/** Whether something newer was decided is not looked at: `newestDecisions` says that. */
export async function decisionsById(
  tx: ServerTransaction,
  company: CompanyDay,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredDecision>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('replenishment_decision')
    .selectAll()
    .where('company_id', '=', company.id)
    .where('id', 'in', ids)
    .execute();
  const approvals = await tx
    .selectFrom('replenishment_approval')
    .select(['decision_id', 'verdict', 'author', 'accepted_at'])
    .where('decision_id', 'in', ids)
    .execute();
  const drafts = await tx
    .selectFrom('draft_order_line as l')
    .innerJoin('draft_order as o', 'o.id', 'l.draft_order_id')
    .leftJoin('draft_order_event as e', 'e.draft_order_id', 'o.id')
    .select(['l.decision_id', 'o.id', 'o.number', 'e.kind as ended'])
    .where('l.decision_id', 'in', ids)
    .execute();
  const moved = rows.filter((row) => row.kind === 'transfer').map((row) => row.item_id);
  const transfers = new Map(
    (await storedTransfers(tx, company, { item_ids: moved })).map((each) => [each.decision_id, each]),
  );
  const answers = new Map(approvals.map((each) => [each.decision_id, each]));
  const lines = new Map(drafts.filter((each) => each.ended !== 'cancelled').map((each) => [each.decision_id, each]));
  return new Map(
    rows.map((row) => {
      const answer = answers.get(row.id);
      const line = lines.get(row.id);
      const kind = row.kind as 'buy' | 'transfer';
      const verdict = row.verdict as Verdict;
      const answered = answer ? (answer.verdict as 'approved' | 'refused') : null;
      const draft = line ? { id: line.id, number: line.number, sent: line.ended === 'sent' } : null;
      const transfer = transfers.get(row.id) ?? null;
      const state = decisionState({
        verdict,
        approval: row.approval,
        answer: answered,
        draft: draft === null ? null : draft.sent ? 'sent' : 'open',
        transfer: transfer?.standing.state ?? null,
      });
      const accepted_at_ms = row.accepted_at.getTime();
      const dates = {
        kind,
        decided_on: dayInZone(accepted_at_ms, company.time_zone),
        receive_on: dayNumber(row.receive_on) ?? 0,
      };
      const stored: StoredDecision = {
        id: row.id,
        company_id: row.company_id,
        site_id: row.site_id,
        item_id: row.item_id,
        kind,
        supplier_id: row.supplier_id,
        from_site_id: row.from_site_id,
        verdict,
        qty_milli: row.qty_milli,
        unit_price_micro: row.unit_price_micro,
        value_minor: row.value_minor,
        approval: row.approval,
        author: row.author,
        accepted_at_ms,
        answer:
          answer && answered ? { verdict: answered, by: answer.author, at_ms: answer.accepted_at.getTime() } : null,
        draft,
        transfer,
        state,
        stands: decisionStands(dates, state, company.today_on),
      };
      return [row.id, stored];
    }),
  );
}
