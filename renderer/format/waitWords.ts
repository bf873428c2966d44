/** Why something overdue is taken to come when it is. */
import type { OverdueWait } from '#domain/planning/overdueWaits.ts';
import { counted } from './numbers.ts';

/** 'half of 23 lines of this supplier that were as late came within 4 days' */
export function waitWords({ days, by, lines }: OverdueWait): string {
  const within = counted(days, 'day');
  if (by === 'nothing') return `too few lines were as late to learn from, so ${within} are taken`;
  const whose = by === 'supplier' ? 'of this supplier' : 'of all suppliers';
  return `half of ${counted(lines, 'line')} ${whose} that were as late came within ${within}`;
}
