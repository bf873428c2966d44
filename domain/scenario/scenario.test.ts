/** What an overlay does to facts, whatever is assumed; what is served and what is reached. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { servePosition } from '#domain/allocation/servePosition.ts';
import { type Assumption, type AssumptionBody, type KnownFacts, problemOf, problemsOf } from './assumption.ts';
import { byMoney, lineChange, proposalChange, proposalMoneyMinor } from './difference.ts';
import { classTarget, demandFactor, overlayOf, rangeUnder, reaching, receiptsUnder } from './overlay.ts';

const TODAY = 20_762;
const receipt = (po_line_id: number, days: number, open: number) => ({
  po_line_id,
  number: `PO-${po_line_id}`,
  item_id: 1,
  site_id: 1,
  on: TODAY + days,
  open_qty_milli: open * 1000,
});
const RECEIPTS = [receipt(1, 3, 10), receipt(2, 9, 20), receipt(3, 30, 5)];
const KNOWN: KnownFacts = {
  today_on: TODAY,
  items: new Map([[1, { code: 'A', name: 'Pump', uom: 'pcs' }]]),
  sites: new Map([[1, 'Rotterdam']]),
  channels: new Map([[7, 'Counters']]),
  suppliers: new Map([[9, 'Festo']]),
  categories: new Set(['Pumps']),
  receipts: new Map(RECEIPTS.map((each) => [each.po_line_id, each])),
  orders: new Map([[4, { number: 'SO-4', lines: [{ order_line_id: 5, order_id: 4, item_id: 1, site_id: 1 }] }]]),
  policies: new Map(),
};
const numbered = (bodies: readonly AssumptionBody[]): Assumption[] =>
  bodies.map((body, at) => ({ id: String(at), ...body }));

/** Only what brings goods sooner, or more of them. */
const better = fc.oneof(
  fc.record({
    kind: fc.constant('receipt' as const),
    po_line_id: fc.constantFrom(1, 2, 3),
    on: fc.constant(TODAY),
    qty_milli: fc.option(fc.integer({ min: 20, max: 60 }).map((qty) => qty * 1000)),
  }),
  fc.record({
    kind: fc.constant('new_receipt' as const),
    item_id: fc.constant(1),
    site_id: fc.constant(1),
    on: fc.integer({ min: TODAY, max: TODAY + 40 }),
    qty_milli: fc.integer({ min: 1, max: 40 }).map((qty) => qty * 1000),
  }),
);
const waiting = fc.array(
  fc.record({
    order_line_id: fc.integer({ min: 1, max: 10_000 }),
    due_on: fc.integer({ min: TODAY - 5, max: TODAY + 40 }),
    open_qty_milli: fc.integer({ min: 1, max: 25 }).map((qty) => qty * 1000),
    priority: fc.integer({ min: 1, max: 3 }),
    protected_bp: fc.constantFrom(0, 2_500),
    standing: fc.constantFrom('rule' as const, 'raised' as const, 'lowered' as const),
  }),
  { minLength: 1, maxLength: 6 },
);

const servedUnder = (
  assumptions: readonly Assumption[],
  lines: readonly Parameters<typeof servePosition>[1][number][],
) => {
  const possible = assumptions.filter(({ id }) => !problemsOf(assumptions, KNOWN).has(id));
  const overlay = overlayOf(possible, KNOWN);
  const rows = RECEIPTS.map(({ po_line_id, on, open_qty_milli: qty_milli }) => ({ po_line_id, on, qty_milli }));
  const coming = overlay.coming.map(({ po_line_id, on, qty_milli }) => ({
    po_line_id: po_line_id ?? 0,
    on,
    qty_milli,
  }));
  const receipts = receiptsUnder(rows, overlay, coming);
  return {
    receipts,
    rows,
    served: servePosition({ as_of_on: TODAY, on_hand_qty_milli: 4_000, unseen_qty_milli: 0, receipts }, lines),
  };
};

test('nothing assumed leaves the very same rows; the same assumptions give the same answer; better supply hurts nobody', () => {
  fc.assert(
    fc.property(waiting, fc.array(better, { maxLength: 4 }), (lines, bodies) => {
      const nothing = servedUnder([], lines);
      expect(nothing.receipts).toBe(nothing.rows);
      const assumptions = numbered(bodies);
      const then = servedUnder(assumptions, lines);
      expect(servedUnder(assumptions, lines)).toEqual(then);
      for (const [at, line] of then.served.lines.entries()) {
        const today = nothing.served.lines[at];
        expect(line.in_time_qty_milli).toBeGreaterThanOrEqual(today?.in_time_qty_milli ?? 0);
        expect(line.whole_on ?? Infinity).toBeLessThanOrEqual(today?.whole_on ?? Infinity);
      }
    }),
  );
});

test('factors that speak of one place multiply; who is reached is told in the order of the assumptions', () => {
  const assumptions = numbered([
    { kind: 'demand', item_id: 1, site_id: null, category: null, factor_bp: 20_000 },
    { kind: 'lead_time', supplier_id: 9, days: 30 },
    { kind: 'demand', item_id: null, site_id: 2, category: 'Pumps', factor_bp: 5_000 },
    { kind: 'serving', order_id: 4, order_line_id: null, standing: 'held' },
    { kind: 'channel', channel_id: 7, priority: 1, protected_bp: 0 },
  ]);
  const overlay = overlayOf(assumptions, KNOWN);
  expect(demandFactor(overlay, { item_id: 1, site_id: 1, category: 'Pumps' })).toBe(2);
  expect(demandFactor(overlay, { item_id: 1, site_id: 2, category: 'Pumps' })).toBe(1);
  expect(demandFactor(overlay, { item_id: 3, site_id: 2, category: null })).toBe(1);
  const reached = reaching(assumptions, KNOWN);
  const place = { item_id: 1, site_id: 1, category: 'Pumps', supplier_id: 9, channels: null };
  expect(reached(place)).toEqual(['0', '1', '3']);
  expect(reached({ ...place, site_id: 2, channels: new Set([7]) })).toEqual(['0', '1', '2', '4']);
  expect(reached({ ...place, item_id: 2, site_id: 3, supplier_id: 8 })).toEqual([]);
});

test('of several targets only the one that holds at a place reaches it: its own, its site’s, then that of every site', () => {
  const of_class = { kind: 'class_policy', abc: 'A', target_bp: 9_500 } as const;
  const own = { kind: 'policy', item_id: 1, site_id: 2, min_qty_milli: null, max_qty_milli: null } as const;
  const assumptions = numbered([
    { ...of_class, site_id: null },
    { ...of_class, site_id: 1 },
    { ...own, target_bp: 9_900 },
    { ...own, site_id: 3, min_qty_milli: 5_000, target_bp: null },
  ]);
  const reached = reaching(assumptions, KNOWN);
  const place = { item_id: 1, category: null, abc: 'A', supplier_id: 9, channels: null } as const;
  expect([1, 2, 3, 4].map((site_id) => reached({ ...place, site_id }))).toEqual([['1'], ['2'], ['0', '3'], ['0']]);
});

test('what differs is named by what a person would notice, and ranked by money', () => {
  const line = (state: string, in_time_qty_milli: number, whole_on: number | null) => ({
    state,
    in_time_qty_milli,
    whole_on,
    short_minor: 0,
  });
  expect(lineChange(line('late', 5, 9), line('late', 5, 9))).toBeNull();
  expect(lineChange(line('late', 5, 9), line('short', 3, null))).toBe('short');
  expect(lineChange(line('late', 5, 9), line('coming', 8, 4))).toBe('served');
  expect(lineChange(line('late', 5, 9), line('short', 5, null))).toBe('later');
  expect(lineChange(line('short', 5, null), line('late', 5, 9))).toBe('sooner');
  expect(lineChange(line('ready', 5, 9), line('held', 0, null))).toBe('held');
  expect(lineChange(null, line('ready', 5, 9))).toBe('added');
  const proposed = { qty_milli: 5, value_minor: 700 };
  expect(proposalChange(proposed, { ...proposed })).toBeNull();
  expect(proposalMoneyMinor(proposed, undefined)).toBe(-700);
  expect(proposalMoneyMinor({ qty_milli: 5, value_minor: null }, proposed)).toBeNull();
  const rows = [
    { key: 'b', money_minor: null },
    { key: 'a', money_minor: 0 },
    { key: 'd', money_minor: -9 },
    { key: 'c', money_minor: 5 },
  ];
  expect(rows.toSorted(byMoney).map(({ key }) => key)).toEqual(['d', 'c', 'a', 'b']);
});

test('demand of a class or a channel: the channel’s part alone is multiplied, and reached where it has one', () => {
  const assumed = (more: object): Assumption[] => [
    { id: 'a', kind: 'demand', item_id: null, site_id: null, category: null, factor_bp: 20_000, ...more },
  ];
  const factor = (more: object, place: object): number =>
    demandFactor(overlayOf(assumed(more), KNOWN), { item_id: 1, site_id: 1, category: null, ...place });
  expect(factor({ abc: 'A' }, { abc: 'A' })).toBe(2);
  expect(factor({ abc: 'A' }, { abc: 'B' })).toBe(1);
  expect(factor({ abc: 'A' }, {})).toBe(1);
  const shares = new Map([[7, 0.25]]);
  expect(factor({ channel_id: 7 }, { shares })).toBe(1.25);
  expect(factor({ channel_id: 4 }, { shares })).toBe(1);
  expect(factor({ channel_id: 7, abc: 'C' }, { shares, abc: 'C' })).toBe(1.25);
  // two channels that have everything between them, each doubled, are everything doubled
  const both = [7, 8].flatMap((channel_id) => assumed({ channel_id }));
  const halves = new Map([
    [7, 0.5],
    [8, 0.5],
  ]);
  expect(demandFactor(overlayOf(both, KNOWN), { item_id: 1, site_id: 1, category: null, shares: halves })).toBe(2);
  const place = { item_id: 1, site_id: 1, category: null, supplier_id: 0, channels: null };
  const reached = reaching(assumed({ channel_id: 7 }), KNOWN);
  expect([reached({ ...place, shares }), reached(place)]).toEqual([['a'], []]);
});

test('of an item or of a class, of a channel that is there, each once', () => {
  const [channel_id = 0] = KNOWN.channels.keys();
  const [item_id = 0] = KNOWN.items.keys();
  const one = { kind: 'demand', item_id: null, site_id: null, category: null, factor_bp: 12_000 } as const;
  expect(problemOf({ ...one, item_id, abc: 'A' }, KNOWN)).toBe('Say an item or a class, not both.');
  expect(problemOf({ ...one, channel_id: 99_999 }, KNOWN)).toBe('There is no such channel here.');
  expect(problemOf({ ...one, channel_id, abc: 'B' }, KNOWN)).toBeNull();
  const twice = problemsOf(
    [
      { ...one, id: 'a', channel_id },
      { ...one, id: 'b' },
      { ...one, id: 'c', channel_id },
    ],
    KNOWN,
  );
  expect([...twice.keys()]).toEqual(['c']);
});

test('a class’s service target: a site’s own before that of every site, and reached by the class alone', () => {
  const bodies: readonly AssumptionBody[] = [
    { kind: 'class_policy', abc: 'A', site_id: null, target_bp: 9_800 },
    { kind: 'class_policy', abc: 'A', site_id: 1, target_bp: 9_000 },
  ];
  const overlay = overlayOf(numbered(bodies), KNOWN);
  expect(classTarget(overlay, { site_id: 1, abc: 'A' })).toBe(9_000);
  expect(classTarget(overlay, { site_id: 2, abc: 'A' })).toBe(9_800);
  expect(classTarget(overlay, { site_id: 1, abc: 'B' })).toBeNull();
  const reached = reaching(numbered(bodies), KNOWN);
  const place = { item_id: 1, site_id: 2, category: null, supplier_id: 0, channels: null };
  expect([reached({ ...place, abc: 'A' }), reached({ ...place, abc: 'C' })]).toEqual([['0'], []]);
  expect(reached({ ...place, abc: 'A', policy_kind: 'min_max' })).toEqual([]);
  const problem = (target_bp: number, site_id: number | null = null) =>
    problemOf({ kind: 'class_policy', abc: 'A', site_id, target_bp }, KNOWN);
  expect([problem(9_500), problem(10_000), problem(9_500, 99)]).toEqual([
    null,
    'A service target lies between 50 % and 99.99 %.',
    'There is no such site here.',
  ]);
});

test('a class’s minimum and maximum are factors of what holds: each figure by itself, the position’s own first, never crossed', () => {
  const kinds = fc.constantFrom('min_max', 'lots', 'service');
  const factor = fc.option(fc.integer({ min: 0, max: 40_000 }));
  const of_class = fc.record({
    kind: fc.constant('class_policy' as const),
    abc: fc.constantFrom('A' as const, 'B' as const),
    site_id: fc.constantFrom(null, 1, 2),
    target_bp: fc.option(fc.integer({ min: 5_000, max: 9_999 })),
    min_factor_bp: factor,
    max_factor_bp: factor,
  });
  const own = fc.record({
    kind: fc.constant('policy' as const),
    item_id: fc.constant(1),
    site_id: fc.constant(1),
    min_qty_milli: fc.option(fc.integer({ min: 0, max: 9_000 })),
    max_qty_milli: fc.constant(null),
    target_bp: fc.constant(null),
  });
  const held = fc.tuple(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 0, max: 9_000 }));
  fc.assert(
    fc.property(fc.array(of_class, { maxLength: 4 }), fc.option(own), kinds, held, (classes, policy, kind, range) => {
      const [min_qty_milli, max_qty_milli] = range;
      const assumptions = numbered(policy === null ? classes : [...classes, policy]);
      const overlay = overlayOf(assumptions, KNOWN);
      const place = { item_id: 1, site_id: 1, abc: 'A' as const, policy_kind: kind };
      const then = rangeUnder(overlay, place, { min_qty_milli, max_qty_milli });
      const first = (figure: 'min_factor_bp' | 'max_factor_bp') =>
        [1, null]
          .flatMap((site) => classes.filter((each) => each.abc === 'A' && each.site_id === site))
          .find((each) => each[figure] !== null);
      const min_by = kind === 'service' ? undefined : first('min_factor_bp');
      const max_by = kind === 'min_max' ? first('max_factor_bp') : undefined;
      const min = policy?.min_qty_milli ?? Math.round((min_qty_milli * (min_by?.min_factor_bp ?? 10_000)) / 10_000);
      expect(then.min_qty_milli).toBe(min);
      const max = Math.round((max_qty_milli * (max_by?.max_factor_bp ?? 10_000)) / 10_000);
      expect(then.max_qty_milli).toBe(max_qty_milli >= min_qty_milli ? Math.max(max, min) : max);
      // nothing else of the class is said to reach it
      const reached = reaching(assumptions, KNOWN)({ ...place, category: null, supplier_id: 0, channels: null });
      const wanted = new Set([
        ...(policy?.min_qty_milli == null && min_by ? [classes.indexOf(min_by)] : []),
        ...(max_by ? [classes.indexOf(max_by)] : []),
        ...(kind === 'service'
          ? [1, null]
              .flatMap((site) =>
                classes.flatMap((each, at) =>
                  each.abc === 'A' && each.site_id === site && each.target_bp !== null ? [at] : [],
                ),
              )
              .slice(0, 1)
          : []),
      ]);
      expect(new Set(reached.filter((id) => Number(id) < classes.length).map(Number))).toEqual(wanted);
    }),
  );
});

test('of a class something is said, within bounds', () => {
  const said = (more: object) =>
    problemOf({ kind: 'class_policy', abc: 'A', site_id: null, target_bp: null, ...more }, KNOWN);
  expect(said({})).toBe('Say another figure.');
  expect(said({ min_factor_bp: 10_000, max_factor_bp: 10_000 })).toBe('With 100 % nothing changes.');
  expect(said({ min_factor_bp: 10_000, max_factor_bp: 12_000 })).toBeNull();
  expect(said({ min_factor_bp: -1 })).toBe('A minimum or a maximum is multiplied by 0 % to 1,000 %.');
  expect(said({ max_factor_bp: Number.NaN })).toBe('A minimum or a maximum is multiplied by 0 % to 1,000 %.');
  expect(said({ max_factor_bp: 100_001 })).toBe('A minimum or a maximum is multiplied by 0 % to 1,000 %.');
  expect(said({ target_bp: 9_500 })).toBeNull();
});
