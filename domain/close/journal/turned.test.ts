/** What undoes an entry by hand is that entry the other way round, whole: its own lines, on its own accounts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entryFor, type JournalBooks, type KnownProposal, proposedEntry, type ShownItem } from './books.ts';
import { changedSince, journalEntry } from './entry.ts';
import { journalStanding } from './steps.ts';
import { bookedEntry, type BookedEntry, landedToStock } from './turned.ts';

const FEES: BookedEntry = bookedEntry(70, null, [
  { account: '6100', role: null, amount_minor: 300 },
  { account: '2000', role: 'ap', amount_minor: -300 },
]);
const byHand = (booked: BookedEntry | null, more: Partial<ShownItem> = {}): ShownItem => ({
  line_id: 1,
  task_id: 1,
  role: 'ap',
  cause: 'entry_by_hand',
  ref: '970',
  arose_on: '2026-10-31',
  amount_minor: -300,
  shown_minor: 300,
  document_kind: 'entry',
  document_id: booked?.id ?? 70,
  booked,
  ...more,
});
const books = (items: readonly ShownItem[], proposals: readonly KnownProposal[] = []): JournalBooks => ({
  currency: 'EUR',
  cut_off_on: '2026-10-31',
  landed_to_stock: true,
  locked: null,
  next_locked: null,
  items,
  accounts: new Map([
    ['ap', '2000'],
    ['grni', '2100'],
    ['inventory', '1300'],
  ]),
  proposals,
  elsewhere: [],
});
const propose = (of: JournalBooks, items: readonly ShownItem[]) =>
  proposedEntry(of, {
    may_prepare: true,
    items: items.map(({ line_id, shown_minor }) => ({ line_id, amount_minor: shown_minor })),
    reverses: false,
    renews_id: null,
  });
const linesOf = (of: JournalBooks, items: readonly ShownItem[]) => {
  const made = propose(of, items);
  if (!made.ok) throw new Error(made.message);
  return made.entry.lines.map(({ account, role, amount_minor }) => [account, role, amount_minor]);
};

test('of a charge put on suppliers it takes back the charge, and asks no account of goods received', () => {
  const own = byHand(FEES);
  expect(linesOf(books([own]), [own])).toEqual([
    ['2000', 'ap', 300],
    ['6100', null, -300],
  ]);
});

test('of stock it needs no account of a use nobody named', () => {
  const booked = bookedEntry(71, null, [
    { account: '1300', role: 'inventory', amount_minor: 3_300 },
    { account: '5900', role: 'inventory_adjustment', amount_minor: -3_300 },
  ]);
  const own = byHand(booked, { role: 'inventory', ref: '77', amount_minor: 3_300, shown_minor: 3_300 });
  expect(linesOf(books([own]), [own])).toEqual([
    ['1300', 'inventory', -3_300],
    ['5900', 'inventory_adjustment', 3_300],
  ]);
});

describe('on two accounts that are reconciled', () => {
  const booked = bookedEntry(72, null, [
    { account: '2000', role: 'ap', amount_minor: -300 },
    { account: '2100', role: 'grni', amount_minor: 200 },
    { account: '2100', role: 'grni', amount_minor: 50 },
    { account: '6100', role: null, amount_minor: 50 },
  ]);
  const one = byHand(booked);
  const other = byHand(booked, { line_id: 2, role: 'grni', amount_minor: 250, shown_minor: -250 });
  const both = books([one, other]);
  const whole = [
    ['2000', 'ap', 300],
    ['2100', 'grni', -250],
    ['6100', null, -50],
  ];

  test('it is taken back once, from either item or from both', () => {
    expect(linesOf(both, [one])).toEqual(whole);
    expect(linesOf(both, [other]).toSorted()).toEqual(whole.toSorted());
    expect(linesOf(both, [one, other]).toSorted()).toEqual(whole.toSorted());
  });

  test.each([
    [one, other],
    [other, one],
  ])('the other item is covered', (first, second) => {
    const made = propose(both, [first]);
    if (!made.ok) throw new Error(made.message);
    const standing = journalStanding(
      { words: '970', author: 'fin', reverses_on: null, posted_as: null, reversed_as: null },
      [],
    );
    const held = books([one, other], [{ id: 'p', reference: 'JP-202610-1', inputs: made.inputs, standing }]);
    expect(propose(held, [second])).toMatchObject({ ok: false, code: 'proposed_already' });
    expect(entryFor(second, held)?.reference).toBe('JP-202610-1');
  });
});

describe('nothing is made up', () => {
  const refusal = (own: ShownItem): string => {
    const made = propose(books([own]), [own]);
    return made.ok ? '' : made.message;
  };
  test('where its lines are not known, or not all of them', () => {
    expect(refusal(byHand(null))).toContain('not known');
    expect(refusal(byHand({ ...FEES, lines: FEES.lines.slice(0, 1) }))).toContain('not known');
  });
  test('where only a part of it is left', () => {
    expect(refusal(byHand(FEES, { amount_minor: -200, shown_minor: 200 }))).toContain('part');
  });
  test('where it moved the bank: that is known by its statement alone', () => {
    const bank = bookedEntry(73, null, [
      { account: '1010', role: 'bank', amount_minor: 300 },
      { account: '2000', role: 'ap', amount_minor: -300 },
    ]);
    expect(refusal(byHand(bank))).toContain('bank');
  });
  test('for one that was proposed here itself', () => {
    expect(refusal(byHand({ ...FEES, ref: 'JP-202610-1A2B3C4D' }))).toContain('proposed entry');
  });
});

test('one made when its lines were other, or not asked for, is made anew', () => {
  const own = byHand(FEES);
  const made = propose(books([own]), [own]);
  if (!made.ok) throw new Error(made.message);
  const { accounts } = books([]);
  expect(changedSince(made.inputs, [own], accounts)).toBe(null);
  const moved = bookedEntry(70, null, [
    { account: '6200', role: null, amount_minor: 300 },
    { account: '2000', role: 'ap', amount_minor: -300 },
  ]);
  expect(changedSince(made.inputs, [byHand(moved)], accounts)).toContain('970');
  const [before] = made.inputs.items;
  if (!before) throw new Error('none');
  const { booked: _, ...old } = before;
  const guessed = {
    ...made.inputs,
    items: [{ ...old, counter_role: 'grni' as const }],
    accounts: { ap: '2000', grni: '2100' },
  };
  expect(changedSince(guessed, [own], accounts)).toContain('970');
  // what was proposed then still comes out as it did
  expect(journalEntry(guessed).lines.map(({ account }) => account)).toEqual(['2000', '2100']);
});

test('how the ledger books landed costs is what most of its own entries of them do', () => {
  const accrual = (id: number, role: string, ref: string | null = null): BookedEntry =>
    bookedEntry(id, ref, [
      { account: '1', role, amount_minor: 5_000 },
      { account: '2150', role: 'landed_cost_clearing', amount_minor: -5_000 },
    ]);
  expect(landedToStock('perpetual', [])).toBe(true);
  const [one, two] = [accrual(1, 'inventory'), accrual(2, 'inventory')];
  expect([landedToStock('perpetual', [one, two]), landedToStock('periodic', [one, two])]).toEqual([true, false]);
  const others = [accrual(3, 'price_variance'), accrual(4, 'price_variance')];
  expect(landedToStock('perpetual', [...others, one])).toBe(false);
  // what was proposed here says nothing of how the ledger does it
  expect(landedToStock('perpetual', [accrual(5, 'price_variance', 'JP-202610-1A2B3C4D')])).toBe(true);
});

test('whatever its lines, together with the entry they come to nothing on every account', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('2000', '2100', '6100', '6200'), fc.integer({ min: -9e11, max: 9e11 })), {
        minLength: 1,
        maxLength: 12,
      }),
      (some) => {
        const rest = -some.reduce((sum, [, amount]) => sum + amount, 0);
        const roles: Readonly<Record<string, string>> = { '2000': 'ap', '2100': 'grni' };
        const lines = [...some, ['6100', rest] as const].map(([account, amount_minor]) => ({
          account,
          role: roles[account] ?? null,
          amount_minor,
        }));
        const booked = bookedEntry(9, null, lines);
        const amount_minor = lines.reduce((sum, line) => (line.role === 'ap' ? sum + line.amount_minor : sum), 0);
        fc.pre(amount_minor !== 0);
        const own = byHand(booked, { amount_minor, shown_minor: -amount_minor });
        const sums = new Map<string, number>();
        for (const { account, amount_minor: booked_minor } of lines)
          sums.set(account, (sums.get(account) ?? 0) + booked_minor);
        for (const [account, , back] of linesOf(books([own]), [own]))
          sums.set(String(account), (sums.get(String(account)) ?? 0) + Number(back));
        expect([...sums.values()].every((sum) => sum === 0)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
