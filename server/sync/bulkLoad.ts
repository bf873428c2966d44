/** Loading many rows past the change log: only before the server listens, and followed by a new epoch. */
import { sql } from 'kysely';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import type { Database, ServerTransaction } from '#server/schema/database.ts';

export { startNewEpoch } from './epoch.ts';

/**
 * Runs `load` in one transaction with the synchronisation triggers off: rows must bring their `bucket`
 * (sync_bucket_id in SQL) and nothing reaches the log, so call startNewEpoch(tx) at the end of `load`. All or nothing: a crash leaves an
 * empty database. Where the user may (PGlite, superuser) foreign keys are checked once at the end, not row by row.
 * Throws when a reference points nowhere.
 */
export async function withTriggersOff<T>(db: Database, load: (tx: ServerTransaction) => Promise<T>): Promise<T> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ superuser: boolean }>`
      select rolsuper as superuser from pg_roles where rolname = current_user`.execute(tx);
    const superuser = rows[0]?.superuser === true;
    if (superuser) await sql`set local session_replication_role = replica`.execute(tx);
    else {
      for (const table of WIRE_TABLES) await sql`alter table ${sql.table(table.name)} disable trigger user`.execute(tx);
    }
    const result = await load(tx);
    if (superuser) {
      await sql`set local session_replication_role = origin`.execute(tx);
      await assertReferences(tx);
    } else {
      for (const table of WIRE_TABLES) await sql`alter table ${sql.table(table.name)} enable trigger user`.execute(tx);
    }
    return result;
  });
}

/** Every single-column foreign key of the schema, checked as a set. */
async function assertReferences(tx: ServerTransaction): Promise<void> {
  const { rows } = await sql<{ name: string; child: string; column: string; parent: string; key: string }>`
    select c.conname as name, c.conrelid::regclass::text as child, a.attname as column,
      c.confrelid::regclass::text as parent, k.attname as key
    from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    join pg_attribute k on k.attrelid = c.confrelid and k.attnum = c.confkey[1]
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace and array_length(c.conkey, 1) = 1`.execute(tx);
  for (const { name, child, column, parent, key } of rows) {
    const { rows: lost } = await sql<{ value: unknown }>`
      select c.${sql.ref(column)} as value from ${sql.table(child)} c
      where c.${sql.ref(column)} is not null
        and not exists (select 1 from ${sql.table(parent)} p where p.${sql.ref(key)} = c.${sql.ref(column)})
      limit 1`.execute(tx);
    if (lost.length > 0) {
      throw new Error(`bulk load: ${child}.${column} = ${String(lost[0]?.value)} is not in ${parent} (${name})`);
    }
  }
}
