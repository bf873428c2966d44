/**
 * The safety factor for a fill rate: of what is asked for, the share β comes from stock. The expected shortage of one
 * order cycle is σL·G(k); it may be Q·(1 − β) (Silver, Pyke & Thomas, Inventory and Production Management, 4th ed., 6.7).
 */
import { normalChance } from '../forecast/normal.ts';

/** G(k) = φ(k) − k·P(Z > k): the expected excess of a standard normal over k. */
export function unitLoss(k: number): number {
  const density = Math.exp((-k * k) / 2) / Math.sqrt(2 * Math.PI);
  return density - k * (1 - normalChance(k));
}

/** Below this factor no stock is kept on purpose; above the other the normal says nothing any more. */
const LEAST_FACTOR = 0;
const MOST_FACTOR = 5;

export interface FillRateQuestion {
  /** Q: what one order brings, any unit. */
  readonly order_qty: number;
  /** σL: the deviation of demand over the lead time, same unit. */
  readonly lead_time_deviation_qty: number;
  /** β, above 0 and below 1. */
  readonly fill_rate: number;
}

/** k with G(k) = (Q/σL)·(1 − β), from 0 (large orders cover the rate alone) to 5. Throws a RangeError on a β outside 0–1. */
export function fillRateFactor({ order_qty, lead_time_deviation_qty, fill_rate }: FillRateQuestion): number {
  if (!(fill_rate > 0 && fill_rate < 1)) throw new RangeError('a fill rate lies between 0 and 1');
  if (order_qty < 0 || lead_time_deviation_qty < 0) throw new RangeError('quantity and deviation must not be negative');
  if (lead_time_deviation_qty === 0) return LEAST_FACTOR;
  const wanted = (order_qty / lead_time_deviation_qty) * (1 - fill_rate);
  let [low, high] = [LEAST_FACTOR, MOST_FACTOR];
  if (unitLoss(low) <= wanted) return low;
  if (unitLoss(high) >= wanted) return high;
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (unitLoss(middle) > wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
