/**
 * Who is billed and who bills in the other company's currency, and what that comes to: documents at the average rate of the
 * month they are booked in, payments at that of the month they are paid in. Nobody is drawn: codes and countries say who.
 */
import { monthOfDay } from '#domain/calendar.ts';
import { perOne } from '#domain/currency/rateValue.ts';
import { valueInOurs } from '#domain/close/reconcile/foreign.ts';
import { takenOff } from '#domain/credit/exchange.ts';
import { addAt } from './books.ts';
import type { DemoCompany } from './companies.ts';
import type { Journals } from './ledger/journals.ts';
import { inPounds } from './ledger/monthly.ts';
import type { DemoParty } from './parties.ts';
import { type Rate, ratesSeenBy } from './pricing/rules.ts';
import { IN_OUR_CURRENCY } from './rows.ts';
import { type Horizon, monthsBetween } from './size.ts';

export type ControlAccount = 'ar' | 'ap';

/** As it stands on a document. */
export type MadeOut = typeof IN_OUR_CURRENCY | { readonly currency: string; readonly foreign_minor: number };

/** As it stands on a payment. `amount_minor` less `exchange_minor` is what it takes off the document as booked. */
export type Paid = MadeOut & { readonly amount_minor: number; readonly exchange_minor: number };

/** Key accounts whose code ends in one of these. */
const CUSTOMERS: ReadonlySet<string> = new Set(['4', '7']);
/** Suppliers from there; of the second company every other. */
const SUPPLIERS: Readonly<Record<string, ReadonlySet<string>>> = {
  GBP: new Set(['GB']),
  EUR: new Set(['DE', 'NL', 'BE', 'IT', 'FR']),
};

export class ForeignTrade {
  readonly currency: string;
  /** Units of `currency` for one of ours. */
  readonly rates: readonly Rate[];
  /** What each month added to what is open, in `currency` and as booked. */
  readonly open: Readonly<Record<ControlAccount, { readonly foreign: Float64Array; readonly booked: Float64Array }>>;
  /** What payments of each month won, minor units of ours. */
  readonly realised: Readonly<Record<ControlAccount, Float64Array>>;
  private readonly ours: string;
  private readonly horizon: Horizon;

  constructor(company: DemoCompany, rates: readonly Rate[], horizon: Horizon) {
    this.ours = company.currency;
    this.currency = company.currency === 'EUR' ? 'GBP' : 'EUR';
    this.rates = ratesSeenBy(company, rates);
    this.horizon = horizon;
    const sums = () => ({
      foreign: new Float64Array(horizon.months.length),
      booked: new Float64Array(horizon.months.length),
    });
    this.open = { ar: sums(), ap: sums() };
    this.realised = { ar: new Float64Array(horizon.months.length), ap: new Float64Array(horizon.months.length) };
  }

  /** The columns of a document, which is open from then on. */
  book(account: ControlAccount, party: DemoParty, day: number, amount_minor: number): MadeOut {
    if (!this.isForeign(account, party)) return IN_OUR_CURRENCY;
    const foreign_minor = inPounds(amount_minor, this.rateOn(day).average_micro);
    this.add(account, day, foreign_minor, amount_minor);
    return { currency: this.currency, foreign_minor };
  }

  /**
   * The columns of a payment of a part of it.
   * @param part what of its booked amount was paid before, and is now
   */
  pay(
    document: MadeOut & { readonly amount_minor: number },
    part: { readonly before_minor: number; readonly amount_minor: number },
    day: number,
  ): Paid {
    if (document.currency === null) return { ...IN_OUR_CURRENCY, amount_minor: part.amount_minor, exchange_minor: 0 };
    const { currency, foreign_minor: whole } = document;
    const whole_booked = { amount_minor: whole, foreign_minor: document.amount_minor };
    const foreign_minor = takenOff(whole_booked, part.before_minor, part.amount_minor);
    const rate = perOne(this.rateOn(day).average_micro);
    const amount_minor = valueInOurs(foreign_minor, { currency, ours: this.ours, ...rate });
    return { currency, foreign_minor, amount_minor, exchange_minor: amount_minor - part.amount_minor };
  }

  /** It came or left, and stands against what is open; what it won or lost is booked on the day it settles its document. */
  settle(
    account: ControlAccount,
    { paid_on, settled_on }: { readonly paid_on: number; readonly settled_on: number | null },
    paid: Paid,
    journals: Journals,
  ): void {
    const { foreign_minor, amount_minor, exchange_minor } = paid;
    if (foreign_minor === null) return;
    this.add(account, paid_on, -foreign_minor, -amount_minor);
    if (exchange_minor === 0 || settled_on === null) return;
    this.add(account, settled_on, 0, exchange_minor);
    const gain = account === 'ar' ? exchange_minor : -exchange_minor;
    journals.pair(account === 'ar' ? 'REC' : 'PAY', settled_on, account, 'fx_gain', null, gain);
    addAt(this.realised[account], this.nthOn(settled_on), gain);
  }

  private isForeign(account: ControlAccount, { code, country }: DemoParty): boolean {
    if (account === 'ar') return code.startsWith('K-') && CUSTOMERS.has(code.slice(-1));
    const some = this.ours === 'EUR' || Number(code.slice(-1)) % 2 === 0;
    return some && SUPPLIERS[this.currency]?.has(country) === true;
  }

  private add(account: ControlAccount, day: number, foreign_minor: number, booked_minor: number): void {
    const nth = this.nthOn(day);
    addAt(this.open[account].foreign, nth, foreign_minor);
    addAt(this.open[account].booked, nth, booked_minor);
  }

  private rateOn(day: number): Rate {
    const rate = this.rates[this.nthOn(day)];
    if (!rate) throw new RangeError(`no rate for day ${day}`);
    return rate;
  }

  private nthOn(day: number): number {
    return monthsBetween(this.horizon.first_month, monthOfDay(day));
  }
}
