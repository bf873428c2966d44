/**
 * Costs and prices in time. A supplier raises its prices in steps, our list prices rise every January. Both are kept as
 * levels that hold from a month on, so that a price of the past is the one that was posted.
 */
import { divideRounded, safeNumber } from '#domain/money.ts';
import { addMonths } from '#domain/calendar.ts';
import type { Random } from '../random.ts';
import type { Horizon } from '../size.ts';
import { STORIES } from '../stories/stories.ts';

export interface Step {
  /** yyyymm from whose first day the new level holds. */
  readonly month: number;
  readonly rise_bp: number;
}

/** List prices rise by so much every January. */
const LIST_RISE_BP = 220;

/** One small rise in each year; the storied supplier's last one is large and recent. */
export function supplierSteps(rises: boolean, horizon: Horizon, random: Random): readonly Step[] {
  const first = { month: addMonths(horizon.first_month, random.whole(3, 9)), rise_bp: random.whole(90, 170) };
  const second = { month: addMonths(first.month, random.whole(9, 11)), rise_bp: random.whole(90, 170) };
  if (!rises || horizon.calm_margins) return [first, second];
  const large = {
    month: addMonths(horizon.this_month, -STORIES.cost_rise_months),
    rise_bp: random.whole(STORIES.cost_rise_bp - 60, STORIES.cost_rise_bp + 60),
  };
  return [first, large];
}

/** Every January after the first month. */
export function listSteps(horizon: Horizon): readonly Step[] {
  return horizon.months
    .filter((month) => month % 100 === 1 && month > horizon.first_month)
    .map((month) => ({ month, rise_bp: LIST_RISE_BP }));
}

/** From the newest level back: one more than there are steps, oldest first. */
export function levelsBack(newest: number, steps: readonly Step[], grain: number): readonly number[] {
  const levels = [newest];
  for (const step of steps.toReversed()) {
    const later = BigInt(levels[0] ?? newest);
    const before = divideRounded(later * 10_000n, BigInt((10_000 + step.rise_bp) * grain));
    levels.unshift(Math.max(1, safeNumber(before)) * grain);
  }
  return levels;
}

/** Which level holds in a month. */
export function levelIn(steps: readonly Step[], month: number): number {
  let level = 0;
  for (const step of steps) if (step.month <= month) level += 1;
  return level;
}
