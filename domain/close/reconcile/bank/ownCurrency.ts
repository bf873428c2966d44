/**
 * A bank account in another currency than the books. It is compared with its statements in its own currency; what the bank holds is
 * worth what the closing rate makes of it, and what the ledger has beside that is not revalued. Nothing has to be known of how, or
 * whether, the ledger takes revaluations of it back: only what it holds at a month's end counts.
 */
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay, monthRange } from '../../../calendar.ts';
import { perOne, rateDecimalText, type RateValue } from '../../../currency/rateValue.ts';
import { minorText } from '../../../money.ts';
import { isJournalReference } from '../../journal/reference.ts';
import type { JournalKind } from '../../journalKinds.ts';
import type { Found, LedgerMovement, OpenDocument } from '../facts.ts';
import { bankRef, NO_STATEMENT, type RatesByCurrency, takenBackRef, UNVALUED, valueInOurs } from '../foreign.ts';
import { JOURNALS, type ReconciledRole } from '../plan.ts';
import type { DocumentBooks } from '../postings.ts';
import type { BankAccount, OwnBooks } from './facts.ts';

export interface BankValues {
  /** Of the books. */
  readonly currency: string;
  readonly rates: RatesByCurrency;
}

/** Whether an entry on such an account that does not say its amount there only values it anew; else it lacks that amount. */
export function onlyValues(journal_kind: JournalKind, ref: string | null): boolean {
  return journal_kind === 'exchange_differences' || isJournalReference(ref);
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

interface Balance {
  /** In the account's currency. */
  readonly own_minor: number;
  /** Who says so: the bank where the ledger keeps nothing in that currency. */
  readonly by: 'ledger' | 'bank';
}

interface Valued extends Balance {
  /** Null: nothing is on it, which is worth nothing at any rate. */
  readonly rate: RateValue | null;
  readonly value: (own_minor: number) => number;
  /** What the ledger has beside its value at that rate. */
  readonly off_minor: number;
}

/** What is to be valued at the end of a day; a text says why it is not known. */
function balanceOn(account: BankAccount, own: OwnBooks, day: number): Balance | string {
  const { currency } = own;
  const own_minor = ledgerBefore(account, day + 1);
  const lacking = own.lacking.filter((on) => on <= day).length;
  if (lacking === 0) return { own_minor, by: 'ledger' };
  const without = `${lacking === 1 ? '1 entry' : `${lacking} entries`} without ${currency}`;
  // of an account whose other entries say their dollars the bank's balance would make a loss of the rate of what nobody booked
  if (account.opening_minor !== 0 || account.entries.some(({ booked_on }) => booked_on <= day)) return `: ${without}`;
  const first = firstDayOfMonth(monthOfDay(day));
  const { statement, statement_opening_minor } = account;
  const reaches = statement.some(({ booked_on }) => booked_on >= first);
  const closing_minor = statement.findLast(({ booked_on }) => booked_on <= day)?.balance_after_minor;
  const bank_minor = closing_minor ?? statement_opening_minor;
  return reaches && bank_minor !== null ? { own_minor: bank_minor, by: 'bank' } : `: ${NO_STATEMENT}, ${without}`;
}

/** Nothing on it and nothing moved in the month: no rate is needed to say what that is worth. */
function isEmpty({ statement, statement_opening_minor, entries }: BankAccount, own_minor: number, day: number) {
  const first = firstDayOfMonth(monthOfDay(day));
  const inMonth = ({ booked_on }: { readonly booked_on: number }): boolean => booked_on >= first && booked_on <= day;
  const held = statement.findLast(({ booked_on }) => booked_on <= day)?.balance_after_minor;
  return own_minor === 0 && (held ?? statement_opening_minor ?? 0) === 0 && ![...statement, ...entries].some(inMonth);
}

/** At the end of a day, by its month's closing rate; a text says why it has no value. */
function valuedOn(
  account: BankAccount,
  own: OwnBooks,
  day: number,
  { currency: ours, rates }: BankValues,
): Valued | string {
  const { currency } = own;
  const balance = balanceOn(account, own, day);
  if (typeof balance === 'string') return balance;
  const rate = rates.get(currency)?.get(monthOfDay(day))?.closing ?? null;
  if (!rate && !isEmpty(account, balance.own_minor, day)) return UNVALUED;
  const at = rate ?? perOne(1_000_000);
  const value = (own_minor: number): number => valueInOurs(own_minor, { currency, ours, ...at });
  return { ...balance, rate, value, off_minor: bookedBefore(own, day + 1) - value(balance.own_minor) };
}

/** What an account could not be valued by at the end of a month: that is said, whatever the ledger has. */
export function unvaluedBanks(accounts: readonly BankAccount[], cut_off: number, values: BankValues): readonly Found[] {
  return accounts.flatMap((account) => {
    const { own } = account;
    if (!own) return [];
    const valued = valuedOn(account, own, cut_off, values);
    return typeof valued === 'string' ? [notRevalued(account, own, cut_off, { why: valued, amount_minor: 0 })] : [];
  });
}

function notRevalued(
  { code }: BankAccount,
  { currency }: OwnBooks,
  cut_off: number,
  { why = '', amount_minor }: { readonly why?: string; readonly amount_minor: number },
): Found {
  const ref = `${bankRef({ code, currency, month: monthOfDay(cut_off) })}${why}`;
  return {
    role: 'bank',
    cause: 'not_revalued',
    amount_minor,
    ref,
    arose_on: cut_off,
    documents: [{ kind: 'rate', id: 0, ref }],
    settles_on: null,
  };
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
  const valued = valuedOn(account, own, cut_off, values);
  if (typeof valued === 'string') {
    const amount_minor = bookedBefore(own, cut_off + 1);
    const open = [{ role: 'bank', ref: 'Not valued: as the ledger has it', booked_on: cut_off, amount_minor }] as const;
    return { open, items: [notRevalued(account, own, cut_off, { why: valued, amount_minor: 0 })] };
  }
  const { rate, value, off_minor, own_minor: in_ledger, by } = valued;
  const missing = off_minor === 0 ? [] : [notRevalued(account, own, cut_off, { amount_minor: off_minor })];
  const inWords = (own_minor: number): string =>
    `${currency} ${minorText(BigInt(own_minor), currency)}${rate ? ` at ${rateDecimalText(rate)}` : ''}`;
  if (by === 'bank') {
    const ref = `Bank statement, the ledger has no ${currency}: ${inWords(in_ledger)}`;
    return { open: [{ role: 'bank', ref, booked_on: cut_off, amount_minor: value(in_ledger) }], items: missing };
  }
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
    ref: `${line.ref}, ${inWords(line.amount_minor)}`,
    amount_minor: part(line.amount_minor),
  }));
  const items = (side?.items ?? []).map((item) => ({ ...item, amount_minor: part(item.amount_minor) }));
  if (sum !== in_ledger) throw new Error(`${account.code}: statement and items do not come to the ledger`);
  return { open, items: [...items, ...missing] };
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
      const at = valued.rate ? ` at ${rateDecimalText(valued.rate)}` : '';
      const words = `Revaluation of ${own.currency} bank ${code}${at}`;
      found.push({ ref, words, booked_on, amount_minor: -valued.off_minor });
    }
  }
  return found;
}

/** Entries that only valued a bank account anew, on it and on exchange differences: the account itself says whether they were right. */
export function bankValuations(
  accounts: readonly BankAccount[],
  movements: readonly LedgerMovement[],
): readonly LedgerMovement[] {
  const ids = new Set(accounts.flatMap(({ own }) => own?.valuations ?? []));
  return movements.filter(({ role, entry_id }) => (role === 'fx_gain' || role === 'bank') && ids.has(entry_id));
}

/**
 * What exchange differences should hold of bank accounts: what the ledger has, and what it lacks.
 * @param roles with the bank itself where no statement says what is on it
 */
export function valueBanks(
  books: DocumentBooks,
  revaluations: readonly BankRevaluation[],
  valuations: readonly LedgerMovement[],
  { cut_off, roles }: { readonly cut_off: number; readonly roles: readonly ('fx_gain' | 'bank')[] },
): void {
  for (const role of roles) {
    const sign = role === 'bank' ? 1 : -1;
    for (const { entry_id: id, number: ref, booked_on, amount_minor } of valuations.filter(isOf(role))) {
      books.post(role, booked_on, amount_minor, { document: { kind: 'entry', id, ref } });
      if (booked_on <= cut_off)
        books.openAt(role, 'Revaluations of bank accounts in the ledger', booked_on, amount_minor);
    }
    for (const { ref, words, booked_on, amount_minor } of revaluations) {
      const document = { kind: 'rate', id: 0, ref } as const;
      const back = { kind: 'rate', id: 0, ref: takenBackRef(ref) } as const;
      books.post(role, booked_on, sign * amount_minor, { document, missing: 'not_revalued' });
      books.post(role, booked_on + 1, -sign * amount_minor, { document: back, takes_back: ref });
      books.open(role, words, booked_on, booked_on + 1, sign * amount_minor);
    }
  }
}

/** Of an account, without what its journals are documents of themselves. */
function isOf(role: ReconciledRole) {
  return (each: LedgerMovement): boolean => each.role === role && !JOURNALS[role].own.has(each.journal_kind);
}
