/** The sealed entries that concern a close, as synchronised rows of that close: whoever sees it holds them, whole. */
import { sql } from 'kysely';
import { FIRST_SEAL } from '#domain/audit/chain.ts';
import type { Database } from '#server/schema/database.ts';

/** The close an entry concerns. */
export interface CloseOf {
  readonly company_id: number;
  readonly period_id: number;
}

/** Notes that this entry concerns a close; in the transaction that writes it. */
export async function noteOfClose(
  tx: Database,
  entries: readonly (CloseOf & { readonly event_id: number })[],
): Promise<void> {
  const list = JSON.stringify(entries);
  await sql`insert into close_entry_waiting (event_id, company_id, period_id)
    select event_id, company_id, period_id
    from jsonb_to_recordset(${list}::text::jsonb) as n(event_id bigint, company_id bigint, period_id bigint)
    on conflict do nothing`.execute(tx);
}

/** Sends those of the sealed ones that were not sent yet; answers how many. The caller holds the chain. */
export async function sendCloseEntries(tx: Database): Promise<number> {
  const sent = await sql`
    insert into close_entry (id, company_id, period_id, event_id, happened_at, kind, user_name, address, about, detail,
      seal_before, seal)
    select c.seq, w.company_id, w.period_id, e.id, e.happened_at, e.kind, e.user_name, e.address, e.about, e.detail,
      coalesce((select b.seal from audit_chain b where b.seq = c.seq - 1), ${FIRST_SEAL}), c.seal
    from close_entry_waiting w join audit_chain c on c.event_id = w.event_id join audit_event e on e.id = w.event_id
    order by c.seq on conflict do nothing`.execute(tx);
  await sql`delete from close_entry_waiting w using audit_chain c where c.event_id = w.event_id`.execute(tx);
  return Number(sent.numAffectedRows ?? 0);
}

/** The first, of all or of one month, that is another than the entry of the trail it stands for; null = none is. */
export async function firstOtherOfCloses(
  tx: Database,
  period_id: number | null = null,
): Promise<{ readonly seq: number; readonly event_id: number } | null> {
  const { rows } = await sql<{ seq: number; event_id: number }>`
    select x.id as seq, x.event_id from close_entry x where (${period_id}::bigint is null or x.period_id = ${period_id}::bigint) and not exists (
      select from audit_chain c join audit_event e on e.id = c.event_id
      where c.seq = x.id and c.seal = x.seal and e.id = x.event_id and e.happened_at = x.happened_at and e.kind = x.kind
        and e.user_name is not distinct from x.user_name and e.address is not distinct from x.address
        and e.about is not distinct from x.about and e.detail = x.detail
        and x.seal_before = coalesce((select b.seal from audit_chain b where b.seq = c.seq - 1), ${FIRST_SEAL}))
    order by x.id limit 1`.execute(tx);
  return rows[0] ?? null;
}
