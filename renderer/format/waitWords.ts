/** Why something overdue is taken to come when it is. */
import type { OverdueWait } from '#domain/planning/overdueWaits.ts';
import { counted } from './numbers.ts';

/** 'half of 23 lines of the supplier that were as late took 4 days more or less' */
export function waitWords({ days, by, lines }: OverdueWait): string {
  if (by === 'nothing') return `in ${counted(days, 'day')}, too few were late to learn from`;
  const whose = by === 'supplier' ? ' of this supplier' : ' of all suppliers';
  return `in ${counted(days, 'day')}, as half of ${counted(lines, 'line')}${whose} that were as late`;
}
