/**
 * A bank account in another currency than the books. It is compared with its statements in its own currency; what the bank holds is
 * worth what the closing rate makes of it, and what the ledger has beside that is not revalued. Nothing has to be known of how, or
 * whether, the ledger takes revaluations of it back: only what it holds at a month's end counts.
 */
import { addMonths, lastDayOfMonth, monthOfDay, monthRange } from '../../../calendar.ts';
import { rateDecimalText, type RateValue } from '../../../currency/rateValue.ts';
import { minorText } from '../../../money.ts';
import type { Found, LedgerMovement, OpenDocument } from '../facts.ts';
import { bankRef, type RatesByCurrency, takenBackRef, UNVALUED, valueInOurs } from '../foreign.ts';
import type { DocumentBooks } from '../postings.ts';
import type { BankAccount, OwnBooks } from './facts.ts';

export interface BankValues {
  /** Of the books. */
  readonly currency: string;
  readonly rates: RatesByCurrency;
}

interface Side {
  readonly open: readonly OpenDocument[];
  readonly items: readonly Found[];
}

/** What the ledger had of it before a day, in the account's currency. */
export function ledgerBefore({ since, opening_minor, entries }: BankAccount, day: number): number {
  return entries.reduce(
    (sum, each) => (each.booked_on >= since && each.booked_on < day ? sum + each.amount_minor : sum),
    opening_minor,
  );
}

/** The same in the currency of the books, with what only valued it anew. */
function bookedBefore({ opening_booked_minor, booked }: OwnBooks, day: number): number {
  return booked.reduce((sum, each) => (each.booked_on < day ? sum + each.amount_minor : sum), opening_booked_minor);
}

interface Valued {
  readonly rate: RateValue;
  readonly value: (own_minor: number) => number;
  /** What the ledger has beside its value at that rate. */
  readonly off_minor: number;
}

/** At the end of a day, by its month's closing rate; a text says why it has no value. */
function valuedOn(
  account: BankAccount,
  own: OwnBooks,
  day: number,
  { currency: ours, rates }: BankValues,
): Valued | string {
  const { currency } = own;
  const lacking = own.lacking.filter((on) => on <= day).length;
  if (lacking > 0) return `: ${lacking === 1 ? '1 entry' : `${lacking} entries`} without ${currency}`;
  const rate = rates.get(currency)?.get(monthOfDay(day))?.closing;
  if (!rate) return UNVALUED;
  const value = (own_minor: number): number => valueInOurs(own_minor, { currency, ours, ...rate });
  return { rate, value, off_minor: bookedBefore(own, day + 1) - value(ledgerBefore(account, day + 1)) };
}

/**
 * A side in the account's currency in that of the books: each amount is what it adds to the value of those before it, so that they
 * come to the value of their sum.
 * @param side null = no statement of the month
 */
export function inBooks(
  account: BankAccount,
  own: OwnBooks,
  side: Side | null,
  { cut_off, values }: { readonly cut_off: number; readonly values: BankValues },
): Side {
  const { currency } = own;
  const month = monthOfDay(cut_off);
  const ref = bankRef({ code: account.code, currency, month });
  const notRevalued = (words: string, amount_minor: number): Found => ({
    role: 'bank',
    cause: 'not_revalued',
    amount_minor,
    ref: words,
    arose_on: cut_off,
    documents: [{ kind: 'rate', id: 0, ref: words }],
    settles_on: null,
  });
  const valued = valuedOn(account, own, cut_off, values);
  if (typeof valued === 'string') {
    const amount_minor = bookedBefore(own, cut_off + 1);
    const open = [{ role: 'bank', ref: 'Not valued: as the ledger has it', booked_on: cut_off, amount_minor }] as const;
    return { open, items: [notRevalued(`${ref}${valued}`, 0)] };
  }
  const { rate, value, off_minor } = valued;
  const in_ledger = ledgerBefore(account, cut_off + 1);
  const nothing = [
    { role: 'bank', ref: 'No statement: as the ledger has it', booked_on: cut_off, amount_minor: in_ledger },
  ] as const;
  let sum = 0;
  const part = (own_minor: number): number => {
    const before = value(sum);
    sum += own_minor;
    return value(sum) - before;
  };
  const open = (side?.open ?? nothing).map((line) => ({
    ...line,
    ref: `${line.ref}, ${currency} ${minorText(BigInt(line.amount_minor), currency)} at ${rateDecimalText(rate)}`,
    amount_minor: part(line.amount_minor),
  }));
  const items = (side?.items ?? []).map((item) => ({ ...item, amount_minor: part(item.amount_minor) }));
  if (sum !== in_ledger) throw new Error(`${account.code}: statement and items do not come to the ledger`);
  return { open, items: off_minor === 0 ? items : [...items, notRevalued(ref, off_minor)] };
}

/** What an account lacked at a month's end, as it is expected of exchange differences until the first of the next. */
export interface BankRevaluation {
  readonly ref: string;
  readonly words: string;
  readonly booked_on: number;
  /** What it would move the bank account by, debit positive. */
  readonly amount_minor: number;
}

/** Month by month; of the month before only what was told then, so that its first day settles it. */
export function bankRevaluations(
  accounts: readonly BankAccount[],
  asked: { readonly from: number; readonly until: number; readonly carried: ReadonlySet<string> },
  values: BankValues,
): readonly BankRevaluation[] {
  const { from, until, carried } = asked;
  const found: BankRevaluation[] = [];
  for (const account of accounts) {
    const { own, code } = account;
    if (!own) continue;
    for (const month of monthRange(addMonths(monthOfDay(from), -1), monthOfDay(until))) {
      const booked_on = lastDayOfMonth(month);
      if (booked_on > until) break;
      const valued = valuedOn(account, own, booked_on, values);
      const ref = bankRef({ code, currency: own.currency, month });
      if (typeof valued === 'string' || valued.off_minor === 0 || (booked_on < from && !carried.has(ref))) continue;
      const words = `Revaluation of ${own.currency} bank ${code} at ${rateDecimalText(valued.rate)}`;
      found.push({ ref, words, booked_on, amount_minor: -valued.off_minor });
    }
  }
  return found;
}

/** Entries on exchange differences that only valued a bank account anew: the account itself says whether they were right. */
export function bankValuations(
  accounts: readonly BankAccount[],
  gains: readonly LedgerMovement[],
): readonly LedgerMovement[] {
  const ids = new Set(accounts.flatMap(({ own }) => own?.valuations ?? []));
  return gains.filter(({ role, entry_id }) => role === 'fx_gain' && ids.has(entry_id));
}

/** What exchange differences should hold of bank accounts: what the ledger has, and what it lacks. */
export function valueBanks(
  books: DocumentBooks,
  revaluations: readonly BankRevaluation[],
  valuations: readonly LedgerMovement[],
  cut_off: number,
): void {
  for (const { entry_id: id, number: ref, booked_on, amount_minor } of valuations) {
    books.post('fx_gain', booked_on, amount_minor, { document: { kind: 'entry', id, ref } });
    if (booked_on <= cut_off)
      books.openAt('fx_gain', 'Revaluations of bank accounts in the ledger', booked_on, amount_minor);
  }
  for (const { ref, words, booked_on, amount_minor } of revaluations) {
    const document = { kind: 'rate', id: 0, ref } as const;
    const back = { kind: 'rate', id: 0, ref: takenBackRef(ref) } as const;
    books.post('fx_gain', booked_on, -amount_minor, { document, missing: 'not_revalued' });
    books.post('fx_gain', booked_on + 1, amount_minor, { document: back, takes_back: ref });
    books.open('fx_gain', words, booked_on, booked_on + 1, -amount_minor);
  }
}
