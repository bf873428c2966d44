/**
 * Whether the margin rate of a month is unlike the group's own months before it, and what that comes to in money. Two tests,
 * because margin erodes in two ways:
 *
 *   sudden    (usual − now) ÷ (1.4826 · MAD) ≥ 3.5, usual = median of the months before. The modified z-score of Iglewicz
 *             and Hoaglin (How to Detect and Handle Outliers, ASQC 1993), whose cut-off this is: one odd month among the
 *             twelve moves neither median nor MAD.
 *   creeping  every month a little less, of which each alone looks usual: Mann–Kendall's trend of the months and this one
 *             (Mann 1945; Kendall, Rank Correlation Methods 1975), at the same 3.5.
 *
 * Rates of less than was usually sold vary more, as the root of their volume: the spread is widened by it. Money = what the
 * usual rate would have given less what is, in minor units.
 */
import { divideRounded, safeNumber } from '../../money.ts';

/** So many months before are looked at; with fewer that sold anything worth a rate, nothing is said. */
export const HISTORY_MONTHS = 12;
export const FEWEST_MONTHS = 6;
/** Fewer lines make no rate. */
export const FEWEST_LINES = 8;
export const SCORE_FROM = 3.5;
/** Medians of a steady group hardly spread: half a point of margin is noise whatever they say. */
const LEAST_SPREAD = 0.005;
/** MAD of normal numbers times this is their standard deviation. */
const NORMAL = 1.4826;
/** A month of less than this part of a usual month says nothing of the rate. */
const THIN = 0.25;

/** A month of a group: goods, returns and credits; `lines` of goods sold. */
export interface MonthSums {
  readonly net_minor: number;
  readonly margin_minor: number;
  readonly lines: number;
}

export interface UnusualFall {
  readonly kind: 'sudden' | 'creeping';
  /** Parts per million of net sales. */
  readonly usual_ppm: number;
  readonly now_ppm: number;
  /** How far the rate usually strays, parts per million. */
  readonly spread_ppm: number;
  readonly score: number;
  /** Months before that had a rate. */
  readonly months: number;
  readonly fall_minor: number;
}

/** What a rate gives of net sales. */
export function atRate(net_minor: number, rate_ppm: number): number {
  return safeNumber(divideRounded(BigInt(net_minor) * BigInt(rate_ppm), 1_000_000n));
}

/** null: usual, too little sold or known, or less than `least_minor` at stake. `before`: oldest first. */
export function unusualFall(before: readonly MonthSums[], now: MonthSums, least_minor: number): UnusualFall | null {
  if (now.lines < FEWEST_LINES || now.net_minor <= 0) return null;
  const sold = before.filter(({ lines, net_minor }) => lines > 0 && net_minor > 0);
  const usual_net = median(sold.map(({ net_minor }) => net_minor));
  const rated = sold.filter(({ net_minor }) => net_minor >= THIN * usual_net);
  if (rated.length < FEWEST_MONTHS) return null;
  const rates = rated.map(({ margin_minor, net_minor }) => margin_minor / net_minor);
  const usual = median(rates);
  const usual_ppm = Math.round(usual * 1_000_000);
  const fall_minor = atRate(now.net_minor, usual_ppm) - now.margin_minor;
  if (fall_minor < least_minor) return null;
  const rate = now.margin_minor / now.net_minor;
  const mad = median(rates.map((each) => Math.abs(each - usual)));
  const thinner = Math.sqrt(Math.max(1, usual_net / now.net_minor));
  const spread = Math.max(LEAST_SPREAD, NORMAL * mad) * thinner;
  const sudden = (usual - rate) / spread;
  const creeping = now.net_minor >= THIN * usual_net ? -trendScore([...rates, rate]) : 0;
  const score = Math.max(sudden, creeping);
  if (score < SCORE_FROM) return null;
  return {
    kind: sudden >= SCORE_FROM ? 'sudden' : 'creeping',
    usual_ppm,
    now_ppm: Math.round(rate * 1_000_000),
    spread_ppm: Math.round(spread * 1_000_000),
    score,
    months: rated.length,
    fall_minor,
  };
}

/** Mann–Kendall's Z, corrected for continuity; ties count as neither. Negative = falls. */
export function trendScore(values: readonly number[]): number {
  const n = values.length;
  let s = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign((values[j] ?? 0) - (values[i] ?? 0));
  const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  return s === 0 ? 0 : (s - Math.sign(s)) / deviation;
}

/** 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** A fall worth a person's time: 0.05 % of what the company sells in a usual month, and never less than 100.00. */
export function leastFallMinor(usual_month_net_minor: number): number {
  return Math.max(100_00, safeNumber(divideRounded(BigInt(Math.max(0, Math.round(usual_month_net_minor))), 2_000n)));
}
