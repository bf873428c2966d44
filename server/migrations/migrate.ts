import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { CrashAt } from '#server/crashPoints.ts';
import type { ServerSchema } from '#server/schema/database.ts';
import { MIGRATIONS } from './all.ts';

/** Brings the schema up to date; two servers starting at once wait for each other. Throws on a failed migration. */
export async function migrate(
  db: Kysely<ServerSchema>,
  migrations: Readonly<Record<string, Migration>> = MIGRATIONS,
  crashAt: CrashAt = () => {},
): Promise<readonly string[]> {
  if (await isUpToDate(db, Object.keys(migrations))) return [];
  const passing = Object.fromEntries(
    Object.entries(migrations).map(([name, migration]): [string, Migration] => [
      name,
      {
        up: async (tx) => {
          await migration.up(tx);
          crashAt('server.migrate.before_commit');
        },
      },
    ]),
  );
  const migrator = new Migrator({ db, provider: { getMigrations: async () => passing } });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('a migration failed', { cause: error });
  return (results ?? []).map((result) => result.migrationName);
}

/**
 * True when exactly these are recorded, in their order. Kysely itself would read every column of every table first, which is a
 * quarter of a server's start; whatever else it finds wrong is for it to say.
 */
async function isUpToDate(db: Kysely<ServerSchema>, names: readonly string[]): Promise<boolean> {
  const table = await sql<{ there: boolean }>`select to_regclass('kysely_migration') is not null as there`.execute(db);
  if (table.rows[0]?.there !== true) return false;
  const done = await sql<{
    name: string;
  }>`select name from kysely_migration order by timestamp, name collate "C"`.execute(db);
  const wanted = names.toSorted();
  return done.rows.length === wanted.length && done.rows.every(({ name }, index) => name === wanted[index]);
}
