/** A statement of a bank says on which day it closes, which may be after its last line: the day of its closing balance. Frozen. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table bank_statement add closes_on date, add check (closes_on is null or closes_on >= ends_on)`.execute(
    db,
  );
}
