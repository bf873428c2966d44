/** The rates companies' amounts are converted at: looked up once a question, noted as they are used. */
import { isoDate, lastDayOfMonth } from '#domain/calendar.ts';
import { atPar, type Rate, type RateKind } from '#domain/currency/convert.ts';
import type { Conversion, RateUsed } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';

export interface KeepsBooks {
  readonly id: number;
  readonly name: string;
  readonly currency: string;
}

export interface RateBook {
  /** What everything is shown in. */
  readonly currency: string;
  /** False: all companies keep this currency, nothing is converted. */
  readonly converts: boolean;
  /** The company's rate of a month; null = none is recorded. What is asked for counts as used. */
  readonly rateOf: (company_id: number, month: number, kind: RateKind) => Rate | null;
  /** A rate near those of the months, for ranking only: nothing that is shown is made with it. */
  readonly roughRateOf: (company_id: number) => Rate;
  readonly keepsIt: (company_id: number) => boolean;
  readonly used: () => Conversion | null;
}

/** `companies` are those of the question; without a currency to show them in they all keep one. */
export async function rateBook(
  context: QueryContext,
  companies: readonly KeepsBooks[],
  currency: string,
): Promise<RateBook> {
  const foreign = companies.filter((company) => company.currency !== currency);
  const rows =
    foreign.length === 0
      ? []
      : await context.db
          .selectFrom('fx_rate')
          .select(['company_id', 'month', 'average_rate_micro', 'closing_rate_micro', 'per_units'])
          .where(
            'company_id',
            'in',
            foreign.map((company) => company.id),
          )
          .where('currency', '=', currency)
          .orderBy('month')
          .execute();
  const known = new Map(rows.map((row) => [`${row.company_id} ${row.month}`, row]));
  const byId = new Map(companies.map((company) => [company.id, company]));
  const used = new Map<string, RateUsed>();
  const lacking = new Set<string>();
  const companyOf = (company_id: number): KeepsBooks => {
    const company = byId.get(company_id);
    if (!company) throw new Error(`company ${company_id} is not among those asked for`);
    return company;
  };
  return {
    currency,
    converts: foreign.length > 0,
    keepsIt: (company_id) => companyOf(company_id).currency === currency,
    rateOf: (company_id, month, kind) => {
      const company = companyOf(company_id);
      if (company.currency === currency) return atPar(currency);
      const row = known.get(`${company_id} ${month}`);
      if (row === undefined) {
        lacking.add(`No ${currency} rate of ${company.name} for ${isoDate(lastDayOfMonth(month)).slice(0, 7)}`);
        return null;
      }
      const rate_micro = kind === 'average' ? row.average_rate_micro : row.closing_rate_micro;
      const { per_units } = row;
      const { currency: from, name } = company;
      used.set(`${company_id} ${month} ${kind}`, {
        company_id,
        company: name,
        from,
        to: currency,
        rate_micro,
        per_units,
        month,
        kind,
        on: isoDate(lastDayOfMonth(month)),
      });
      return { from, to: currency, rate_micro, per_units };
    },
    roughRateOf: (company_id) => {
      const company = companyOf(company_id);
      if (company.currency === currency) return atPar(currency);
      const last = rows.findLast((row) => row.company_id === company_id);
      const rate_micro = last?.average_rate_micro ?? 1_000_000;
      return { from: company.currency, to: currency, rate_micro, per_units: last?.per_units ?? 1 };
    },
    used: () =>
      foreign.length === 0
        ? null
        : {
            rates: [...used.values()].toSorted((a, b) => a.company_id - b.company_id || a.month - b.month),
            lacking: [...lacking].toSorted(),
          },
  };
}
