/**
 * The first schema. Frozen: later changes are later migrations. PostgreSQL 15 and the embedded PGlite run the same text.
 * The columns of synchronised tables follow contract/wire/tables.ts; `ver`, `bucket` and the source columns are the server's own.
 */
import { type Kysely, sql } from 'kysely';

/** ±(2^53 − 1): what SQLite, JSON and JavaScript all hold exactly. */
const SAFE_INTEGER = `create domain safe_integer as bigint
  check (value between -9007199254740991 and 9007199254740991)`;

/** Columns every synchronised table has. `bucket` is set by a trigger, so it has no default that could hide a missing one. */
const ROW = `ver safe_integer not null default nextval('row_ver'), bucket int not null`;
const SOURCE_KEYS = `model text, external_id text, row_hash text, deleted_at timestamptz`;
const SOURCE = `source text not null default 'binnacle', ${SOURCE_KEYS}, written_at timestamptz`;
const NUMBER_ID = `id safe_integer primary key default nextval('row_id')`;
const TEXT_ID = `id text primary key check (id ~ '^[0-9a-f-]{36}$')`;
const MONTH = `month int not null check (month between 190001 and 299912 and month % 100 between 1 and 12)`;
const COMPANY = `company_id safe_integer not null references company(id)`;
const SITE = `site_id safe_integer not null references site(id)`;

const REFERENCE = [
  `create table company (${NUMBER_ID}, code text not null unique check (code <> ''), name text not null,
    currency text not null check (currency ~ '^[A-Z]{3}$'), time_zone text not null, ${ROW}, ${SOURCE})`,
  `create table site (${NUMBER_ID}, ${COMPANY}, code text not null check (code <> ''), name text not null,
    kind text not null check (kind in ('dc', 'counter')), ${ROW}, ${SOURCE}, unique (company_id, code))`,
  `create table channel (${NUMBER_ID}, ${COMPANY}, code text not null check (code <> ''), name text not null,
    kind text not null check (kind in ('inside_sales', 'key_accounts', 'ecommerce', 'counter', 'unmapped')),
    grace_days int not null check (grace_days between 0 and 3650), ${ROW}, ${SOURCE}, unique (company_id, code))`,
  `create table party (${NUMBER_ID}, ${COMPANY}, code text not null check (code <> ''), name text not null,
    kind text not null check (kind in ('customer', 'supplier')), country text, ${ROW}, ${SOURCE},
    unique (company_id, kind, code))`,
  `create table item (${NUMBER_ID}, ${COMPANY}, code text not null check (code <> ''), name text not null, category text,
    uom text not null check (uom <> ''), supplier_id safe_integer references party(id), active boolean not null,
    ${ROW}, ${SOURCE}, unique (company_id, code))`,
  `create table item_cost (id safe_integer primary key references item(id), ${COMPANY}, unit_cost_micro safe_integer not null,
    ${ROW}, ${SOURCE})`,
];

const STOCK = [
  `create table policy (${NUMBER_ID}, ${COMPANY}, ${SITE}, item_id safe_integer not null references item(id),
    min_qty_milli safe_integer not null, max_qty_milli safe_integer not null,
    multiple_qty_milli safe_integer not null check (multiple_qty_milli > 0),
    lead_time_days int not null check (lead_time_days >= 0), owner text, ${ROW}, ${SOURCE}, unique (site_id, item_id),
    check (max_qty_milli >= min_qty_milli))`,
  `create table stock_balance (${NUMBER_ID}, ${COMPANY}, ${SITE}, item_id safe_integer not null references item(id),
    on_hand_qty_milli safe_integer not null, reserved_qty_milli safe_integer not null, counted_on date,
    ${ROW}, ${SOURCE}, unique (site_id, item_id))`,
  `create table purchase_order (${NUMBER_ID}, ${COMPANY}, ${SITE}, number text not null,
    supplier_id safe_integer not null references party(id), ordered_on date not null,
    state text not null check (state in ('open', 'received', 'cancelled')), ${ROW}, ${SOURCE},
    unique (company_id, source, number))`,
  `create table po_line (${NUMBER_ID}, ${COMPANY}, ${SITE},
    purchase_order_id safe_integer not null references purchase_order(id), item_id safe_integer not null references item(id),
    ordered_qty_milli safe_integer not null, received_qty_milli safe_integer not null, promised_on date not null,
    expected_on date not null, received_on date, ${ROW}, ${SOURCE})`,
  `create index po_line_order on po_line (purchase_order_id)`,
  `create table po_line_price (id safe_integer primary key references po_line(id), ${COMPANY}, ${SITE},
    unit_price_micro safe_integer not null, ${ROW}, ${SOURCE})`,
];

// A line and its cost repeat their order's company, site and channel for the bucket key; the order holds the references.
const FACTS = [
  `create table sales_order (${NUMBER_ID}, ${COMPANY}, site_id safe_integer references site(id),
    channel_id safe_integer references channel(id), ${MONTH}, source text not null default 'binnacle', number text not null,
    party_id safe_integer references party(id), ordered_on date not null, ordered_at timestamptz not null, country text,
    state text not null check (state in ('open', 'done', 'cancelled')), ${ROW}, ${SOURCE_KEYS}, written_at timestamptz,
    unique (company_id, source, number))`,
  `create table order_line (${NUMBER_ID}, company_id safe_integer not null, site_id safe_integer, channel_id safe_integer, ${MONTH},
    order_id safe_integer not null references sales_order(id), ordinal int not null check (ordinal >= 1),
    item_id safe_integer references item(id), party_id safe_integer references party(id), description text,
    kind text not null check (kind ~ '^[a-z][a-z_]{0,39}$'), ordered_on date not null, requested_on date, committed_on date,
    ordered_qty_milli safe_integer not null, cancelled_qty_milli safe_integer not null,
    cancelled_by text check (cancelled_by in ('customer', 'us')), unit_price_micro safe_integer not null,
    gross_minor safe_integer not null, discount_minor safe_integer not null,
    net_minor safe_integer not null check (net_minor = gross_minor - discount_minor), country text, ${ROW}, ${SOURCE},
    unique (order_id, ordinal))`,
  `create table order_line_cost (id safe_integer primary key references order_line(id), company_id safe_integer not null,
    site_id safe_integer, channel_id safe_integer, ${MONTH}, cost_minor safe_integer not null, ${ROW}, ${SOURCE})`,
  `create table shipment_line (${NUMBER_ID}, company_id safe_integer not null, site_id safe_integer, channel_id safe_integer, ${MONTH},
    order_line_id safe_integer not null references order_line(id), number text not null, shipped_on date not null,
    qty_milli safe_integer not null, ${ROW}, ${SOURCE})`,
  `create index shipment_line_order_line on shipment_line (order_line_id)`,
];

const NOTES = [
  `create table item_note (${TEXT_ID}, ${COMPANY}, item_id safe_integer not null references item(id),
    body text not null check (length(body) between 1 and 4000), author text not null, written_at timestamptz not null,
    accepted_at timestamptz not null, ${ROW}, source text not null default 'binnacle', ${SOURCE_KEYS})`,
  `create index item_note_item on item_note (item_id)`,
  `create table order_note (${TEXT_ID}, ${COMPANY}, site_id safe_integer references site(id),
    channel_id safe_integer references channel(id), order_id safe_integer not null references sales_order(id),
    body text not null check (length(body) between 1 and 4000), author text not null, written_at timestamptz not null,
    accepted_at timestamptz not null, ${ROW}, source text not null default 'binnacle', ${SOURCE_KEYS})`,
  `create index order_note_order on order_note (order_id)`,
];

const CLOSE = [
  `create table close_period (${NUMBER_ID}, ${COMPANY},
    period int not null check (period between 190001 and 299912 and period % 100 between 1 and 12),
    state text not null check (state in ('open', 'soft_locked', 'hard_locked')), cut_off_on date not null, ${ROW}, ${SOURCE},
    unique (company_id, period))`,
  `create table close_task (${NUMBER_ID}, ${COMPANY}, period_id safe_integer not null references close_period(id),
    code text not null check (code <> ''), title text not null, account text,
    depends_on jsonb not null check (jsonb_typeof(depends_on) = 'array'), owner text, reviewer text, due_day int not null,
    due_on date not null, state text not null check (state in ('open', 'prepared', 'signed')),
    amount_minor safe_integer not null, content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'), ${ROW}, ${SOURCE},
    unique (period_id, code))`,
  `create table close_task_line (${NUMBER_ID}, ${COMPANY}, task_id safe_integer not null references close_task(id),
    side text not null check (side in ('ledger', 'subledger', 'item')), ref text not null, account text, booked_on date not null,
    amount_minor safe_integer not null, currency text not null check (currency ~ '^[A-Z]{3}$'), explanation text, ${ROW}, ${SOURCE})`,
  `create index close_task_line_task on close_task_line (task_id)`,
  `create table signoff (${TEXT_ID}, ${COMPANY}, task_id safe_integer not null references close_task(id),
    role text not null check (role in ('preparer', 'reviewer')), user_name text not null,
    content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'), amount_minor safe_integer not null, device text not null,
    signed_at timestamptz not null, accepted_at timestamptz not null, ${ROW}, ${SOURCE})`,
  `create index signoff_task on signoff (task_id)`,
];

const ACCOUNTS = [
  `create table app_user (id safe_integer primary key default nextval('row_id'),
    name text not null unique check (name ~ '^[a-z][a-z0-9._-]{1,39}$'), display_name text not null,
    password_hash text not null, active boolean not null default true, demo boolean not null default false,
    created_at timestamptz not null, last_sign_in_at timestamptz)`,
  `create table access_grant (id safe_integer primary key default nextval('row_id'),
    user_id safe_integer not null references app_user(id) on delete cascade,
    role text not null check (role in
      ('planner', 'buyer', 'warehouse', 'sales', 'finance', 'controller', 'executive', 'auditor', 'admin')),
    company_id safe_integer references company(id), site_id safe_integer references site(id),
    channel_id safe_integer references channel(id), granted_at timestamptz not null,
    check (company_id is not null or (site_id is null and channel_id is null)))`,
  `create index access_grant_user on access_grant (user_id)`,
  `create table auth_session (id uuid primary key, user_id safe_integer not null references app_user(id) on delete cascade,
    refresh_hash text not null, refresh_expires_at timestamptz not null, created_at timestamptz not null, revoked_at timestamptz)`,
  `create index auth_session_user on auth_session (user_id)`,
  `create table auth_access_token (hash text primary key,
    session_id uuid not null references auth_session(id) on delete cascade, expires_at timestamptz not null)`,
  `create index auth_access_token_session on auth_access_token (session_id)`,
  // Keyed by the name that was typed, known or not, so that a lockout does not tell which names exist.
  `create table auth_lockout (user_name text primary key, failed int not null, last_failed_at timestamptz not null,
    locked_until timestamptz)`,
];

const SYNC = [
  `create table server_meta (one boolean primary key default true check (one), server_id uuid not null,
    trigger_hash text not null default '')`,
  `create table sync_bucket (id int generated always as identity primary key, tbl smallint not null, company bigint not null,
    site bigint not null, channel bigint not null, month int not null, client text not null,
    unique (tbl, company, site, channel, month, client))`,
  `create table sync_epoch (one boolean primary key default true check (one), epoch uuid not null, started_at timestamptz not null,
    log_from bigint not null)`,
  `create table sync_cp (one boolean primary key default true check (one), number bigint not null, id uuid not null,
    last_seq bigint not null)`,
  `create table sync_checkpoint (number bigint primary key, id uuid not null, last_seq bigint not null, rows int not null,
    buckets int[] not null, made_at timestamptz not null)`,
  `create sequence sync_outbox_id cache 1`,
  // No index: the only reader takes everything.
  `create table sync_outbox (id bigint not null default nextval('sync_outbox_id'), tbl smallint not null, bucket int not null,
    old_bucket int, pk text not null, ver bigint not null, op "char" not null check (op in ('U', 'D')), image text,
    check ((op = 'U') = (image is not null)))`,
  `create table sync_log (seq bigint primary key, cp bigint not null, bucket int not null, tbl smallint not null, pk text not null,
    ver bigint not null, op "char" not null, image text, hash text)`,
  `create table sync_client (client_id text primary key check (client_id ~ '^[0-9a-f-]{36}$'),
    user_id safe_integer not null references app_user(id) on delete cascade, first_seen_at timestamptz not null,
    last_seen_at timestamptz not null)`,
  `create table mutation_outcome (${TEXT_ID}, client_id text not null references sync_client(client_id), command text not null,
    state text not null check (state in ('accepted', 'conflict', 'rejected', 'held')), reason jsonb,
    decided_at timestamptz not null, body_hash text not null, user_id safe_integer not null references app_user(id),
    ${ROW}, ${SOURCE})`,
];

const SYNCED =
  'company site channel party item item_cost policy stock_balance purchase_order po_line po_line_price sales_order order_line ' +
  'order_line_cost shipment_line item_note order_note close_period close_task close_task_line signoff mutation_outcome';

export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    'create sequence row_id',
    'create sequence row_ver',
    SAFE_INTEGER,
    ...REFERENCE,
    ...STOCK,
    ...FACTS,
    ...NOTES,
    ...CLOSE,
    ...ACCOUNTS,
    ...SYNC,
    // Snapshots and checks read a bucket by key.
    ...SYNCED.split(' ').map((name) => `create index ${name}_bucket on ${name} (bucket, id)`),
  ];
  // One by one: the extended protocol takes a single statement.
  for (const statement of statements) await sql.raw(statement).execute(db);
}
