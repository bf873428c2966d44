/**
 * When a payment is off its invoice, and what it takes off what its party owes until then and from then on; minor units of the
 * company's currency. Everything that says what is open goes by this; what the bank holds goes by the amount. Decision 0043.
 */
import { addMonths, firstDayOfMonth, monthOfDay } from '../calendar.ts';

export interface PaidFact {
  /** Day number. */
  readonly paid_on: number;
  /** Day number from which on it is off its invoice, and won or lost by the rate; null = matched with none. */
  readonly settled_on: number | null;
  readonly amount_minor: number;
  /** What of the amount is no part of the invoice as it was booked; 0 in the company's own currency. */
  readonly exchange_minor: number;
}

/** What a payment takes off its invoice as that was booked, once it is settled. */
export function settledMinor({
  amount_minor,
  exchange_minor,
}: Pick<PaidFact, 'amount_minor' | 'exchange_minor'>): number {
  return amount_minor - exchange_minor;
}

export function isSettled({ settled_on }: Pick<PaidFact, 'settled_on'>, on: number): boolean {
  return settled_on !== null && settled_on <= on;
}

/** What it takes off what its party owes by the end of a day: all that came until it is settled, what it settles from then on. */
export function takenOffBy(payment: PaidFact, on: number): number {
  if (payment.paid_on > on) return 0;
  return isSettled(payment, on) ? settledMinor(payment) : payment.amount_minor;
}

/**
 * The day a payment settles an invoice: the later of both days. A locked month stays as it is: what is matched after it was
 * locked is settled on the first day that takes postings since.
 */
export function settlementDay(
  { paid_on, posted_on }: { readonly paid_on: number; readonly posted_on: number },
  isLocked: (month: number) => boolean,
): number {
  const day = Math.max(paid_on, posted_on);
  let month = monthOfDay(day);
  if (!isLocked(month)) return day;
  while (isLocked(month)) month = addMonths(month, 1);
  return firstDayOfMonth(month);
}

interface CameFact {
  /** ISO day. */
  readonly paid_on: string;
  /** null = the company's. */
  readonly currency: string | null;
  readonly amount_minor: number;
  /** Minor units of its currency. */
  readonly foreign_minor: number | null;
}

/** Whether two splits of a payment are the same money: by day and currency they come to the same, in both currencies. */
export function sameMoney(one: readonly CameFact[], other: readonly CameFact[]): boolean {
  const sums = new Map<string, { amount_minor: number; foreign_minor: number }>();
  const add = (sign: 1 | -1) => (part: CameFact) => {
    const key = JSON.stringify([part.paid_on, part.currency]);
    const sum = sums.get(key) ?? { amount_minor: 0, foreign_minor: 0 };
    sum.amount_minor += sign * part.amount_minor;
    sum.foreign_minor += sign * (part.foreign_minor ?? 0);
    sums.set(key, sum);
  };
  one.forEach(add(1));
  other.forEach(add(-1));
  return [...sums.values()].every((sum) => sum.amount_minor === 0 && sum.foreign_minor === 0);
}

/** Of a payment in another currency: what moves the open amounts, and on which day. */
export interface ForeignStep {
  readonly day: number;
  /** Minor units of its currency. */
  readonly foreign_minor: number;
  /** The same as it is booked, minor units of ours. */
  readonly booked_minor: number;
  readonly realised_minor: number;
}

/** It comes as it is, and stands as an open item of its own; what the rate made of it since its invoice is booked when it settles that. */
export function foreignSteps(payment: PaidFact & { readonly foreign_minor: number }): readonly ForeignStep[] {
  const { paid_on, settled_on, amount_minor, exchange_minor, foreign_minor } = payment;
  const comes = { day: paid_on, foreign_minor: -foreign_minor, booked_minor: -amount_minor, realised_minor: 0 };
  if (settled_on === null || exchange_minor === 0) return [comes];
  const settles = { day: settled_on, foreign_minor: 0, booked_minor: exchange_minor, realised_minor: exchange_minor };
  return [comes, settles];
}
