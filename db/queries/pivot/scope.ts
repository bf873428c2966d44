/** Which companies are added up, and in which currency: all of one, or converted, because amounts of two are no amount. */
import { BinnacleError } from '#contract/errors.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { NO_MONTH } from '#db/analysis/wholeMonths.ts';
import type { QueryContext } from '../context.ts';
import { companyById } from '../reference/companies.ts';
import { type RateBook, rateBook } from '../reference/rates.ts';

type Company = Awaited<ReturnType<typeof companyById>>;

export interface Together {
  readonly companies: readonly Company[];
  readonly book: RateBook;
}

export async function companiesTogether(
  context: QueryContext,
  company_ids: readonly number[],
  reporting_currency: string | undefined,
): Promise<Together> {
  const companies: Company[] = [];
  for (const id of new Set(company_ids)) companies.push(await companyById(context, id));
  const currencies = [...new Set(companies.map((company) => company.currency))];
  if (reporting_currency === undefined && currencies.length > 1) {
    throw new BinnacleError(
      'bad_arguments',
      `These companies keep their books in ${currencies.join(' and ')}. Name the currency to show them in.`,
    );
  }
  return { companies, book: await rateBook(context, companies, reporting_currency ?? currencies[0] ?? '') };
}

/**
 * The columns a pivot is read from; it speaks of the months they hold whole. Throws a retryable error when there are
 * none of a replica that is here, which is a matter of a minute.
 */
export function pivotView(context: QueryContext, company_ids: readonly number[]): FactView {
  const view = context.facts?.(true) ?? null;
  const made = view !== null && (view.since(company_ids) !== NO_MONTH || context.replica.loading_tables.size > 0);
  if (view !== null && made) return view;
  throw new BinnacleError(
    'conflict',
    'The figures are being prepared after a large change. Try again in a minute.',
    true,
  );
}
