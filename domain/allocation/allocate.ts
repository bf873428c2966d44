/** Who gets scarce stock: protected minimums first, then by priority, and a fair share within one priority. */
import { fairShare } from './fairShare.ts';

export interface Claim {
  readonly demand_qty_milli: number;
  /** Served before anything else, up to the demand. */
  readonly protected_qty_milli: number;
  /** Higher is served first. */
  readonly priority: number;
}

export interface Allocation {
  /** For each claim, in the order given. */
  readonly allocated_qty_milli: readonly number[];
  readonly left_qty_milli: number;
}

/**
 * Σ allocated + left = supply; all in whole multiples (a demand below one multiple gets none). More supply never gives
 * anyone less. Throws a RangeError on negative or fractional quantities.
 */
export function allocate(supply_qty_milli: number, claims: readonly Claim[], multiple_qty_milli: number): Allocation {
  if (!Number.isSafeInteger(multiple_qty_milli) || multiple_qty_milli <= 0) {
    throw new RangeError(`${multiple_qty_milli} is not an order multiple`);
  }
  const units = (qty_milli: number) => Math.floor(qty_milli / multiple_qty_milli);
  const demands = claims.map((claim) => units(claim.demand_qty_milli));
  const given = claims.map(() => 0);
  let left = units(supply_qty_milli);

  const serve = (wanted: readonly number[]): void => {
    const shares = fairShare(left, wanted);
    for (const [index, share] of shares.entries()) {
      given[index] = (given[index] ?? 0) + share;
      left -= share;
    }
  };
  serve(claims.map((claim, index) => Math.min(units(claim.protected_qty_milli), demands[index] ?? 0)));
  const priorities = [...new Set(claims.map((claim) => claim.priority))].toSorted((a, b) => b - a);
  for (const priority of priorities) {
    serve(
      claims.map((claim, index) => (claim.priority === priority ? (demands[index] ?? 0) - (given[index] ?? 0) : 0)),
    );
  }
  const allocated_qty_milli = given.map((share) => share * multiple_qty_milli);
  const allocated = allocated_qty_milli.reduce((sum, qty_milli) => sum + qty_milli, 0);
  return { allocated_qty_milli, left_qty_milli: supply_qty_milli - allocated };
}
