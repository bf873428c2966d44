/** Imported documents are found again by their numbers. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create index invoice_number on invoice (company_id, number)`,
  `create index payment_number on payment (company_id, kind, party_id, number)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
