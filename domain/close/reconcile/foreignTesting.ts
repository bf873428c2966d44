/** For tests: documents in other currencies with their payments, and the rates of four months. */
import { addMonths, dayNumber, firstDayOfMonth, monthOfDay } from '../../calendar.ts';
import { perOne, type RateValue } from '../../currency/rateValue.ts';
import { takenOff } from '../../credit/exchange.ts';
import { settlementDay } from '../../credit/settled.ts';
import { type ForeignMonth, type RatesByCurrency, valueInOurs } from './foreign.ts';
import { foreignMonthsOf } from './foreignMonths.ts';
import type { MonthRate } from './intercompany.ts';
import type { InvoiceRow, PaymentRow } from './documentRows.ts';

export const MONTHS = [202608, 202609, 202610, 202611] as const;
export const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;

export interface Document extends InvoiceRow {
  readonly currency: string;
  readonly foreign_minor: number;
  readonly payments: readonly (PaymentRow & { readonly currency: string; readonly foreign_minor: number })[];
}

type Drawn = readonly { readonly average: number | RateValue; readonly closing: number | RateValue }[];

const valueOf = (rate: number | RateValue = 1): RateValue => (typeof rate === 'number' ? perOne(rate) : rate);

export const ratesOf = (drawn: Drawn): ReadonlyMap<number, MonthRate> =>
  new Map(
    MONTHS.map((month, nth) => [
      month,
      { average: valueOf(drawn[nth]?.average), closing: valueOf(drawn[nth]?.closing) },
    ]),
  );

export function documentsOf(
  drawn: readonly {
    readonly customer: boolean;
    readonly currency: string;
    readonly amount: number;
    readonly foreign: number;
    readonly month: number;
    /** `later`: months after the document; before it where negative. */
    readonly cuts: readonly { readonly part: number; readonly later: number }[];
    readonly whole: boolean;
  }[],
  rates: ReadonlyMap<number, MonthRate>,
  isLocked: (month: number) => boolean = () => false,
  ours = 'EUR',
): readonly Document[] {
  return drawn.map(({ customer, currency, amount, foreign, month: nth, cuts, whole }, id) => {
    const kind = customer ? 'customer' : 'supplier';
    const foreign_minor = Math.sign(amount) * foreign;
    let settled = 0;
    let month: number = MONTHS[nth] ?? 202608;
    const posted_on = firstDayOfMonth(month);
    const payments = cuts.map(({ part, later }, at) => {
      month = Math.max(MONTHS[0], Math.min(addMonths(month, later), 202611));
      const last = whole && at === cuts.length - 1;
      const own = last ? foreign_minor - settled : Math.trunc((foreign_minor * part) / 3_000);
      const amount_minor = valueInOurs(own, {
        currency,
        ours,
        ...(rates.get(month)?.average ?? perOne(1)),
      });
      const taken = takenOff({ amount_minor: amount, foreign_minor }, settled, own);
      settled += own;
      const number = `PAY ${id}-${at}`;
      const paid_on = firstDayOfMonth(month) + 10 + at;
      const settled_on = settlementDay({ paid_on, posted_on }, isLocked);
      const row = { id: 100 * id + at, kind, number, party_id: 1, paid_on, settled_on, amount_minor } as const;
      return { ...row, exchange_minor: amount_minor - taken, currency, foreign_minor: own };
    });
    const row = { id, kind, number: `DOC ${id}`, party_id: 1, posted_on, amount_minor: amount } as const;
    return { ...row, currency, foreign_minor, payments };
  });
}

export function monthsOf(documents: readonly Document[], cut_off: number): readonly ForeignMonth[] {
  return documents.flatMap(({ kind, currency, posted_on, amount_minor, foreign_minor, payments }) => [
    { kind, currency, month: monthOfDay(posted_on), foreign_minor, booked_minor: amount_minor, realised_minor: 0 },
    ...payments.flatMap((each) => foreignMonthsOf(each, { until: Number.POSITIVE_INFINITY, cut_off })),
  ]);
}

export const ratesFor = (rates: ReadonlyMap<number, MonthRate>): RatesByCurrency =>
  new Map(['USD', 'JPY', 'KWD', 'EUR'].map((currency) => [currency, rates]));

export const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, each) => sum + each, 0);
