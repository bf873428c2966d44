/** What judging delays stands on, or what of it is not here yet. */
import type { QueryContext } from '../context.ts';
import { asOfDay, tableWords } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { DELAY_TABLES, type Delays, delaysOf } from './delays.ts';

export interface ReadyDelays {
  readonly company: Awaited<ReturnType<typeof companyById>>;
  readonly as_of_on: number;
  /** null while something is missing: learned from a part, it would mislead. */
  readonly delays: Delays | null;
  readonly missing: readonly string[];
}

export async function readyDelays(context: QueryContext, company_id: number): Promise<ReadyDelays> {
  const company = await companyById(context, company_id);
  const as_of_on = asOfDay(context, company.time_zone);
  const loading = DELAY_TABLES.filter((table) => context.replica.loading_tables.has(table));
  if (loading.length > 0) {
    const words = loading.map(tableWords).join(', ');
    return { company, as_of_on, delays: null, missing: [`Still loading: ${words}`] };
  }
  return { company, as_of_on, delays: await delaysOf(context, { company_id, as_of_on }), missing: [] };
}
