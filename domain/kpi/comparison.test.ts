import { expect, test } from 'vitest';
import {
  addPlan,
  addPlannedSums,
  changeOf,
  growthBp,
  monthsBefore,
  monthsLastYear,
  planFigures,
  PLANNED_MONEY,
  type PlannedSums,
  soldSums,
} from './comparison.ts';
import { addCredit, emptyLadderSums, ladderFigures } from './marginLadder.ts';

test('months just before are as many, over a year’s end; a year before are the same', () => {
  expect(monthsBefore({ from_month: 202610, to_month: 202610 })).toEqual({ from_month: 202609, to_month: 202609 });
  expect(monthsBefore({ from_month: 202601, to_month: 202610 })).toEqual({ from_month: 202503, to_month: 202512 });
  expect(monthsBefore({ from_month: 202511, to_month: 202610 })).toEqual({ from_month: 202411, to_month: 202510 });
  expect(monthsLastYear({ from_month: 202511, to_month: 202610 })).toEqual({ from_month: 202411, to_month: 202510 });
});

test('worked out by hand: 1,050.00 after 1,000.00 is 50.00 more, 5.00 %; 10.8 % after 16.0 % is −520 basis points', () => {
  expect([changeOf(105_000, 100_000), growthBp(5_000, 100_000)]).toEqual([5_000, 500]);
  expect(changeOf(1_080, 1_600)).toBe(-520);
  expect([changeOf(null, 1), changeOf(1, null), changeOf(0, 0)]).toEqual([null, null, 0]);
  // from a loss or from nothing there is no growth to speak of
  expect([growthBp(100, 0), growthBp(100, -50), growthBp(null, 100), growthBp(100, null)]).toEqual(
    Array.from({ length: 4 }, () => null),
  );
});

test('a plan adds up, has a rate of its own sums, and converts with the amounts beside it', () => {
  const sums: PlannedSums = emptyLadderSums();
  addPlannedSums(sums, emptyLadderSums());
  expect(sums.plan).toBeUndefined();
  addPlan(sums, { net_minor: 20_000, gm3_minor: 5_000 });
  addPlannedSums(sums, { ...emptyLadderSums(), plan: { net_minor: 10_000, gm3_minor: 1_000 } });
  // 6,000 / 30,000; the mean of 25 % and 10 % would be 17.5 %
  expect([...planFigures(sums.plan ?? { net_minor: 0, gm3_minor: 0 }).values()]).toEqual([30_000, 6_000, 2_000]);
  expect(planFigures({ net_minor: 0, gm3_minor: 0 }).get('gm3_rate')).toBeNull();
  const doubled = PLANNED_MONEY.withMoney(
    sums,
    PLANNED_MONEY.amounts(sums).map((amount) => amount * 2),
    PLANNED_MONEY.weights(sums),
  );
  expect(doubled.plan).toEqual({ net_minor: 60_000, gm3_minor: 12_000 });
});

test('where nothing or only a credit is, every step is an amount; where goods have no cost it stays unknown', () => {
  const value = (sums: ReturnType<typeof emptyLadderSums>) => {
    const figures = ladderFigures(soldSums(sums), true);
    return ['net_sales', 'landed_cost', 'gm1', 'rebates', 'gm3', 'gm3_rate'].map(
      (kpi) => figures.get(kpi)?.value ?? null,
    );
  };
  expect(value(emptyLadderSums())).toEqual([0, 0, 0, 0, 0, null]);
  const credited = emptyLadderSums();
  addCredit(credited, { amount_minor: 250, claim_id: null });
  expect(value(credited)).toEqual([-250, 0, -250, 0, -250, 10_000]);
  const sold = emptyLadderSums();
  Object.assign(sold.margin, { lines: 1, goods_lines: 1, gross_minor: 900, goods_net_minor: 900 });
  expect(value(sold)).toEqual([900, null, null, null, null, null]);
});
