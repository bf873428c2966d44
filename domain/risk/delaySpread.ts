/** By how many days late lines were late. Lines still owed count as late as they are by now, so the half is no promise. */

export interface DelaySpread {
  /** null = too few late lines to say. */
  readonly all_days: number | null;
  readonly byChannel: ReadonlyMap<number, number>;
}

const FEWEST = 20;

/** The day by which half of the late lines had left, after the last day in time. */
export function delaySpread(delays: readonly { readonly channel_id: number; readonly days: number }[]): DelaySpread {
  const median = (days: readonly number[]): number | null =>
    days.length < FEWEST ? null : (days.toSorted((a, b) => a - b)[Math.floor((days.length - 1) / 2)] ?? null);
  const byChannel = new Map<number, number>();
  for (const [channel_id, some] of Map.groupBy(delays, (each) => each.channel_id)) {
    const days = median(some.map((each) => each.days));
    if (days !== null) byChannel.set(channel_id, days);
  }
  return { all_days: median(delays.map((each) => each.days)), byChannel };
}
