/** Sums of the margin ladder as a comparison takes them, with what was planned. A plan that is not there is not 0. */
import type { MoneyShape } from '../currency/moneySums.ts';
import { addLadderSums, type LadderPart, type LadderSums } from './marginLadder.ts';
import { LADDER_MONEY } from './moneyShapes.ts';
import { ratioBp } from './ratio.ts';

/**
 * Sums as a comparison takes them: where no goods were sold no cost is unknown, so that what fell away or only began has
 * an amount of 0, and changes add up.
 */
export function soldSums(sums: LadderSums): LadderSums {
  if (sums.margin.goods_lines > 0) return sums;
  const known = (part: LadderPart): LadderPart => ({ ...part, known_lines: Math.max(1, part.known_lines) });
  return {
    ...sums,
    margin: { ...sums.margin, costed_lines: Math.max(1, sums.margin.costed_lines) },
    freight: known(sums.freight),
    rebates: known(sums.rebates),
    fees: known(sums.fees),
  };
}

/** Plan lines added up. */
export interface PlanSums {
  readonly net_minor: number;
  readonly gm3_minor: number;
}

/** Sums of the ladder with what was planned for the same rows and months; absent = nothing. */
export interface PlannedSums extends LadderSums {
  plan?: PlanSums;
}

export function addPlan(sums: PlannedSums, plan: PlanSums): void {
  const { net_minor, gm3_minor } = sums.plan ?? { net_minor: 0, gm3_minor: 0 };
  sums.plan = { net_minor: net_minor + plan.net_minor, gm3_minor: gm3_minor + plan.gm3_minor };
}

export function addPlannedSums(sums: PlannedSums, more: PlannedSums): void {
  addLadderSums(sums, more);
  if (more.plan) addPlan(sums, more.plan);
}

/** What a plan says of the ladder, by KPI: it has no other figures. */
export function planFigures({ net_minor, gm3_minor }: PlanSums): ReadonlyMap<string, number | null> {
  return new Map([
    ['net_sales', net_minor],
    ['gm3', gm3_minor],
    ['gm3_rate', ratioBp(gm3_minor, net_minor)],
  ]);
}

export const PLANNED_MONEY: MoneyShape<PlannedSums> = {
  amounts: (sums) => [...LADDER_MONEY.amounts(sums), sums.plan?.net_minor ?? 0, sums.plan?.gm3_minor ?? 0],
  weights: LADDER_MONEY.weights,
  withMoney: (sums, amounts, weights) => {
    const [net_minor = 0, gm3_minor = 0] = amounts.slice(-2);
    const ladder = LADDER_MONEY.withMoney(sums, amounts.slice(0, -2), weights);
    return sums.plan === undefined ? ladder : { ...ladder, plan: { net_minor, gm3_minor } };
  },
};
