/**
 * Real processes in trouble: killed at named places and at random moments, on a full disk, under a wrong clock. Each time
 * both sides are equal afterwards, nothing acknowledged is missing and nothing was done twice. `npm test` runs the usual
 * rows; BINNACLE_FAILURES=all runs every row and random kills from a printed seed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clockTests } from './clocks.ts';
import { diskTests } from './disks.ts';
import { KILL_CASES } from './killCases.ts';
import { KillWorld } from './killWorld.ts';
import { killAtRandom, RANDOM_KILLS, seedOf } from './randomKills.ts';

const LONG = 300_000;
const ALL = process.env['BINNACLE_FAILURES'] === 'all';
const world = new KillWorld();

beforeAll(() => world.open(), LONG);
afterAll(() => world.close());

describe('killed', () => {
  const cases = KILL_CASES.filter(({ usual }) => usual || ALL);
  test.each(cases)('during $during: $dies at $at', { timeout: LONG }, async ({ kill, at }) => {
    await kill(world, at);
    await world.recover();
  });

  const seed = seedOf(process.env['BINNACLE_SEED']);
  const kills = ALL ? RANDOM_KILLS : 2;
  test(`at ${kills} random moments, BINNACLE_SEED=${seed}`, { timeout: kills * 120_000 }, async () => {
    await killAtRandom(world, seed, kills);
  });
});

clockTests(world, ALL);

test('every change ever queued was decided and done once', { timeout: LONG }, async () => {
  expect(await world.count()).toBeGreaterThan(5);
  await world.startServer();
});

diskTests(world, ALL);
