/** The stock of a person's companies read before they look at it, so that the first look waits for no table. */
import type { QueryContext } from '../context.ts';
import { asOfDay } from '../provenance.ts';
import { seesArea } from '../rights.ts';
import { stockEdition } from './stockEditions.ts';
import type { StockQuestion } from './stockModel.ts';

/** Editions are few: whoever has more companies waits for the others as before. */
const MOST_COMPANIES = 2;

export function stockQuestion(
  context: QueryContext,
  company: { readonly id: number; readonly currency: string; readonly time_zone: string },
): StockQuestion {
  return {
    company_id: company.id,
    currency: company.currency,
    as_of_on: asOfDay(context, company.time_zone),
    cost_visible: seesArea(context.user, company.id, 'cost'),
    item_id: null,
  };
}

/** Answers how many companies were read. */
export async function stockAhead(context: QueryContext): Promise<number> {
  const companies = await context.db
    .selectFrom('company')
    .select(['id', 'currency', 'time_zone'])
    .orderBy('name')
    .limit(MOST_COMPANIES)
    .execute();
  for (const company of companies) {
    context.checkCancelled();
    await stockEdition(context, stockQuestion(context, company), undefined);
  }
  return companies.length;
}
