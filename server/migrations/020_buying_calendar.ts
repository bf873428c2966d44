/** On which days suppliers are ordered from and sites take goods in, as rules with versions. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table buying_calendar (id safe_integer primary key default nextval('row_id'),
    company_id safe_integer not null references company(id), party_id safe_integer references party(id),
    site_id safe_integer references site(id), orders_on text check (orders_on <> ''),
    receives_on text check (receives_on <> ''), closed_on text check (closed_on <> ''), valid_from date, valid_to date,
    owner text, ver safe_integer not null default nextval('row_ver'), bucket int not null,
    source text not null default 'binnacle', model text, external_id text, row_hash text, deleted_at timestamptz,
    written_at timestamptz, check (valid_to >= valid_from), check ((party_id is null) <> (site_id is null)),
    unique nulls not distinct (company_id, party_id, site_id, valid_from))`,
  `create index buying_calendar_bucket on buying_calendar (bucket, id)`,
  `alter table rule_change drop constraint rule_change_subject_check,
    add check (subject in ('policy', 'channel_rule', 'kpi_target', 'price_rule', 'buying_calendar'))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
