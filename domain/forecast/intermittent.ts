/**
 * Demand with empty periods. Croston (1972) smooths sizes and intervals apart; Syntetos & Boylan (2005) take most of its bias
 * out (SBA); Teunter, Syntetos & Babai (2011) smooth the chance of demand in every period, so that an item that died is
 * forgotten (TSB). TSB forecasts here; the others are what it is measured against.
 */

/** Smoothing of intermittent demand is slow (Syntetos & Boylan 2005 recommend .05 to .2). */
export const SLOW = 0.1;

/** Croston's ratio, started from the first demand and the first interval; 0 without demand. */
export function croston(values: ArrayLike<number>, alpha = SLOW): number {
  let size = 0;
  let interval = 0;
  let since = 1;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (value === 0) {
      since += 1;
      continue;
    }
    if (interval === 0) {
      size = value;
      interval = since;
    } else {
      size += alpha * (value - size);
      interval += alpha * (since - interval);
    }
    since = 1;
  }
  return interval === 0 ? 0 : size / interval;
}

/** Croston's ratio less its bias: (1 − α/2) of it. */
export function syntetosBoylan(values: ArrayLike<number>, alpha = SLOW): number {
  return (1 - alpha / 2) * croston(values, alpha);
}

/**
 * Chance of demand times its size; the chance falls in every empty period. Started from the means of the history, not
 * from its first demand: a start that is itself a demand would say that there always is one.
 */
export function teunterSyntetosBabai(values: ArrayLike<number>, alphaSize = SLOW, alphaChance = SLOW): number {
  let total = 0;
  let demands = 0;
  for (let at = 0; at < values.length; at++) {
    total += values[at] ?? 0;
    if ((values[at] ?? 0) !== 0) demands += 1;
  }
  if (demands === 0) return 0;
  let size = total / demands;
  let chance = demands / values.length;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (value === 0) {
      chance -= alphaChance * chance;
    } else {
      size += alphaSize * (value - size);
      chance += alphaChance * (1 - chance);
    }
  }
  return chance * size;
}
