/** How an item's demand behaves, which decides how it is forecast (Syntetos, Boylan & Croston 2005). */

export type DemandClass = 'smooth' | 'erratic' | 'intermittent' | 'lumpy' | 'new' | 'obsolete';

/** Above this mean interval between demands an item is intermittent; above this squared variation of sizes erratic. */
export const INTERVAL_LIMIT = 1.32;
export const VARIATION_LIMIT = 0.49;
/** An item with less history than this is new: there is nothing to tell a pattern from. */
export const NEW_PERIODS = 4;
/** No demand for so many times its usual interval, and at least for so many periods: obsolete. */
const SILENT_INTERVALS = 5;
const SILENT_PERIODS = 12;

export interface DemandPattern {
  readonly kind: DemandClass;
  /** Mean interval between demands: periods ÷ periods with demand; null without demand. */
  readonly interval: number | null;
  /** Squared coefficient of variation of the sizes; null without demand. */
  readonly variation: number | null;
}

/** `count` periods, oldest first. Periods before the first demand are before the item's life and do not count. */
export function demandPattern(values: ArrayLike<number>, count: number): DemandPattern {
  let first = 0;
  while (first < count && values[first] === 0) first += 1;
  let demands = 0;
  let sum = 0;
  let last = first;
  for (let at = first; at < count; at++) {
    if (values[at] === 0) continue;
    demands += 1;
    sum += values[at] ?? 0;
    last = at;
  }
  if (demands === 0) return { kind: count < NEW_PERIODS ? 'new' : 'obsolete', interval: null, variation: null };
  const life = count - first;
  const interval = life / demands;
  const mean = sum / demands;
  let squares = 0;
  for (let at = first; at < count; at++) if (values[at] !== 0) squares += ((values[at] ?? 0) - mean) ** 2;
  const variation = mean === 0 ? 0 : squares / demands / (mean * mean);
  const silent = count - 1 - last;
  // until it fell silent; the silence itself would stretch the mean interval
  const usual = (last - first + 1) / demands;
  const pattern = (kind: DemandClass): DemandPattern => ({ kind, interval, variation });
  if (life < NEW_PERIODS) return pattern('new');
  if (silent >= SILENT_PERIODS && silent >= SILENT_INTERVALS * usual) return pattern('obsolete');
  if (interval < INTERVAL_LIMIT) return pattern(variation < VARIATION_LIMIT ? 'smooth' : 'erratic');
  return pattern(variation < VARIATION_LIMIT ? 'intermittent' : 'lumpy');
}
