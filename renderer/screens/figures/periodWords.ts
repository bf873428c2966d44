import { monthSpan, shortDate } from '#renderer/format/dates.ts';

/** 'Jan–Oct 2026', or '2 Nov–8 Nov' within months. */
export function periodWords(
  from: number,
  to: number,
  days: { readonly from_on: string; readonly to_on: string } | null,
): string {
  return days === null ? monthSpan(from, to) : `${shortDate(days.from_on)}–${shortDate(days.to_on)}`;
}
