/** Which companies a screen shows: one in its own currency, or all of this person's in one they chose. */
import type { CompanyView } from '#contract/queries.ts';
import { NO_COMPANY } from './noCompany.ts';

export interface CompanyScope {
  /** Another scope is another screen: its way down and its selection do not carry over. */
  readonly key: string;
  readonly all: boolean;
  readonly ids: readonly number[];
  /** 'Halvorsen Industrial BV', 'All companies' */
  readonly name: string;
  readonly currency: string;
  /** Several currencies are converted: amounts name theirs. */
  readonly mixed: boolean;
  /** yyyymm with order lines, ascending. */
  readonly months: readonly number[];
  /** The month (1–12) the fiscal year begins with: of several companies theirs where it is one, else January. */
  readonly year_start_month: number;
  /** What a question over companies takes. */
  readonly asked: { readonly company_ids: number[]; readonly reporting_currency?: string };
}

export const ALL_COMPANIES = 'All companies';
/** Stands for all companies where settings are kept by company. */
export const ALL_ID = 0;

export function oneCompany(company: CompanyView): CompanyScope {
  const { id, name, currency, months } = company;
  return {
    key: String(id),
    all: false,
    ids: [id],
    name,
    currency,
    mixed: false,
    months,
    year_start_month: company.fiscal_year_start_month,
    asked: { company_ids: [id] },
  };
}

/** `currency` is that of the person's choice where one of the companies keeps it, else the first company's. */
export function allCompanies(companies: readonly CompanyView[], currency: string | null): CompanyScope {
  const currencies = currenciesOf(companies);
  const shown = currencies.find((each) => each === currency) ?? currencies[0] ?? NO_COMPANY.currency;
  const ids = companies.map((company) => company.id);
  const starts = new Set(companies.map((company) => company.fiscal_year_start_month));
  return {
    key: `all ${shown}`,
    all: true,
    ids,
    name: ALL_COMPANIES,
    currency: shown,
    mixed: currencies.length > 1,
    months: [...new Set(companies.flatMap((company) => company.months))].toSorted((a, b) => a - b),
    year_start_month: starts.size === 1 ? (companies[0]?.fiscal_year_start_month ?? 1) : 1,
    asked: { company_ids: ids, reporting_currency: shown },
  };
}

export function currenciesOf(companies: readonly CompanyView[]): readonly string[] {
  return [...new Set(companies.map((company) => company.currency))];
}
