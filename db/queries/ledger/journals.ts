/** A company's journals as this copy has them, and which codes in its ledger have no kind. */
import { type Journals, journalsOf } from '#domain/close/journalKinds.ts';
import { RECONCILIATIONS } from '#domain/close/reconcile/plan.ts';
import type { QueryContext } from '../context.ts';

export async function companyJournals({ db }: QueryContext, company_id: number): Promise<Journals> {
  const rows = await db
    .selectFrom('gl_journal')
    .select(['code', 'name', 'kind'])
    .where('company_id', '=', company_id)
    .orderBy('id')
    .execute();
  return journalsOf(rows);
}

/** Codes without a kind that moved the accounts of a reconciliation in any of the months (yyyymm), in order. */
export async function unmappedJournals(
  context: QueryContext,
  company_id: number,
  task_code: string,
  months: readonly number[],
): Promise<readonly string[]> {
  const roles = RECONCILIATIONS.find(({ code }) => code === task_code)?.roles ?? [];
  if (roles.length === 0) return [];
  const moved = await context.db
    .selectFrom('gl_account as a')
    .innerJoin('gl_line as l', 'l.account_id', 'a.id')
    .innerJoin('gl_entry as e', 'e.id', 'l.entry_id')
    .select('e.journal')
    .distinct()
    .where('a.company_id', '=', company_id)
    .where('a.role', 'in', roles)
    .where('l.month', 'in', [...new Set(months)])
    .orderBy('e.journal')
    .execute();
  const journals = await companyJournals(context, company_id);
  return moved.flatMap(({ journal }) => (journals.isMapped(journal) ? [] : [journal]));
}
