/**
 * SIGKILL of real processes at named places and at random moments: afterwards both sides are equal, nothing acknowledged
 * is missing and nothing was done twice. `BINNACLE_FAILURES=all` runs every row of the table and many random kills.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KILL_CASES } from './killCases.ts';
import { KillWorld } from './killWorld.ts';

const LONG = 180_000;
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

  test('every change ever queued was decided and done once', { timeout: LONG }, async () => {
    expect(await world.count()).toBeGreaterThan(5);
  });
});
