/** The newest sealed entries as synchronised rows: what the copies of those who may see the whole trail hold of it. */
import { sql } from 'kysely';
import { ENTRIES_ON_COPIES, ENTRIES_OVER } from '#domain/audit/copied.ts';
import type { Database } from '#server/schema/database.ts';
import { holdChain } from './chain.ts';
import { sendCloseEntries } from './closeEntries.ts';

/**
 * Adds what was sealed since, all of it as one change, and takes away what is older than copies hold or is not in the chain
 * any more; also those of closes that were not sent with what they tell. Call after sealing; two servers take turns.
 */
export async function sendEntries(
  db: Database,
  most: { readonly entries: number; readonly over: number } = { entries: ENTRIES_ON_COPIES, over: ENTRIES_OVER },
): Promise<{ readonly added: number; readonly removed: number }> {
  return await db.transaction().execute(async (tx) => {
    await holdChain(tx);
    const of_closes = await sendCloseEntries(tx);
    const added = await sql`
      insert into audit_entry (id, month, event_id, happened_at, kind, user_name, address, about, detail, seal)
      select c.seq, to_char(e.happened_at at time zone 'UTC', 'YYYYMM')::int, e.id, e.happened_at, e.kind, e.user_name,
        e.address, e.about, e.detail, c.seal
      from audit_chain c join audit_event e on e.id = c.event_id
      where c.seq > greatest((select coalesce(max(id), 0) from audit_entry),
        (select coalesce(max(seq), 0) from audit_chain) - ${most.entries}::bigint)
      order by c.seq`.execute(tx);
    const removed = await sql`
      delete from audit_entry a using (select max(id) as last, min(id) as first from audit_entry) held
      where (held.last - held.first >= ${most.entries + most.over}::bigint and a.id <= held.last - ${most.entries}::bigint)
        or a.id < (select min(seq) from audit_chain)`.execute(tx);
    return { added: Number(added.numAffectedRows ?? 0) + of_closes, removed: Number(removed.numAffectedRows ?? 0) };
  });
}
