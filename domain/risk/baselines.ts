/** What a person would say without a model: the model has to beat all of it, or is not used. */
import type { LineCase } from './lineCase.ts';
import { shrunkRate } from './rates.ts';

export const BASELINES = ['base_rate', 'site_channel', 'not_covered'] as const;
export type Baseline = (typeof BASELINES)[number];

export type Judge = (line: LineCase) => number;

/** Rates of few lines are drawn to the rate of all. */
const AS_MANY = 20;

/** Rates by groups of lines: all, by site and channel, and by whether stock and receipts cover the line. */
export function baselineOf(baseline: Baseline, lines: readonly LineCase[], late: Uint8Array): Judge {
  const all = { lines: lines.length, late: late.reduce((sum, each) => sum + each, 0) };
  const usual = (all.late + 0.5) / (all.lines + 1);
  if (baseline === 'base_rate') return () => usual;
  const groupOf =
    baseline === 'site_channel'
      ? (line: LineCase) => `${line.site_id} ${line.channel_id}`
      : (line: LineCase) => (line.cover === 'none' ? 'none' : 'some');
  const groups = new Map<string, { lines: number; late: number }>();
  for (const [at, line] of lines.entries()) {
    const group = groupOf(line);
    const held = groups.get(group) ?? { lines: 0, late: 0 };
    held.lines += 1;
    held.late += late[at] ?? 0;
    groups.set(group, held);
  }
  return (line) => shrunkRate(groups.get(groupOf(line)) ?? { lines: 0, late: 0 }, usual, AS_MANY);
}
