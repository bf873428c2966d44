/** One document stands on two accounts: whichever item an entry is proposed from, no second one posts it again. */
import { describe, expect, test } from 'vitest';
import { entryFor, type JournalBooks, type KnownProposal, proposedEntry, type ShownItem } from './books.ts';
import { type JournalStep, type JournalStepKind, journalStanding } from './steps.ts';

const CHART: ReadonlyMap<string, string> = new Map([
  ['ar', '1100'],
  ['inventory', '1300'],
  ['ap', '2000'],
  ['grni', '2100'],
  ['landed_cost_clearing', '2150'],
  ['shipped_not_billed', '1150'],
  ['revenue', '4000'],
  ['fx_gain', '6000'],
  ['price_variance', '5500'],
  ['valuation_difference', '5910'],
]);

let lines = 0;
const item = (more: Partial<ShownItem>): ShownItem => {
  lines += 1;
  const amount_minor = more.amount_minor ?? 9_500;
  return {
    line_id: lines,
    task_id: 1,
    role: 'grni',
    cause: 'document_not_posted',
    ref: 'GR3',
    arose_on: '2026-10-20',
    amount_minor,
    shown_minor: amount_minor,
    document_kind: 'receipt',
    document_id: 33,
    ...more,
  };
};
const books = (items: readonly ShownItem[], more: Partial<JournalBooks> = {}): JournalBooks => ({
  currency: 'EUR',
  cut_off_on: '2026-10-31',
  landed_to_stock: true,
  locked: null,
  next_locked: null,
  items,
  accounts: CHART,
  proposals: [],
  elsewhere: [],
  ...more,
});
const wish = (items: readonly ShownItem[], reverses = true) => ({
  may_prepare: true,
  items: items.map(({ line_id, shown_minor }) => ({ line_id, amount_minor: shown_minor })),
  reverses,
  renews_id: null,
});
const entryOf = (of: JournalBooks, items: readonly ShownItem[], reverses = true) => {
  const made = proposedEntry(of, wish(items, reverses));
  if (!made.ok) throw new Error(made.message);
  return made;
};
const rolesOf = (of: JournalBooks, items: readonly ShownItem[]) =>
  entryOf(of, items).entry.lines.map(({ role, amount_minor }) => [role, amount_minor]);
const proposalOf = (
  of: JournalBooks,
  items: readonly ShownItem[],
  { steps = [], reverses = true }: { steps?: readonly JournalStepKind[]; reverses?: boolean } = {},
  posted: { posted_as?: string; reversed_as?: string } = {},
): KnownProposal => ({
  id: 'p',
  reference: 'JP-202610-FB05D382',
  inputs: entryOf(of, items, reverses).inputs,
  standing: journalStanding(
    { words: 'GR3', author: 'fin', reverses_on: null, posted_as: null, reversed_as: null, ...posted },
    steps.map((step): JournalStep => ({ step, words: null, author: 'ctl', at_ms: 1 })),
  ),
});

/** What stands on two accounts: the item chosen first, and the other. */
const PAIRS = [
  ['a receipt', item({ amount_minor: 9_500 }), item({ role: 'inventory', amount_minor: -9_500 })],
  [
    'a bill',
    item({ role: 'ap', ref: 'B2', document_kind: 'invoice', amount_minor: 500 }),
    item({ role: 'grni', ref: 'B2', document_kind: 'invoice', amount_minor: -500 }),
  ],
  [
    'an invoice',
    item({ role: 'ar', ref: 'INV2', document_kind: 'invoice', amount_minor: -2_700 }),
    item({ role: 'shipped_not_billed', ref: 'INV2', document_kind: 'invoice', amount_minor: 2_700 }),
  ],
  [
    'an exchange difference',
    item({ role: 'ar', cause: 'revalued_at_another_rate', ref: 'FXR 202610 GBP receivables', document_kind: 'rate' }),
    item({
      role: 'fx_gain',
      cause: 'revalued_at_another_rate',
      ref: 'FXR 202610 GBP receivables',
      document_kind: 'rate',
      amount_minor: -9_500,
    }),
  ],
  [
    'what stands on the wrong account',
    item({ role: 'ar', cause: 'posted_to_another_account', ref: 'INV-1', amount_minor: -500 }),
    item({ role: 'ap', cause: 'posted_to_another_account', ref: 'INV-1', amount_minor: 500 }),
  ],
] as const;

describe.each(PAIRS)('%s on two accounts', (_, one, other) => {
  const both = books([one, other]);

  test.each([
    [one, other],
    [other, one],
  ])('is posted to both of them from either item, and not a second time', (first, second) => {
    expect(rolesOf(both, [first]).toSorted()).toEqual(
      [
        [first.role, -first.amount_minor],
        [second.role, -second.amount_minor],
      ].toSorted(),
    );
    for (const steps of [[], ['approved'], ['approved', 'exported']] as const) {
      const held = { ...both, proposals: [proposalOf(both, [first], { steps })] };
      const answer = proposedEntry(held, wish([second]));
      expect(answer).toMatchObject({ ok: false, code: 'proposed_already' });
      expect(answer.ok ? '' : answer.message).toContain('JP-202610-FB05D382 by fin');
      expect(entryFor(second, held)?.reference).toBe('JP-202610-FB05D382');
      expect(proposedEntry(held, { ...wish([second]), renews_id: steps.length < 2 ? 'p' : null }).ok).toBe(
        steps.length < 2,
      );
    }
    for (const steps of [['refused'], ['withdrawn'], ['renewed']] as const) {
      const over = { ...both, proposals: [proposalOf(both, [first], { steps })] };
      expect([proposedEntry(over, wish([second])).ok, entryFor(second, over)]).toEqual([true, undefined]);
    }
    // the ledger has it: what there still is of the other is another matter
    const posted = { ...both, proposals: [proposalOf(both, [first], { steps: ['approved'] }, { posted_as: 'ADJ 1' })] };
    expect(entryFor(second, posted)).toBe(undefined);
  });

  test('together they are one entry, and then neither is free', () => {
    expect(rolesOf(both, [one, other])).toEqual([
      [one.role, -one.amount_minor],
      [other.role, -other.amount_minor],
    ]);
    const held = { ...both, proposals: [proposalOf(both, [one, other])] };
    expect(entryFor(one, held) && entryFor(other, held)).toBeDefined();
  });

  test('in another month too, as long as the entry is not taken back before', () => {
    const [there, here] = [other, one].map((each) => ({ ...each, line_id: each.line_id + 1000 }));
    if (!there || !here) throw new Error('none');
    const november = (reverses: boolean): JournalBooks =>
      books([there, here], {
        cut_off_on: '2026-11-30',
        elsewhere: [proposalOf(both, [one], { reverses })],
      });
    for (const carried of [there, here]) {
      expect(proposedEntry(november(false), wish([carried]))).toMatchObject({ code: 'proposed_already' });
      expect(entryFor(carried, november(false))).toBeDefined();
      expect(proposedEntry(november(true), wish([carried])).ok).toBe(true);
    }
  });
});

test('two documents of one number are two', () => {
  const [mine, stock] = [item({}), item({ role: 'inventory', amount_minor: -9_500 })];
  const others = [item({ document_id: 34 }), item({ document_id: 34, role: 'inventory', amount_minor: -9_500 })];
  const all = books([mine, stock, ...others]);
  const held = { ...all, proposals: [proposalOf(all, [mine])] };
  for (const free of others) expect(proposedEntry(held, wish([free])).ok).toBe(true);
  expect(proposedEntry(held, wish([stock])).ok).toBe(false);
});

test('two entries of one document that do not post the same are two', () => {
  const bill = item({ role: 'ap', ref: 'B1', document_kind: 'invoice', amount_minor: 96_000 });
  for (const amount_minor of [1_000, -1_000]) {
    const variance = item({ cause: 'price_variance', ref: 'B1', document_kind: 'invoice', amount_minor });
    const all = books([bill, variance]);
    expect(proposedEntry({ ...all, proposals: [proposalOf(all, [bill])] }, wish([variance])).ok).toBe(true);
    expect(proposedEntry({ ...all, proposals: [proposalOf(all, [variance])] }, wish([bill])).ok).toBe(true);
  }
  // posted twice and paid for by another entry: the other way round
  const twice = item({ role: 'ap', ref: 'B1', document_kind: 'invoice', amount_minor: -96_000, cause: 'posted_twice' });
  const all = books([bill, twice]);
  expect(proposedEntry({ ...all, proposals: [proposalOf(all, [bill])] }, wish([twice])).ok).toBe(true);
});

describe('a receipt on two accounts with two amounts', () => {
  const owed = item({ amount_minor: 9_500 });
  const stock = item({ role: 'inventory', amount_minor: -10_000 });

  test('is proposed with what the supplier is owed, and stock is covered by it', () => {
    const both = books([owed, stock]);
    const answer = proposedEntry(both, wish([stock]));
    expect(answer).toMatchObject({ ok: false, code: 'counted_twice' });
    expect(answer.ok ? '' : answer.message).toContain('Propose it from there');
    expect(proposedEntry(both, wish([owed, stock]))).toMatchObject({ ok: false, code: 'counted_twice' });
    expect(rolesOf(both, [owed])).toEqual([
      ['grni', -9_500],
      ['inventory', 9_500],
    ]);
    expect(entryFor(stock, { ...both, proposals: [proposalOf(both, [owed])] })).toBeDefined();
  });

  test('what stock still lacks after that is no debt to a supplier', () => {
    const rest = { ...stock, amount_minor: -500, shown_minor: -500 };
    expect(rolesOf(books([rest]), [rest])).toEqual([
      ['inventory', 500],
      ['valuation_difference', -500],
    ]);
  });
});

test('an invoice with two amounts is posted to customers once', () => {
  const owed = item({ role: 'ar', ref: 'INV2', document_kind: 'invoice', amount_minor: -2_700 });
  const shipped = item({ role: 'shipped_not_billed', ref: 'INV2', document_kind: 'invoice', amount_minor: 3_000 });
  const both = books([owed, shipped]);
  for (const [first, second] of [
    [owed, shipped],
    [shipped, owed],
  ] as const) {
    const held = { ...both, proposals: [proposalOf(both, [first])] };
    expect(proposedEntry(held, wish([second]))).toMatchObject({ ok: false, code: 'proposed_already' });
  }
});

describe('a landed cost the ledger lacks', () => {
  const charge = item({
    role: 'landed_cost_clearing',
    ref: 'PO2 duty',
    document_kind: 'landed_cost',
    amount_minor: 10_000,
  });

  test('belongs to the goods that bear it where the ledger books it so, else to purchases', () => {
    expect(rolesOf(books([charge]), [charge])).toEqual([
      ['landed_cost_clearing', -10_000],
      ['inventory', 10_000],
    ]);
    expect(rolesOf(books([charge], { landed_to_stock: false }), [charge])).toEqual([
      ['landed_cost_clearing', -10_000],
      ['price_variance', 10_000],
    ]);
  });

  test('stands with the purchases until goods bear it', () => {
    const waits = item({ ...charge, line_id: 901, cause: 'cost_not_allocated', amount_minor: 0, shown_minor: 0 });
    expect(rolesOf(books([charge, waits]), [charge])).toEqual([
      ['landed_cost_clearing', -10_000],
      ['price_variance', 10_000],
    ]);
  });
});

test('a landed cost no goods bear is put on stock by its split alone', () => {
  const of = { ref: 'PO2 duty', document_kind: 'landed_cost' } as const;
  const charge = item({ ...of, role: 'landed_cost_clearing', amount_minor: 10_000 });
  const stock = item({ ...of, role: 'inventory', amount_minor: -10_000 });
  const waits = item({ ...of, role: 'landed_cost_clearing', cause: 'cost_not_allocated', amount_minor: 0 });
  expect(rolesOf(books([charge, stock, waits]), [charge])).toEqual([
    ['landed_cost_clearing', -10_000],
    ['price_variance', 10_000],
  ]);
  expect(proposedEntry(books([charge, stock, waits]), wish([stock]))).toMatchObject({ code: 'counted_twice' });
  for (const [first, other] of [
    [charge, 'inventory'],
    [stock, 'landed_cost_clearing'],
  ] as const)
    expect(rolesOf(books([charge, stock]), [first])[1]?.[0]).toBe(other);
});

describe('what nothing is proposed for says what to do', () => {
  test.each([
    ['charge_not_booked', 'BANK FEES', /charge.*Post it in the ledger’s bank journal/],
    ['payment_not_booked', 'P1', /post the payment itself/i],
    ['unknown_receipt', 'X1', /Find out/],
  ] as const)('at the bank: %s', (cause, ref, words) => {
    const own = item({ role: 'bank', cause, ref, document_kind: 'statement_line', amount_minor: 750 });
    const answer = proposedEntry(books([own]), wish([own]));
    expect(answer.ok ? '' : answer.message).toMatch(words);
    expect(answer.ok ? '' : answer.message).toContain(ref);
  });
});
