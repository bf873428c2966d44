/** Brings work.db to the newest layout. Migrations are frozen and only ever appended; user_version counts them. */
import type { Connection } from '#db/connection.ts';
import type { CrashAt } from '#db/machine.ts';
import { migration001Work } from './001_work.ts';
import { migration002SavedViews } from './002_saved_views.ts';
import { migration003ExportNotes } from './003_export_notes.ts';
import { migration004Absence } from './004_absence.ts';
import { migration005Scenarios } from './005_scenarios.ts';
import { migration006Trail } from './006_trail.ts';

export const WORK_MIGRATIONS: readonly (readonly string[])[] = [
  migration001Work,
  migration002SavedViews,
  migration003ExportNotes,
  migration004Absence,
  migration005Scenarios,
  migration006Trail,
];

/** Throws when the file was written by a newer Binnacle: an older one must not touch it. */
export function migrateWork(connection: Connection, crashAt: CrashAt = () => undefined): void {
  const at = Number(connection.pragma('user_version', { simple: true }));
  if (at > WORK_MIGRATIONS.length) {
    throw new Error(
      `work.db has layout ${at}, this Binnacle knows ${WORK_MIGRATIONS.length}: install the newer version`,
    );
  }
  for (let number = at; number < WORK_MIGRATIONS.length; number++) {
    connection.transaction(() => {
      for (const statement of WORK_MIGRATIONS[number] ?? []) connection.exec(statement);
      connection.pragma(`user_version = ${number + 1}`);
      crashAt('host.work.migrate.before_commit');
    })();
  }
}
