import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineState, type ServedLine, servePosition, type WaitingLine } from './servePosition.ts';
import { MAX_OVERRIDE_DAYS, NEAR_DAYS, overrideInForce, turnOf } from './servingOrder.ts';

const TODAY = 20_762;
const line = (id: number, open: number, more: Partial<WaitingLine> = {}): WaitingLine => ({
  order_line_id: id,
  due_on: TODAY + 3,
  open_qty_milli: open * 1000,
  priority: 2,
  protected_bp: 0,
  standing: 'rule',
  ...more,
});
const supply = (on_hand: number, receipts: readonly (readonly [on: number, qty: number])[] = [], unseen = 0) => ({
  as_of_on: TODAY,
  on_hand_qty_milli: on_hand * 1000,
  unseen_qty_milli: unseen * 1000,
  receipts: receipts.map(([on, qty]) => ({ on, qty_milli: qty * 1000 })),
});
const nowOf = (lines: readonly ServedLine[]) => lines.map((each) => each.now_qty_milli / 1000);

describe('the turn of a line', () => {
  test('what is due within two weeks competes; later weeks follow one by one; a decision goes before or behind', () => {
    const rule = { standing: 'rule' as const };
    expect(turnOf({ ...rule, due_on: TODAY - 400 }, TODAY)).toBe(0);
    expect(turnOf({ ...rule, due_on: TODAY + NEAR_DAYS }, TODAY)).toBe(0);
    expect(turnOf({ ...rule, due_on: TODAY + NEAR_DAYS + 1 }, TODAY)).toBe(1);
    expect(turnOf({ ...rule, due_on: TODAY + NEAR_DAYS + 8 }, TODAY)).toBe(2);
    expect(turnOf({ standing: 'raised', due_on: TODAY + 60 }, TODAY)).toBeLessThan(0);
    expect(turnOf({ standing: 'lowered', due_on: TODAY }, TODAY)).toBeGreaterThan(10_000);
    expect(turnOf({ standing: 'held', due_on: TODAY }, TODAY)).toBeNull();
  });

  test('the newest decision about the line or its order counts until its day; one’s own on its way stands behind', () => {
    const of = (at: number, kind: 'raised' | 'held' | 'released', more: object = {}) => ({
      order_line_id: null,
      kind,
      until_on: kind === 'released' ? null : TODAY + 5,
      accepted_at_ms: at,
      accepted: true,
      ...more,
    });
    expect(overrideInForce([], 7, TODAY)).toBeNull();
    expect(overrideInForce([of(2, 'raised'), of(1, 'held')], 7, TODAY)?.kind).toBe('raised');
    expect(overrideInForce([of(1, 'held'), of(2, 'raised', { order_line_id: 8 })], 7, TODAY)?.kind).toBe('held');
    expect(overrideInForce([of(1, 'held'), of(2, 'released')], 7, TODAY)).toBeNull();
    expect(overrideInForce([of(9, 'held'), of(1, 'raised', { accepted: false })], 7, TODAY)?.kind).toBe('raised');
    expect(overrideInForce([of(1, 'held')], 7, TODAY + 5)?.kind).toBe('held');
    expect(overrideInForce([of(1, 'held')], 7, TODAY + 6)).toBeNull();
    expect(MAX_OVERRIDE_DAYS).toBe(90);
  });
});

describe('one position', () => {
  test('protected minimum, then priority, then fair share: 10 pcs for 8, 6 and 4', () => {
    const lines = [
      line(1, 8, { priority: 1, protected_bp: 0 }),
      line(2, 6, { priority: 2, protected_bp: 5000 }),
      line(3, 4, { priority: 2 }),
    ];
    const { lines: served, left_qty_milli } = servePosition(supply(10), lines);
    // 3 protected of the second, 7 of 8 to the first priority, nothing for the third
    expect(nowOf(served)).toEqual([7, 3, 0]);
    expect(left_qty_milli).toBe(0);
    expect(served.map((each) => each.rule)).toEqual(['fair_share', 'fair_share', 'fair_share']);
    expect(nowOf(servePosition(supply(9), [line(1, 8), line(2, 6), line(3, 4)]).lines)).toEqual([4, 3, 2]);
  });

  test('what is due soon goes before what is due in a month; raised goes before it, lowered and held behind', () => {
    const later = line(2, 6, { due_on: TODAY + 30 });
    expect(nowOf(servePosition(supply(9), [line(1, 8), later]).lines)).toEqual([8, 1]);
    expect(nowOf(servePosition(supply(9), [line(1, 8), { ...later, standing: 'raised' }]).lines)).toEqual([3, 6]);
    expect(nowOf(servePosition(supply(9), [line(1, 8, { standing: 'lowered' }), later]).lines)).toEqual([3, 6]);
    const held = servePosition(supply(9), [line(1, 8, { standing: 'held' }), later]);
    expect(nowOf(held.lines)).toEqual([0, 6]);
    expect(held.lines[0]?.rule).toBe('held');
    expect(held.left_qty_milli).toBe(3000);
  });

  test('receipts make lines whole, in time or late; one that is overdue is taken to come in a week', () => {
    const lines = [line(1, 4), line(2, 6, { due_on: TODAY + 20 }), line(3, 5, { due_on: TODAY + 20 })];
    const { lines: served } = servePosition(
      supply(2, [
        [TODAY - 3, 3],
        [TODAY + 18, 7],
      ]),
      lines,
    );
    expect(served.map((each) => [each.now_qty_milli, each.in_time_qty_milli, each.known_qty_milli])).toEqual([
      [2000, 2000, 4000],
      // 8 left for 6 and 5: 6, 5, 2, 1.67, 1.2, 1, 0.86, 0.71
      [0, 4000, 4000],
      [0, 4000, 4000],
    ]);
    expect(served.map((each) => each.whole_on)).toEqual([TODAY + 7, null, null]);
    expect(served[0]?.parts).toEqual([
      { on: TODAY, qty_milli: 2000, receipt: null },
      { on: TODAY + 7, qty_milli: 2000, receipt: 0 },
    ]);
    expect(lines.map((each, place) => lineState(each, served[place] as ServedLine))).toEqual([
      'late',
      'short',
      'short',
    ]);
    const more = servePosition(
      supply(2, [
        [TODAY + 18, 7],
        [TODAY + 1, 6],
      ]),
      lines,
    ).lines;
    expect(lines.map((each, place) => lineState(each, more[place] as ServedLine))).toEqual([
      'coming',
      'coming',
      'coming',
    ]);
    expect(more[1]?.parts.at(-1)?.receipt).toBe(0);
  });

  test('what others have reserved goes first, and what is missing from the shelf is filled first', () => {
    expect(nowOf(servePosition(supply(5, [], 3), [line(1, 8)]).lines)).toEqual([2]);
    const { lines } = servePosition(supply(-4, [[TODAY + 1, 6]]), [line(1, 8)]);
    expect(lines[0]).toMatchObject({ now_qty_milli: 0, known_qty_milli: 2000, rule: 'earlier_turn' });
  });
});

describe('properties', () => {
  const waiting = fc.record({
    due: fc.integer({ min: -10, max: 60 }),
    open: fc.integer({ min: 1, max: 60 }),
    priority: fc.integer({ min: 1, max: 3 }),
    protected_bp: fc.constantFrom(0, 1500, 3000, 10_000),
    standing: fc.constantFrom(
      'rule' as const,
      'rule' as const,
      'rule' as const,
      'raised' as const,
      'lowered' as const,
      'held' as const,
    ),
  });
  const lists = fc
    .array(waiting, { minLength: 1, maxLength: 8 })
    .map((list) =>
      list.map(({ due, open, ...rest }, index) => line(index + 1, open, { due_on: TODAY + due, ...rest })),
    );
  const receipts = fc.array(fc.tuple(fc.integer({ min: TODAY - 5, max: TODAY + 40 }), fc.nat({ max: 50 })), {
    maxLength: 4,
  });
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

  test('what is given and what is left is what is there, and nobody gets more than is open', () => {
    fc.assert(
      fc.property(lists, fc.nat({ max: 120 }), receipts, (lines, on_hand, coming) => {
        const served = servePosition(supply(on_hand, coming), lines);
        expect(sum(served.lines.map((each) => each.now_qty_milli)) + served.left_qty_milli).toBe(on_hand * 1000);
        const all = on_hand * 1000 + sum(coming.map(([, qty]) => qty * 1000));
        expect(sum(served.lines.map((each) => each.known_qty_milli)) + served.left_at_last_qty_milli).toBe(all);
        for (const [place, each] of served.lines.entries()) {
          expect(each.known_qty_milli).toBeLessThanOrEqual(lines[place]?.open_qty_milli ?? 0);
          expect(each.parts.every((part) => part.qty_milli > 0)).toBe(true);
          if (lines[place]?.standing === 'held') expect(each.known_qty_milli).toBe(0);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('more on hand, more of a receipt, or a receipt sooner never hurts anyone', () => {
    fc.assert(
      fc.property(
        lists,
        fc.nat({ max: 90 }),
        receipts,
        fc.nat({ max: 9 }),
        fc.nat({ max: 12 }),
        (lines, on_hand, coming, more, sooner) => {
          const poor = servePosition(supply(on_hand, coming), lines).lines;
          const [first, ...rest] = coming;
          const richer = [
            supply(on_hand + more, coming),
            ...(first ? [supply(on_hand, [[first[0], first[1] + more], ...rest])] : []),
            // what is not overdue, and does not become so
            ...(first && first[0] - sooner >= TODAY ? [supply(on_hand, [[first[0] - sooner, first[1]], ...rest])] : []),
            supply(on_hand, [...coming, [TODAY + 4, more]]),
          ];
          for (const rich of richer) {
            for (const [place, each] of servePosition(rich, lines).lines.entries()) {
              const before = poor[place] as ServedLine;
              expect(each.now_qty_milli).toBeGreaterThanOrEqual(before.now_qty_milli);
              expect(each.in_time_qty_milli).toBeGreaterThanOrEqual(before.in_time_qty_milli);
              expect(each.known_qty_milli).toBeGreaterThanOrEqual(before.known_qty_milli);
              expect(each.whole_on ?? Number.MAX_SAFE_INTEGER).toBeLessThanOrEqual(
                before.whole_on ?? Number.MAX_SAFE_INTEGER,
              );
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test('the order in which lines and receipts are given does not matter', () => {
    fc.assert(
      fc.property(lists, fc.nat({ max: 90 }), receipts, fc.infiniteStream(fc.nat()), (lines, on_hand, coming, keys) => {
        const mixed = lines
          .map((each) => ({ each, key: keys.next().value as number }))
          .toSorted((a, b) => a.key - b.key);
        const plain = servePosition(supply(on_hand, coming), lines).lines;
        const other = servePosition(
          supply(on_hand, coming.toReversed()),
          mixed.map(({ each }) => each),
        ).lines;
        for (const [place, { each }] of mixed.entries()) {
          const served = other[place] as ServedLine;
          const same = plain[each.order_line_id - 1] as ServedLine;
          expect({ ...served, parts: daysOf(served) }).toEqual({ ...same, parts: daysOf(same) });
        }
      }),
      { numRuns: 300 },
    );
  });

  /** Two receipts of one day are one: which of them a part is told of says nothing. */
  function daysOf(served: ServedLine): readonly (readonly [number, number])[] {
    const days = new Map<number, number>();
    for (const { on, qty_milli } of served.parts) days.set(on, (days.get(on) ?? 0) + qty_milli);
    return [...days];
  }
});
