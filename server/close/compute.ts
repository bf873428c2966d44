/** Computes a company's reconciliations from a source: first sums by account and day, then the documents of days that differ. */
import { addMonths, firstDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { fiscalYearStart } from '#domain/close/fiscalYear.ts';
import { balanceByMovement, openAsBooked, type Settled } from '#domain/close/reconcile/asBooked.ts';
import {
  type BankRevaluation,
  bankRevaluations,
  bankValuations,
  unvaluedBanks,
  valueBanks,
} from '#domain/close/reconcile/bank/ownCurrency.ts';
import { BANK_DAYS_BEFORE, type BankSide, reconcileBank } from '#domain/close/reconcile/bank/reconcileBank.ts';
import { type Cell, differingCells } from '#domain/close/reconcile/cells.ts';
import type { CompanyFacts, Evidence, Found, GiveBack, LedgerMovement } from '#domain/close/reconcile/facts.ts';
import {
  EVE_DAYS,
  type ForeignOpen,
  foreignOpen,
  isBankRef,
  revalue,
  unvaluedItems,
  withoutUnbooked,
} from '#domain/close/reconcile/foreign.ts';
import { carriedInto, gainOpen, gainOpening, gainYear, withoutClosing } from '#domain/close/reconcile/gain.ts';
import { type Intercompany, intercompany } from '#domain/close/reconcile/intercompany.ts';
import type { SisterBooks } from '#domain/close/reconcile/sister/facts.ts';
import { ACCRUAL_ROLES, type Methods, STATED_ROLES } from '#domain/close/reconcile/methods.ts';
import { DOCUMENT_JOURNALS, LATE_POSTING_DAYS, type ReconciledRole } from '#domain/close/reconcile/plan.ts';
import { withMissing } from '#domain/close/reconcile/missingFacts.ts';
import { isJournalReference } from '#domain/close/journal/reference.ts';
import { withoutProposed } from '#domain/close/reconcile/proposed.ts';
import type { PurchaseRows } from '#domain/close/reconcile/documentRows.ts';
import { type Booked, type BooksAsked, DocumentBooks } from '#domain/close/reconcile/postings.ts';
import { type Reconciliation, reconcileInSteps } from '#domain/close/reconcile/reconcile.ts';
import type { Steps } from '#domain/close/reconcile/steps.ts';
import { PAID_AHEAD_MONTHS, prepaid } from '#domain/close/reconcile/schedules.ts';
import type { CloseSource, Days } from './source.ts';

export interface ComputeAsked {
  readonly cut_off: number;
  /** The first day that no reconciliation has looked at. */
  readonly from: number;
  /** Whether nobody reconciled the month before `from`. */
  readonly first_look: boolean;
  readonly today: number;
  /** What earlier reconciliations left open, debit positive. */
  readonly carried: readonly Found[];
  /** Of agreements that ended below their threshold, from where accruals settled in the days looked at arose; none = nothing. */
  readonly give_backs?: readonly GiveBack[];
}

const NO_STATEMENT = 'No bank statement: payments and bank entries';

export async function computeReconciliations(
  source: CloseSource,
  asked: ComputeAsked,
): Promise<readonly Reconciliation[]> {
  const { cut_off, from } = asked;
  const gain_from = firstDayOfMonth(fiscalYearStart(monthOfDay(cut_off), source.fiscal_year_start_month));
  const carried = carriedInto(asked.carried, gain_from);
  // what is dated ahead of today counts up to the cut-off, not beyond
  const until = Math.max(cut_off, Math.min(asked.today, cut_off + LATE_POSTING_DAYS));
  const methods = source.methods(monthOfDay(cut_off));
  const window = { cut_off, from, until, settlementOf: methods.settlementOf };
  const all: Days = { from, to: until, only: null };
  const year = gainYear(await source.movementsOf('fx_gain', { from: gain_from, to: until, only: null }), gain_from);
  const movements = withoutClosing(await source.movements(all));
  const ahead = { from: firstDayOfMonth(addMonths(monthOfDay(from), -PAID_AHEAD_MONTHS)), to: until, only: null };
  const read = {
    prepaid: (await source.movementsOf('prepaid', ahead)).filter(isNoProposal),
    sister: withoutProposals(await source.sister({ since: Math.min(from, gain_from), cut_off, until })),
    purchases: await source.purchases(from, until, cut_off),
    booked: { movements: movements.filter((each) => each.booked_on <= cut_off && isNoProposal(each)), carried },
    settled: null,
    give_backs: asked.give_backs ?? [],
  };

  const left: Days = { from: DocumentBooks.firstDelivery(from), to: cut_off, only: null };
  const books = await readBooks(source, { ...window, keeps: () => false }, all, read, left, true);
  const sisters = sisterSide(books, read.sister, source, cut_off);
  const foreign = await foreignSide(source, { ...window, gain_from }, books, movements, { ...asked, carried });
  const valuing = [...year.movements, ...movements.filter(({ role }) => role === 'bank')];
  const bank = await bankSide(source, { ...asked, carried }, until, valuing);
  const written = { ...read, settled: books.settled, foreign: foreign.open, bank };
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
    from,
    cut_off,
    until,
    currency: source.currency,
    valuation: methods.valuation,
    accounts,
    opening,
    movements,
    // what values a bank account anew is as it should be, whoever posted it: the account says whether it was right
    proposed: (await source.proposed(referencesOf(movements))).filter(
      ({ items }) => !items.every(({ ref }) => isBankRef(ref)),
    ),
    expected: books.expected,
    give_backs: read.give_backs.filter(({ day }) => day >= from),
    open: [...(await source.partyBalances(cut_off)), ...values, ...sisters.open, ...books.openDocuments()],
    bank_items: null,
    sister_items: read.sister ? sisters.items : null,
    without_basis: withoutBasis(methods),
    stock_valued: values.length > 0,
  };
  const stated: CompanyFacts = {
    ...facts,
    bank_items: bank.side?.items ?? null,
    open: [
      ...facts.open.filter(({ role }) => role !== 'fx_gain' && (role !== 'bank' || bank.side === null)),
      ...gainOpen(facts, year, { before: foreign.before, carried: asked.first_look ? null : carried }),
      ...(bank.side?.open ?? [byMovement(withoutProposed(facts), 'bank', NO_STATEMENT, carried)]),
      ...methods.reserves.map(({ what: ref, amount_minor }) => ({
        role: 'inventory_reserve' as const,
        ref,
        booked_on: cut_off,
        amount_minor: -amount_minor,
      })),
      ...asBooked(withoutProposed(facts), books, carried),
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

interface Bank {
  /** Null = no statement of the month: the documents say what is there. */
  readonly side: BankSide | null;
  /** Of accounts in other currencies: what the ledger lacks, and what it has on them and on exchange differences. */
  readonly revaluations: readonly BankRevaluation[];
  readonly valuations: readonly LedgerMovement[];
  /** Of these, beside no statement, those it is not known what they are worth. */
  readonly unvalued: readonly Found[];
}

async function bankSide(
  source: CloseSource,
  { from, cut_off, carried }: ComputeAsked,
  until: number,
  movements: readonly LedgerMovement[],
): Promise<Bank> {
  const own = carried.filter(({ role }) => role === 'bank');
  const named = own.flatMap(({ documents }) => documents);
  const accounts = await source.bankAccounts(from - BANK_DAYS_BEFORE, until, named);
  const values = {
    currency: source.currency,
    rates: accounts.some((each) => each.own) ? await source.rates() : new Map(),
  };
  const side = reconcileBank(accounts, { from, cut_off, carried: own, values });
  const refs = new Set(carried.map(({ ref }) => ref));
  return {
    side,
    revaluations: bankRevaluations(accounts, { from, until, carried: refs }, values),
    valuations: bankValuations(accounts, movements),
    unvalued: side ? [] : unvaluedBanks(accounts, cut_off, values),
  };
}

/** What documents and bank accounts in other currencies should have on the accounts beside them. */
function expectRevaluations(
  books: DocumentBooks,
  { foreign, bank }: { readonly foreign: ForeignOpen; readonly bank: Bank },
  cut_off: number,
): void {
  revalue(books, foreign, cut_off);
  const roles = bank.side ? (['fx_gain'] as const) : (['fx_gain', 'bank'] as const);
  valueBanks(books, bank.revaluations, bank.valuations, { cut_off, roles });
}

/** What is read once: of the ledger beyond the days looked at, and purchases, which are matched from end to end. */
interface Written {
  readonly prepaid: readonly LedgerMovement[];
  readonly sister: SisterBooks | null;
  readonly purchases: PurchaseRows;
  readonly booked: Booked;
  /** What settled accruals, once all documents were read. */
  readonly settled: readonly Settled[] | null;
  readonly give_backs: readonly GiveBack[];
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
  for (const row of written.purchases.receipts) books.receipt(row);
  for (const row of written.purchases.loose) books.looseBill(row);
  for (const row of written.purchases.variances) books.priceVariance(row);
  const landed = { from: DocumentBooks.firstDelivery(asked.from), to: asked.cut_off, only: null };
  for await (const page of source.landed(landed)) for (const row of page) books.landed(row);
  if (deliveries) {
    const sums = in_sum ? await source.deliveriesInSum(deliveries, asked.cut_off) : null;
    for (const sum of sums?.whole ?? []) books.deliveredWhole(sum);
    for await (const page of source.deliveries(deliveries, sums?.other_lines ?? null))
      for (const line of page) books.delivered(line);
    for await (const page of source.returns(deliveries)) for (const line of page) books.returned(line);
  }
  for (const row of written.give_backs) books.givenBack(row);
  prepaid(books, written.prepaid, asked.cut_off, source.methods(monthOfDay(asked.cut_off)).prepaids);
  books.finish(written.booked, written.settled);
  return books;
}

/** What companies owe each other, by the books of both. */
function sisterSide(
  books: DocumentBooks,
  sister: SisterBooks | null,
  source: CloseSource,
  cut_off: number,
): Intercompany {
  return sister ? intercompany(books, sister, { currency: source.currency, cut_off }) : { items: [], open: [] };
}

function withoutProposals(books: SisterBooks | null): SisterBooks | null {
  if (!books) return null;
  const pairs = books.pairs.map((pair) => ({
    ...pair,
    ours: pair.ours.filter(isNoProposal),
    hers: pair.hers.filter(isNoProposal),
  }));
  return { ...books, pairs };
}

/** What was booked for a difference is no document. */
function isNoProposal({ ref }: Pick<LedgerMovement, 'ref'>): boolean {
  return !isJournalReference(ref);
}

function byMovement(facts: CompanyFacts, role: ReconciledRole, ref: string, carried: readonly Found[]) {
  // they have lines of their own
  const lines = facts.open.reduce((sum, line) => (line.role === role ? sum + line.amount_minor : sum), 0);
  return { role, ref, booked_on: facts.cut_off, amount_minor: balanceByMovement(facts, role, carried) - lines };
}

function withoutBasis({ reserves, prepaids }: Methods): ReadonlySet<ReconciledRole> {
  const stated = { inventory_reserve: reserves.length > 0, prepaid: prepaids.length > 0 };
  return new Set(STATED_ROLES.filter((role) => !stated[role]));
}

/** What of accruals that are settled as booked is not settled. */
function asBooked(facts: CompanyFacts, books: DocumentBooks, carried: readonly Found[]) {
  return ACCRUAL_ROLES.filter((role) => books.settlementOf(role).kind === 'as_booked').flatMap((role) =>
    openAsBooked(facts, role, books.accruedOf(role), carried),
  );
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
  written: Written & { readonly foreign: ForeignOpen; readonly bank: Bank },
): Promise<Evidence> {
  const { cut_off, from, until } = facts;
  const { settlementOf } = source.methods(monthOfDay(cut_off));
  const days: Days = { from, to: cut_off, only: null };
  const wanted = new Set(cells.map(({ role, day }) => keyOf(role, day)));
  const books = await readBooks(
    source,
    { cut_off, from, until, settlementOf, keeps: (role, day) => wanted.has(keyOf(role, day)) },
    { from, to: until, only: new Set(cells.map(({ day }) => day)) },
    written,
    deliveryDays(cells, cut_off),
    false,
  );
  sisterSide(books, written.sister, source, cut_off);
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
      ...written.bank.unvalued,
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
