/** What is on its way and what can be used already, in a person's words. */
import type { LoadProgress } from '#contract/events.ts';
import { monthYear } from '#renderer/format/dates.ts';
import { bytes, counted, integer, NBSP } from '#renderer/format/numbers.ts';

export interface LoadingWords {
  /** '1,240,000 rows, 182 MB' */
  readonly amount: string;
  /** 'about 3 min left'; null before it can be said. */
  readonly left: string | null;
  /** Which months may be used; null when nothing comes by month. */
  readonly months: string | null;
}

export function loadingWords(progress: LoadProgress): LoadingWords {
  return {
    amount: `${counted(progress.rows, 'row')}, ${bytes(progress.bytes)}`,
    left: progress.left_s === null ? null : `about ${duration(progress.left_s)} left`,
    months: months(progress),
  };
}

function months({ complete_from_month, oldest_month }: LoadProgress): string | null {
  if (oldest_month === null) return null;
  if (complete_from_month === null) return `Months come newest first, back to ${monthYear(oldest_month)}`;
  if (complete_from_month <= oldest_month) return `All months since ${monthYear(oldest_month)} are here`;
  return `Complete since ${monthYear(complete_from_month)}; older months back to ${monthYear(oldest_month)} are loading`;
}

/** Rounded so that it does not flicker: '20 s', '3 min'. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${integer(Math.max(5, Math.ceil(seconds / 5) * 5))}${NBSP}s`;
  return `${integer(Math.round(seconds / 60))}${NBSP}min`;
}
