import type { Kysely } from 'kysely';
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
