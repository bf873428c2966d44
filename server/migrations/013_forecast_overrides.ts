/** What planners put in the forecast’s place. Frozen. */
import { type Kysely, sql } from 'kysely';

const MONTH = 'between 190001 and 299912';
const STATEMENTS = [
  // one row ends another once: two that replace the same one cannot both stand
  `create table forecast_override (id text primary key check (id ~ '^[0-9a-f-]{36}$'),
    company_id safe_integer not null references company(id), site_id safe_integer not null references site(id),
    item_id safe_integer not null references item(id), kind text not null check (kind in ('set', 'withdrawn')),
    replaces text unique references forecast_override(id), from_month int not null check (from_month ${MONTH}),
    to_month int not null check (to_month ${MONTH} and to_month >= from_month),
    qty_milli safe_integer check (qty_milli >= 0), factor_bp int check (factor_bp >= 0),
    reason text not null check (length(reason) between 1 and 500), expires_on date not null, author text not null,
    written_at timestamptz not null, accepted_at timestamptz not null, ver safe_integer not null default nextval('row_ver'),
    bucket int not null, source text not null default 'binnacle', model text, external_id text, row_hash text,
    deleted_at timestamptz,
    check (case kind when 'set' then (qty_milli is null) <> (factor_bp is null) else replaces is not null end))`,
  `create index forecast_override_place on forecast_override (item_id, site_id)`,
  `create index forecast_override_bucket on forecast_override (bucket, id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
