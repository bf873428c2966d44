import { randomInt } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { chanceSet } from '#build/checks/chance.ts';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import { addFaults, FAULTS, noFaults } from './faults.ts';
import { readSteps, replayLine, writeSteps } from './replayLine.ts';
import { type Outcome, simulate } from './simulation.ts';
import { TRUTH } from './truthTables.ts';

const STEPS = 400;
const FIXED = [2, 3, 4, 6, 7, 8, 9, 13];
/** Here somebody sits down at a machine that is synchronising: passwords are checked in threads. */
const REPEATED = 4;
const CHANCE = chanceSet(process.env) ?? randomInt(1_000_000);
const FRESH = [1, 2].map((nth) => 1000 + ((CHANCE * 2 + nth) % 1_000_000));
const FRESH_STEPS = 300;
/** A machine that does ten other things must not make a seed fail. */
const PATIENCE_MS = 600_000;

describe('the sync, simulated', () => {
  const total = noFaults();
  const taken = new Map<number, Outcome>();
  afterAll(() => {
    console.log(FAULTS.map((fault) => `${fault} ${total[fault]}`).join(', '));
  });

  test.each(FIXED)('seed %i', { timeout: PATIENCE_MS }, async (seed) => {
    const outcome = await simulate({ seed, steps: STEPS });
    addFaults(total, outcome.faults);
    taken.set(seed, outcome);
    expect(outcome.failure, replayLine(seed, STEPS)).toBeUndefined();
    expect(outcome.looked).toBeGreaterThan(10);
  });

  test('every kind of fault has happened', () => {
    if (taken.size < FIXED.length) return;
    expect(FAULTS.filter((fault) => total[fault] === 0)).toEqual([]);
  });

  test.each(FRESH)('fresh seed %i', { timeout: PATIENCE_MS }, async (seed) => {
    const outcome = await simulate({ seed, steps: FRESH_STEPS });
    console.log(`fresh seed ${seed}: ${outcome.taken} steps`);
    expect(outcome.failure, replayLine(seed, FRESH_STEPS)).toBeUndefined();
  });

  test('a seed is the same run every time', { timeout: PATIENCE_MS }, async () => {
    const first = taken.get(REPEATED) ?? (await simulate({ seed: REPEATED, steps: STEPS }));
    const second = await simulate({ seed: REPEATED, steps: STEPS });
    expect(second.trace).toEqual(first.trace);
    expect(second.faults).toEqual(first.faults);
  });
});

test('of each table that is compared every column is', () => {
  const left = WIRE_TABLES.flatMap(({ name, columns }) => {
    const values = TRUTH[name]?.values;
    return values === undefined
      ? []
      : columns.flatMap((column) => (column.name in values ? [] : `${name}.${column.name}`));
  });
  expect(left).toEqual([]);
});

test('steps are written and read', () => {
  expect(writeSteps([3, 7, 8, 9, 12])).toBe('3,7-9,12');
  expect([...readSteps('3,7-9,12')]).toEqual([3, 7, 8, 9, 12]);
  expect(() => readSteps('x')).toThrow('no step');
});
