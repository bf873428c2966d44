/** What the margin is compared with, in words. */
import { type Months, monthsBefore, monthsLastYear } from '#domain/kpi/change.ts';
import type { Comparison } from '#contract/queries.ts';
import { monthSpan } from '#renderer/format/dates.ts';
import type { Against } from '#renderer/screens/figures/address.ts';
import type { MonthRange } from '#renderer/screens/figures/monthRange.ts';
import { LEVEL_WORDS, type Level } from './marginView.ts';

export interface AgainstWords {
  readonly kind: Against;
  /** 'Previous month', 'Same months last year', 'Plan': an entry of the menu. */
  readonly choice: string;
  /** The months themselves: 'Sep 2026'. */
  readonly months: string;
  /** In a sentence: 'Sep 2026', 'the plan of Oct 2026'. */
  readonly sentence: string;
  /** Over a column, where a span would not fit: 'Sep 2026', 'last year', 'plan'. */
  readonly short: string;
}

export function againstWords(kind: Against, { from, to }: MonthRange): AgainstWords {
  const now: Months = { from_month: from, to_month: to };
  const one = from === to;
  const span = ({ from_month, to_month }: Months): string => monthSpan(from_month, to_month);
  switch (kind) {
    case 'previous': {
      const months = span(monthsBefore(now));
      const choice = one ? 'Previous month' : 'Months before';
      return { kind, choice, months, sentence: months, short: one ? months : 'before' };
    }
    case 'last_year': {
      const months = span(monthsLastYear(now));
      const choice = one ? 'Same month last year' : 'Same months last year';
      return { kind, choice, months, sentence: months, short: one ? months : 'last year' };
    }
    case 'plan': {
      const months = span(now);
      return { kind, choice: 'Plan', months, sentence: `the plan of ${months}`, short: 'plan' };
    }
  }
}

/** What of a comparison is not there and why, and what to know of it; null = nothing to say. */
export function comparisonWords({ with: kind, reason, without, note }: Comparison, level: Level): string | null {
  if (reason !== null) return `Not compared. ${reason}.`;
  const unplanned = kind === 'plan' && (level === 'gm1' || level === 'gm2');
  const said = [
    ...(unplanned ? [`The plan has net sales and GM3, no ${LEVEL_WORDS[level]}`] : []),
    ...without.map((each) => each.reason),
    ...(note === null ? [] : [note]),
  ];
  return said.length === 0 ? null : `${said.join('. ')}.`;
}
