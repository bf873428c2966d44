/** A calendar that is of no supplier and no site is the company's: the days it is closed, which are no working days of its close. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table buying_calendar drop constraint buying_calendar_check1,
    add constraint buying_calendar_of check (party_id is null or site_id is null),
    add constraint buying_calendar_company check (party_id is not null or site_id is not null
      or (orders_on is null and receives_on is null and closed_on is not null))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
