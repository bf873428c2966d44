/** What files of the ledger ask of a company to tell closing entries from others. */
import type { Job } from './job.ts';

export interface GivenJournal {
  readonly code: string;
  readonly name: string;
  readonly kind: string;
}

/** The journals a company was given, in the order they came. */
export async function givenJournals({ tx, company_id }: Job): Promise<readonly GivenJournal[]> {
  return await tx
    .selectFrom('gl_journal')
    .select(['code', 'name', 'kind'])
    .where('company_id', '=', company_id)
    .orderBy('id')
    .execute();
}

/** The month (1–12) a company's fiscal year begins with. */
export async function yearBegins({ tx, company_id }: Job): Promise<number> {
  const row = await tx
    .selectFrom('company')
    .select('fiscal_year_start_month')
    .where('id', '=', company_id)
    .executeTakeFirstOrThrow();
  return row.fiscal_year_start_month;
}
