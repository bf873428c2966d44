/** Removing much in little pieces. */
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '#server/schema/database.ts';
import type { Pause } from './job.ts';

const PAGE_ROWS = 1_000;

/** Deletes the rows for which `old` holds, a page in each transaction. `key` is the table's primary key. */
export async function removeInPages(
  db: Database,
  table: string,
  key: string,
  old: RawBuilder<unknown>,
  pause: Pause,
): Promise<number> {
  return await untilEmpty(pause, async () => {
    const removed = await sql`delete from ${sql.table(table)} where ${sql.ref(key)} in
      (select ${sql.ref(key)} from ${sql.table(table)} where ${old} limit ${PAGE_ROWS})`.execute(db);
    return Number(removed.numAffectedRows ?? 0);
  });
}

/** Runs `page` until it finds nothing more; returns what all of them removed. */
export async function untilEmpty(pause: Pause, page: (limit: number) => Promise<number>): Promise<number> {
  let removed = 0;
  for (;;) {
    await pause();
    const rows = await page(PAGE_ROWS);
    removed += rows;
    if (rows === 0) return removed;
  }
}
