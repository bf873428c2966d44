/** What PostgreSQL's own background processes do, and the embedded engine has none of: checkpoints and vacuum. */
import { sql } from 'kysely';
import { HOUR_MS, type Job, MINUTE_MS } from './job.ts';

/** The write-ahead log is used again from its beginning after a checkpoint; until then it only grows. */
const CHECKPOINT_AFTER_BYTES = 48 * 1024 * 1024;
/** As autovacuum's own: so many dead rows, and a fifth of the table. */
const DEAD_ROWS = 1_000;
const DEAD_PART = 0.2;

export const CHECKPOINT_EMBEDDED: Job = {
  name: 'write-ahead log',
  every_ms: MINUTE_MS,
  run: async ({ database: { db, engine } }) => {
    if (engine !== 'pglite') return 0;
    const { rows } = await sql<{ bytes: number }>`
      select (pg_current_wal_insert_lsn() - redo_lsn)::bigint as bytes from pg_control_checkpoint()`.execute(db);
    if ((rows[0]?.bytes ?? 0) >= CHECKPOINT_AFTER_BYTES) await sql`checkpoint`.execute(db);
    return 0;
  },
};

export const VACUUM_EMBEDDED: Job = {
  name: 'dead rows',
  every_ms: HOUR_MS,
  run: async ({ database: { db, engine } }, pause) => {
    if (engine !== 'pglite') return 0;
    const { rows } = await sql<{ name: string; dead: number }>`
      select relname as name, n_dead_tup as dead from pg_stat_user_tables
      where n_dead_tup > ${DEAD_ROWS} and n_dead_tup > ${DEAD_PART}::float8 * n_live_tup order by n_dead_tup`.execute(
      db,
    );
    for (const { name } of rows) {
      await pause();
      await sql`vacuum (analyze) ${sql.table(name)}`.execute(db);
    }
    return rows.reduce((sum, { dead }) => sum + dead, 0);
  },
};
