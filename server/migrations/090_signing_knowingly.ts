/** Who may prepare and review a company's close, as rows for its copies; whom a signature stands in for, and that it was withdrawn. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table close_person (id safe_integer primary key default nextval('row_id'),
    company_id safe_integer not null references company(id), user_name text not null, display_name text not null,
    may_prepare boolean not null, may_review boolean not null, check (may_prepare or may_review),
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz, written_at timestamptz,
    unique (company_id, user_name))`,
  `create index close_person_bucket on close_person (bucket, id)`,
  `alter table close_period add column opened_from text check (opened_from in ('first', 'before')),
    add column left_out text`,
  `alter table signoff add column for_user text, add column withdraws_id text references signoff(id),
    add column reason text check (length(reason) between 1 and 500),
    add constraint signoff_withdrawn check ((withdraws_id is null) = (reason is null))`,
  // one signature is taken back once
  `create unique index signoff_withdraws on signoff (withdraws_id) where withdraws_id is not null`,
  `delete from sync_bucket_sum`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
