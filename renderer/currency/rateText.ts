/** What was converted, in words. */
import type { Conversion, RateUsed } from '#contract/queries.ts';
import { monthSpan, monthYear, shortDate } from '#renderer/format/dates.ts';
import { scaled } from '#renderer/format/numbers.ts';

const KIND_WORDS = { average: 'average of the month', closing: 'last day of the month' } as const;

/** '1.165501' */
export function rateText(rate_micro: number): string {
  return scaled(rate_micro, 6, 6);
}

/** 'GBP 1 = EUR 1.165501' */
export function rateSentence({ from, to, rate_micro }: RateUsed): string {
  return `${from} 1 = ${to} ${rateText(rate_micro)}`;
}

export function rateKindWords({ kind, on }: RateUsed): string {
  return kind === 'closing' ? `${KIND_WORDS.closing}, ${shortDate(on)}` : KIND_WORDS.average;
}

/** 'GBP at the month’s average, Nov 2025–Oct 2026'; one rate is named itself. */
export function conversionWords({ rates }: Conversion): string {
  const [first, ...others] = rates;
  if (first === undefined) return 'nothing to convert';
  if (others.length === 0) return `${rateSentence(first)}, ${rateKindWords(first)}`;
  const from = [...new Set(rates.map((rate) => rate.from))].join(', ');
  const kinds = new Set(rates.map((rate) => rate.kind));
  const months = rates.map((rate) => rate.month);
  const span = monthSpan(Math.min(...months), Math.max(...months));
  return kinds.size > 1
    ? `${from} at average and closing rates, ${span}`
    : `${from} at ${first.kind === 'average' ? 'each month’s average rate' : 'the closing rate'}, ${span}`;
}

export function rateMonth({ month }: RateUsed): string {
  return monthYear(month);
}
