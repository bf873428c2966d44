/** What suppliers send in as rules with versions: what was said of containers before holds since ever, and nobody owns it yet. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table supplier_container (id safe_integer primary key default nextval('row_id'),
    company_id safe_integer not null references company(id), party_id safe_integer not null references party(id),
    volume_litres safe_integer check (volume_litres > 0), weight_kg safe_integer check (weight_kg > 0),
    least_fill_bp int not null check (least_fill_bp between 0 and 10000), valid_from date, valid_to date,
    owner text, ver safe_integer not null default nextval('row_ver'), bucket int not null,
    source text not null default 'binnacle', model text, external_id text, row_hash text, deleted_at timestamptz,
    written_at timestamptz, check (valid_to >= valid_from), check (volume_litres is not null or weight_kg is not null),
    unique nulls not distinct (company_id, party_id, valid_from))`,
  `create index supplier_container_bucket on supplier_container (bucket, id)`,
  // a database without that function never had a row either: it is made with the first triggers
  `do $$ begin
    if exists (select 1 from pg_proc where proname = 'sync_bucket_id') then
      insert into supplier_container (company_id, party_id, volume_litres, weight_kg, least_fill_bp, bucket)
      select company_id, supplier_id, container_volume_litres, container_weight_kg, coalesce(container_least_fill_bp, 0),
        sync_bucket_id(111::smallint, company_id, null, null, null, null)
      from supplier_terms where container_volume_litres is not null or container_weight_kg is not null order by id;
    end if;
  end $$`,
  `alter table supplier_terms drop column container_volume_litres, drop column container_weight_kg,
    drop column container_least_fill_bp`,
  `alter table rule_change drop constraint rule_change_subject_check,
    add check (subject in ('policy', 'channel_rule', 'kpi_target', 'list_price', 'price_rule', 'buying_calendar',
      'supplier_container'))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
