/** The list of close tasks a company gave itself. */
import { type QueryExecutorProvider, sql } from 'kysely';
import type { OwnTemplate } from '#domain/close/ownTemplate.ts';

/** null = it gave none: closes begin as they always did. */
export async function ownTemplate(db: QueryExecutorProvider, company_id: number): Promise<OwnTemplate | null> {
  const { rows } = await sql<OwnTemplate>`
    select file_name as name, to_char(given_on, 'YYYY-MM-DD') as given_on, tasks from close_template
    where company_id = ${company_id}::bigint`.execute(db);
  return rows[0] ?? null;
}

export interface GivenTemplate extends OwnTemplate {
  readonly company_id: number;
  readonly user_name: string;
  readonly now: Date;
}

/** Takes the place of the list before. */
export async function giveTemplate(
  db: QueryExecutorProvider,
  { company_id, name, given_on, tasks, user_name, now }: GivenTemplate,
): Promise<void> {
  await sql`
    insert into close_template (company_id, file_name, given_on, tasks, user_name, written_at)
    values (${company_id}::bigint, ${name}::text, ${given_on}::date, ${JSON.stringify(tasks)}::text::jsonb,
      ${user_name}::text, ${now}::timestamptz)
    on conflict (company_id) do update set file_name = excluded.file_name, given_on = excluded.given_on,
      tasks = excluded.tasks, user_name = excluded.user_name, written_at = excluded.written_at`.execute(db);
}
