/** A customer order due ten years ago, or in three: nobody's stock is taken for it, everybody else's day stays, and it is told apart. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineState, servePosition, type WaitingLine } from '../allocation/servePosition.ts';
import { lateLines, leftOutLines, readyLines } from '../exceptions/coverage.ts';
import { projectedBalance } from './projectedBalance.ts';
import { promiseByWeek } from './promiseByWeek.ts';
import { promiseDate } from './promiseDate.ts';
import { proposeOrder } from './replenishment/proposal.ts';
import { POSITION, TODAY } from './replenishment/testing/position.ts';
import { STALE_DAYS } from './staleDocuments.ts';

const RUNS = { seed: 20_261_127, numRuns: 400 };
const LEFT_OUT = [TODAY - 3_650, TODAY - STALE_DAYS - 1, TODAY + STALE_DAYS + 1] as const;
const COUNTED = [TODAY - STALE_DAYS, TODAY - 1, TODAY, TODAY + STALE_DAYS] as const;

const line = (order_line_id: number, due_on: number, open_qty_milli: number): WaitingLine => ({
  order_line_id,
  due_on,
  open_qty_milli,
  priority: 1,
  protected_bp: 0,
  standing: 'rule',
});
const waiting = (order_line_id: number, committed_on: number | null, open_qty_milli: number) => ({
  order_line_id,
  committed_on,
  open_qty_milli,
  open_value_minor: open_qty_milli,
});

test('an order of another decade takes nothing from the weeks, a promise, a proposal, the queue or the late lines', () => {
  for (const on of LEFT_OUT) {
    const demand = [{ on, qty_milli: 25_000 }];
    const asked = { as_of_on: TODAY, on_hand_qty_milli: 30_000, receipts: [], usage_qty_milli_in_window: 0 };
    expect(projectedBalance({ ...asked, demand }, 8)).toEqual(projectedBalance({ ...asked, demand: [] }, 8));
    expect(promiseByWeek({ ...asked, demand }, 8)).toEqual(promiseByWeek({ ...asked, demand: [] }, 8));
    const promised = promiseDate({ supply: { ...asked, demand }, wanted_qty_milli: 30_000, order: null, givers: [] });
    expect(promised).toMatchObject({ today_qty_milli: 30_000, ways: [{ way: 'here', on: TODAY }] });
    const [plain, old] = [proposeOrder(POSITION), proposeOrder({ ...POSITION, demand })];
    if (!('proposal' in plain && 'proposal' in old)) throw new Error('refused');
    expect(old.proposal.qty_milli).toBe(plain.proposal.qty_milli);
    expect(old.proposal.warnings).toContainEqual(expect.objectContaining({ orders: 1, receipts: 0 }));

    const served = servePosition({ ...asked, unseen_qty_milli: 0 }, [line(1, on, 25_000), line(2, TODAY + 3, 30_000)]);
    expect(served.lines[0]).toMatchObject({ rule: 'left_out', turn: null, now_qty_milli: 0, whole_on: null });
    expect(served.lines[1]).toMatchObject({ rule: 'whole', now_qty_milli: 30_000 });
    expect(served.lines.map((each, at) => each && lineState(line(at, [on, TODAY][at] ?? 0, 30_000), each))).toEqual([
      'left_out',
      'ready',
    ]);
    const lines = [waiting(1, on, 25_000), waiting(2, TODAY, 30_000)];
    expect(lateLines({ ...asked, lines })).toEqual([]);
    expect(readyLines({ ...asked, lines }).map((each) => each.line.order_line_id)).toEqual([]);
    expect(leftOutLines(lines, TODAY).map((each) => each.order_line_id)).toEqual([1]);
  }
});

test('up to two years late or ahead it counts, and a line for no day is of today', () => {
  for (const on of COUNTED) {
    const supply = { as_of_on: TODAY, on_hand_qty_milli: 30_000, unseen_qty_milli: 0, receipts: [] };
    expect(servePosition(supply, [line(1, on, 25_000)]).lines[0]).toMatchObject({ rule: 'whole' });
    expect(leftOutLines([waiting(1, on, 5)], TODAY)).toEqual([]);
  }
  expect(leftOutLines([waiting(1, null, 5)], TODAY)).toEqual([]);
  const late = [waiting(1, TODAY - STALE_DAYS, 25_000)];
  const there = { as_of_on: TODAY, on_hand_qty_milli: 30_000, receipts: [], lines: late };
  expect(readyLines(there)).toHaveLength(1);
  expect(lateLines({ ...there, on_hand_qty_milli: 0 })).toHaveLength(1);
});

test('raised, lowered or held, it stays left out: what it takes would be missing in the weeks and in what is ordered', () => {
  for (const standing of ['raised', 'lowered', 'held'] as const) {
    const supply = { as_of_on: TODAY, on_hand_qty_milli: 30_000, unseen_qty_milli: 0, receipts: [] };
    const { lines, left_qty_milli } = servePosition(supply, [{ ...line(1, TODAY - 3_650, 5_000), standing }]);
    expect(lines[0]).toMatchObject({ rule: 'left_out', now_qty_milli: 0 });
    expect(left_qty_milli).toBe(30_000);
  }
});

test('with old orders among them the queue gives the others the same, and what is given and left is what there is', () => {
  const day = fc.oneof(fc.integer({ min: TODAY - 60, max: TODAY + 60 }), fc.constantFrom(...LEFT_OUT));
  const some = fc.array(fc.record({ on: day, qty: fc.integer({ min: 1, max: 90 }), priority: fc.nat({ max: 2 }) }), {
    maxLength: 8,
  });
  const coming = fc.array(fc.record({ on: fc.integer({ min: TODAY - 40, max: TODAY + 80 }), qty_milli: fc.nat(90) }));
  fc.assert(
    fc.property(some, fc.nat({ max: 400 }), coming, (orders, on_hand_qty_milli, receipts) => {
      const lines = orders.map(({ on, qty, priority }, at) => ({ ...line(at, on, qty), priority }));
      const supply = { as_of_on: TODAY, on_hand_qty_milli, unseen_qty_milli: 0, receipts };
      const served = servePosition(supply, lines);
      const counted = lines.filter(({ due_on }) => !LEFT_OUT.some((each) => each === due_on));
      const without = servePosition(supply, counted);
      expect(served.lines.filter(({ rule }) => rule !== 'left_out')).toEqual(without.lines);
      expect(served.left_at_last_qty_milli).toBe(without.left_at_last_qty_milli);
      const given = served.lines.reduce((sum, each) => sum + each.now_qty_milli, 0);
      expect(given + served.left_qty_milli).toBe(on_hand_qty_milli);
    }),
    RUNS,
  );
});
