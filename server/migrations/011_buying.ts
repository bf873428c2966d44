/**
 * What is bought by: policies of other kinds than minimum and maximum, what suppliers ask of an order, how long goods keep,
 * and the ways between sites. Policies and terms come as another system has them, so what is wrong with one is said of its
 * proposal instead of keeping the row out. Frozen. PostgreSQL 15 and the embedded PGlite run the same text.
 */
import { type Kysely, sql } from 'kysely';

const ROW = `ver safe_integer not null default nextval('row_ver'), bucket int not null,
  source text not null default 'binnacle', model text, external_id text, row_hash text, deleted_at timestamptz,
  written_at timestamptz`;
const ID = `id safe_integer primary key default nextval('row_id')`;
const COMPANY = `company_id safe_integer not null references company(id)`;
const NOT_NEGATIVE = (name: string) => `${name} safe_integer not null check (${name} >= 0)`;

const STATEMENTS = [
  `alter table policy add kind text not null default 'min_max' check (kind in ('min_max', 'lots', 'service')),
    add lot_qty_milli safe_integer, add measure text check (measure in ('cycle', 'fill')), add target_bp int,
    add review_days int, add order_qty_milli safe_integer`,
  `alter table policy drop constraint if exists policy_check, drop constraint if exists policy_lead_time_days_check,
    drop constraint if exists policy_multiple_qty_milli_check`,
  `alter table supplier_item drop constraint if exists supplier_item_lead_time_days_check,
    drop constraint if exists supplier_item_multiple_qty_milli_check,
    drop constraint if exists supplier_item_moq_qty_milli_check`,
  `create table supplier_terms (${ID}, ${COMPANY}, supplier_id safe_integer not null references party(id),
    review_days int, ${ROW}, unique (supplier_id))`,
  `create table supplier_terms_cost (id safe_integer primary key references supplier_terms(id), ${COMPANY},
    ${NOT_NEGATIVE('minimum_order_minor')}, ${NOT_NEGATIVE('freight_minor')},
    free_freight_from_minor safe_integer check (free_freight_from_minor >= 0), ${ROW})`,
  `create table item_keeping (id safe_integer primary key references item(id), ${COMPANY}, shelf_life_days int,
    most_days int, ${ROW})`,
  `create table transfer_lane (${ID}, ${COMPANY}, from_site_id safe_integer not null references site(id),
    to_site_id safe_integer not null references site(id), days int not null check (days >= 0), ${ROW},
    unique (from_site_id, to_site_id), check (from_site_id <> to_site_id))`,
  `create table transfer_lane_cost (id safe_integer primary key references transfer_lane(id), ${COMPANY},
    ${NOT_NEGATIVE('fixed_minor')}, ${NOT_NEGATIVE('unit_cost_micro')}, ${ROW})`,
  ...['supplier_terms', 'supplier_terms_cost', 'item_keeping', 'transfer_lane', 'transfer_lane_cost'].map(
    (name) => `create index ${name}_bucket on ${name} (bucket, id)`,
  ),
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
