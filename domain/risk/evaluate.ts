/** How good probabilities were, once the outcomes are known. */

export interface Bin {
  readonly lines: number;
  readonly mean_p: number;
  readonly late: number;
}

export interface Scores {
  /** Mean squared distance from the outcome (Brier 1950); smaller is better. */
  readonly brier: number;
  /** Mean of −log of what was given to the outcome, natural logarithm; smaller is better. */
  readonly log_loss: number;
  /** Chance that a late line was given more than one in time; null when all came out alike. */
  readonly auc: number | null;
  /**
   * Of the lines held most at risk, how many there are and were late; of lines held alike of which only some are among them
   * by their share, in whole lines.
   */
  readonly top_lines: number;
  readonly top_late: number;
  /** Lines by probability in up to ten groups of like number. */
  readonly bins: readonly Bin[];
}

export const TOP_LINES = 50;
const BINS = 10;
const LEAST_P = 1e-6;

export function scoresOf(probabilities: ArrayLike<number>, late: ArrayLike<number>): Scores {
  const count = probabilities.length;
  let brier = 0;
  let log_loss = 0;
  for (let at = 0; at < count; at++) {
    const p = probabilities[at] ?? 0;
    const y = late[at] ?? 0;
    brier += (p - y) ** 2;
    log_loss -= Math.log(Math.max(LEAST_P, y === 1 ? p : 1 - p));
  }
  // lines of one probability in the order they came in, so that nothing is left to chance
  const order = Array.from({ length: count }, (_, at) => at).toSorted(
    (a, b) => (probabilities[a] ?? 0) - (probabilities[b] ?? 0) || a - b,
  );
  return {
    brier: count === 0 ? 0 : brier / count,
    log_loss: count === 0 ? 0 : log_loss / count,
    auc: areaUnderCurve(order, probabilities, late),
    ...topOf(order, probabilities, late),
    bins: binsOf(order, probabilities, late),
  };
}

function topOf(order: readonly number[], p: ArrayLike<number>, late: ArrayLike<number>) {
  const top_lines = Math.min(TOP_LINES, order.length);
  const least = p[order[order.length - top_lines] ?? 0] ?? 0;
  let [above, above_late, alike, alike_late] = [0, 0, 0, 0];
  for (const at of order) {
    const held = p[at] ?? 0;
    if (held > least) {
      above += 1;
      above_late += late[at] ?? 0;
    } else if (held === least) {
      alike += 1;
      alike_late += late[at] ?? 0;
    }
  }
  const share = alike === 0 ? 0 : ((top_lines - above) * alike_late) / alike;
  return { top_lines, top_late: Math.round(above_late + share) };
}

/** Mann and Whitney's count, with ties as a half. */
function areaUnderCurve(order: readonly number[], p: ArrayLike<number>, late: ArrayLike<number>): number | null {
  let ranks = 0;
  let positives = 0;
  for (let at = 0; at < order.length; ) {
    let end = at + 1;
    while (end < order.length && p[order[end] ?? 0] === p[order[at] ?? 0]) end += 1;
    const rank = (at + 1 + end) / 2;
    for (; at < end; at++) {
      if (late[order[at] ?? 0] !== 1) continue;
      ranks += rank;
      positives += 1;
    }
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}

function binsOf(order: readonly number[], p: ArrayLike<number>, late: ArrayLike<number>): Bin[] {
  const bins: Bin[] = [];
  for (let nth = 0; nth < BINS; nth++) {
    const some = order.slice(Math.floor((order.length * nth) / BINS), Math.floor((order.length * (nth + 1)) / BINS));
    if (some.length === 0) continue;
    bins.push({
      lines: some.length,
      mean_p: some.reduce((sum, at) => sum + (p[at] ?? 0), 0) / some.length,
      late: some.reduce((sum, at) => sum + (late[at] ?? 0), 0),
    });
  }
  return bins;
}

/** How far the groups' shares lie from what was said, weighed by their lines (expected calibration error). */
export function calibrationError(bins: readonly Bin[]): number {
  const lines = bins.reduce((sum, bin) => sum + bin.lines, 0);
  if (lines === 0) return 0;
  return bins.reduce((sum, bin) => sum + Math.abs(bin.late - bin.mean_p * bin.lines), 0) / lines;
}
