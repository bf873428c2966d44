import { expect, test } from 'vitest';
import { machineRandom, machineTimers } from '#db/machine.ts';
import { WireFailure } from './failure.ts';
import { createFollower } from './follower.ts';
import type { Puller } from './pull.ts';
import type { WireClient } from './wireClient.ts';

test('following goes on when what is said of the connection cannot be written', async () => {
  const broken: unknown[] = [];
  const said: string[] = [];
  let tries = 0;
  const away = async (): Promise<never> => {
    tries += 1;
    throw new WireFailure('unreachable', 'The server does not answer.');
  };
  const follower = createFollower({
    client: {} as WireClient,
    client_id: 'a',
    puller: { pull: away, reload: away, follow: away } satisfies Puller,
    push: away,
    knows: () => true,
    checkpoint: () => 0,
    scope_hash: () => null,
    hasWaiting: () => false,
    clock: () => Date.now(),
    timers: machineTimers(),
    random: machineRandom(),
    log: () => undefined,
    onConnection: (state) => {
      said.push(state);
      if (said.length === 1) throw new Error('database disk image is malformed');
    },
    onHead: () => undefined,
    onBroken: (error) => broken.push(error),
  });
  follower.start();
  await expect.poll(() => said.length).toBe(1);
  follower.kick();
  await expect.poll(() => said.length).toBe(2);
  await follower.stop();
  expect(tries).toBe(2);
  expect(String(broken[0])).toContain('malformed');
});
