/**
 * What a bank account holds on a day, in the currency of the books. One in another currency is worth what the newest closing rate
 * makes of its balance; without a rate, or where the ledger does not say that balance, it stands as it was booked.
 */
import { monthInWords } from '../calendarWords.ts';
import { rateDecimalText, type RateValue } from '../currency/rateValue.ts';
import { valueInOurs } from '../close/reconcile/foreign.ts';
import { minorText } from '../money.ts';

export interface BankHolding {
  readonly code: string;
  readonly currency: string;
  /** In the currency of the books, as the ledger has it. */
  readonly booked_minor: number;
  /** In its own; null = entries on it do not say. */
  readonly own_minor: number | null;
}

export interface MonthClosing extends RateValue {
  readonly month: number;
}

export interface ValuedHolding extends BankHolding {
  readonly amount_minor: number;
  /** What it is valued at; null = it stands as booked. */
  readonly rate: MonthClosing | null;
}

/** @param rates of its currency, up to the day's month, in order */
export function valuedHolding(
  holding: BankHolding,
  { ours, rates }: { readonly ours: string; readonly rates: readonly MonthClosing[] },
): ValuedHolding {
  const { currency, own_minor, booked_minor } = holding;
  const rate = rates.at(-1);
  if (own_minor === null || !rate) return { ...holding, amount_minor: booked_minor, rate: null };
  return { ...holding, amount_minor: valueInOurs(own_minor, { currency, ours, ...rate }), rate };
}

/** 'Account 1020 holds USD 1,200.50, at 1.08 of October 2026', as a sentence of its own. */
export function holdingInWords({ code, currency, own_minor, rate }: Omit<ValuedHolding, 'booked_minor'>): string {
  if (own_minor === null)
    return `Account ${code} is in ${currency}, and entries on it do not say how much: it counts as it was booked.`;
  const holds = `Account ${code} holds ${currency} ${minorText(BigInt(own_minor), currency)}`;
  if (!rate) return `${holds}; no closing rate is known: it counts as it was booked.`;
  return `${holds}, counted at ${rateDecimalText(rate)} of ${monthInWords(rate.month)}.`;
}
