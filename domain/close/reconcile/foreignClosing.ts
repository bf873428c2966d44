/** For tests: a month of documents in other currencies reconciled beside a ledger, as the server does it. */
import { NO_EVIDENCE } from './documentTesting.ts';
import { firstDayOfMonth, lastDayOfMonth, monthOfDay } from '../../calendar.ts';
import { takenOffBy } from '../../credit/settled.ts';
import { fiscalYearStart } from '../fiscalYear.ts';
import { isJournalReference, reversalReference } from '../journal/reference.ts';
import { differingCells } from './cells.ts';
import type { CompanyFacts, Found, LedgerMovement } from './facts.ts';
import { EVE_DAYS, foreignOpen, type RatesByCurrency, revalue, withoutUnbooked } from './foreign.ts';
import { day, type Document, monthsOf, ratesFor, sumOf } from './foreignTesting.ts';
import { carriedInto, gainOpen, gainOpening, gainYear, withoutClosing } from './gain.ts';
import type { MonthRate } from './sister/facts.ts';
import { DOCUMENT_JOURNALS, type ReconciledRole } from './plan.ts';
import { DocumentBooks } from './postings.ts';
import { type ProposedEntry, withoutProposed } from './proposed.ts';
import { type Reconciliation, reconcileCompany } from './reconcile.ts';

export const ACCOUNTS = new Map<ReconciledRole, string>([
  ['ar', '1300'],
  ['ap', '2100'],
  ['bank', '1000'],
  ['fx_gain', '8900'],
]);

type Rates = ReadonlyMap<number, MonthRate> | RatesByCurrency;

function byCurrency(rates: Rates): RatesByCurrency {
  const isByCurrency = (each: Rates): each is RatesByCurrency =>
    [...each.keys()].some((key) => typeof key === 'string');
  return isByCurrency(rates) ? rates : ratesFor(rates);
}

interface Closing {
  /** The company keeps its books in; absent = EUR. */
  readonly ours?: string;
  readonly period: number;
  readonly from?: number;
  readonly first_look?: boolean;
  readonly documents: readonly Document[];
  /** Of every currency, or by currency. */
  readonly rates: Rates;
  /** All there ever was. */
  readonly ledger: readonly LedgerMovement[];
  readonly carried?: readonly Found[];
  readonly proposed?: readonly ProposedEntry[];
  readonly until?: number;
  /** The month (1–12) a fiscal year begins with; absent = January. */
  readonly year_begins?: number;
}

/** A month reconciled as the server does it: facts first, then the documents of days that differ. */
export function closed(given: Closing): readonly Reconciliation[] {
  const { period, documents, rates, ledger, proposed = [] } = given;
  const cut_off = lastDayOfMonth(period);
  const from = given.from ?? firstDayOfMonth(period);
  const until = given.until ?? cut_off;
  const gain_from = firstDayOfMonth(fiscalYearStart(period, given.year_begins ?? 1));
  const window = { from, cut_off, until };
  const first_look = given.first_look ?? given.carried === undefined;
  const carried = carriedInto(given.carried ?? [], gain_from);
  const known = ledger.filter((each) => each.booked_on <= until);
  const year = gainYear(known, gain_from);
  const movements = withoutClosing(known.filter((each) => each.booked_on >= from));
  const fill = (keeps: (role: ReconciledRole, on: number) => boolean): DocumentBooks => {
    const books = new DocumentBooks({ ...window, keeps });
    for (const document of documents) {
      books.invoice(document);
      for (const payment of document.payments) books.payment(payment);
    }
    return books;
  };
  const books = fill(() => false);
  const refs = new Set(ledger.filter((each) => each.booked_on >= from - EVE_DAYS).map(({ ref }) => ref));
  const ours = proposed.filter(({ reference }) => refs.has(reference) || refs.has(reversalReference(reference)));
  const onFirst = (role: ReconciledRole): number =>
    sumOf(
      movements.filter((e) => e.role === role && e.booked_on === from && isNoProposal(e)).map((e) => e.amount_minor),
    ) - (books.expected.get(role)?.get(from) ?? 0);
  const asked = { currency: given.ours ?? 'EUR', realised_from: monthOfDay(gain_from) };
  const foreign = monthsOf(documents, cut_off);
  const all = foreignOpen(foreign, byCurrency(rates), { ...asked, from, until });
  const open = withoutUnbooked(all, {
    from,
    first_look,
    moved: onFirst,
    before: ledger.filter(
      (each) =>
        each.booked_on >= from - EVE_DAYS &&
        each.booked_on < from &&
        isNoProposal(each) &&
        !DOCUMENT_JOURNALS.has(each.journal_kind),
    ),
    carried: new Set([...carried, ...ours.flatMap(({ items }) => items)].map(({ ref }) => ref)),
  });
  const yearEnd = { ...asked, from: gain_from, until: gain_from - 1 };
  const before = from > gain_from ? foreignOpen(foreign, byCurrency(rates), yearEnd) : open;
  revalue(books, open, cut_off);
  const opening = new Map<ReconciledRole, number>();
  for (const each of ledger)
    if (each.booked_on < from) opening.set(each.role, (opening.get(each.role) ?? 0) + each.amount_minor);
  opening.set('fx_gain', gainOpening(year, from, movements));
  const documentsAt = (role: 'ar' | 'ap'): number =>
    sumOf(
      documents
        .filter(({ kind }) => (kind === 'customer') === (role === 'ar'))
        .flatMap((each) => [
          each.posted_on <= cut_off ? each.amount_minor : 0,
          ...each.payments.map((p) => -takenOffBy(p, cut_off)),
        ]),
    ) * (role === 'ar' ? 1 : -1);
  const bank = documents.flatMap(({ kind, payments }) =>
    payments.map((p) => (p.paid_on <= cut_off ? p.amount_minor * (kind === 'customer' ? 1 : -1) : 0)),
  );
  const line = (role: ReconciledRole, amount_minor: number) => ({ role, ref: 'All', booked_on: cut_off, amount_minor });
  const facts: CompanyFacts = {
    ...window,
    currency: given.ours ?? 'EUR',
    valuation: 'perpetual',
    accounts: ACCOUNTS,
    opening,
    movements,
    proposed: ours,
    expected: books.expected,
    open: [
      line('ar', documentsAt('ar')),
      line('ap', documentsAt('ap')),
      line('bank', sumOf(bank)),
      ...books.openDocuments().filter(({ role }) => role !== 'fx_gain'),
      ...gainOpen({ from, cut_off, expected: books.expected, open: books.openDocuments(), movements }, year, {
        before,
        carried: first_look ? null : carried,
      }),
    ],
    bank_items: null,
    give_backs: [],
    stock_valued: false,
  };
  const cells = new Set(differingCells(withoutProposed(facts)).map((cell) => `${cell.role}/${cell.day}`));
  const evidence = fill((role, on) => cells.has(`${role}/${on}`));
  revalue(evidence, open, cut_off);
  const { postings, suspects } = evidence;
  const results = reconcileCompany(facts, { ...NO_EVIDENCE, postings, suspects }, carried);
  for (const each of results) {
    const rest = each.difference_minor - sumOf(each.items.map((item) => item.amount_minor));
    if (rest !== 0) throw new Error(`${each.code}: the items do not come to the difference`);
  }
  return results;
}

const isNoProposal = ({ ref }: LedgerMovement): boolean => !isJournalReference(ref);

let entries = 0;
export const moved = (
  role: ReconciledRole,
  booked_on: number,
  amount_minor: number,
  ref: string | null = null,
): LedgerMovement => {
  entries += 1;
  const number = `E/${entries}`;
  const told = { journal: 'FXR', journal_kind: 'exchange_differences' as const, journal_name: null };
  return { role, entry_id: entries, ...told, number, memo: '', ref, booked_on, amount_minor };
};

/** A ledger that has all it should. */
export function rightLedger(documents: readonly Document[], rates: Rates, currency = 'EUR'): readonly LedgerMovement[] {
  const window = { from: day('2026-01-01'), cut_off: day('2026-12-31'), until: day('2026-12-31') };
  const books = new DocumentBooks({ ...window, keeps: () => true });
  for (const document of documents) {
    books.invoice(document);
    for (const payment of document.payments) books.payment(payment);
  }
  const until = lastDayOfMonth(202611);
  revalue(books, foreignOpen(monthsOf(documents, until), byCurrency(rates), { currency, ...window, until }), until);
  return books.postings.map((each) => ({ ...moved(each.role, each.day, each.amount_minor), memo: each.document.ref }));
}

export const told = (results: readonly Reconciliation[]): readonly string[] =>
  results.flatMap(({ items }) => items.map(({ role, cause, ref }) => `${role} ${cause} ${ref}`));
