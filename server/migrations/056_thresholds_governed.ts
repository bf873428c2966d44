/** Thresholds of the close as rules with versions, owners and changes of their own. What held before holds on. Frozen. */
import { type Kysely, sql } from 'kysely';

const COMPANY = `company_id safe_integer not null references company(id)`;
const PLACE = `site_id safe_integer references site(id), channel_id safe_integer references channel(id)`;
const ROW = `ver safe_integer not null default nextval('row_ver'), bucket int not null,
  source text not null default 'binnacle', model text, external_id text, row_hash text, deleted_at timestamptz`;
const WRITTEN = `written_at timestamptz`;
const SAID = `written_at timestamptz not null, accepted_at timestamptz not null`;
const HELD = `valid_from date check (extract(day from valid_from) = 1), valid_to date, owner text,
  check (valid_to >= valid_from)`;
const ID = `id text primary key check (id ~ '^[0-9a-f-]{36}$')`;

const STATEMENTS = [
  `create table rule_change_finance (${ID}, ${COMPANY}, ${PLACE},
    subject text not null check (subject in ('flux_threshold', 'reconciliation_threshold')),
    title text not null check (title <> ''), reason text not null check (reason <> ''), effective_on date not null,
    lines jsonb not null check (jsonb_array_length(lines) >= 1), author text not null, ${SAID}, ${ROW})`,
  `create table rule_verdict_finance (${ID}, ${COMPANY}, ${PLACE},
    change_id text not null references rule_change_finance(id),
    verdict text not null check (verdict in ('approved', 'refused', 'withdrawn', 'effective', 'overtaken')),
    reason text not null, content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'), author text, ${SAID}, ${ROW})`,
  `create index rule_verdict_finance_change on rule_verdict_finance (change_id)`,
  `create table reconciliation_threshold (id safe_integer primary key default nextval('row_id'), ${COMPANY},
    name text not null check (name <> ''), threshold_minor safe_integer not null check (threshold_minor >= 0), ${HELD},
    ${ROW}, ${WRITTEN}, unique nulls not distinct (company_id, name, valid_from))`,
  `alter table flux_threshold rename to flux_threshold_set`,
  `drop index flux_threshold_bucket`,
  `create table flux_threshold (id safe_integer primary key default nextval('row_id'), ${COMPANY},
    amount_minor safe_integer not null check (amount_minor >= 0),
    rate_bp int not null check (rate_bp between 0 and 100000), ${HELD},
    ${ROW}, ${WRITTEN}, unique nulls not distinct (company_id, valid_from))`,
  ...['rule_change_finance', 'rule_verdict_finance', 'reconciliation_threshold', 'flux_threshold'].map(
    (name) => `create index ${name}_bucket on ${name} (bucket, id)`,
  ),
  // a database without that function never had a row either: it is made with the first triggers
  `do $$ begin
    if exists (select 1 from pg_proc where proname = 'sync_bucket_id') then
      -- of those for a month the last that was accepted held: one that a later one reaches back beyond held for none
      insert into flux_threshold (company_id, amount_minor, rate_bp, valid_from, valid_to, owner, bucket)
      select s.company_id, s.amount_minor, s.rate_bp, to_date(s.from_period::text, 'YYYYMM'),
        to_date(lead(s.from_period) over (partition by s.company_id order by s.from_period)::text, 'YYYYMM') - 1, s.author,
        sync_bucket_id(99::smallint, s.company_id, null, null, null, null)
      from flux_threshold_set s
      where not exists (select from flux_threshold_set t where t.company_id = s.company_id
        and t.from_period <= s.from_period and (t.accepted_at, t.ver) > (s.accepted_at, s.ver))
      order by s.company_id, s.from_period;
      insert into reconciliation_threshold (company_id, name, threshold_minor, bucket)
      select company_id, code, threshold_minor, sync_bucket_id(162::smallint, company_id, null, null, null, null)
      from reconciliation_setting where threshold_minor > 0 order by id;
      delete from reconciliation_setting where valuation is null;
    end if;
  end $$`,
  `drop table flux_threshold_set`,
  `alter table reconciliation_setting drop column threshold_minor, alter column valuation set not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
