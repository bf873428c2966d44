/** When to order and up to what: the policies a position can have, and what is wrong with one that cannot be used. */
import { normalQuantile } from '../../forecast/normal.ts';
import { fillRateFactor } from '../fillRateFactor.ts';
import { MOST_QTY_MILLI } from '../orderQuantity.ts';
import { safetyStock } from '../reorderPoint.ts';
import { LONGEST_DAYS } from './leadTime.ts';

/** Quantities in thousandths of the base unit. */
export type ReplenishmentPolicy =
  /** (s,S): at or below the minimum, up to the maximum. */
  | { readonly kind: 'min_max'; readonly min_qty_milli: number; readonly max_qty_milli: number }
  /** (R,Q): at or below the reorder point, as many whole lots as lift the position above it. */
  | { readonly kind: 'lots'; readonly reorder_qty_milli: number; readonly lot_qty_milli: number }
  /** The reorder point from demand, lead time and a service target. */
  | {
      readonly kind: 'service';
      /** 'cycle': the chance that an order cycle ends without shortage; 'fill': the share of demand met from stock. */
      readonly measure: 'cycle' | 'fill';
      /** Basis points, above 0 and below 10,000. */
      readonly target_bp: number;
      /** Days between two looks at the position. */
      readonly review_days: number;
      /** What one order brings (the economic quantity, say); null = the demand of the days between two looks. */
      readonly order_qty_milli: number | null;
    };

export interface DemandAndLeadTime {
  /** Thousandths a day; from the forecast. */
  readonly daily_demand_qty_milli: number;
  readonly daily_deviation_qty_milli: number;
  readonly lead_time_days: number;
  readonly lead_time_deviation_days: number;
}

/** The two levels a position is held against, with what they are made of. */
export interface Levels {
  readonly reorder_qty_milli: number;
  /** Up to here; null for lots, which go as far as the last one takes them. */
  readonly up_to_qty_milli: number | null;
  readonly lot_qty_milli: number | null;
  /** Of a computed reorder point: the safety stock in it, its factor, and the days it must last. */
  readonly made_of: {
    readonly safety_qty_milli: number;
    readonly safety_factor: number;
    readonly protected_days: number;
  } | null;
}

export type PolicyFault =
  | 'minimum_negative'
  | 'maximum_below_minimum'
  | 'lot_not_positive'
  | 'target_out_of_range'
  | 'review_negative'
  | 'review_too_long'
  | 'lead_time_negative'
  | 'lead_time_too_long'
  | 'demand_negative'
  | 'not_whole'
  | 'too_large'
  | 'not_a_number';

/** The first thing wrong; null = it can be used. */
export function policyFault(policy: ReplenishmentPolicy, given: DemandAndLeadTime): PolicyFault | null {
  if (!isFinite(policy, given)) return 'not_a_number';
  if (given.lead_time_days < 0 || given.lead_time_deviation_days < 0) return 'lead_time_negative';
  if (Math.max(given.lead_time_days, given.lead_time_deviation_days) > LONGEST_DAYS) return 'lead_time_too_long';
  if (given.daily_demand_qty_milli < 0 || given.daily_deviation_qty_milli < 0) return 'demand_negative';
  if (Math.max(given.daily_demand_qty_milli, given.daily_deviation_qty_milli) > MOST_QTY_MILLI) return 'too_large';
  switch (policy.kind) {
    case 'min_max':
      if (policy.min_qty_milli < 0) return 'minimum_negative';
      if (policy.max_qty_milli < policy.min_qty_milli) return 'maximum_below_minimum';
      return sizeFault(policy.min_qty_milli, policy.max_qty_milli);
    case 'lots':
      if (policy.reorder_qty_milli < 0) return 'minimum_negative';
      if (policy.lot_qty_milli <= 0) return 'lot_not_positive';
      return sizeFault(policy.reorder_qty_milli, policy.lot_qty_milli);
    case 'service':
      if (policy.target_bp <= 0 || policy.target_bp >= 10_000) return 'target_out_of_range';
      if (policy.review_days < 0) return 'review_negative';
      if (policy.review_days > LONGEST_DAYS) return 'review_too_long';
      if (policy.order_qty_milli !== null && policy.order_qty_milli <= 0) return 'lot_not_positive';
      return (
        sizeFault(policy.order_qty_milli ?? 0, 0) ?? (mostLevel(policy, given) > MOST_QTY_MILLI ? 'too_large' : null)
      );
  }
}

function sizeFault(one_qty_milli: number, other_qty_milli: number): 'too_large' | 'not_whole' | null {
  if (one_qty_milli > MOST_QTY_MILLI || other_qty_milli > MOST_QTY_MILLI) return 'too_large';
  return Number.isInteger(one_qty_milli) && Number.isInteger(other_qty_milli) ? null : 'not_whole';
}

/** No level of a service target lies above this: its safety factor is 5 at the most, and a root no more than what it is of. */
function mostLevel(
  { review_days, order_qty_milli }: Extract<ReplenishmentPolicy, { kind: 'service' }>,
  given: DemandAndLeadTime,
): number {
  const { daily_demand_qty_milli: demand, daily_deviation_qty_milli: deviation } = given;
  const days = 1 + review_days + given.lead_time_days;
  return (order_qty_milli ?? 0) + (2 * demand + 5 * deviation) * days + 5 * demand * given.lead_time_deviation_days;
}

/** Of every figure; asked of every position of a company, so nothing is made for it. */
function isFinite(policy: ReplenishmentPolicy, given: DemandAndLeadTime): boolean {
  // a sum of what is finite is finite unless it is beyond all numbers, and no figure comes near
  const sum =
    given.daily_demand_qty_milli +
    given.daily_deviation_qty_milli +
    given.lead_time_days +
    given.lead_time_deviation_days;
  switch (policy.kind) {
    case 'min_max':
      return Number.isFinite(sum + policy.min_qty_milli + policy.max_qty_milli);
    case 'lots':
      return Number.isFinite(sum + policy.reorder_qty_milli + policy.lot_qty_milli);
    case 'service':
      return Number.isFinite(sum + policy.target_bp + policy.review_days + (policy.order_qty_milli ?? 0));
  }
}

/**
 * Of a policy without fault. A computed reorder point lasts the review and the lead time, P = R + L:
 * s = d·P + k·√(P·σd² + d²·σL²), S = s + Q. Rounded up to whole thousandths.
 */
export function levelsOf(policy: ReplenishmentPolicy, given: DemandAndLeadTime): Levels {
  switch (policy.kind) {
    case 'min_max':
      return {
        reorder_qty_milli: policy.min_qty_milli,
        up_to_qty_milli: policy.max_qty_milli,
        lot_qty_milli: null,
        made_of: null,
      };
    case 'lots':
      return {
        reorder_qty_milli: policy.reorder_qty_milli,
        up_to_qty_milli: null,
        lot_qty_milli: policy.lot_qty_milli,
        made_of: null,
      };
    case 'service': {
      const { daily_demand_qty_milli: demand } = given;
      const protected_days = policy.review_days + given.lead_time_days;
      const order_qty = policy.order_qty_milli ?? demand * Math.max(1, policy.review_days);
      // the deviation of demand over those days: the safety stock of a factor of 1
      const spread = safetyStock({
        daily_demand_qty: demand,
        daily_deviation_qty: given.daily_deviation_qty_milli,
        lead_time_days: protected_days,
        lead_time_deviation_days: given.lead_time_deviation_days,
        service_factor: 1,
      });
      const target = policy.target_bp / 10_000;
      const safety_factor =
        policy.measure === 'cycle'
          ? Math.max(0, normalQuantile(target))
          : fillRateFactor({ order_qty, lead_time_deviation_qty: spread, fill_rate: target });
      const safety = safety_factor * spread;
      const reorder_qty_milli = Math.ceil(demand * protected_days + safety - ROUNDING);
      return {
        reorder_qty_milli,
        up_to_qty_milli: reorder_qty_milli + Math.ceil(order_qty - ROUNDING),
        lot_qty_milli: null,
        made_of: { safety_qty_milli: Math.ceil(safety - ROUNDING), safety_factor, protected_days },
      };
    }
  }
}

/** A sum that is whole but for the last bits of a double is not rounded up. */
const ROUNDING = 1e-6;
