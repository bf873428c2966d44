/**
 * Documents made out in another currency. A payment takes off its document what of the booked amount it settles; what it
 * came to beside that is realised. What is open at a month's end is valued at the closing rate, once for each currency and
 * control account, and the first of the next month takes that back. Realised and not yet realised are never counted twice.
 */
import { addMonths, lastDayOfMonth, monthOfDay, monthRange } from '../../calendar.ts';
import { convertBack } from '../../currency/convert.ts';
import { perOne, rateDecimalText, type RateValue } from '../../currency/rateValue.ts';
import { safeNumber } from '../../money.ts';
import type { Found } from './facts.ts';
import { rateDocument, type Valued } from './impliedRate.ts';
import type { MonthRate } from './intercompany.ts';
import type { DocumentBooks } from './postings.ts';

export type ControlRole = 'ar' | 'ap';

/** What documents and payments of a month in one currency added to what is open. */
export interface ForeignMonth {
  readonly kind: 'customer' | 'supplier';
  readonly currency: string;
  readonly month: number;
  /** Minor units of that currency: documents less payments. */
  readonly foreign_minor: number;
  /** The same as it was booked, minor units of ours. */
  readonly booked_minor: number;
  /** Σ `exchange_minor` of its payments up to the cut-off. */
  readonly realised_minor: number;
}

/** Units of the foreign currency for ours, by month, by currency. */
export type RatesByCurrency = ReadonlyMap<string, ReadonlyMap<number, MonthRate>>;

/** Minor units of a foreign currency → minor units of ours, rounded once. */
export function valueInOurs(
  foreign_minor: number,
  { currency, ours, rate_micro, per_units }: RateValue & { readonly currency: string; readonly ours: string },
): number {
  return safeNumber(convertBack(BigInt(foreign_minor), { from: ours, to: currency, rate_micro, per_units }));
}

/** One currency on one control account at a month's end. */
export interface Revaluation {
  readonly role: ControlRole;
  readonly currency: string;
  readonly month: number;
  readonly booked_on: number;
  readonly taken_back_on: number;
  readonly valued: Valued;
  /** What it moves the control account by, debit positive; `fx_gain` moves by the opposite. */
  readonly amount_minor: number;
  /** The same had another day's rate been taken: the two months' before, the next month's, the month's average. */
  readonly at_other_rates: readonly { readonly rate: RateValue; readonly amount_minor: number }[];
}

/** What is open in a currency at a month's end that has no closing rate. */
export interface Unvalued {
  readonly role: ControlRole;
  readonly currency: string;
  readonly month: number;
}

export interface ForeignOpen {
  readonly revaluations: readonly Revaluation[];
  readonly unvalued: readonly Unvalued[];
  readonly realised: readonly {
    readonly role: ControlRole;
    readonly currency: string;
    readonly amount_minor: number;
  }[];
}

export interface ForeignAsked {
  /** Of the company. */
  readonly currency: string;
  readonly from: number;
  readonly until: number;
  /** The month (yyyymm) from which on what was realised counts: the fiscal year's first; absent = the first there is. */
  readonly realised_from?: number;
}

/** Month by month what is open in each currency, from the month before `from`: what that one booked is taken back in it. */
export function foreignOpen(
  months: readonly ForeignMonth[],
  rates: RatesByCurrency,
  { currency: ours, from, until, realised_from = 0 }: ForeignAsked,
): ForeignOpen {
  const revaluations: Revaluation[] = [];
  const unvalued: Unvalued[] = [];
  const realised: ForeignOpen['realised'][number][] = [];
  const asked = monthRange(addMonths(monthOfDay(from), -1), monthOfDay(until));
  for (const [key, own] of Map.groupBy(months, ({ kind, currency }) => `${kind} ${currency}`)) {
    const [kind = '', currency = ''] = key.split(' ');
    const role = kind === 'customer' ? 'ar' : 'ap';
    const sign = role === 'ar' ? 1 : -1;
    const gained = own.reduce((sum, each) => (each.month >= realised_from ? sum + each.realised_minor : sum), 0);
    if (gained !== 0) realised.push({ role, currency, amount_minor: sign * gained });
    for (const month of asked) {
      const booked_on = lastDayOfMonth(month);
      if (booked_on > until) break;
      const upTo = own.filter((each) => each.month <= month);
      const foreign_minor = upTo.reduce((sum, each) => sum + each.foreign_minor, 0);
      const booked_minor = upTo.reduce((sum, each) => sum + each.booked_minor, 0);
      if (foreign_minor === 0 && booked_minor === 0) continue;
      const of = rates.get(currency);
      const rate = of?.get(month);
      // nothing open needs no rate: what was booked beside it is taken off whole
      if (!rate && foreign_minor !== 0) {
        unvalued.push({ role, currency, month });
        continue;
      }
      const at = (value: RateValue): number =>
        sign * (valueInOurs(foreign_minor, { currency, ours, ...value }) - booked_minor) + 0;
      const closing = rate?.closing ?? perOne(1_000_000);
      const others = [
        of?.get(addMonths(month, -1))?.closing,
        of?.get(addMonths(month, -2))?.closing,
        of?.get(addMonths(month, 1))?.closing,
        rate?.average,
      ];
      revaluations.push({
        role,
        currency,
        month,
        booked_on,
        taken_back_on: booked_on + 1,
        valued: { currency, ours, foreign_minor, booked_minor, sign, ...closing },
        amount_minor: at(closing),
        at_other_rates: others.flatMap((other) =>
          other === undefined ? [] : [{ rate: other, amount_minor: at(other) }],
        ),
      });
    }
  }
  return { revaluations, unvalued, realised };
}

/** What the ledger should have for them, and what of it stands at the cut-off. */
export function revalue(books: DocumentBooks, { revaluations, realised }: ForeignOpen, cut_off: number): void {
  for (const each of revaluations) {
    const { role, booked_on, taken_back_on, amount_minor, at_other_rates, valued } = each;
    const ref = revaluationRef(each);
    const document = { kind: 'rate', id: 0, ref } as const;
    const back = { kind: 'rate', id: 0, ref: takenBackRef(ref) } as const;
    for (const [account, amount] of [
      [role, amount_minor],
      ['fx_gain', -amount_minor],
    ] as const) {
      books.post(account, booked_on, amount, { document, missing: 'not_revalued', valued });
      books.post(account, taken_back_on, -amount, { document: back, takes_back: ref });
      books.open(account, `${whatIsOpen(each)} at ${rateDecimalText(valued)}`, booked_on, taken_back_on, amount);
    }
    for (const other of at_other_rates) {
      const off = other.amount_minor - amount_minor;
      // a rate that comes to nothing books nothing: it was not revalued
      if (off === 0 || other.amount_minor === 0) continue;
      const documents = [document, rateDocument(valued, other.rate)];
      const wrong = { day: booked_on, cause: 'revalued_at_another_rate', ref, documents } as const;
      books.suspect({ ...wrong, role, amount_minor: off });
      books.suspect({ ...wrong, role: 'fx_gain', amount_minor: -off });
    }
  }
  for (const { role, currency, amount_minor } of realised) {
    books.openAt('fx_gain', `Paid ${currency} ${SIDES[role]}`, cut_off, -amount_minor);
  }
}

export interface FirstDay {
  readonly from: number;
  /** Whether nobody reconciled the month before. */
  readonly first_look: boolean;
  /** Ledger less documents of an account on the first day, without any of this. */
  readonly moved: (role: ControlRole) => number;
  /** What single entries moved an account by in the last days before, other than sums of documents. */
  readonly before: readonly { readonly role: string; readonly booked_on: number; readonly amount_minor: number }[];
  /** References of what is known to be open, and of what proposed entries booked. */
  readonly carried: ReadonlySet<string>;
}

/** So many days before the first are read for what may have been booked of the month end before. */
export const EVE_DAYS = 4;

/**
 * Without what was never booked: a ledger that nobody looked at before, and that did not revalue, has nothing to take back. Once
 * somebody has, what it lacked is carried, so all else is expected back; but for what could not be expected then (a currency or a
 * rate that came after the month was locked) where the ledger booked nothing of the kind either.
 */
export function withoutUnbooked(open: ForeignOpen, asked: FirstDay): ForeignOpen {
  const { from, first_look, moved, before, carried } = asked;
  const unbooked = (each: Revaluation): boolean =>
    each.taken_back_on === from &&
    moved(each.role) === 0 &&
    !carried.has(revaluationRef(each)) &&
    !before.some(
      ({ role, booked_on, amount_minor }) =>
        role === each.role && (!first_look || (booked_on === each.booked_on && amount_minor === each.amount_minor)),
    );
  return { ...open, revaluations: open.revaluations.filter((each) => !unbooked(each)) };
}

/** Without a rate nothing can be said of its value: that is said, whatever the ledger has. */
export function unvaluedItems({ unvalued }: ForeignOpen, cut_off: number, hasGain: boolean): readonly Found[] {
  return unvalued
    .filter(({ month }) => month === monthOfDay(cut_off) && lastDayOfMonth(month) === cut_off)
    .map((each) => ({
      role: hasGain ? 'fx_gain' : each.role,
      cause: 'not_revalued',
      amount_minor: 0,
      ref: `${revaluationRef(each)}${UNVALUED}`,
      arose_on: cut_off,
      documents: [{ kind: 'rate', id: 0, ref: `${each.currency} ${each.month}` }],
      settles_on: null,
    }));
}

const SIDES: Readonly<Record<ControlRole, string>> = { ar: 'receivables', ap: 'payables' };

/** 'FXR 202610 USD receivables': what items of it are found again by. */
export function revaluationRef({ role, currency, month }: Unvalued): string {
  return `FXR ${month} ${currency} ${SIDES[role]}`;
}

/** 'FXR 202610 USD bank 1020': of a bank account. */
export function bankRef(of: { readonly code: string; readonly currency: string; readonly month: number }): string {
  return `FXR ${of.month} ${of.currency} bank ${of.code}`;
}

const REF = /^FXR \d{6} ([A-Z]{3}) (?:receivables|payables|bank)\b/;
const BANK_REF = /^FXR \d{6} [A-Z]{3} bank (.+)$/;

export function isBankRef(ref: string): boolean {
  return BANK_REF.test(ref);
}

/** The code of the bank account a reference is of; null = it is something else's. */
export function bankOfRef(ref: string): string | null {
  return BANK_REF.exec(ref)?.[1] ?? null;
}

/** Of the reference of a revaluation of documents or of a bank account, or of what takes one back; null = it is something else's. */
export function currencyOfRef(ref: string): string | null {
  return REF.exec(ref)?.[1] ?? null;
}

const TAKEN_BACK = ' taken back';

export function takenBackRef(ref: string): string {
  return `${ref}${TAKEN_BACK}`;
}

/** Whether a reference is that of what takes a revaluation of documents back. */
export function isTakenBackRef(ref: string): boolean {
  return currencyOfRef(ref) !== null && ref.endsWith(TAKEN_BACK);
}

export const UNVALUED = ': no closing rate';
/** Of a bank account whose ledger keeps nothing in its currency, in a month nobody gave a statement of. */
export const NO_STATEMENT = 'no statement';
/** Of a bank account: entries that do not say their amount in its currency. */
const WITHOUT_AMOUNT = / without [A-Z]{3}$/;

/** Whether an item says that something could not be valued: its amount is not known, so no threshold is above it. */
export function isUnvaluedRef(ref: string): boolean {
  return currencyOfRef(ref) !== null && (ref.endsWith(UNVALUED) || WITHOUT_AMOUNT.test(ref));
}

/** Of such an item, what would make it known. */
export function whatToBring(ref: string): string {
  const [head = '', why = ''] = ref.split(': ');
  const currency = currencyOfRef(ref) ?? '';
  if (ref.endsWith(UNVALUED)) return `import the rates of its month under Exchange rates, ${currency} among them`;
  const entries = `Ledger entries again with their amount in ${currency}`;
  return why.startsWith(NO_STATEMENT)
    ? `import the statement of account ${bankOfRef(head) ?? ''} under Bank statements, or ${entries}`
    : `import ${entries}`;
}

function whatIsOpen({ role, currency }: Unvalued): string {
  return `Revaluation of ${currency} ${SIDES[role]}`;
}
