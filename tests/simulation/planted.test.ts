/** The checker is checked: each planted fault has to be found, and a run without one must not be. */
import { describe, expect, test } from 'vitest';
import { PLANTS, timesPlanted } from './plants.ts';
import { readSteps, replayLine, writeSteps } from './replayLine.ts';
import { kindOf, shrink } from './shrink.ts';
import { simulate } from './simulation.ts';

const STEPS = 300;
/** Seeds within which every planted fault is found. */
const MOST_SEEDS = 24;
const PATIENCE_MS = 900_000;

describe('a fault that is there is found', () => {
  test.each(PLANTS)('$name', { timeout: PATIENCE_MS }, async (plant) => {
    let failure: string | undefined;
    let seed = 0;
    while (failure === undefined && seed < MOST_SEEDS) {
      seed += 1;
      ({ failure } = await simulate({ seed, steps: STEPS, plant }));
    }
    console.log(`${plant.name}: found by seed ${seed} of at most ${MOST_SEEDS}: ${failure?.slice(0, 160)}`);
    expect(timesPlanted(plant.name), 'the text it changes is not there any more').toBeGreaterThan(0);
    expect(failure).toBeDefined();
  });
});

test('a failing run shrinks to fewer steps, and they fail in the same way again', {
  timeout: PATIENCE_MS,
}, async () => {
  const plant = PLANTS.find(({ name }) => name === 'cursor committed apart from data');
  for (let seed = 1; seed <= MOST_SEEDS; seed++) {
    const failed = await simulate({ seed, steps: STEPS, plant });
    if (failed.failure === undefined) continue;
    const small = await shrink({ seed, steps: STEPS, plant }, failed, 14);
    console.log(`${failed.taken} steps became ${small.only.length}; ${replayLine(seed, STEPS, small.only)}`);
    expect(small.only.length).toBeLessThan(failed.taken);
    const again = await simulate({ seed, steps: STEPS, plant, only: readSteps(writeSteps(small.only)) });
    expect(kindOf(again.failure ?? '')).toBe(kindOf(failed.failure));
    return;
  }
  expect.unreachable('the planted fault was not found');
});
