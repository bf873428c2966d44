/** An agreement that ended below its threshold, month after month: an item until the ledger gave it back, and nothing after. */
import { NO_EVIDENCE } from './documentTesting.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addMonths, dayNumber, firstDayOfMonth, lastDayOfMonth, monthOfDay } from '../../calendar.ts';
import { journalsOf } from '../journalKinds.ts';
import { counterRole } from '../journal/counter.ts';
import { usuallyReverses } from '../journal/entry.ts';
import { carriedFrom } from './carry.ts';
import { differingCells } from './cells.ts';
import type { CompanyFacts, Found, GiveBack, LedgerMovement } from './facts.ts';
import { type Settlement, settledOn } from './methods.ts';
import { DocumentBooks } from './postings.ts';
import { type ProposedEntry, withoutProposed } from './proposed.ts';
import { type RecItem, reconcileCompany } from './reconcile.ts';

const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;
const ROLE = 'rebate_accrual';
const BY_QUARTER: Settlement = { kind: 'after_quarter', day: 20 };
const settledFor = (month: number): number => settledOn(BY_QUARTER, month) ?? Number.NaN;
const FIRST = 202608;
const MONTHS = Array.from({ length: 8 }, (_, nth) => addMonths(FIRST, nth));

interface Delivery {
  readonly day: number;
  readonly rebate: number;
  readonly party_id: number;
}

interface Given {
  readonly deliveries: readonly Delivery[];
  readonly give_backs: readonly GiveBack[];
  readonly ledger: readonly LedgerMovement[];
  readonly proposed?: readonly ProposedEntry[];
}

const USUAL = journalsOf([]);
let entries = 0;
function moved(journal: string, booked_on: number, amount_minor: number, ref: string | null = null): LedgerMovement {
  entries += 1;
  const told = { journal, journal_kind: USUAL.kindOf(journal), journal_name: null, memo: journal, ref };
  return { role: ROLE, entry_id: entries, number: `${journal}/${entries}`, booked_on, amount_minor, ...told };
}

const sumBy = <T>(rows: readonly T[], keyOf: (row: T) => number, amountOf: (row: T) => number): Map<number, number> => {
  const sums = new Map<number, number>();
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + amountOf(row));
  return sums;
};

/** What a ledger posts by itself: accruals with deliveries, and each month's settlement, less what `less` says of the month. */
function ledgerOf(deliveries: readonly Delivery[], less: ReadonlyMap<number, number>): readonly LedgerMovement[] {
  const accruals = sumBy(
    deliveries,
    (each) => each.day,
    (each) => each.rebate,
  );
  const months = sumBy(
    deliveries,
    (each) => monthOfDay(each.day),
    (each) => each.rebate,
  );
  for (const [month, amount] of less) months.set(month, (months.get(month) ?? 0) - amount);
  return [
    ...[...accruals].map(([on, amount]) => moved('SHP', on, -amount)),
    ...[...months].map(([month, amount]) => moved('BNK', settledFor(month), amount)),
  ];
}

function closed(month: number, { deliveries, give_backs, ledger, proposed = [] }: Given, carried: readonly Found[]) {
  const window = { from: firstDayOfMonth(month), cut_off: lastDayOfMonth(month), until: lastDayOfMonth(month) };
  const books = new DocumentBooks({ ...window, keeps: () => true, settlementOf: () => BY_QUARTER });
  for (const [nth, { day: on, rebate, party_id }] of deliveries.entries()) {
    if (on > window.cut_off) continue;
    books.delivered({
      id: nth,
      order_id: nth,
      party_id,
      channel_id: null,
      ordered_on: on,
      sold_qty_milli: 1_000,
      net_minor: 0,
      freight_minor: 0,
      rebate_minor: rebate,
      fee_minor: 0,
      parts: [
        {
          id: nth,
          number: `OUT ${nth}`,
          shipped_on: on,
          qty_milli: 1_000,
          billed_on: on,
          in_parts: null,
        },
      ],
    });
  }
  const due = DocumentBooks.firstDelivery(window.from);
  for (const row of give_backs) if (row.day >= due && row.day <= window.cut_off) books.givenBack(row);
  books.finish();
  const movements = ledger.filter(({ booked_on }) => booked_on >= window.from && booked_on <= window.cut_off);
  const opening = ledger.reduce((sum, each) => (each.booked_on < window.from ? sum + each.amount_minor : sum), 0);
  const facts: CompanyFacts = {
    ...window,
    currency: 'EUR',
    valuation: 'perpetual',
    accounts: new Map([[ROLE, '2300']]),
    opening: new Map([[ROLE, opening]]),
    movements,
    proposed,
    expected: books.expected,
    open: books.openDocuments(),
    give_backs: give_backs.filter((each) => each.day >= window.from),
    bank_items: null,
    stock_valued: false,
  };
  const months = new Set(differingCells(withoutProposed(facts)).map((cell) => monthOfDay(cell.day)));
  const evidence = {
    ...NO_EVIDENCE,
    postings: books.postings.filter((posting) => months.has(monthOfDay(posting.day))),
  };
  const found = reconcileCompany(facts, evidence, carried);
  const items = found.flatMap((each) => each.items);
  const difference = found.reduce((sum, each) => sum + each.difference_minor, 0);
  expect(items.reduce((sum, item) => sum + item.amount_minor, 0)).toBe(difference);
  return { found, items, carried: carriedFrom(found) };
}

/** Each month with what it left open, from the first on. */
function closings(given: Given): ReadonlyMap<number, readonly RecItem[]> {
  const told = new Map<number, readonly RecItem[]>();
  let carried: readonly Found[] = [];
  for (const month of MONTHS) {
    const result = closed(month, given, carried);
    carried = result.carried;
    told.set(month, result.items);
  }
  return told;
}

const giveBack = (month: number, amount_minor: number, name = 'C-1 Bonus'): GiveBack => ({
  day: lastDayOfMonth(month),
  amount_minor,
  ref: `${name} ${month}`,
  documents: [
    {
      kind: 'agreement',
      id: 1,
      ref: name,
    },
  ],
});
const said = (months: ReadonlyMap<number, readonly RecItem[]>) =>
  [...months].flatMap(([month, items]) =>
    items.map(({ cause, ref, amount_minor }) => [month, cause, ref, amount_minor]),
  );

test('to the cent: what two quarters accrued is an item in the month of the end, and its entry leaves nothing after', () => {
  // 20.00 of July to September settled on 20 October, 8.00 of October and 12.00 of November still accrued
  const deliveries = [
    { day: day('2026-08-10'), rebate: 2_000, party_id: 1 },
    { day: day('2026-10-10'), rebate: 800, party_id: 1 },
    { day: day('2026-11-10'), rebate: 1_200, party_id: 1 },
    { day: day('2026-11-10'), rebate: 555, party_id: 2 },
  ];
  const give_backs = [giveBack(202611, 4_000)];
  const less = new Map([[202611, 4_000]]);
  const ledger = ledgerOf(deliveries, less);
  const item = [202611, 'threshold_not_reached', 'C-1 Bonus 202611', 4_000];
  // nobody gives it back: it stays, the same, with its age
  const open = closings({ deliveries, give_backs, ledger: ledgerOf(deliveries, new Map()) });
  expect(said(open)).toEqual([item, [202612, ...item.slice(1)]]);
  expect(open.get(202612)?.map(({ age_days, origin_period }) => [age_days, origin_period])).toEqual([[31, 202611]]);
  // by the entry that was proposed: against the expense, for good
  const [found] = carriedFrom(closed(202611, { deliveries, give_backs, ledger }, []).found);
  if (!found) throw new Error('no item');
  expect([counterRole({ ...found, document_kind: 'agreement' }), usuallyReverses([found])]).toEqual(['rebates', false]);
  const reference = 'JP-202611-1A2B3C4D';
  const proposed = [{ reference, items: [found] }];
  const posted = [...ledger, moved('ADJ', lastDayOfMonth(202611), 4_000, reference)];
  expect(said(closings({ deliveries, give_backs, ledger: posted, proposed }))).toEqual([]);
  // posted in December: until then it is open
  const late = [...ledger, moved('ADJ', day('2026-12-05'), 4_000, reference)];
  expect(said(closings({ deliveries, give_backs, ledger: late, proposed }))).toEqual([item]);
  // by the system of record itself, on the day, before it, after it, or among the day's deliveries
  for (const [journal, on] of [
    ['MISC', '2026-11-30'],
    ['MISC', '2026-11-10'],
    ['SHP', '2026-11-20'],
  ] as const)
    expect(said(closings({ deliveries, give_backs, ledger: [...ledger, moved(journal, day(on), 4_000)] }))).toEqual([]);
  const before = [...ledger, moved('MISC', day('2026-10-29'), 4_000)];
  expect(said(closings({ deliveries, give_backs, ledger: before }))).toEqual([
    [202610, 'entry_by_hand', expect.anything(), -4_000],
  ]);
});

test('what is owed after all before anybody gave it back is no difference; after that it is one of its own', () => {
  const deliveries = [{ day: day('2026-11-10'), rebate: 1_200, party_id: 1 }];
  const give_backs = [giveBack(202611, 1_200), giveBack(202612, -1_200)];
  const ledger = ledgerOf(deliveries, new Map());
  const item = [202611, 'threshold_not_reached', 'C-1 Bonus 202611', 1_200];
  expect(said(closings({ deliveries, give_backs, ledger }))).toEqual([item]);
  const given = [...ledger, moved('MISC', day('2026-11-30'), 1_200)];
  expect(said(closings({ deliveries, give_backs, ledger: given })).slice(0, 1)).toEqual([
    [202612, 'rebate_owed_after_all', 'C-1 Bonus 202612', -1_200],
  ]);
});

const HOW = ['never', 'by hand', 'by hand next month', 'by proposal', 'together'] as const;

test('whatever gave it back, or nobody, the months after have no difference', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          day: fc.integer({ min: day('2026-05-01'), max: day('2026-12-31') }),
          rebate: fc.integer({ min: 1, max: 90_000 }),
          party_id: fc.integer({ min: 1, max: 4 }),
        }),
        { minLength: 1, maxLength: 30 },
      ),
      fc.constantFrom(202609, 202610, 202611),
      fc.constantFrom(...HOW),
      fc.nat(27),
      (sales, month, how, nth) => {
        // of two agreements that end in the month: all their customers' deliveries by then
        const deliveries = sales.filter((each) => each.party_id > 2 || monthOfDay(each.day) <= month);
        const owed = sumBy(
          deliveries.filter((each) => each.party_id <= 2),
          (each) => each.party_id,
          (each) => each.rebate,
        );
        const give_backs = [...owed].map(([party_id, amount]) => giveBack(month, amount, `C-${party_id} Bonus`));
        const whole = give_backs.reduce((sum, { amount_minor }) => sum + amount_minor, 0);
        const ledger = [...ledgerOf(deliveries, how === 'never' ? new Map() : new Map([[month, whole]]))];
        const proposed: ProposedEntry[] = [];
        const on = firstDayOfMonth(how === 'by hand next month' ? addMonths(month, 1) : month) + nth;
        if (how === 'together' && whole > 0) ledger.push(moved('MISC', on, whole));
        for (const [at, { amount_minor, ref, day: arose_on }] of give_backs.entries()) {
          if (how === 'by hand' || how === 'by hand next month')
            ledger.push(moved('MISC', on + (at % 2), amount_minor));
          if (how !== 'by proposal') continue;
          const reference = `JP-${month}-0000000${at}`;
          const item = {
            role: ROLE,
            cause: 'threshold_not_reached',
            ref,
            arose_on,
            amount_minor: -amount_minor,
          } as const;
          ledger.push(moved('ADJ', arose_on, amount_minor, reference));
          proposed.push({ reference, items: [item] });
        }
        const told = closings({ deliveries, give_backs, ledger, proposed });
        const cleared =
          how === 'never' ? monthOfDay(settledFor(month)) : how === 'by hand next month' ? addMonths(month, 1) : month;
        for (const [each, items] of told) {
          const open = each >= month && each < cleared ? give_backs : [];
          expect(items.map(({ cause, ref, amount_minor }) => `${cause} ${ref} ${amount_minor}`).toSorted()).toEqual(
            open.map(({ ref, amount_minor }) => `threshold_not_reached ${ref} ${amount_minor}`).toSorted(),
          );
        }
      },
    ),
    { numRuns: 100 },
  );
});
