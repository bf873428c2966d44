/** A second person's answer to a draft order, once each. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table draft_order_approval (id text primary key check (id ~ '^[0-9a-f-]{36}(/[0-9]{1,3})?$'),
    company_id safe_integer not null references company(id), site_id safe_integer not null references site(id),
    draft_order_id text not null unique references draft_order(id),
    verdict text not null check (verdict in ('approved', 'refused')), reason text check (length(reason) between 1 and 500),
    author text not null, written_at timestamptz not null, accepted_at timestamptz not null,
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz,
    check (verdict = 'approved' or reason is not null))`,
  `create index draft_order_approval_bucket on draft_order_approval (bucket, id)`,
  // what went to a supplier lately is added up at every sending
  `create index draft_order_supplier on draft_order (company_id, supplier_id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
