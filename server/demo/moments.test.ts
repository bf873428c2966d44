import { expect, test } from 'vitest';
import { WIRE_TABLES, wireTable } from '#contract/wire/tables.ts';
import { generateDemo } from './generate.ts';
import { untilNow } from './moments.ts';
import type { DemoBatch } from './rows.ts';
import { optionsFor, SMALL } from './testing.ts';

const DAY_MS = 86_400_000;

interface Moment {
  readonly what: string;
  readonly at_ms: number;
}

function moments(batches: Iterable<DemoBatch>): readonly Moment[] {
  const found: Moment[] = [];
  for (const { table, rows } of batches)
    for (const { name, type } of wireTable(table).columns)
      if (type === 'instant')
        for (const row of rows) {
          const at_ms: unknown = { ...row }[name as keyof typeof row];
          if (typeof at_ms === 'number') found.push({ what: `${table}.${name}`, at_ms });
        }
  return found;
}

const options = optionsFor(SMALL);
const from_ms = options.today * DAY_MS;
const whole = moments(generateDemo(options));

test.each([0, 1, 40 * 60_000, 9 * 3_600_000, DAY_MS - 1])(
  'nothing happened later than %i ms into the day',
  (passed_ms) => {
    const now_ms = from_ms + passed_ms;
    const told = moments(untilNow(generateDemo(options), options.today, now_ms));
    expect(told.filter(({ at_ms }) => at_ms > now_ms)).toEqual([]);
    expect(told.map(({ what }) => what)).toEqual(whole.map(({ what }) => what));
    // what came first still does, and the days before are untouched
    for (const [nth, { at_ms }] of told.entries()) {
      const before = whole[nth]?.at_ms ?? 0;
      if (before < from_ms) expect(at_ms).toBe(before);
      else expect(at_ms).toBe(from_ms + Math.floor(((before - from_ms) * passed_ms) / DAY_MS));
    }
  },
);

test('the demo has moments of its last day, of several kinds', () => {
  const today = new Set(whole.filter(({ at_ms }) => at_ms >= from_ms).map(({ what }) => what));
  expect(today.size).toBeGreaterThan(5);
  expect(WIRE_TABLES.length).toBeGreaterThan(today.size);
});
