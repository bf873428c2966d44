/**
 * Splits scarce units fairly over demands by the divisors of Sainte-Laguë (1, 3, 5 …): each next unit goes to the demand
 * with the highest demand / (2 × already given + 1). Unlike the largest remainder, one unit more never takes from anyone.
 */

/**
 * Units for each demand, in the order given. Σ = min(supply, Σ demands), nobody gets more than its demand; ties go to the
 * larger demand, then to the earlier. Whole, non-negative, exactly representable numbers; throws a RangeError otherwise.
 */
export function fairShare(supply: number, demands: readonly number[]): number[] {
  for (const value of [supply, ...demands]) {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a whole number of units`);
  }
  const total = demands.reduce((sum, demand) => sum + demand, 0);
  if (!Number.isSafeInteger(total)) throw new RangeError('demands add up beyond the exact range');
  if (supply >= total) return [...demands];
  const given = certainShares(BigInt(supply), BigInt(total), demands.map(BigInt));
  let left = supply - given.reduce((sum, units) => sum + units, 0);
  for (; left > 0; left -= 1) {
    const next = neediest(demands, given);
    given[next] = (given[next] ?? 0) + 1;
  }
  return given;
}

/**
 * What everybody has for certain: the shares at a divisor so large that they cannot exceed the supply. They are the
 * first units of the same sequence, so that only about one unit a demand is left to hand out one by one.
 */
function certainShares(supply: bigint, total: bigint, demands: readonly bigint[]): number[] {
  const reach = 2n * supply - BigInt(demands.length);
  if (reach <= 0n) return demands.map(() => 0);
  return demands.map((demand) => Number((demand * reach + total) / (2n * total)));
}

/** Index with the highest demand / (2 × given + 1), compared exactly. */
function neediest(demands: readonly number[], given: readonly number[]): number {
  let best = -1;
  let best_demand = 0n;
  let best_divisor = 1n;
  for (const [index, units] of given.entries()) {
    const demand = BigInt(demands[index] ?? 0);
    if (demand === 0n) continue;
    const divisor = 2n * BigInt(units) + 1n;
    const difference = demand * best_divisor - best_demand * divisor;
    if (best < 0 || difference > 0n || (difference === 0n && demand > best_demand)) {
      best = index;
      best_demand = demand;
      best_divisor = divisor;
    }
  }
  if (best < 0) throw new RangeError('no demand is left to give to');
  return best;
}
