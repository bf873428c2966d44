import { expect, test } from 'vitest';
import { approvalLimitsIn } from './orderTerms.ts';
import { type Claimed, isBeyondOwn, ownFigureByForecastMilli, ownFigureMilli } from './ownFigure.ts';
import type { ReplenishmentQuestion } from './proposal.ts';
import { POSITION } from './testing/position.ts';

const question: ReplenishmentQuestion = {
  ...POSITION,
  on_hand_qty_milli: 38_000,
  daily_deviation_qty_milli: 1_000,
  lead_time_days: 14,
  policy: { kind: 'min_max', min_qty_milli: 167_000, max_qty_milli: 226_000 },
  supplier: { supplier_id: 9, minimum_qty_milli: 120_000, multiple_qty_milli: 60_000 },
};
const service = {
  kind: 'service',
  measure: 'cycle',
  target_bp: 9_500,
  review_days: 7,
  order_qty_milli: null,
} as const;
const claimed = (more: Partial<Claimed> = {}): Claimed => ({ because: 'needed', ...more });
const own = (more: Partial<ReplenishmentQuestion> = {}, said: Partial<Claimed> = {}): number =>
  ownFigureMilli({ ...question, ...more }, claimed(said));

test('the rule asked of the server’s facts: 188 in whole cartons of 60 are 240; with enough there nothing', () => {
  expect(own()).toBe(240_000);
  expect(own({ on_hand_qty_milli: 167_001 })).toBe(0);
  expect(own({ policy: null })).toBe(0);
  expect(own({ supplier: null })).toBe(0);
});

test('brought forward only where the day is near, and never because a copy says so', () => {
  const near = { on_hand_qty_milli: 167_000 + 14 * 5_000 };
  expect(own(near, { because: 'for_minimum' })).toBe(0);
  expect(own({ on_hand_qty_milli: 170_000 }, { because: 'for_freight' })).toBe(120_000);
  expect(own({ on_hand_qty_milli: 170_000 })).toBe(0);
  const far = { on_hand_qty_milli: 167_000 + 16 * 5_000, policy: { ...lots } };
  expect(own(far, { because: 'for_minimum' })).toBe(0);
  expect(own({ ...far, on_hand_qty_milli: 170_000 }, { because: 'for_minimum' })).toBe(300_000);
});
const lots = { kind: 'lots', reorder_qty_milli: 167_000, lot_qty_milli: 300_000 } as const;

test('by a forecast it is what the server’s own says; of minimum and maximum it changes nothing', () => {
  const by = (daily: readonly number[], more: Partial<ReplenishmentQuestion> = { policy: service }): number =>
    ownFigureByForecastMilli(
      { ...question, ...more },
      claimed(),
      daily.map((daily_demand_qty_milli) => ({ daily_demand_qty_milli, daily_deviation_qty_milli: 1_000 })),
    );
  const plain = own({ policy: service });
  expect(by([POSITION.daily_demand_qty_milli])).toBe(plain);
  expect(by([10_000])).toBeGreaterThan(plain);
  // of two that could be in force the larger: a copy may not have made the newer one yet
  expect(by([10_000, 1_000])).toBe(by([10_000]));
  expect(by([10_000], {})).toBe(240_000);
  expect(by([])).toBe(0);
});

test('beyond it is more than half above and worth something; less than it never is', () => {
  const limits = approvalLimitsIn('EUR');
  const beyond = (qty_milli: number, value_minor: number | null) =>
    isBeyondOwn({ qty_milli, own_qty_milli: 240_000, value_minor, own_value_minor: 100_000 }, limits);
  expect([beyond(360_000, 150_000), beyond(361_000, 150_400), beyond(361_000, 120_000)]).toEqual([false, true, false]);
  expect([beyond(1_000, 400), beyond(600_000, null)]).toEqual([false, true]);
});

test('what fills a container is as much as may lie so long, and only of a supplier that sends in them', () => {
  const fills = (more: Partial<ReplenishmentQuestion>, in_containers = true): number =>
    ownFigureMilli({ ...question, ...more }, claimed({ because: 'for_container' }), in_containers);
  // 5 a day for 120 days after 14 of delivery, less 38 there
  expect(fills({})).toBe(632_000);
  expect(fills({ most_days: 40 })).toBe(232_000);
  expect(fills({}, false)).toBe(240_000);
  // not needed, and there to fill only
  expect(fills({ on_hand_qty_milli: 600_000 })).toBe(70_000);
  expect(fills({ on_hand_qty_milli: 600_000 }, false)).toBe(0);
});
