/**
 * A bank account against its statements: what the bank says of the month, and each difference with its cause. Ledger − bank =
 * Σ items. What the statements given do not reach is said to be so; what lies before the first of them is one item.
 */
import { firstDayOfMonth, isoDate, monthOfDay } from '../../../calendar.ts';
import type { Cause } from '../causes.ts';
import type { DocumentRef, Found, OpenDocument } from '../facts.ts';
import { type BankAccount, type BankEntry, type StatementLine, statementRef } from './facts.ts';
import { type BankValues, inBooks, ledgerBefore } from './ownCurrency.ts';
import { type BankMatch, FAR_DAYS, keysOf, matchStatement, type MatchRule } from './match.ts';

/** Entries and lines are read from so many days before the first day looked at: what they match is no item. */
export const BANK_DAYS_BEFORE = FAR_DAYS;

export interface BankAsked {
  readonly from: number;
  readonly cut_off: number;
  /** What the bank's earlier reconciliation left open. */
  readonly carried: readonly Found[];
  /** Needed where an account is in another currency than the books. */
  readonly values?: BankValues;
}

export interface BankSide {
  readonly open: readonly OpenDocument[];
  readonly items: readonly Found[];
}

/** What a fee or interest is called on a statement; another debit is a payment somebody made. */
const CHARGE =
  /\b(fees?|charges?|commission|interest|kosten|entgelte?|geb[uü]hr(en)?|zinsen|frais|agios|int[eé]r[eê]ts|rente|comision(es)?|spese|interessi)\b/iu;

const ON_STATEMENT: Readonly<Record<Exclude<MatchRule, 'amount'> | 'open', string>> = {
  reference: 'Found by reference',
  date: 'Found by amount and date',
  sum: 'Found as sum of several',
  open: 'Not so in the ledger',
};

/** Null when none of the accounts has a line on or after the month's first day: nobody gave its statement. */
export function reconcileBank(all: readonly BankAccount[], asked: BankAsked): BankSide | null {
  // an account that is made later says nothing of a month that may be signed already
  const accounts = all.filter((account) => isUsedBy(account, asked.cut_off));
  const month = firstDayOfMonth(monthOfDay(asked.cut_off));
  const stated = accounts.filter((account) => statedUntil(account) >= month && beginsOn(account) <= asked.cut_off);
  if (stated.length === 0) return null;
  const sides = accounts.map((account): BankSide => {
    const side = sideOf(account, stated.includes(account), { ...asked, month });
    if (accounts.length === 1) return side;
    return { ...side, open: side.open.map((line) => ({ ...line, ref: `${account.code}: ${line.ref}` })) };
  });
  return { open: sides.flatMap(({ open }) => open), items: sides.flatMap(({ items }) => items) };
}

function sideOf(account: BankAccount, stated: boolean, asked: BankAsked & { readonly month: number }): BankSide {
  const { own } = account;
  // what has no document was carried in the books' currency: it is found again in the account's
  const carried = own ? asked.carried.filter(({ documents }) => documents.length > 0) : asked.carried;
  const side = stated ? accountSide(account, { ...asked, carried }) : null;
  if (!own) return side ?? { open: asLedger(account, asked.cut_off), items: [] };
  if (!asked.values) throw new Error(`account ${account.code} is in ${own.currency}, and no rates are here`);
  return inBooks(account, own, side, { cut_off: asked.cut_off, values: asked.values });
}

/** Whether anything was on it by the end of a day, in the ledger or at the bank. */
function isUsedBy(
  { opening_minor, statement_opening_minor, entries, statement, own }: BankAccount,
  day: number,
): boolean {
  const byThen = ({ booked_on }: { readonly booked_on: number }): boolean => booked_on <= day;
  return (
    opening_minor !== 0 ||
    statement_opening_minor !== null ||
    entries.some(byThen) ||
    statement.some(byThen) ||
    (own !== undefined &&
      (own.opening_booked_minor !== 0 || own.booked.some(byThen) || own.lacking.some((on) => on <= day)))
  );
}

/** The first day a statement tells of, or an earlier one. */
function beginsOn({ since, statement, statement_opening_minor }: BankAccount): number {
  if (statement_opening_minor !== null) return since - 1;
  return statement.find(({ booked_on }) => booked_on >= since)?.booked_on ?? Number.POSITIVE_INFINITY;
}

/** The last day a statement tells of: the bank may have closed it after its last line. */
function statedUntil({ statement, stated_until }: BankAccount): number {
  return Math.max(statement.at(-1)?.booked_on ?? 0, stated_until ?? 0);
}

function asLedger(account: BankAccount, cut_off: number): readonly OpenDocument[] {
  const amount_minor = ledgerBefore(account, cut_off + 1);
  return [openLine('No statement: as the ledger has it', cut_off, amount_minor)];
}

function accountSide(account: BankAccount, asked: BankAsked & { readonly month: number }): BankSide {
  const { cut_off, month } = asked;
  const { from, since, named, kept, apart_minor } = beginning(account, asked);
  const isLookedAt = (each: BankEntry | StatementLine): boolean => each.booked_on >= since || isNamed(each, named);
  const matches = matchStatement(account.entries.filter(isLookedAt), account.statement.filter(isLookedAt));
  const isOld = (each: BankEntry | StatementLine): boolean => each.booked_on < from && !isNamed(each, named);
  const items: Found[] = [...kept];
  const rules = new Map<StatementLine, BankMatch & { readonly open: boolean }>();
  // of what was before, what the days looked at settle was no difference for good
  let before_minor = apart_minor;
  for (const match of matches) {
    const { entries, lines } = match;
    const old = [...entries, ...lines].filter(isOld);
    if (old.length === entries.length + lines.length) continue;
    before_minor -= sumOf(entries, isOld) - sumOf(lines, isOld);
    const item = itemOf(match, account, asked, matches);
    if (item) items.push(item);
    for (const line of lines) rules.set(line, { ...match, open: item !== null });
  }
  if (before_minor !== 0) items.push(beforeItem(account, before_minor, from));
  return { open: openOf(account, rules, month, cut_off), items };
}

interface Named {
  readonly entries: ReadonlySet<number>;
  readonly lines: ReadonlySet<number>;
}

function isNamed(each: BankEntry | StatementLine, named: Named): boolean {
  return ('balance_after_minor' in each ? named.lines : named.entries).has(each.id);
}

/**
 * Where the comparison begins. What was left open before and comes to exactly what the two were apart then is all that counts of
 * the days before. Else (the first statement, or one that came after its month was closed) entries and lines of some weeks
 * before may still settle newer ones.
 */
function beginning(account: BankAccount, { from, carried }: BankAsked) {
  const ids = (kind: DocumentRef['kind']): ReadonlySet<number> =>
    new Set(carried.flatMap(({ documents }) => documents.flatMap((each) => (each.kind === kind ? [each.id] : []))));
  const named: Named = { entries: ids('entry'), lines: ids('statement_line') };
  // nothing was found of these, so nothing can be looked up: they stay
  const kept = carried.filter(
    ({ documents, arose_on, ref }) => documents.length === 0 && ref === beforeRef(account, arose_on + 1),
  );
  const first = beginsOn(account);
  const apartAt = (day: number): number => ledgerBefore(account, day) - balanceBefore(account, day);
  if (first < from) {
    const isOpen = (each: BankEntry | StatementLine): boolean => each.booked_on < from && isNamed(each, named);
    const open_minor = sumOf(account.entries, isOpen) - sumOf(account.statement, isOpen) + sumOf(kept, () => true);
    if (apartAt(from) === open_minor) return { from, since: from, named, kept, apart_minor: 0 };
  }
  const begins = Math.max(first, from);
  const apart_minor = apartAt(begins);
  const since = apart_minor === 0 ? begins : begins - BANK_DAYS_BEFORE;
  return {
    from: begins,
    since,
    named: { entries: new Set<number>(), lines: new Set<number>() },
    kept: [],
    apart_minor,
  };
}

function balanceBefore({ since, statement, statement_opening_minor }: BankAccount, day: number): number {
  const known = statement.filter(({ booked_on }) => booked_on >= since);
  const last = known.findLast(({ booked_on }) => booked_on < day);
  const [first] = known;
  return (
    last?.balance_after_minor ?? statement_opening_minor ?? (first ? first.balance_after_minor - first.amount_minor : 0)
  );
}

function itemOf(
  { entries, lines }: BankMatch,
  account: BankAccount,
  { cut_off, carried }: BankAsked,
  all: readonly BankMatch[],
): Found | null {
  const done = ({ booked_on }: BankEntry | StatementLine): boolean => booked_on <= cut_off;
  const booked = entries.filter(done);
  const stated = lines.filter(done);
  const in_ledger = sumOf(booked, () => true);
  const at_bank = sumOf(stated, () => true);
  const amount_minor = in_ledger - at_bank;
  if (amount_minor === 0) return null;
  const ofLedger = Math.abs(in_ledger) > Math.abs(at_bank);
  const [entry] = booked;
  const [line] = stated;
  const later = (ofLedger ? lines : entries).filter((each) => !done(each)).map(({ booked_on }) => booked_on);
  const documents: readonly DocumentRef[] = [
    ...booked.map(({ id, number }) => ({ kind: 'entry' as const, id, ref: number })),
    ...stated.map((each) => ({ kind: 'statement_line' as const, id: each.id, ref: statementRef(each) })),
  ];
  const of = {
    role: 'bank' as const,
    amount_minor,
    documents,
    settles_on: later.length > 0 ? Math.max(...later) : null,
  };
  if (ofLedger && entry) {
    // what it repeats was done with in its own month
    const known = carried.some(
      (each) => each.cause === 'posted_twice' && each.ref === entry.number && each.arose_on === entry.booked_on,
    );
    const comes = later.length > 0;
    const cause = known && !comes ? 'posted_twice' : ledgerCause(entry, amount_minor, account, comes, all);
    return { ...of, cause, ref: entry.number, arose_on: entry.booked_on };
  }
  if (!line) throw new Error('a difference at the bank has no line');
  return { ...of, cause: bankCause(line), ref: statementRef(line), arose_on: line.booked_on };
}

function ledgerCause(
  entry: BankEntry,
  amount_minor: number,
  account: BankAccount,
  comes: boolean,
  all: readonly BankMatch[],
): Cause {
  if (!comes && entry.booked_on > statedUntil(account)) return 'statement_missing';
  const keys = new Set(keysOf({ ...entry, number: '' }));
  const twin = all.some(
    ({ rule, entries }) =>
      rule !== null &&
      entries.some((each) => each.amount_minor === amount_minor && keysOf(each).some((key) => keys.has(key))),
  );
  if (!comes && twin) return 'posted_twice';
  return amount_minor < 0 ? 'outstanding_payment' : 'outstanding_receipt';
}

function bankCause(line: StatementLine): Cause {
  if (line.amount_minor > 0) return 'unknown_receipt';
  return CHARGE.test(statementRef(line)) ? 'charge_not_booked' : 'payment_not_booked';
}

function beforeItem(account: BankAccount, amount_minor: number, from: number): Found {
  const ref = beforeRef(account, from);
  return { role: 'bank', cause: 'not_found', amount_minor, ref, arose_on: from - 1, documents: [], settles_on: null };
}

function beforeRef({ code }: BankAccount, from: number): string {
  return `Balance of ${code} before ${isoDate(from)}`;
}

/** The statement as it came to its balance: brought forward, then by how its lines were found in the ledger. */
function openOf(
  account: BankAccount,
  rules: ReadonlyMap<StatementLine, BankMatch & { readonly open: boolean }>,
  month: number,
  cut_off: number,
): readonly OpenDocument[] {
  const sums = new Map<string, number>();
  for (const line of account.statement) {
    if (line.booked_on < month || line.booked_on > cut_off) continue;
    const match = rules.get(line);
    const ref = match === undefined || match.open || match.rule === null ? ON_STATEMENT.open : wordsOf(match);
    sums.set(ref, (sums.get(ref) ?? 0) + line.amount_minor);
  }
  return [
    openLine('Bank brought forward', month, balanceBefore(account, month)),
    ...[...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([ref, amount]) => openLine(ref, cut_off, amount)),
  ];
}

/** What was matched by amount alone stands by itself, so that somebody looks. */
function wordsOf({ rule, entries, lines }: BankMatch): string {
  if (rule !== 'amount') return ON_STATEMENT[rule ?? 'open'];
  const [line] = lines;
  return `By amount alone, look: ${line ? statementRef(line) : ''} = ${entries.map(({ number }) => number).join(', ')}`;
}

function openLine(ref: string, booked_on: number, amount_minor: number): OpenDocument {
  return { role: 'bank', ref, booked_on, amount_minor };
}

function sumOf<T extends { readonly amount_minor: number }>(some: readonly T[], of: (each: T) => boolean): number {
  return some.reduce((sum, each) => (of(each) ? sum + each.amount_minor : sum), 0);
}
