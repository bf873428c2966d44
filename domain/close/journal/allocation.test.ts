/** A landed cost comes to its entry to the cent, by the newest receipts first, in either valuation regime. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Allocation, allocationOf, allocationLines, type LandedFacts, leftOfLayers } from './allocation.ts';
import { changedSince, journalEntry, type JournalInputs, journalInputs, type OpenItem } from './entry.ts';

const CHART = new Map([
  ['landed_cost_clearing', '2160'],
  ['inventory', '1400'],
  ['cogs', '7000'],
  ['price_variance', '7050'],
  ['ap', '2100'],
]);

const line = (id: number, more: Partial<LandedFacts['lines'][number]> = {}): LandedFacts['lines'][number] => ({
  id,
  code: `I-${id}`,
  uom: 'pcs',
  ordered_qty_milli: 10_000,
  amount_minor: 1_000,
  weight_g: 5,
  volume_ml: 7,
  on_hand_qty_milli: 10_000,
  layers: [{ ref: `R-${id}`, received_on: '2026-10-05', po_line_id: id, qty_milli: 10_000 }],
  ...more,
});
const of = (lines: LandedFacts['lines'], more: Partial<LandedFacts> = {}): Allocation =>
  allocationOf({ amount_minor: 1_000, split_by: 'value', valuation: 'perpetual', lines, ...more });
const item = (allocation: Allocation | null, more: Partial<OpenItem> = {}): OpenItem => ({
  line_id: 1,
  role: 'landed_cost_clearing',
  cause: 'cost_not_allocated',
  ref: 'PO-1 freight',
  arose_on: '2026-10-06',
  amount_minor: 0,
  document_kind: 'landed_cost',
  allocation,
  ...more,
});
const asked = (items: readonly OpenItem[], currency = 'EUR', accounts: ReadonlyMap<string, string> = CHART) =>
  journalInputs({ currency, cut_off_on: '2026-10-31', reverses: true, items, period_items: items, accounts });
const linesOf = (allocation: Allocation): readonly (readonly [string | null, number])[] => {
  const answer = asked([item(allocation)]);
  if (!answer.ok) throw new Error(answer.message);
  return journalEntry(answer.inputs).lines.map(({ role, amount_minor }) => [role, amount_minor]);
};

describe('what is on hand', () => {
  test('came with the newest receipts', () => {
    const layers = [{ qty_milli: 4 }, { qty_milli: 5 }, { qty_milli: 6 }];
    expect(leftOfLayers(7, layers)).toEqual([4, 3, 0]);
    expect(leftOfLayers(-1, layers)).toEqual([0, 0, 0]);
    // more than ever came with receipts: an opening stock, a return
    expect(leftOfLayers(99, layers)).toEqual([4, 5, 6]);
  });
});

describe('an allocation', () => {
  test('puts on stock what of the order’s own receipts lies there, and the rest to the cost of sales', () => {
    // eight lie there: four came later with another order, so four of this one's ten are left
    const newer = { ref: 'R-9', received_on: '2026-10-20', po_line_id: 99, qty_milli: 4_000 };
    const found = of([line(1, { on_hand_qty_milli: 8_000, layers: [newer, ...line(1).layers] })]);
    expect(found).toMatchObject({ on_hand_minor: 400, gone_minor: 600, problem: null });
    expect(found.lines[0]?.layers).toEqual([
      { ref: 'R-1', received_on: '2026-10-05', qty_milli: 10_000, left_qty_milli: 4_000 },
    ]);
    expect(linesOf(found)).toEqual([
      ['inventory', 400],
      ['cogs', 600],
      ['price_variance', -1_000],
    ]);
    // periodic: what is sold stays where it is, with the purchases
    expect(linesOf({ ...found, valuation: 'periodic' })).toEqual([
      ['inventory', 400],
      ['price_variance', -400],
    ]);
  });

  test('is over what came, not what was ordered; what nothing is known of is refused in words', () => {
    const half = line(2, { layers: [{ ref: 'R-2', received_on: '2026-10-05', po_line_id: 2, qty_milli: 5_000 }] });
    expect(of([line(1), half, line(3, { layers: [] })]).lines.map((each) => each.amount_minor)).toEqual([667, 333]);
    const refused: readonly (readonly [Allocation | null, RegExp])[] = [
      [of([line(1, { layers: [] })]), /Nothing of the order has come yet/],
      [of([line(1, { weight_g: null })], { split_by: 'weight' }), /weight of I-1 is not known/],
      [of([line(1)], { split_by: 'luck' }), /no way to split by luck/],
      [null, /put right at the document/],
      [{ ...of([line(1, { on_hand_qty_milli: 0 })]), valuation: 'periodic' }, /stays with the purchases/],
    ];
    for (const [allocation, words] of refused) {
      const answer = asked([item(allocation)]);
      expect(answer.ok ? '' : answer.message).toMatch(words);
    }
    const lacking = new Map([...CHART].filter(([role]) => role !== 'cogs'));
    const answer = asked([item(of([line(1, { on_hand_qty_milli: 0 })]))], 'EUR', lacking);
    expect(answer.ok ? '' : answer.message).toContain('No account has the role cogs.');
    const twice = asked([item(of([line(1)]))], 'EUR', new Map([...CHART, ['price_variance', '1400']]));
    expect(twice.ok ? '' : twice.message).toContain('has both roles');
  });

  test('one that came out otherwise since makes its entry be renewed', () => {
    const made = asked([item(of([line(1)]))]);
    if (!made.ok) throw new Error(made.message);
    const inputs = JSON.parse(JSON.stringify(made.inputs)) as JournalInputs;
    expect(changedSince(inputs, [item(of([line(1)]))], CHART)).toBe(null);
    const sold = item(of([line(1, { on_hand_qty_milli: 1_000 })]));
    expect(changedSince(inputs, [sold], CHART)).toContain('allocated otherwise');
  });

  test('a cost the ledger lacks is accrued with the purchases: both entries together put it on the goods', () => {
    const accrual = item(null, { line_id: 2, cause: 'document_not_posted', amount_minor: 1_000 });
    const answer = asked([accrual, item(of([line(1)]))]);
    if (!answer.ok) throw new Error(answer.message);
    const sums = new Map<string | null, number>();
    for (const { role, amount_minor } of journalEntry(answer.inputs).lines) {
      sums.set(role, (sums.get(role) ?? 0) + amount_minor);
    }
    expect([...sums].filter(([, sum]) => sum !== 0)).toEqual([
      ['landed_cost_clearing', -1_000],
      ['inventory', 1_000],
    ]);
  });
});

test('goods of which part of a cent’s worth came bear the cost all the same', () => {
  const part = line(1, { ordered_qty_milli: 2, amount_minor: 1, on_hand_qty_milli: 0, layers: [] });
  const came = { ref: 'R-1', received_on: '2026-10-05', po_line_id: 1, qty_milli: 1 };
  expect(of([{ ...part, layers: [came] }])).toMatchObject({ problem: null, gone_minor: 1_000 });
  // goods that cost nothing have nothing to bear it by
  expect(of([{ ...part, amount_minor: 0, layers: [came] }]).problem).not.toBeNull();
});

describe('in euros and in yen', () => {
  const qty = fc.integer({ min: 1, max: 5_000_000 });
  const anyLine = fc.record({
    ordered_qty_milli: qty,
    amount_minor: fc.integer({ min: 1, max: 90_000_000 }),
    weight_g: fc.integer({ min: 1, max: 50_000 }),
    volume_ml: fc.integer({ min: 1, max: 50_000 }),
    on_hand_qty_milli: fc.integer({ min: -1_000, max: 9_000_000 }),
    own: fc.array(qty, { maxLength: 3 }),
    others: fc.array(qty, { maxLength: 3 }),
  });

  test('debits equal credits, parts come to the cost, and nothing on hand is more than came', () => {
    let entries = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 900_000_000 }),
        fc.constantFrom('value', 'weight', 'volume', 'quantity'),
        fc.constantFrom('perpetual', 'periodic'),
        fc.constantFrom('EUR', 'JPY'),
        fc.array(anyLine, { minLength: 1, maxLength: 6 }),
        (amount_minor, split_by, valuation, currency, drawn) => {
          const lines = drawn.map(({ own, others, ...more }, nth) => {
            const layer = (po_line_id: number) => (qty_milli: number, at: number) => ({
              ref: `R-${po_line_id}-${at}`,
              received_on: `2026-10-${String(1 + at).padStart(2, '0')}`,
              po_line_id,
              qty_milli,
            });
            const layers = [...own.map(layer(nth + 1)), ...others.map(layer(1_000 + nth))];
            return line(nth + 1, {
              ...more,
              layers: layers.toSorted((a, b) => (a.received_on < b.received_on ? 1 : -1)),
            });
          });
          const found = of(lines, { amount_minor, split_by, valuation });
          if (found.problem !== null) {
            expect(drawn.every(({ own }) => own.length === 0)).toBe(true);
            return;
          }
          const sum = (amounts: readonly number[]): number => amounts.reduce((all, each) => all + each, 0);
          expect(sum(found.lines.map((each) => each.amount_minor))).toBe(amount_minor);
          expect(sum(found.lines.map((each) => each.on_hand_minor))).toBe(found.on_hand_minor);
          expect(found.on_hand_minor + found.gone_minor).toBe(amount_minor);
          for (const each of found.lines) {
            expect(each.on_hand_minor).toBeGreaterThanOrEqual(0);
            expect(each.on_hand_minor).toBeLessThanOrEqual(each.amount_minor);
            const share =
              sum(each.layers.map((of_it) => of_it.left_qty_milli)) / sum(each.layers.map((of_it) => of_it.qty_milli));
            expect(Math.abs(each.on_hand_minor - share * each.amount_minor)).toBeLessThanOrEqual(1);
          }
          const booked = allocationLines(found);
          expect(sum(booked.map((each) => each.amount_minor))).toBe(0);
          const answer = asked([item(found)], currency);
          if (booked.length === 0) {
            expect(answer.ok).toBe(false);
            return;
          }
          if (!answer.ok) throw new Error(answer.message);
          entries += 1;
          const kept = JSON.parse(JSON.stringify(answer.inputs)) as JournalInputs;
          const entry = journalEntry(kept);
          expect(entry).toEqual(journalEntry(answer.inputs));
          expect(sum(entry.lines.map((each) => each.amount_minor))).toBe(0);
          const credited = -sum(
            entry.lines.filter(({ role }) => role === 'price_variance').map((each) => each.amount_minor),
          );
          expect(credited).toBe(valuation === 'perpetual' ? amount_minor : found.on_hand_minor);
        },
      ),
      { numRuns: 300 },
    );
    expect(entries).toBeGreaterThan(50);
  });
});
