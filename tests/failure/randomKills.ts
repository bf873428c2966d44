/** Kills at moments nobody chose: what goes on, who dies and when come from one seed. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { seeded } from '#tests/simulation/random.ts';
import type { Process } from '#tests/process/world.ts';
import type { KillWorld } from './killWorld.ts';

export const RANDOM_KILLS = 40;
/** About as long as the longest of the acts takes on a quiet machine. */
const LATEST_MS = 4_000;

export function seedOf(text: string | undefined): number {
  const seed = text === undefined ? randomInt(1, 1_000_000) : Number(text);
  if (!Number.isSafeInteger(seed)) throw new Error('BINNACLE_SEED is no whole number');
  return seed;
}

const ACTS: Readonly<Record<string, (world: KillWorld) => Promise<Process>>> = {
  'a first load': async (world) => {
    await world.queued();
    world.forgetCopy();
    return world.host();
  },
  'a first load by the command line': async (world) => {
    world.forgetCopy();
    return world.world.start(['pull', '--server', world.url, ...world.laptop(), '--json']);
  },
  'a delta and a push': async (world) => {
    await world.elsewhere();
    await world.queued();
    return world.host();
  },
  'a decision': async (world) => world.world.start([...world.note().args, '--server', world.url, '--json']),
};
const VICTIMS = ['host', 'server', 'both'] as const;

export async function killAtRandom(world: KillWorld, seed: number, kills: number): Promise<void> {
  const random = seeded(String(seed));
  for (let n = 0; n < kills; n++) {
    const [act, begin] = random.pick(Object.entries(ACTS));
    const victim = random.pick(VICTIMS);
    const after_ms = random.below(LATEST_MS);
    const process = await begin(world);
    await sleep(after_ms);
    if (victim !== 'host') await world.server?.stop('SIGKILL');
    // a host that lost its server goes on; the person ends it some time
    await process.stop('SIGKILL');
    try {
      await world.recover();
    } catch (error) {
      expect.fail(`kill ${n + 1}: ${victim} after ${after_ms} ms of ${act}: ${String(error)}`);
    }
  }
}
