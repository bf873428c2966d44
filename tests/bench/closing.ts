/**
 * Reconciling a company's month over a server's database that is there, and what it costs a large import that statements note
 * who wrote. Everything is rolled back. `npm run bench -- --only closing --data-dir D`, D a server's own folder that nobody works
 * in, or `--database-url URL` of a PostgreSQL.
 */
import { type Kysely, sql } from 'kysely';
import { type DatabaseOptions, openDatabase } from '#server/database.ts';
import { reconcilePeriod } from '#server/close/reconcilePeriod.ts';
import type { ServerSchema, ServerTransaction } from '#server/schema/database.ts';
import { median, type Report, timed } from './harness.ts';

const WRITTEN_LINES = 100_000;
/** As an import writes them. */
const A_STATEMENT = 5_000;
const ROUNDS = 3;

export async function benchClosing(
  report: Report,
  where: Pick<DatabaseOptions, 'dataDir' | 'databaseUrl'>,
): Promise<void> {
  const database = await openDatabase(where);
  try {
    await benchReconciling(report, database.db);
    await benchAuthors(report, database.db);
  } finally {
    await database.close();
  }
}

async function benchReconciling(report: Report, db: Kysely<ServerSchema>): Promise<void> {
  const periods = await db
    .selectFrom('close_period as p')
    .innerJoin('company as c', 'c.id', 'p.company_id')
    .select(['p.id', 'p.period', 'c.code'])
    .where('p.state', '<>', 'hard_locked')
    .orderBy('p.id')
    .execute();
  for (const { id, period, code } of periods) {
    for (const time of ['first', 'again']) {
      const ms = await rolledBack(db, (tx) =>
        timed(async () => {
          await reconcilePeriod(tx, { period_id: id, now_ms: Date.now() });
        }),
      );
      report.value(`all reconciliations of ${code} ${period}, ${time}`, ms, 'ms');
    }
  }
}

/** Both in turn, so that noise meets both. */
async function benchAuthors(report: Report, db: Kysely<ServerSchema>): Promise<void> {
  const took = { noted: [] as number[], silent: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const how of ['silent', 'noted'] as const) took[how].push(await rolledBack(db, (tx) => writeLines(tx, how)));
  }
  report.value('100,000 ledger lines, nobody noted', median(took.silent), 'ms');
  report.value('100,000 ledger lines, who wrote noted', median(took.noted), 'ms');
  report.ratio('100,000 ledger lines, who wrote noted', '100,000 ledger lines, nobody noted');
}

async function writeLines(tx: ServerTransaction, how: 'noted' | 'silent'): Promise<number> {
  if (how === 'silent') await sql`alter table gl_line disable trigger note_author_insert`.execute(tx);
  return await timed(async () => {
    for (let written = 0; written < WRITTEN_LINES; written += A_STATEMENT)
      await sql`insert into gl_line (company_id, channel_id, month, entry_id, account_id, party_id, amount_minor, ref)
        select l.company_id, l.channel_id, l.month, l.entry_id, l.account_id, l.party_id, l.amount_minor, l.ref
        from (select * from gl_line order by id limit ${A_STATEMENT} offset ${written % 20_000}) l`.execute(tx);
  });
}

async function rolledBack(db: Kysely<ServerSchema>, run: (tx: ServerTransaction) => Promise<number>): Promise<number> {
  const tx = await db.startTransaction().execute();
  try {
    return await run(tx);
  } finally {
    await tx.rollback().execute();
  }
}
