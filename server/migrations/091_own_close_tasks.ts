/** A company's own list of close tasks, and which list a month was opened from. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // one list a company; tasks as domain/close/ownTemplate.ts has them, in their order
  `create table close_template (company_id safe_integer primary key references company(id) on delete cascade,
    file_name text not null, given_on date not null, tasks jsonb not null check (jsonb_typeof(tasks) = 'array'),
    user_name text not null, written_at timestamptz not null)`,
  `alter table close_period drop constraint close_period_opened_from_check`,
  `alter table close_period add column template_name text, add column template_on date,
    add constraint close_period_opened_from_check check (opened_from in ('first', 'before', 'template')),
    add constraint close_period_template check ((opened_from is not distinct from 'template') = (template_on is not null)
      and (template_name is null) = (template_on is null))`,
  `delete from sync_bucket_sum`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
