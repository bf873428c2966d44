/** Lead times in bins of whole days, so that a quick supplier and one overseas fit the same width. */
export interface Bin {
  readonly from_days: number;
  readonly to_days: number;
  readonly lines: number;
}

const MOST_BINS = 30;

/** From the shortest to the longest, none left out; `levels` are inside as well. */
export function leadTimeBins(
  taken: readonly { readonly days: number; readonly lines: number }[],
  levels: readonly number[],
): readonly Bin[] {
  if (taken.length === 0) return [];
  const days = [...taken.map((each) => each.days), ...levels.map(Math.floor)];
  const from = Math.max(0, Math.min(...days));
  const to = Math.max(...days);
  const width = Math.max(1, Math.ceil((to - from + 1) / MOST_BINS));
  return Array.from({ length: Math.ceil((to - from + 1) / width) }, (_, nth) => {
    const from_days = from + nth * width;
    const to_days = from_days + width - 1;
    const lines = taken.reduce(
      (sum, each) => (each.days >= from_days && each.days <= to_days ? sum + each.lines : sum),
      0,
    );
    return { from_days, to_days, lines };
  });
}

/** The days within which this share of the lines came; null without lines. */
export function daysWithin(
  taken: readonly { readonly days: number; readonly lines: number }[],
  share: number,
): number | null {
  const lines = taken.reduce((sum, each) => sum + each.lines, 0);
  let passed = 0;
  for (const each of taken.toSorted((a, b) => a.days - b.days)) {
    passed += each.lines;
    if (passed >= lines * share) return each.days;
  }
  return null;
}

/** Where a level stands between the left edge (0) and the right (1). */
export function placeOf(level: number, bins: readonly Bin[]): number {
  const first = bins[0];
  const last = bins.at(-1);
  if (!first || !last) return 0;
  const place = (level + 0.5 - first.from_days) / (last.to_days + 1 - first.from_days);
  return Math.min(1, Math.max(0, place));
}
