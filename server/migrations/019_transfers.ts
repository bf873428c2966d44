/** Transfers between sites as documents, and items looked up by what is asked of and on order for them. Frozen. */
import { type Kysely, sql } from 'kysely';

const SITE = `safe_integer not null references site(id)`;
const STATEMENTS = [
  `create table transfer_event (id text primary key check (id ~ '^[0-9a-f-]{36}/[0-9]{1,3}$'),
    company_id safe_integer not null references company(id), site_id ${SITE},
    transfer_id text not null check (transfer_id ~ '^[0-9a-f-]{36}/[0-9]{1,3}$'),
    step text not null
      check (step in ('requested', 'withdrawn', 'approved', 'refused', 'cancelled', 'dispatched', 'received')),
    number text not null check (number <> ''), item_id safe_integer not null references item(id),
    from_site_id ${SITE}, to_site_id ${SITE},
    qty_milli safe_integer not null check (qty_milli >= 0), due_on date,
    reason text check (length(reason) between 1 and 500), decision_id text references replenishment_decision(id),
    author text not null, written_at timestamptz not null, accepted_at timestamptz not null,
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz,
    check (from_site_id <> to_site_id), check (site_id in (from_site_id, to_site_id)),
    check (step = 'received' or qty_milli > 0),
    check (step not in ('requested', 'refused', 'withdrawn', 'cancelled') or reason is not null))`,
  // a step is taken once, and told to either site once
  `create unique index transfer_event_step on transfer_event (transfer_id, step, site_id)`,
  `create index transfer_event_item on transfer_event (company_id, item_id)`,
  `create index transfer_event_bucket on transfer_event (bucket, id)`,
  `create index order_line_item on order_line (item_id, ordered_on)`,
  `create index po_line_item on po_line (item_id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
