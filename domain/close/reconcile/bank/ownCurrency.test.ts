/** A bank account in dollars of books in euros: what both sides come to, in both currencies, and what is not revalued. */
import { NO_EVIDENCE } from '../documentTesting.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayNumber, firstDayOfMonth, lastDayOfMonth } from '../../../calendar.ts';
import { perOne, type RateValue } from '../../../currency/rateValue.ts';
import { isUnvaluedRef, valueInOurs } from '../foreign.ts';
import type { CompanyFacts, Found, LedgerMovement } from '../facts.ts';
import { gainOpen, gainOpening, gainYear } from '../gain.ts';
import type { ReconciledRole } from '../plan.ts';
import { reconcileCompany } from '../reconcile.ts';
import { DocumentBooks } from '../postings.ts';
import type { BankAccount, OwnBooks } from './facts.ts';
import { bankRevaluations, bankValuations, valueBanks } from './ownCurrency.ts';
import { type BankSide, reconcileBank } from './reconcileBank.ts';

const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;
const [FROM, END, UNTIL] = [day('2026-10-01'), day('2026-10-31'), day('2026-11-30')];

const ratesOf = (october: RateValue, november = october) =>
  new Map([
    [
      'USD',
      new Map([
        [202610, { average: october, closing: october }],
        [202611, { average: november, closing: november }],
      ]),
    ],
  ]);
const valuesAt = (closing: RateValue, ours = 'EUR') => ({ currency: ours, rates: ratesOf(closing) });

interface Moved {
  readonly on: number;
  /** Dollars; 0 = it only values the account anew, null = it does not say. */
  readonly own: number | null;
  readonly booked: number;
}

/** As a source reads it: what says its dollars, what only values, what says nothing. */
function accountOf(
  ledger: readonly Moved[],
  bank: readonly { on: number; amount: number }[],
  code = '1020',
): BankAccount {
  let balance_after_minor = 0;
  const statement = bank.map(({ on, amount }, nth) => {
    balance_after_minor += amount;
    return {
      id: nth + 1,
      booked_on: on,
      amount_minor: amount,
      balance_after_minor,
      reference: `R-${nth}`,
      counterparty: null,
    };
  });
  const told = ledger.map((each, nth) => ({ ...each, id: 500 + nth }));
  const own: OwnBooks = {
    currency: 'USD',
    opening_booked_minor: 0,
    booked: told.map(({ on, booked }) => ({ booked_on: on, amount_minor: booked })),
    valuations: told.flatMap(({ id, own: of }) => (of === 0 ? [id] : [])),
    lacking: told.flatMap(({ on, own: of }) => (of === null ? [on] : [])),
  };
  return {
    code,
    since: FROM - 45,
    opening_minor: 0,
    statement_opening_minor: 0,
    entries: told.flatMap(({ id, on, own: of }) =>
      of === null || of === 0 ? [] : [{ id, number: `B/${id}`, ref: null, memo: '', booked_on: on, amount_minor: of }],
    ),
    statement,
    own,
  };
}

const sum = (some: readonly { readonly amount_minor: number }[]): number =>
  some.reduce((total, { amount_minor }) => total + amount_minor, 0);

function october(account: BankAccount, closing: RateValue, ours = 'EUR'): BankSide {
  const side = reconcileBank([account], { from: FROM, cut_off: END, carried: [], values: valuesAt(closing, ours) });
  if (!side) throw new Error('no statement');
  return side;
}
const told = ({ items }: BankSide) => items.map(({ cause, ref, amount_minor }) => [cause, ref, amount_minor]);

const gain = (entry_id: number, booked_on: number, amount_minor: number): LedgerMovement => ({
  role: 'fx_gain',
  entry_id,
  journal: 'FXR',
  journal_kind: 'exchange_differences',
  journal_name: null,
  number: `FXR/${entry_id}`,
  memo: '',
  ref: null,
  booked_on,
  amount_minor,
});

describe('a bank account in dollars', () => {
  const bank = [
    { on: FROM + 1, amount: 100_000 },
    { on: FROM + 20, amount: -20_000 },
  ];
  const booked: readonly Moved[] = [
    { on: FROM + 1, own: 100_000, booked: 90_000 },
    { on: FROM + 20, own: -20_000, booked: -19_000 },
  ];

  test('is worth what the bank holds at the closing rate, and what the ledger lacks of that is not revalued', () => {
    const side = october(accountOf(booked, bank), perOne(1_250_000));
    // 800.00 dollars at 1.25 are 640.00 euros; the ledger has 710.00
    expect(sum(side.open)).toBe(64_000);
    expect(told(side)).toEqual([['not_revalued', 'FXR 202610 USD bank 1020', 7_000]]);
    expect(side.open.map(({ ref }) => ref)).toContain('Found by amount and date, USD 800.00 at 1.25');
    const right = october(accountOf([...booked, { on: END, own: 0, booked: -7_000 }], bank), perOne(1_250_000));
    expect([sum(right.open), told(right)]).toEqual([64_000, []]);
  });

  test('tells what it lacks of its statement at the closing rate, beside what is not revalued', () => {
    const fee = { on: FROM + 22, amount: -1_000 };
    const side = october(
      accountOf([...booked, { on: END, own: 0, booked: -7_000 }], [...bank, fee]),
      perOne(1_250_000),
    );
    expect(sum(side.open)).toBe(63_200);
    expect(side.items.map(({ cause, amount_minor }) => [cause, amount_minor])).toEqual([['payment_not_booked', 800]]);
  });

  test('has no value without a rate, nor where entries do not say their dollars: that is said', () => {
    const account = accountOf(booked, bank);
    const side = reconcileBank([account], {
      from: FROM,
      cut_off: END,
      carried: [],
      values: { currency: 'EUR', rates: new Map() },
    });
    expect(side && [sum(side.open), told(side)]).toEqual([
      71_000,
      [['not_revalued', 'FXR 202610 USD bank 1020: no closing rate', 0]],
    ]);
    const silent = october(accountOf([...booked, { on: END, own: null, booked: 5 }], bank), perOne(1_250_000));
    expect([sum(silent.open), told(silent)]).toEqual([
      71_005,
      [['not_revalued', 'FXR 202610 USD bank 1020: 1 entry without USD', 0]],
    ]);
    for (const { items } of [side, silent].filter((each) => each !== null))
      expect(items.every(({ ref }) => isUnvaluedRef(ref))).toBe(true);
    expect(() => reconcileBank([account], { from: FROM, cut_off: END, carried: [] })).toThrow('no rates are here');
  });

  test('says nothing of a month before anything was on it, whatever came later', () => {
    const values = { currency: 'EUR', rates: new Map() };
    const asked = { from: FROM, cut_off: END, carried: [], values };
    const { own: _, ...euros } = accountOf(booked, bank, '1010');
    const later = { on: END + 5, own: 100, booked: 90 };
    const made = { ...accountOf([later], [{ on: END + 5, amount: 100 }], '1020'), statement_opening_minor: null };
    expect(reconcileBank([euros, made], asked)).toEqual(reconcileBank([euros], asked));
    const valued = { ...made, own: { ...accountOf([], []).own, opening_booked_minor: 5 } as OwnBooks };
    expect(reconcileBank([euros, valued], asked)?.items).toHaveLength(1);
  });

  test('comes to its difference to the cent, whatever is missing and at whatever rate; an account in euros stays as it is', () => {
    const Rate = fc
      .tuple(fc.constantFrom(1, 1_000, 1_000_000), fc.integer({ min: 5_000, max: 160_000_000 }), fc.nat())
      .map(([per_units, micro, more]) => ({ per_units, rate_micro: micro * per_units + (more % per_units) }));
    const Line = fc.record({
      on: fc.integer({ min: FROM, max: END }),
      amount: fc.integer({ min: -900_000, max: 900_000 }).filter((amount) => amount !== 0),
      booked: fc.integer({ min: -900_000, max: 900_000 }),
      fault: fc.constantFrom('none', 'none', 'only ledger', 'only bank'),
    });
    fc.assert(
      fc.property(
        fc.array(Line, { minLength: 1, maxLength: 20 }),
        Rate,
        fc.constantFrom('EUR', 'KRW'),
        (lines, rate, ours) => {
          const sorted = lines.toSorted((a, b) => a.on - b.on);
          const ledger = sorted
            .filter(({ fault }) => fault !== 'only bank')
            .map(({ on, amount, booked: of }) => ({ on, own: amount, booked: of }));
          const atBank = [...sorted.filter(({ fault }) => fault !== 'only ledger'), { on: END, amount: 1 }];
          const side = october(accountOf(ledger, atBank), rate, ours);
          const value = (own: number) => valueInOurs(own, { currency: 'USD', ours, ...rate });
          const held = atBank.reduce((total, { amount }) => total + amount, 0);
          const has = ledger.reduce((total, each) => total + each.booked, 0);
          const owns = ledger.reduce((total, each) => total + each.own, 0);
          expect(sum(side.open)).toBe(value(held));
          expect(sum(side.items) + 0).toBe(has - value(held) + 0);
          const [lacks] = side.items.filter(({ cause }) => cause === 'not_revalued');
          expect(lacks?.amount_minor ?? 0).toBe(has - value(owns) + 0);
        },
      ),
    );
  });
});

describe('exchange differences', () => {
  const bank = [{ on: FROM + 1, amount: 100_000 }];
  const values = { currency: 'EUR', rates: ratesOf(perOne(1_250_000), perOne(1_000_000)) };
  const expected = (ledger: readonly Moved[], gains: readonly LedgerMovement[], carried: readonly string[] = []) => {
    const accounts = [accountOf(ledger, bank)];
    const books = new DocumentBooks({ from: FROM, cut_off: END, until: UNTIL, keeps: () => true });
    const lacks = bankRevaluations(accounts, { from: FROM, until: UNTIL, carried: new Set(carried) }, values);
    valueBanks(books, lacks, bankValuations(accounts, gains), { cut_off: END, roles: ['fx_gain'] });
    return {
      days: [...(books.expected.get('fx_gain') ?? [])].filter(([, amount]) => amount !== 0),
      refs: lacks.map(({ ref }) => ref),
    };
  };

  test('are expected to have what the account lacks, until the first of the next month', () => {
    // 1,000.00 dollars: 800.00 euros in October, 1,000.00 in November
    expect(expected([{ on: FROM + 1, own: 100_000, booked: 90_000 }], [])).toEqual({
      days: [
        [END, 10_000],
        [END + 1, -10_000],
        [UNTIL, -10_000],
      ],
      refs: ['FXR 202610 USD bank 1020', 'FXR 202611 USD bank 1020'],
    });
  });

  test('have what the ledger valued, whether it takes it back or not; what a payment won is none of it', () => {
    const paid = { on: FROM + 1, own: 100_000, booked: 90_000 };
    const taken = [
      paid,
      { on: END, own: 0, booked: -10_000 },
      { on: END + 1, own: 0, booked: 10_000 },
      { on: UNTIL, own: 0, booked: 10_000 },
    ];
    const kept = [paid, { on: END, own: 0, booked: -10_000 }, { on: UNTIL, own: 0, booked: 20_000 }];
    for (const ledger of [taken, kept]) {
      const gains = ledger.flatMap(({ on, own, booked }, nth) => (own === 0 ? [gain(500 + nth, on, -booked)] : []));
      const { days, refs } = expected(ledger, [gain(77, FROM + 1, 5), ...gains]);
      expect(refs).toEqual([]);
      expect(days).toEqual(gains.map(({ booked_on, amount_minor }) => [booked_on, amount_minor]));
    }
  });
});

describe('month after month', () => {
  const RATES = ratesOf(perOne(1_250_000), perOne(1_000_000));
  const values = { currency: 'EUR', rates: RATES };
  const bank = [
    { on: FROM + 1, amount: 100_000 },
    { on: END + 5, amount: 10_000 },
  ];
  const paid = [
    { on: FROM + 1, own: 100_000, booked: 90_000 },
    { on: END + 5, own: 10_000, booked: 9_000 },
  ];

  /** As the server closes a month: the bank's own items, and exchange differences by what is expected there. */
  function closed(period: number, ledger: readonly Moved[], carried: readonly Found[] | null) {
    const [from, cut_off] = [firstDayOfMonth(period), lastDayOfMonth(period)];
    const account = accountOf(ledger, bank);
    const side = reconcileBank([account], { from, cut_off, carried: carried ?? [], values });
    if (!side) throw new Error('no statement');
    const gains = ledger.flatMap((each, nth) => (each.own === 0 ? [gain(500 + nth, each.on, -each.booked)] : []));
    const year = gainYear(gains, firstDayOfMonth(202601));
    const fill = (keeps: boolean): DocumentBooks => {
      const books = new DocumentBooks({ from, cut_off, until: cut_off, keeps: () => keeps });
      const refs = new Set(carried?.map(({ ref }) => ref) ?? []);
      const known = gains.filter(({ booked_on }) => booked_on <= cut_off);
      const lacks = bankRevaluations([account], { from, until: cut_off, carried: refs }, values);
      valueBanks(books, lacks, known, { cut_off, roles: ['fx_gain'] });
      return books;
    };
    const books = fill(true);
    const movements = gains.filter(({ booked_on }) => booked_on >= from && booked_on <= cut_off);
    const { expected } = books;
    const nothing = { revaluations: [], unvalued: [], realised: [] };
    const bankBefore = (until: number) => sum(account.own?.booked.filter(({ booked_on }) => booked_on < until) ?? []);
    const opening = new Map<ReconciledRole, number>([
      ['bank', bankBefore(from)],
      ['fx_gain', gainOpening(year, from, movements)],
    ]);
    const own = ledger.filter(({ on }) => on >= from && on <= cut_off);
    const facts: CompanyFacts = {
      from,
      cut_off,
      until: cut_off,
      currency: 'EUR',
      valuation: 'perpetual',
      accounts: new Map<ReconciledRole, string>([
        ['bank', '1020'],
        ['fx_gain', '8900'],
      ]),
      opening,
      movements: [
        ...movements,
        ...own.map(({ on, booked }, nth) => ({ ...gain(900 + nth, on, booked), role: 'bank' as const })),
      ],
      proposed: [],
      expected,
      open: [
        ...side.open,
        ...gainOpen({ from, cut_off, expected, open: books.openDocuments(), movements }, year, {
          before: nothing,
          carried,
        }),
      ],
      bank_items: side.items,
      give_backs: [],
      stock_valued: false,
    };
    const evidence = {
      ...NO_EVIDENCE,
      postings: books.postings,
    };
    const results = reconcileCompany(facts, evidence, carried ?? []);
    for (const { items, difference_minor } of results) expect(sum(items) + 0).toBe(difference_minor + 0);
    return {
      found: results.flatMap(({ items }) => items.map(({ account: _, ...item }): Found => item)),
      told: results.flatMap(({ code, items }) =>
        items.map(({ cause, ref, amount_minor }) => `${code} ${cause} ${ref} ${amount_minor}`),
      ),
    };
  }
  const revalued = (on: number, booked: number): Moved => ({ on, own: 0, booked });

  test('what is never revalued is told anew each month, once on either account', () => {
    const first = closed(202610, paid, null);
    expect(first.told).toEqual([
      'bank not_revalued FXR 202610 USD bank 1020 10000',
      'fx_revaluation not_revalued FXR 202610 USD bank 1020 -10000',
    ]);
    expect(closed(202611, paid, first.found).told).toEqual([
      'bank not_revalued FXR 202611 USD bank 1020 -11000',
      'fx_revaluation not_revalued FXR 202611 USD bank 1020 11000',
    ]);
  });

  test.each([
    ['taken back', [revalued(END, -10_000), revalued(END + 1, 10_000), revalued(UNTIL, 11_000)]],
    ['kept', [revalued(END, -10_000), revalued(UNTIL, 21_000)]],
  ])('a ledger that revalues has no item, its revaluations %s', (_, own) => {
    const ledger = [...paid, ...own];
    const first = closed(202610, ledger, null);
    expect(first.told).toEqual([]);
    expect(closed(202611, ledger, first.found).told).toEqual([]);
  });

  test.each([
    ['the month after, late', [revalued(END + 2, -10_000), revalued(UNTIL, 21_000)]],
    ['on the first', [revalued(END + 1, -10_000), revalued(UNTIL, 21_000)]],
    ['with the next', [revalued(UNTIL, 11_000)]],
  ])('what was told is settled where the ledger catches up %s', (_, own) => {
    const ledger = [...paid, ...own];
    const first = closed(202610, ledger, null);
    expect(first.told).toHaveLength(2);
    expect(closed(202611, ledger, first.found).told).toEqual([]);
  });
});
