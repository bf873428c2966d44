/** Whatever is proposed balances to the minor unit and comes out the same from what is kept; who may do what, and in which order. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addMonths, firstDayOfMonth, isoDate, lastDayOfMonth } from '../../calendar.ts';
import { CAUSES } from '../reconcile/causes.ts';
import { RECONCILED_ROLES } from '../reconcile/plan.ts';
import {
  entryFor,
  type JournalBooks,
  type KnownProposal,
  proposalChanged,
  proposedEntry,
  type ShownItem,
} from './books.ts';
import { isAccrual } from './counter.ts';
import { JOURNAL_COLUMNS, journalCsv } from './csv.ts';
import {
  changedSince,
  entryAmountMinor,
  type JournalInputs,
  journalEntry,
  journalInputs,
  usualText,
  usuallyReverses,
} from './entry.ts';
import { isJournalReference, journalReference, reversalReference } from './reference.ts';
import {
  type JournalStep,
  journalStanding,
  mayChange,
  mayDecide,
  mayExport,
  mayPropose,
  type Proposed,
} from './steps.ts';

const ROLES = [
  ...RECONCILED_ROLES,
  ...(['revenue', 'rebates', 'channel_fees', 'freight_out', 'inventory_adjustment'] as const),
  ...(['valuation_difference', 'write_down', 'insurance', 'intercompany_purchases'] as const),
];
const CHART: ReadonlyMap<string, string> = new Map(ROLES.map((role, nth) => [role, String(1000 + nth)]));

const item = (more: Partial<ShownItem> = {}): ShownItem => ({
  line_id: 1,
  task_id: 1,
  role: 'rebate_accrual',
  cause: 'accrual_missing',
  ref: 'C-1 202610',
  arose_on: '2026-10-31',
  amount_minor: 12_345,
  shown_minor: -12_345,
  document_kind: 'shipment',
  ...more,
});
const asked = (
  items: readonly ShownItem[],
  more: { accounts?: ReadonlyMap<string, string>; reverses?: boolean } = {},
) => ({
  currency: 'EUR',
  cut_off_on: '2026-10-31',
  reverses: more.reverses ?? true,
  items,
  period_items: items,
  accounts: more.accounts ?? CHART,
});
const made = (items: readonly ShownItem[], reverses = true): JournalInputs => {
  const answer = journalInputs(asked(items, { reverses }));
  if (!answer.ok) throw new Error(answer.message);
  return answer.inputs;
};
const codeOf = (answer: { readonly ok: boolean; readonly code?: string }): string => answer.code ?? 'ok';

const anyItem = fc.record({
  line_id: fc.integer({ min: 1, max: 60 }),
  task_id: fc.constant(1),
  role: fc.constantFrom(...RECONCILED_ROLES),
  cause: fc.constantFrom(...CAUSES),
  ref: fc.constantFrom('R-1', 'R-2', 'R-3', '=R'),
  arose_on: fc.constantFrom('2026-10-03', '2026-09-30'),
  amount_minor: fc.integer({ min: -9e12, max: 9e12 }),
  shown_minor: fc.constant(0),
  document_kind: fc.constantFrom('invoice', 'payment', 'receipt', 'count_line', 'shipment', null),
});
const anyItems = fc.uniqueArray(anyItem, { minLength: 1, maxLength: 12, selector: ({ line_id }) => line_id });

describe('an entry', () => {
  test('debits equal credits, and every item’s account is moved by what it is off', () => {
    let entries = 0;
    fc.assert(
      fc.property(anyItems, fc.boolean(), fc.integer({ min: 202001, max: 203012 }), (items, reverses, any) => {
        const month = Math.floor(any / 100) * 100 + 1 + (any % 12);
        const answer = journalInputs({ ...asked(items, { reverses }), cut_off_on: isoDate(lastDayOfMonth(month)) });
        if (!answer.ok) return;
        entries += 1;
        const { lines, booked_on, reverses_on } = journalEntry(answer.inputs);
        expect(lines.reduce((sum, line) => sum + BigInt(line.amount_minor), 0n)).toBe(0n);
        expect(entryAmountMinor(lines)).toBeGreaterThan(0);
        expect(lines.every((line) => line.amount_minor !== 0)).toBe(true);
        for (const [nth, { role, amount_minor }] of items.entries()) {
          expect(lines[nth]).toMatchObject({ role, account: CHART.get(role), amount_minor: -amount_minor });
        }
        expect(booked_on).toBe(isoDate(lastDayOfMonth(month)));
        expect(reverses_on).toBe(reverses ? isoDate(firstDayOfMonth(addMonths(month, 1))) : null);
        // kept as text, read again, made again
        const kept = JSON.parse(JSON.stringify(answer.inputs)) as JournalInputs;
        expect(journalEntry(kept)).toEqual({ lines, booked_on, reverses_on });
        expect(changedSince(kept, items, CHART)).toBe(null);
      }),
      { numRuns: 400 },
    );
    expect(entries).toBeGreaterThan(20);
  });

  test('a payment the ledger lacks is posted as such: nothing was sold or received by it', () => {
    for (const role of ['ar', 'ap'] as const) {
      const lacking = item({ role, cause: 'document_not_posted', ref: 'RC 7', document_kind: 'payment' });
      expect(journalInputs(asked([lacking]))).toMatchObject({
        ok: false,
        message: "RC 7 is the bank's: post the payment itself.",
      });
    }
  });

  test('a missing bonus is accrued against rebates and taken back on the first of the next month', () => {
    const { lines, booked_on, reverses_on } = journalEntry(made([item()]));
    expect(lines.map(({ role, amount_minor, text }) => [role, amount_minor, text])).toEqual([
      ['rebate_accrual', -12_345, 'Accrual missing: C-1 202610'],
      ['rebates', 12_345, 'C-1 202610'],
    ]);
    expect([booked_on, reverses_on]).toEqual(['2026-10-31', '2026-11-01']);
    expect([isAccrual('accrual_missing'), isAccrual('posted_twice')]).toEqual([true, false]);
    expect(usualText([item(), item({ ref: 'C-2 202610' })])).toBe('Accrual missing: C-1 202610, C-2 202610');
  });

  test.each([
    ['without items', [], 'no_items'],
    ['of what moves no balance', [item({ amount_minor: 0 })], 'no_balance'],
    ['of what nobody knows', [item({ cause: 'not_found' })], 'not_found_yet'],
    ['of the bank', [item({ role: 'bank' })], 'no_entry'],
    // it is the new base, so it is not taken back
    [
      'of what a bank account lacks, with a reversal',
      [item({ role: 'bank', cause: 'not_revalued', ref: 'FXR 202610 USD bank 1020' })],
      'no_entry',
    ],
    [
      'of the same on its other side',
      [item({ role: 'fx_gain', cause: 'not_revalued', ref: 'FXR 202610 USD bank 1020' })],
      'no_entry',
    ],
    ['of a document on an unknown account', [item({ cause: 'posted_to_another_account' })], 'no_entry'],
  ] as const)('%s is refused in words', (_, items, code) => {
    const answer = journalInputs(asked(items));
    expect(codeOf(answer)).toBe(code);
    expect(answer.ok ? '' : answer.message).toMatch(/\.$/);
  });

  test('without the account it needs it is refused, by the name of the role; so is one on both sides', () => {
    const lacking = new Map([...CHART].filter(([role]) => role !== 'rebates'));
    const answer = journalInputs(asked([item()], { accounts: lacking }));
    expect(answer).toMatchObject({ ok: false, code: 'account_not_mapped' });
    expect(answer.ok ? '' : answer.message).toContain('No account has the role rebates.');
    const same = new Map([...CHART, ['rebates', CHART.get('rebate_accrual') ?? '']]);
    expect(codeOf(journalInputs(asked([item()], { accounts: same })))).toBe('account_not_mapped');
  });

  test('a document that stands on the wrong account is moved to its own, once, from whichever side it is chosen', () => {
    const wrong = { cause: 'posted_to_another_account', ref: 'INV-1' } as const;
    const there = item({ ...wrong, role: 'ar', amount_minor: -500 });
    const here = item({ ...wrong, line_id: 2, role: 'billed_not_received', amount_minor: 500 });
    const of = (items: readonly ShownItem[]) => {
      const answer = journalInputs({ ...asked(items), period_items: [there, here] });
      return answer.ok ? journalEntry(answer.inputs).lines.map(({ role, amount_minor }) => [role, amount_minor]) : [];
    };
    const moved = [
      ['ar', 500],
      ['billed_not_received', -500],
    ];
    expect(of([there])).toEqual(moved);
    expect(of([here]).toSorted()).toEqual(moved);
    expect(of([there, here])).toEqual(moved);
  });

  test('what has changed since is said in a sentence', () => {
    const inputs = made([item()]);
    expect(changedSince(inputs, [], CHART)).toBe('C-1 202610 is no difference any more.');
    expect(changedSince(inputs, [item({ amount_minor: 1 })], CHART)).toBe(
      'The amount of C-1 202610 has changed since.',
    );
    expect(changedSince(inputs, [item({ cause: 'not_found' })], CHART)).toContain('not found');
    expect(changedSince(inputs, [item()], new Map([...CHART, ['rebates', '8310']]))).toContain('8310');
  });
});

describe('what is said of it', () => {
  const proposed: Proposed = {
    words: 'Bonus',
    author: 'finance',
    reverses_on: '2026-11-01',
    posted_as: null,
    reversed_as: null,
  };
  const step = (name: JournalStep['step'], author: string, words: string | null = null): JournalStep => ({
    step: name,
    words,
    author,
    at_ms: 1,
  });
  const standing = (steps: readonly JournalStep[], more: Partial<Proposed> = {}) =>
    journalStanding({ ...proposed, ...more }, steps);
  const approved = [step('approved', 'controller')];

  test('adds up to where it stands', () => {
    expect(standing([]).state).toBe('proposed');
    expect(standing([step('reworded', 'finance2', 'Bonus of C-1')])).toMatchObject({
      state: 'proposed',
      words: 'Bonus of C-1',
      authors: ['finance', 'finance2'],
    });
    expect(standing(approved)).toMatchObject({ state: 'approved', decided_by: 'controller' });
    const exported = standing([...approved, step('exported', 'finance')]);
    expect(exported).toMatchObject({ state: 'exported', decided_by: 'controller', exported: { by: 'finance' } });
    expect(standing(approved, { posted_as: 'ADJ 1' }).state).toBe('posted');
    expect(standing(approved, { posted_as: 'ADJ 1', reversed_as: 'ADJ 2' }).state).toBe('reversed');
    // what nobody approved does not become so by being posted
    expect(standing([], { posted_as: 'ADJ 1' }).state).toBe('proposed');
    expect(standing([step('refused', 'controller', 'no')], { posted_as: 'ADJ 1' }).state).toBe('refused');
  });

  const deciding = {
    may_review: true,
    user_name: 'controller',
    proposal: standing([]),
    verdict: 'approved',
    seen_words: 'Bonus',
    locked: null,
    changed: null,
  } as const;
  test.each([
    ['another person may', {}, 'ok'],
    ['not who proposed it', { user_name: 'finance' }, 'own_proposal'],
    [
      'not who worded it',
      { user_name: 'finance2', proposal: standing([step('reworded', 'finance2', 'Bonus')]) },
      'own_proposal',
    ],
    ['not without the right', { may_review: false }, 'not_permitted'],
    ['not twice', { proposal: standing(approved) }, 'decided_already'],
    ['not words nobody saw', { seen_words: 'other' }, 'decided_already'],
    ['not in a locked month', { locked: 'Locked.' }, 'period_locked'],
    ['not what has changed', { changed: 'Other.' }, 'item_changed'],
    [
      'but refuse what has changed, in a locked month too',
      { changed: 'Other.', locked: 'L.', verdict: 'refused' },
      'ok',
    ],
    ['not what is not there', { proposal: undefined }, 'not_found'],
  ] as const)('approve: %s', (_, more, code) => {
    expect(codeOf(mayDecide({ ...deciding, ...more }))).toBe(code);
  });

  test.each([
    ['once approved', standing(approved), {}, 'ok'],
    ['not before', standing([]), {}, 'not_approved'],
    ['not after a refusal', standing([step('refused', 'c', 'no')]), {}, 'not_approved'],
    ['not twice', standing([...approved, step('exported', 'finance')]), {}, 'exported_already'],
    ['twice on purpose', standing([...approved, step('exported', 'finance')]), { again: true }, 'ok'],
    ['not what stands in the ledger', standing(approved, { posted_as: 'x' }), { again: true }, 'exported_already'],
    ['not into a locked month', standing(approved), { locked: 'L.' }, 'period_locked'],
    ['not what has changed', standing(approved), { changed: 'Other.' }, 'item_changed'],
    ['not without the right', standing(approved), { may_prepare: false }, 'not_permitted'],
  ] as const)('export: %s', (_, proposal, more, code) => {
    const asking = { may_prepare: true, proposal, again: false, locked: null, changed: null };
    expect(codeOf(mayExport({ ...asking, ...more }))).toBe(code);
  });

  test.each([
    ['words while it is open', 'reworded', standing([]), {}, 'ok'],
    ['no words once approved', 'reworded', standing(approved), {}, 'decided_already'],
    ['withdrawn while approved', 'withdrawn', standing(approved), {}, 'ok'],
    ['not withdrawn once it left', 'withdrawn', standing([...approved, step('exported', 'f')]), {}, 'decided_already'],
    ['not over words unseen', 'reworded', standing([]), { seen_words: 'x' }, 'decided_already'],
    ['not without the right', 'withdrawn', standing([]), { may_prepare: false }, 'not_permitted'],
  ] as const)('change: %s', (_, kind, proposal, more, code) => {
    const asking = { may_prepare: true, proposal, step: kind, seen_words: 'Bonus' };
    expect(codeOf(mayChange({ ...asking, ...more }))).toBe(code);
  });

  const books = (more: Partial<JournalBooks> = {}): JournalBooks => ({
    currency: 'EUR',
    cut_off_on: '2026-10-31',
    landed_to_stock: true,
    locked: null,
    next_locked: null,
    items: [item()],
    accounts: CHART,
    proposals: [],
    elsewhere: [],
    ...more,
  });
  const wish = { may_prepare: true, items: [{ line_id: 1, amount_minor: -12_345 }], reverses: true, renews_id: null };
  const known = { id: 'p', reference: 'JP-202610-00000001', inputs: made([item()]) };

  test('an item is proposed for once, as it was seen, in open months', () => {
    expect(proposedEntry(books(), wish)).toMatchObject({ ok: true, entry: { reverses_on: '2026-11-01' } });
    const changed = { ...wish, items: [{ line_id: 1, amount_minor: 1 }] };
    expect(codeOf(proposedEntry(books(), changed))).toBe('item_changed');
    expect(codeOf(proposedEntry(books({ items: [] }), wish))).toBe('item_changed');
    expect(codeOf(proposedEntry(books({ locked: 'L.' }), wish))).toBe('period_locked');
    const next = books({ next_locked: 'L.' });
    expect(codeOf(proposedEntry(next, wish))).toBe('period_locked');
    expect(codeOf(proposedEntry(next, { ...wish, reverses: false }))).toBe('ok');
    const held = books({ proposals: [{ ...known, standing: standing([]) }] });
    expect(codeOf(proposedEntry(held, wish))).toBe('proposed_already');
    expect(codeOf(proposedEntry(held, { ...wish, renews_id: 'p' }))).toBe('ok');
    expect(codeOf(proposedEntry(books(), { ...wish, renews_id: 'p' }))).toBe('not_found');
    const left = books({ proposals: [{ ...known, standing: standing([...approved, step('exported', 'f')]) }] });
    expect(codeOf(proposedEntry(left, { ...wish, renews_id: 'p' }))).toBe('decided_already');
    const gone = books({ proposals: [{ ...known, standing: standing([step('withdrawn', 'finance')]) }] });
    expect(codeOf(proposedEntry(gone, wish))).toBe('ok');
    expect(codeOf(mayPropose({ may_prepare: false, locked: null, changed: null, standing: null, renews: null }))).toBe(
      'not_permitted',
    );
  });

  test('for a cost no goods bear none is proposed while another stands for it, in the ledger or not', () => {
    const cost = item({
      role: 'landed_cost_clearing',
      cause: 'cost_not_allocated',
      ref: 'PO-1 freight',
      amount_minor: 0,
      shown_minor: 0,
      allocation: {
        amount_minor: 100,
        split_by: 'value',
        valuation: 'perpetual',
        on_hand_minor: 60,
        gone_minor: 40,
        lines: [],
        problem: null,
      },
    });
    const chart = new Map([...CHART, ['inventory', '1400'], ['cogs', '5000'], ['price_variance', '5100']]);
    const others = books({ items: [cost], accounts: chart });
    const asked = { ...wish, items: [{ line_id: 1, amount_minor: 0 }] };
    // the item of another month is another line
    const of = (cut_off_on: string, reverses: boolean, steps: JournalStep[], posted_as: string | null = null) => ({
      ...known,
      inputs: { ...known.inputs, cut_off_on, reverses, items: [{ ...cost, line_id: 77, counter_role: null }] },
      standing: standing(steps, { posted_as }),
    });
    const with_one = (each: KnownProposal, elsewhere = false): JournalBooks =>
      elsewhere ? { ...others, elsewhere: [each] } : { ...others, proposals: [each] };
    expect(codeOf(proposedEntry(others, asked))).toBe('ok');
    for (const reverses of [true, false]) {
      for (const steps of [[], approved, [...approved, step('exported', 'f')]]) {
        expect(codeOf(proposedEntry(with_one(of('2026-10-31', reverses, steps)), asked))).toBe('proposed_already');
      }
      const posted = with_one(of('2026-10-31', reverses, approved, 'ADJ 17'));
      expect(proposedEntry(posted, asked)).toMatchObject({ code: 'proposed_already' });
      expect(entryFor(cost, posted)?.standing.state).toBe('posted');
      const refused = with_one(of('2026-10-31', reverses, [step('refused', 'controller', 'no')]));
      expect(codeOf(proposedEntry(refused, asked))).toBe('ok');
    }
    // taken back before this month's cut-off it stands no longer, else for good
    const september = (reverses: boolean) => with_one(of('2026-09-30', reverses, approved, 'ADJ 16'), true);
    expect([codeOf(proposedEntry(september(true), asked)), entryFor(cost, september(true))]).toEqual(['ok', undefined]);
    expect(codeOf(proposedEntry(september(false), asked))).toBe('proposed_already');
    // one of a later month is no reason against one that is taken back before it
    const november = with_one(of('2026-11-30', true, approved), true);
    expect(codeOf(proposedEntry(november, asked))).toBe('ok');
    expect(codeOf(proposedEntry(november, { ...asked, reverses: false }))).toBe('proposed_already');
  });

  test('whether it has changed is asked while it stands for its items', () => {
    const now = books({ items: [] });
    expect(proposalChanged(now, { ...known, standing: standing([]) })).toContain('no difference');
    expect(proposalChanged(now, { ...known, standing: standing(approved, { posted_as: 'x' }) })).toBe(null);
  });
});

test('a reference is made of the month and the proposal, and known again with what takes it back', () => {
  const reference = journalReference(202610, '01890000-1111-7222-8333-0123456789ab');
  expect(reference).toBe('JP-202610-456789AB');
  expect([reference, reversalReference(reference), 'SO-1', null].map(isJournalReference)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('a file has both entries, each with debits equal to credits, and nothing a spreadsheet would run', () => {
  const { lines, booked_on, reverses_on } = journalEntry(made([item({ amount_minor: 12_305 })]));
  const file = { company_code: 'HAL', currency: 'EUR', journal: 'MISC' };
  const entry = { ...file, reference: 'JP-202610-456789AB', words: '=Bonus, late' };
  expect(journalCsv([{ ...entry, booked_on, reverses_on, lines }]).split('\r\n')).toEqual([
    JOURNAL_COLUMNS.join(','),
    'HAL,EUR,MISC,JP-202610-456789AB,2026-10-31,1007,,123.05,JP-202610-456789AB,"\'=Bonus, late (Accrual missing: C-1 202610)"',
    'HAL,EUR,MISC,JP-202610-456789AB,2026-10-31,1016,123.05,,JP-202610-456789AB,"\'=Bonus, late (C-1 202610)"',
    'HAL,EUR,MISC,JP-202610-456789AB-R,2026-11-01,1007,123.05,,JP-202610-456789AB-R,"Reversal: =Bonus, late (Accrual missing: C-1 202610)"',
    'HAL,EUR,MISC,JP-202610-456789AB-R,2026-11-01,1016,,123.05,JP-202610-456789AB-R,"Reversal: =Bonus, late (C-1 202610)"',
    '',
  ]);
});

describe('what comes of a rate alone', () => {
  const counterOf = (more: Partial<ShownItem>, others: readonly ShownItem[] = []) => {
    const own = item({ amount_minor: 700, ...more });
    const answer = journalInputs({ ...asked([own]), reverses: false, period_items: [own, ...others] });
    return answer.ok ? answer.inputs.items[0]?.counter_role : answer.code;
  };
  const gain = { cause: 'document_not_posted', document_kind: 'payment', ref: 'RC 5 exchange difference' } as const;
  const back = {
    cause: 'document_not_posted',
    document_kind: 'rate',
    ref: 'FXR 202610 USD payables taken back',
  } as const;

  test('stands against exchange differences, also where the other half is off by something else', () => {
    const other = item({ ...back, role: 'fx_gain', line_id: 2, amount_minor: -600 });
    for (const role of ['ar', 'ap', 'intercompany'] as const) {
      for (const of of [gain, back]) expect(counterOf({ ...of, role }, [other])).toBe('fx_gain');
      expect(counterOf({ ...back, role, cause: 'posted_in_another_month' })).toBe('fx_gain');
    }
    expect(counterOf({ ...gain, role: 'ar', ref: 'RC 5' })).toBe('no_entry');
  });

  test('on the account of exchange differences alone is nothing made up for documents', () => {
    for (const of of [gain, back, { ...back, cause: 'revalued_at_another_rate' } as const])
      expect(counterOf({ ...of, role: 'fx_gain' })).toBe('no_entry');
    // what sisters owe stands on their account
    expect(counterOf({ ...back, role: 'fx_gain', ref: 'IC 7' })).toBe('intercompany');
  });

  test('of customers’ and suppliers’ documents is taken back, from whichever account it is proposed', () => {
    const another = { cause: 'revalued_at_another_rate', ref: 'FXR 202610 USD receivables' } as const;
    expect(usuallyReverses([another])).toBe(true);
    expect(usuallyReverses([{ ...another, ref: 'FXR 202610' }])).toBe(false);
    expect(usuallyReverses([another, { ...another, ref: 'FXR 202610' }])).toBe(false);
  });
});
