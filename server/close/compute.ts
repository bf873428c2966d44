/** Computes a company's reconciliations from a source: first sums by account and day, then the documents of days that differ. */
import { firstDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { fiscalYearStart } from '#domain/close/fiscalYear.ts';
import {
  type BankRevaluation,
  bankRevaluations,
  bankValuations,
  valueBanks,
} from '#domain/close/reconcile/bank/ownCurrency.ts';
import { BANK_DAYS_BEFORE, type BankSide, reconcileBank } from '#domain/close/reconcile/bank/reconcileBank.ts';
import { type Cell, differingCells } from '#domain/close/reconcile/cells.ts';
import type { CompanyFacts, Evidence, Found, LedgerMovement } from '#domain/close/reconcile/facts.ts';
import {
  EVE_DAYS,
  type ForeignOpen,
  foreignOpen,
  revalue,
  unvaluedItems,
  withoutUnbooked,
} from '#domain/close/reconcile/foreign.ts';
import { carriedInto, gainOpen, gainOpening, gainYear, withoutClosing } from '#domain/close/reconcile/gain.ts';
import { delivering, owing, sisterDeliveries } from '#domain/close/reconcile/intercompany.ts';
import { DOCUMENT_JOURNALS, JOURNALS, LATE_POSTING_DAYS, type ReconciledRole } from '#domain/close/reconcile/plan.ts';
import { withMissing } from '#domain/close/reconcile/missingFacts.ts';
import { isJournalReference } from '#domain/close/journal/reference.ts';
import { withoutProposed } from '#domain/close/reconcile/proposed.ts';
import { type BooksAsked, DocumentBooks, type ReceiptRow } from '#domain/close/reconcile/postings.ts';
import { type Reconciliation, reconcileInSteps } from '#domain/close/reconcile/reconcile.ts';
import type { Steps } from '#domain/close/reconcile/steps.ts';
import { prepaid } from '#domain/close/reconcile/schedules.ts';
import type { CloseSource, Days, SisterBooks } from './source.ts';

export interface ComputeAsked {
  readonly cut_off: number;
  /** The first day that no reconciliation has looked at. */
  readonly from: number;
  /** Whether nobody reconciled the month before `from`. */
  readonly first_look: boolean;
  readonly today: number;
  /** What earlier reconciliations left open, debit positive. */
  readonly carried: readonly Found[];
}

/** Accounts whose subledger is what came in and what they themselves say: a statement, a schedule. */
const BY_MOVEMENT: readonly (readonly [role: ReconciledRole, ref: string])[] = [
  ['bank', 'No bank statement: payments and bank entries'],
  ['inventory_reserve', 'Stock without demand, 50 %'],
];

export async function computeReconciliations(
  source: CloseSource,
  asked: ComputeAsked,
): Promise<readonly Reconciliation[]> {
  const { cut_off, from } = asked;
  const gain_from = firstDayOfMonth(fiscalYearStart(monthOfDay(cut_off), source.fiscal_year_start_month));
  const carried = carriedInto(asked.carried, gain_from);
  // what is dated ahead of today counts up to the cut-off, not beyond
  const until = Math.max(cut_off, Math.min(asked.today, cut_off + LATE_POSTING_DAYS));
  const window = { cut_off, from, until };
  const all: Days = { from, to: until, only: null };
  const year = gainYear(await source.movementsOf('fx_gain', { from: gain_from, to: until, only: null }), gain_from);
  const movements = withoutClosing(await source.movements(all));
  const year_from = fiscalYearStart(monthOfDay(from), source.fiscal_year_start_month);
  const of_year = { from: firstDayOfMonth(year_from), to: until, only: null };
  const read = {
    prepaid: (await source.movementsOf('prepaid', of_year)).filter(isNoProposal),
    sister: await source.sister(until),
    receipts: await pagesOf(source.receipts(all, cut_off)),
  };

  const left: Days = { from: DocumentBooks.firstDelivery(from), to: cut_off, only: null };
  const books = await readBooks(source, { ...window, keeps: () => false }, all, read, left, true);
  const foreign = await foreignSide(source, { ...window, gain_from }, books, movements, { ...asked, carried });
  const bank = await bankSide(source, { ...asked, carried }, until, year.movements);
  const written = { ...read, foreign: foreign.open, bank };
  expectRevaluations(books, written, cut_off);
  const orders = [...new Set([...books.notes.values()].map((note) => note.order_id))];
  const numbers = await source.orderNumbers(orders);
  books.nameNotes((order_id) => numbers.get(order_id) ?? `Order ${order_id}`);
  const opening = new Map([
    ...(await source.balancesBefore(from)),
    ['fx_gain', gainOpening(year, from, movements)] as const,
  ]);
  const accounts = await source.accounts();
  const values = await source.stockValues(cut_off);
  const facts: CompanyFacts = {
    ...window,
    currency: source.currency,
    valuation: source.valuation,
    accounts,
    opening,
    movements,
    proposed: await source.proposed(referencesOf(movements)),
    expected: books.expected,
    open: [...(await source.partyBalances(cut_off)), ...values, ...books.openDocuments()],
    bank_items: null,
    stock_valued: values.length > 0,
  };
  const stated: CompanyFacts = {
    ...facts,
    bank_items: bank?.side.items ?? null,
    open: [
      ...facts.open.filter(({ role }) => role !== 'fx_gain'),
      ...gainOpen(facts, year, { before: foreign.before, carried: asked.first_look ? null : carried }),
      ...byMovement(withoutProposed(facts), carried).filter(({ role }) => role !== 'bank' || bank === null),
      ...(bank?.side.open ?? []),
    ],
  };
  const cells = differingCells(withoutProposed(stated));
  const evidence = await readEvidence(source, stated, cells, carried, written);
  return withMissing(await inSteps(source, reconcileInSteps(stated, evidence, carried)), stated);
}

/** The longest between two words to the database while there is nothing to ask, beside its limit of 15 s. */
const SILENT_MS = 500;

/** Others are answered in between too. */
async function inSteps<T>(source: CloseSource, steps: Steps<T>): Promise<T> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - since < SILENT_MS) continue;
    await source.stillHere();
    since = performance.now();
  }
}

async function pagesOf<T>(source: AsyncIterable<T>): Promise<readonly T[]> {
  const pages: T[] = [];
  for await (const page of source) pages.push(page);
  return pages;
}

interface Bank {
  readonly side: BankSide;
  /** Of accounts in other currencies: what the ledger lacks, and what it has on exchange differences. */
  readonly revaluations: readonly BankRevaluation[];
  readonly valuations: readonly LedgerMovement[];
}

async function bankSide(
  source: CloseSource,
  { from, cut_off, carried }: ComputeAsked,
  until: number,
  gains: readonly LedgerMovement[],
): Promise<Bank | null> {
  const own = carried.filter(({ role }) => role === 'bank');
  const named = own.flatMap(({ documents }) => documents);
  const accounts = await source.bankAccounts(from - BANK_DAYS_BEFORE, until, named);
  const values = {
    currency: source.currency,
    rates: accounts.some((each) => each.own) ? await source.rates() : new Map(),
  };
  const side = reconcileBank(accounts, { from, cut_off, carried: own, values });
  if (!side) return null;
  const refs = new Set(carried.map(({ ref }) => ref));
  return {
    side,
    revaluations: bankRevaluations(accounts, { from, until, carried: refs }, values),
    valuations: bankValuations(accounts, gains).filter(isNoProposal),
  };
}

/** What documents and bank accounts in other currencies should have on the accounts beside them. */
function expectRevaluations(
  books: DocumentBooks,
  { foreign, bank }: { readonly foreign: ForeignOpen; readonly bank: Bank | null },
  cut_off: number,
): void {
  revalue(books, foreign, cut_off);
  if (bank) valueBanks(books, bank.revaluations, bank.valuations, cut_off);
}

/** What is read once: of the ledger beyond the days looked at, and receipts, which the database groups from end to end. */
interface Written {
  readonly prepaid: readonly LedgerMovement[];
  readonly sister: SisterBooks | null;
  readonly receipts: readonly (readonly ReceiptRow[])[];
}

/** What documents in other currencies came to, less what a ledger that never revalued cannot take back. */
async function foreignSide(
  source: CloseSource,
  { from, cut_off, until, gain_from }: Omit<BooksAsked, 'keeps'> & { readonly gain_from: number },
  books: DocumentBooks,
  movements: readonly LedgerMovement[],
  { carried, first_look }: ComputeAsked,
): Promise<{ readonly open: ForeignOpen; readonly before: ForeignOpen }> {
  const months = await source.foreignMonths(until, cut_off);
  const nothing: ForeignOpen = { revaluations: [], unvalued: [], realised: [] };
  if (months.length === 0) return { open: nothing, before: nothing };
  const rates = await source.rates();
  const { currency } = source;
  const open = foreignOpen(months, rates, { currency, from, until, realised_from: monthOfDay(gain_from) });
  const eve: Days = { from: from - EVE_DAYS, to: from - 1, only: null };
  const before = [...(await source.movementsOf('ar', eve)), ...(await source.movementsOf('ap', eve))];
  const first = movements.filter((each) => each.booked_on === from && isNoProposal(each));
  // what an entry cleared is brought back on the first, and taken back there
  const proposed = await source.proposed(referencesOf([...before, ...movements]));
  const booked = withoutUnbooked(open, {
    from,
    first_look,
    moved: (role) =>
      first.reduce((sum, each) => (each.role === role ? sum + each.amount_minor : sum), 0) -
      (books.expected.get(role)?.get(from) ?? 0),
    before: before.filter((each) => isNoProposal(each) && !DOCUMENT_JOURNALS.has(each.journal_kind)),
    carried: new Set([...carried, ...proposed.flatMap(({ items }) => items)].map(({ ref }) => ref)),
  });
  // the year began before what is looked at, or with it
  const yearEnd = { currency, from: gain_from, until: gain_from - 1 };
  return { open: booked, before: from > gain_from ? foreignOpen(months, rates, yearEnd) : booked };
}

/** Of proposed entries that stand in the ledger. */
function referencesOf(movements: readonly LedgerMovement[]): readonly string[] {
  return [...new Set(movements.flatMap(({ ref }) => ref ?? []))].filter(isJournalReference);
}

/** Every document of the days; deliveries from as long before as their accruals may be settled in them, in sum where none is kept. */
async function readBooks(
  source: CloseSource,
  asked: BooksAsked,
  days: Days,
  written: Written,
  deliveries: Days | null,
  in_sum: boolean,
): Promise<DocumentBooks> {
  const books = new DocumentBooks(asked);
  if (in_sum) {
    for (const sum of await source.invoicesInSum(days)) books.invoicesInSum(sum);
    for (const sum of await source.paymentsInSum(days)) books.paymentsInSum(sum);
  } else {
    for await (const page of source.invoices(days)) for (const row of page) books.invoice(row);
    for await (const page of source.payments(days)) for (const row of page) books.payment(row);
  }
  for await (const page of source.claimCosts(days)) for (const row of page) books.claimCost(row);
  for (const page of written.receipts) for (const row of page) books.receipt(row);
  for await (const page of source.looseBills({ ...days, from: 0, only: null }))
    for (const row of page) books.looseBill(row);
  const landed = { from: DocumentBooks.firstDelivery(asked.from), to: asked.cut_off, only: null };
  for await (const page of source.landed(landed)) for (const row of page) books.landed(row);
  if (deliveries) {
    const sums = in_sum ? await source.deliveriesInSum(deliveries, asked.cut_off) : null;
    for (const sum of sums?.whole ?? []) books.deliveredWhole(sum);
    for await (const page of source.deliveries(deliveries, sums?.other_lines ?? null))
      for (const line of page) books.delivered(line);
    for await (const page of source.returns(deliveries)) for (const line of page) books.returned(line);
  }
  prepaid(books, written.prepaid, asked.cut_off, source.fiscal_year_start_month);
  if (written.sister) intercompany(books, written.sister, source.currency, asked.cut_off);
  books.finish();
  return books;
}

function intercompany(books: DocumentBooks, sister: SisterBooks, ours: string, cut_off: number): void {
  const hers = sisterDeliveries(sister.hers.filter(isNoProposal));
  if (hers.length > 0) owing(books, hers, { hers: sister.currency, ours, months: sister.rates }, cut_off);
  else delivering(books, sister.ours.filter(isNoProposal), cut_off);
}

/** What was booked for a difference is no document. */
function isNoProposal({ ref }: LedgerMovement): boolean {
  return !isJournalReference(ref);
}

/** Opening balance (less what was found wrong with it), documents, and entries that are documents themselves. */
function byMovement(facts: CompanyFacts, carried: readonly Found[]) {
  const { cut_off } = facts;
  return BY_MOVEMENT.map(([role, ref]) => {
    let amount_minor = facts.opening.get(role) ?? 0;
    for (const item of carried) if (item.role === role) amount_minor -= item.amount_minor;
    for (const [day, amount] of facts.expected.get(role) ?? []) if (day <= cut_off) amount_minor += amount;
    for (const { role: of, journal_kind, booked_on, amount_minor: amount } of facts.movements) {
      if (of === role && booked_on <= cut_off && JOURNALS[role].own.has(journal_kind)) amount_minor += amount;
    }
    return { role, ref, booked_on: cut_off, amount_minor };
  });
}

/** Roles whose documents are asked for by the month: a customer's bonus or a fee is compared as a whole. */
const BY_MONTH: ReadonlySet<ReconciledRole> = new Set(['rebate_accrual', 'fee_accrual']);
const DELIVERED: ReadonlySet<ReconciledRole> = new Set([
  'shipped_not_billed',
  'rebate_accrual',
  'fee_accrual',
  'freight_accrual',
]);

async function readEvidence(
  source: CloseSource,
  facts: CompanyFacts,
  cells: readonly Cell[],
  carried: readonly Found[],
  written: Written & { readonly foreign: ForeignOpen; readonly bank: Bank | null },
): Promise<Evidence> {
  const { cut_off, from, until } = facts;
  const days: Days = { from, to: cut_off, only: null };
  const wanted = new Set(cells.map(({ role, day }) => keyOf(role, day)));
  const books = await readBooks(
    source,
    { cut_off, from, until, keeps: (role, day) => wanted.has(keyOf(role, day)) },
    { from, to: until, only: new Set(cells.map(({ day }) => day)) },
    written,
    deliveryDays(cells, cut_off),
    false,
  );
  expectRevaluations(books, written, cut_off);
  const receipts = books.postings.filter(({ document }) => document.kind === 'receipt');
  const parties = books.postings.flatMap(({ role, party_id }) =>
    BY_MONTH.has(role) && party_id !== null ? [party_id] : [],
  );
  const payments = carried.flatMap(({ cause, documents }) =>
    cause === 'with_another_party' ? documents.flatMap(({ kind, id }) => (kind === 'payment' ? [id] : [])) : [],
  );
  const counts = await source.counts(days);
  return {
    postings: books.postings,
    suspects: books.suspects,
    counts,
    scrapped: counts.length === 0 ? new Map() : await source.scrapped(days),
    receipt_values: await source.receiptValues([...new Set(receipts.map(({ document }) => document.ref))]),
    standing: [
      ...(await source.wrongParties(days, payments)),
      ...(await source.unallocated(cut_off)),
      ...unvaluedItems(written.foreign, cut_off, facts.accounts.has('fx_gain')),
    ],
    fees: await source.fees(),
    rebates: Map.groupBy(await source.rebates(), ({ party_id }) => party_id),
    parties: await source.parties([...new Set(parties)]),
  };
}

function deliveryDays(cells: readonly Cell[], cut_off: number): Days | null {
  const own = cells.filter(({ role, day }) => DELIVERED.has(role) && day <= cut_off).map(({ day }) => day);
  const billed = cells.filter(({ role }) => role === 'shipped_not_billed').map(({ day }) => day);
  if (own.length === 0) return null;
  // what is billed on a day may have left some months before
  const first = billed.length === 0 ? Math.min(...own) : DocumentBooks.firstDelivery(Math.min(...own));
  return { from: first, to: cut_off, only: billed.length === 0 ? new Set(own) : null };
}

function keyOf(role: ReconciledRole, day: number): string {
  return `${role}/${BY_MONTH.has(role) ? monthOfDay(day) : day}`;
}
