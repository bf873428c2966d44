/**
 * What tells one bank statement from another: its number, and where it stands. Refused lines know the day they speak of, and whether
 * the whole they belong to was refused. Frozen.
 */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table bank_statement (company_id safe_integer not null references company(id),
    account_id safe_integer not null references gl_account(id), number text not null check (number <> ''),
    begins_on date not null, ends_on date not null, before_on_first_day int not null check (before_on_first_day >= 0),
    written_at timestamptz not null, primary key (company_id, account_id, number, begins_on), check (ends_on >= begins_on))`,
  `alter table import_file_line add of_whole boolean not null default false`,
  `alter table import_refused add of_whole boolean not null default false, add day date,
    add settled_by text, add settled_why text check (length(settled_why) between 1 and 500)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
