/** KPI values as text, by the unit of their definition. */
import type { KpiDefinition, KpiValue } from '#contract/queries.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import {
  censored,
  NBSP,
  NO_DATA,
  percent,
  percentBare,
  points,
  quantity,
  scaled,
  signed,
} from '#renderer/format/numbers.ts';

type Format = KpiDefinition['format'];

/** '96.2 %', '€318,240', '1.9 days', '4.2 ×'; '> 3.2 days' where it is a lower bound. */
export function kpiText(value: number | null, format: Format, currency: string, beyond = false): string {
  if (value === null) return NO_DATA;
  const text = bare(value, format, currency);
  return beyond ? censored(text) : text;
}

function bare(value: number, format: Format, currency: string): string {
  switch (format) {
    case 'rate':
      return percent(value);
    case 'times':
      return `${scaled(Math.round(value / 100), 2, 2)}${NBSP}×`;
    case 'money':
      return overviewMoney(value, currency);
    case 'quantity':
      return quantity(Math.round(value / 1000) * 1000);
    case 'days':
      return `${scaled(Math.round(value / 100), 1, 1)}${NBSP}${value === 1000 ? 'day' : 'days'}`;
  }
}

/** The figure beside a value that shows its unit already: '95.0', '4.0'. */
export function kpiBare(value: number, format: Format, currency: string): string {
  if (format === 'rate') return percentBare(value);
  if (format === 'days') return scaled(Math.round(value / 100), 1, 1);
  return bare(value, format, currency);
}

/** A difference from the target: '−1.3 pp', '+0.4 days'. */
export function kpiDifference(difference: number, format: Format, currency: string): string {
  return format === 'rate' ? points(difference) : signed(bare(difference, format, currency), difference);
}

/** What a reader hears of a row of months: 'Unit fill rate by month: Oct 96.2 %, …' is too long; first, last, best say enough. */
export function trendWords(value: KpiValue, format: Format, currency: string): string {
  const known = value.months.filter((month) => month.value !== null);
  const [first] = known;
  const last = known.at(-1);
  if (!first || !last) return 'no months with data';
  return `${known.length} months, from ${kpiText(first.value, format, currency)} to ${kpiText(last.value, format, currency)}`;
}
