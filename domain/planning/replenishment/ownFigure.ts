/**
 * What the server's own facts propose, against which it judges what a client says was proposed: by the last 90 days, and by
 * the forecast of its own order lines where that is more. Nothing of it goes by the client's word.
 */
import type { DailyDemand } from './demand.ts';
import { departs } from './approval.ts';
import { fillMostMilli } from './containerLoad.ts';
import type { DecisionInputs } from './decision.ts';
import { LOOK_AHEAD_DAYS } from './draftOrder.ts';
import type { ApprovalLimits } from './orderTerms.ts';
import { orderAheadMilli, proposeOrder, type ReplenishmentQuestion, reckonOrder } from './proposal.ts';

export type Claimed = Pick<DecisionInputs, 'because'>;

/**
 * The most that is proposed of the server's own facts, in what the supplier sells: now, or brought forward where the copy
 * says so and the day is near. What other sites give makes it less, and is not asked here. 0 = nothing, or nothing can be.
 */
export function ownFigureMilli(
  asked: ReplenishmentQuestion,
  claimed: Claimed,
  /** The supplier sends in containers: more than is needed may fill one, as long as it may lie. */
  in_containers = false,
): number {
  const answer = proposeOrder(asked);
  if (!('proposal' in answer)) return 0;
  const { qty_milli, order_by_on, steps } = answer.proposal;
  if (claimed.because === 'needed') return qty_milli;
  const position = steps.find((each) => each.step === 'position');
  if (claimed.because === 'for_container') {
    const fills = in_containers && position !== undefined ? fillMostMilli(asked, position.qty_milli) : 0;
    return Math.max(qty_milli, fills);
  }
  if (qty_milli > 0) return qty_milli;
  if (position === undefined || order_by_on === null || order_by_on > asked.as_of_on + LOOK_AHEAD_DAYS) return 0;
  return orderAheadMilli(asked, position.qty_milli, reckonOrder(asked, position.qty_milli).levels);
}

/** The most of them by what each of the forecasts expects. */
export function ownFigureByForecastMilli(
  question: ReplenishmentQuestion,
  claimed: Claimed,
  forecasts: readonly DailyDemand[],
  in_containers = false,
): number {
  return Math.max(0, ...forecasts.map((demand) => ownFigureMilli({ ...question, ...demand }, claimed, in_containers)));
}

export interface AgainstOwn {
  readonly qty_milli: number;
  readonly own_qty_milli: number;
  /** null = no price is known. */
  readonly value_minor: number | null;
  readonly own_value_minor: number | null;
}

/** More than the server's own facts propose, by more than a decision may depart without a second person. */
export function isBeyondOwn(of: AgainstOwn, limits: ApprovalLimits): boolean {
  const { qty_milli, own_qty_milli, value_minor, own_value_minor } = of;
  if (qty_milli <= own_qty_milli || !departs(qty_milli, own_qty_milli, limits)) return false;
  return (
    value_minor === null || own_value_minor === null || value_minor - own_value_minor > limits.deviation_floor_minor
  );
}
