import { randomInt } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { addFaults, FAULTS, noFaults } from './faults.ts';
import { readSteps, replayLine, writeSteps } from './replayLine.ts';
import { simulate } from './simulation.ts';

const STEPS = 400;
const FIXED = [1, 2, 3, 4, 5, 6, 7, 8];
const FRESH = Array.from({ length: 2 }, () => 1000 + randomInt(1_000_000));
/** A machine that does ten other things must not make a seed fail. */
const PATIENCE_MS = 600_000;

describe('the sync, simulated', () => {
  const total = noFaults();
  let ran = 0;
  afterAll(() => {
    console.log(FAULTS.map((fault) => `${fault} ${total[fault]}`).join(', '));
  });

  test.each(FIXED)('seed %i', { timeout: PATIENCE_MS }, async (seed) => {
    const outcome = await simulate({ seed, steps: STEPS });
    addFaults(total, outcome.faults);
    ran += 1;
    expect(outcome.failure, replayLine(seed, STEPS)).toBeUndefined();
    expect(outcome.looked).toBeGreaterThan(10);
  });

  test('every kind of fault has happened', () => {
    if (ran < FIXED.length) return;
    expect(FAULTS.filter((fault) => total[fault] === 0)).toEqual([]);
  });

  test.each(FRESH)('fresh seed %i', { timeout: PATIENCE_MS }, async (seed) => {
    const outcome = await simulate({ seed, steps: STEPS });
    console.log(`fresh seed ${seed}: ${outcome.taken} steps`);
    expect(outcome.failure, replayLine(seed, STEPS)).toBeUndefined();
  });

  test('a seed is the same run every time', { timeout: PATIENCE_MS }, async () => {
    // in the second somebody sits down at a machine that is synchronising: passwords are checked in threads
    for (const seed of [3, 4]) {
      const [first, second] = [await simulate({ seed, steps: 150 }), await simulate({ seed, steps: 150 })];
      expect(second.trace).toEqual(first.trace);
      expect(second.faults).toEqual(first.faults);
    }
  });
});

test('steps are written and read', () => {
  expect(writeSteps([3, 7, 8, 9, 12])).toBe('3,7-9,12');
  expect([...readSteps('3,7-9,12')]).toEqual([3, 7, 8, 9, 12]);
  expect(() => readSteps('x')).toThrow('no step');
});
