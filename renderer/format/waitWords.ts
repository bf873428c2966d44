/** Why something overdue is taken to come when it is. */
import type { OverdueWait } from '#domain/planning/overdueWaits.ts';
import { STALE_DAYS } from '#domain/planning/staleDocuments.ts';
import type { OverdueReceipt } from '#contract/queries.ts';
import { shortDate } from './dates.ts';
import { counted } from './numbers.ts';

/** 'half of 23 lines of this supplier that were as late came within 4 days' */
export function waitWords({ days, by, lines }: OverdueWait): string {
  const within = counted(days, 'day');
  if (by === 'nothing') return `too few lines were as late to learn from, so ${within} are taken`;
  const whose = by === 'supplier' ? 'of this supplier' : 'of all suppliers';
  return `half of ${counted(lines, 'line')} ${whose} that were as late came within ${within}`;
}

/** 'overdue since 3 Nov, expected again about 29 Nov: half of 23 lines …' */
export function overdueWords(expected_on: string, { taken_on, wait }: OverdueReceipt): string {
  if (taken_on === null) return `overdue since ${shortDate(expected_on, 0)}, ${TOO_LONG}: not counted`;
  return `overdue since ${shortDate(expected_on)}, expected again about ${shortDate(taken_on)}: ${waitWords(wait)}`;
}

const TOO_LONG = `more than ${STALE_DAYS / 365} years`;
