/** A month's reconciliation asks for the documents and entries of some days: each kind is found by its day. Frozen. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index invoice_posted on invoice (company_id, posted_on)`.execute(db);
  await sql`create index payment_paid on payment (company_id, paid_on)`.execute(db);
  await sql`create index payment_exchanged on payment (company_id, settled_on) where exchange_minor <> 0`.execute(db);
  await sql`create index gl_entry_booked on gl_entry (company_id, booked_on)`.execute(db);
  await sql`create index shipment_line_shipped on shipment_line (company_id, shipped_on)`.execute(db);
}
