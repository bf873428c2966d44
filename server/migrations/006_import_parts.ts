/** How far a file is applied, and what its last preview said of each part. No replica receives it. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table import_file add column parts_applied int not null default 0, add column preview jsonb`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
