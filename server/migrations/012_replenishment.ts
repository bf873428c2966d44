/** Decisions on order proposals, their approvals, and draft orders. Frozen. */
import { type Kysely, sql } from 'kysely';

const COMPANY = `company_id safe_integer not null references company(id)`;
const SITE = `site_id safe_integer not null references site(id)`;
const ITEM = `item_id safe_integer not null references item(id)`;
// The mutation that wrote the row, and of several rows its place.
const ID = `id text primary key check (id ~ '^[0-9a-f-]{36}(/[0-9]{1,3})?$')`;
const ROW = `ver safe_integer not null default nextval('row_ver'), bucket int not null,
  source text not null default 'binnacle', model text, external_id text, row_hash text, deleted_at timestamptz`;
const WRITTEN = `author text not null, written_at timestamptz not null, accepted_at timestamptz not null, ${ROW}`;
const REASON = `text check (length(reason) between 1 and 500)`;
const DRAFT = `draft_order_id text not null references draft_order(id)`;

const STATEMENTS = [
  `create table replenishment_decision (${ID}, ${COMPANY}, ${SITE}, ${ITEM},
    kind text not null check (kind in ('buy', 'transfer')),
    supplier_id safe_integer references party(id), from_site_id safe_integer references site(id),
    verdict text not null check (verdict in ('accepted', 'changed', 'rejected', 'withdrawn')),
    proposed_qty_milli safe_integer not null check (proposed_qty_milli >= 0),
    qty_milli safe_integer not null check (qty_milli >= 0), receive_on date not null, reason ${REASON},
    inputs jsonb not null, rule_version int not null check (rule_version >= 1),
    unit_price_micro safe_integer check (unit_price_micro >= 0), value_minor safe_integer check (value_minor >= 0),
    approval text check (approval <> ''), follows text references replenishment_decision(id), ${WRITTEN},
    check ((kind = 'buy') = (from_site_id is null)), check (kind = 'transfer' or supplier_id is not null),
    check ((verdict in ('accepted', 'changed')) = (qty_milli > 0)),
    check (verdict not in ('changed', 'rejected') or reason is not null))`,
  `create index replenishment_decision_position on replenishment_decision (site_id, item_id)`,
  `create table replenishment_approval (${ID}, ${COMPANY}, ${SITE},
    decision_id text not null unique references replenishment_decision(id),
    verdict text not null check (verdict in ('approved', 'refused')), reason ${REASON}, ${WRITTEN},
    check (verdict = 'approved' or reason is not null))`,
  `create table draft_order (${ID}, ${COMPANY}, ${SITE}, number text not null check (number <> ''),
    supplier_id safe_integer not null references party(id), value_minor safe_integer not null check (value_minor >= 0),
    freight_minor safe_integer not null check (freight_minor >= 0),
    minimum_reason text check (length(minimum_reason) between 1 and 500), ${WRITTEN}, unique (company_id, number))`,
  `create table draft_order_line (${ID}, ${COMPANY}, ${SITE}, ${DRAFT},
    decision_id text not null references replenishment_decision(id), ${ITEM},
    qty_milli safe_integer not null check (qty_milli > 0), unit_price_micro safe_integer, value_minor safe_integer, ${ROW},
    written_at timestamptz, unique (draft_order_id, decision_id))`,
  `create index draft_order_line_decision on draft_order_line (decision_id)`,
  `create table draft_order_event (${ID}, ${COMPANY}, ${SITE}, draft_order_id text not null unique references draft_order(id),
    kind text not null check (kind in ('sent', 'cancelled')),
    purchase_order_id safe_integer references purchase_order(id), reason ${REASON}, ${WRITTEN},
    check ((kind = 'sent') = (purchase_order_id is not null)), check (kind = 'sent' or reason is not null))`,
  ...['replenishment_decision', 'replenishment_approval', 'draft_order', 'draft_order_line', 'draft_order_event'].map(
    (name) => `create index ${name}_bucket on ${name} (bucket, id)`,
  ),
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
