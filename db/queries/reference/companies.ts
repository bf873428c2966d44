/** Which companies may I look at, and what do they have? */
import type { CompanyView } from '#contract/queries.ts';
import type { TableRow } from '#db/schema/tables.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { seesArea } from '../rights.ts';
import { monthsWithLines } from './months.ts';

export const companies: QueryHandler<'companies'> = async (context) => {
  const { db } = context;
  const all = await db.selectFrom('company').selectAll().orderBy('name').execute();
  const sites = await db
    .selectFrom('site')
    .select(['id', 'company_id', 'code', 'name', 'kind'])
    .orderBy('id')
    .execute();
  const channels = await db
    .selectFrom('channel')
    .select(['id', 'company_id', 'code', 'name', 'kind'])
    .orderBy('id')
    .execute();
  const views: CompanyView[] = [];
  for (const company of all) {
    context.checkCancelled();
    views.push({
      id: company.id,
      code: company.code,
      name: company.name,
      currency: company.currency,
      time_zone: company.time_zone,
      fiscal_year_start_month: company.fiscal_year_start_month,
      sites: ofCompany(sites, company.id),
      channels: ofCompany(channels, company.id),
      months: await monthsWithLines(db, company.id),
      has_finance: seesArea(context.user, company.id, 'finance'),
    });
  }
  return views;
};

interface Named {
  readonly id: number;
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
}
function ofCompany(rows: readonly Named[], company_id: number): Omit<Named, 'company_id'>[] {
  return rows
    .filter((row) => row.company_id === company_id)
    .map(({ id, code, name, kind }) => ({ id, code, name, kind }));
}

/** The company; throws 'not_found' when it is not in the user's scope. */
export async function companyById(context: QueryContext, company_id: number): Promise<TableRow<'company'>> {
  const company = await context.db.selectFrom('company').selectAll().where('id', '=', company_id).executeTakeFirst();
  if (!company) throw new BinnacleError('not_found', `There is no company ${company_id} among yours.`);
  return company;
}
