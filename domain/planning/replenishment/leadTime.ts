/** How long a supplier takes, from what came: approval to the receipt that made the line whole. */

export interface LeadTime {
  readonly days: number;
  /** Standard deviation (n − 1), days. */
  readonly deviation_days: number;
  readonly lines: number;
}

/** Deliveries longer ago say little of how a supplier delivers today, days. */
export const MEASURED_DAYS = 730;

/** What took longer, or is to take longer, is a mistake of book-keeping more often than a supplier, days. */
export const LONGEST_DAYS = 730;

/** Fewer deliveries say nothing of how much a supplier varies. */
export const LEAST_LINES = 3;

/** Of the days each line took; null when there are fewer than LEAST_LINES. A line that took less than no time, or longer than LONGEST_DAYS, is left out. */
export function measuredLeadTime(taken_days: readonly number[]): LeadTime | null {
  const days = taken_days.filter((each) => each >= 0 && each <= LONGEST_DAYS);
  return leadTimeOfSums(
    days.length,
    days.reduce((sum, each) => sum + each, 0),
    days.reduce((sum, each) => sum + each * each, 0),
  );
}

/** Of so many lines, the sum of their days and of the squares: whole numbers, so that their order does not matter. */
export function leadTimeOfSums(lines: number, days: number, squares: number): LeadTime | null {
  if (lines < LEAST_LINES) return null;
  const variance = Math.max(0, lines * squares - days * days) / (lines * (lines - 1));
  return { days: days / lines, deviation_days: Math.sqrt(variance), lines };
}
