/** How long a supplier takes, from what came: approval to the receipt that made the line whole. */

export interface LeadTime {
  readonly days: number;
  /** Standard deviation (n − 1), days. */
  readonly deviation_days: number;
  readonly lines: number;
}

/** Fewer deliveries say nothing of how much a supplier varies. */
export const LEAST_LINES = 3;

/** Of the days each line took; null when there are fewer than LEAST_LINES. A line that took less than no time is left out. */
export function measuredLeadTime(taken_days: readonly number[]): LeadTime | null {
  const days = taken_days.filter((each) => each >= 0);
  if (days.length < LEAST_LINES) return null;
  const mean = days.reduce((sum, each) => sum + each, 0) / days.length;
  const squares = days.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return { days: mean, deviation_days: Math.sqrt(squares / (days.length - 1)), lines: days.length };
}
