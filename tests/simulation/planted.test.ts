/** The checker is checked: each planted fault has to be found, and a run without one must not be. */
import { describe, expect, test } from 'vitest';
import { PLANTS, timesPlanted } from './plants.ts';
import { readSteps, replayLine, writeSteps } from './replayLine.ts';
import { kindOf, shrink } from './shrink.ts';
import { simulate } from './simulation.ts';

const STEPS = 300;
/** Seeds within which every planted fault is found. */
const MOST_SEEDS = 24;
/** Seeds that found them when this was written; they are only tried first, so that others cost nothing. */
const TRIED_FIRST: Readonly<Record<string, number>> = {
  'checkpoint with a limit': 5,
  'order by version': 16,
  'remove dropped': 7,
  'cost in a hash': 4,
  'remove forgotten in memory': 1,
  "somebody else's grants": 2,
  'compaction that closes no window': 2,
  'ended session still served': 2,
  'renewal that cannot be asked for again': 3,
  'sessions that outlive a changed password': 7,
  'goods sent off and kept': 1,
  'given what cannot be spared': 2,
  'heartbeat that looks at nobody': 2,
  'queue given up with the password': 3,
  'idempotency key lost': 8,
  'decided over what stands': 1,
  'own approval let through': 2,
  'orders nobody else saw sent all the same': 1,
  'decisions in one file alone': 3,
  'cursor committed apart from data': 2,
  'overlay counted in a KPI': 2,
  'outcome acknowledged before its data': 2,
};
/** Found after few steps, so that a try is short. */
const SHRUNK = 'remove dropped';
/** Tries of the shrinking: enough to halve a run. */
const MOST_TRIES = 4;
const PATIENCE_MS = 900_000;

function seedsFor(name: string): readonly number[] {
  const first = TRIED_FIRST[name] ?? 1;
  const all = Array.from({ length: MOST_SEEDS }, (_, index) => index + 1);
  return [first, ...all.filter((seed) => seed !== first)];
}

describe('a fault that is there is found', () => {
  test.each(PLANTS)('$name', { timeout: PATIENCE_MS }, async (plant) => {
    let failure: string | undefined;
    let tried = 0;
    for (const seed of seedsFor(plant.name)) {
      tried += 1;
      ({ failure } = await simulate({ seed, steps: plant.steps ?? STEPS, plant }));
      if (failure === undefined) continue;
      console.log(`${plant.name}: found by seed ${seed}, ${tried} tried: ${failure.slice(0, 160)}`);
      break;
    }
    expect(timesPlanted(plant.name), 'the text it changes is not there any more').toBeGreaterThan(0);
    expect(failure).toBeDefined();
  });
});

test('the seeds that are tried first are of plants that are there', () => {
  const names = PLANTS.map(({ name }) => name);
  expect(Object.keys(TRIED_FIRST).filter((name) => !names.includes(name))).toEqual([]);
});

test('a failing run shrinks to fewer steps, and they fail in the same way again', {
  timeout: PATIENCE_MS,
}, async () => {
  const plant = PLANTS.find(({ name }) => name === SHRUNK);
  for (const seed of seedsFor(SHRUNK)) {
    const failed = await simulate({ seed, steps: STEPS, plant });
    if (failed.failure === undefined) continue;
    // what came behind it tells nothing: a part that does not fail is over as soon
    const steps = Math.min(STEPS, failed.failed_at + 1);
    const small = await shrink({ seed, steps, plant }, failed, MOST_TRIES);
    console.log(`${failed.taken} steps became ${small.only.length}; ${replayLine(seed, steps, small.only)}`);
    expect(small.only.length).toBeLessThan(failed.taken);
    const again = await simulate({ seed, steps, plant, only: readSteps(writeSteps(small.only)) });
    expect(kindOf(again.failure ?? '')).toBe(kindOf(failed.failure));
    return;
  }
  expect.unreachable('the planted fault was not found');
});
