import { expect, test } from 'vitest';
import { addPlan, addPlannedSums, planFigures, PLANNED_MONEY, type PlannedSums, soldSums } from './comparison.ts';
import { addCredit, emptyLadderSums, ladderFigures } from './marginLadder.ts';

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
