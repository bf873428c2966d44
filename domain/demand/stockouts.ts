/**
 * Since when and how long nothing lay at a position, told backwards: today's balance less all that moved since is what lay
 * there then. It is only as good as the movements: a stock that was imported as a balance has none, and seems to have been
 * there all along. So nothing is said of the time before the first movement, nor of a position before anything lay there;
 * and a position that has been empty for half a year is not kept any more, rather than out of stock.
 */

/** Days (both inclusive) at whose end nothing lay there. */
export interface Stockout {
  readonly from_on: number;
  readonly to_on: number;
}

/** Longer than this is a position that is not kept. */
export const LONGEST_STOCKOUT_DAYS = 182;
/** A period is censored from this share of its days without stock on: of a month six days, of a week two. */
export const CENSORED_SHARE = 0.2;

/** `moved_on` ascending, `qty_milli` beside it: in is positive. Oldest first. */
export function stockouts(
  on_hand_qty_milli: number,
  as_of_on: number,
  moved_on: ArrayLike<number>,
  qty_milli: ArrayLike<number>,
): readonly Stockout[] {
  const count = moved_on.length;
  let lay = on_hand_qty_milli;
  for (let at = 0; at < count; at++) lay -= qty_milli[at] ?? 0;
  const found: Stockout[] = [];
  let kept = false;
  let at = 0;
  while (at < count) {
    const on = moved_on[at] ?? 0;
    while (at < count && moved_on[at] === on) {
      lay += qty_milli[at] ?? 0;
      at += 1;
    }
    if (on > as_of_on) break;
    if (lay > 0) kept = true;
    const next_on = at < count ? (moved_on[at] ?? 0) : as_of_on + 1;
    const to_on = Math.min(next_on - 1, as_of_on);
    if (lay > 0 || !kept) continue;
    const before = found.at(-1);
    if (before !== undefined && before.to_on === on - 1) found[found.length - 1] = { from_on: before.from_on, to_on };
    else found.push({ from_on: on, to_on });
  }
  return found.filter(({ from_on, to_on }) => to_on - from_on < LONGEST_STOCKOUT_DAYS);
}

/** Days of a period (both ends inclusive) that lie in a stockout. */
export function daysOut(outs: readonly Stockout[], from_on: number, to_on: number): number {
  let days = 0;
  for (const out of outs) {
    days += Math.max(0, Math.min(out.to_on, to_on) - Math.max(out.from_on, from_on) + 1);
  }
  return days;
}

/** Whether what was ordered in a period is only a lower bound of what would have been. */
export function isCensored(days_out: number, days: number): boolean {
  return days_out > 0 && days_out >= CENSORED_SHARE * days;
}
