/** What was converted, in words. */
import type { Conversion, RateUsed } from '#contract/queries.ts';
import { rateDecimal } from '#domain/currency/rateValue.ts';
import { monthSpan, monthYear, shortDate } from '#renderer/format/dates.ts';
import { scaled } from '#renderer/format/numbers.ts';

const KIND_WORDS = { average: 'average of the month', closing: 'last day of the month' } as const;

/** '1.165501': for one unit, with all the decimals it has, six at least. */
export function rateText(rate: Pick<RateUsed, 'rate_micro' | 'per_units'>): string {
  const { places } = rateDecimal(rate);
  return scaled(rate.rate_micro, places, places);
}

/** 'GBP 1 = EUR 1.165501' */
export function rateSentence(rate: RateUsed): string {
  return `${rate.from} 1 = ${rate.to} ${rateText(rate)}`;
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
