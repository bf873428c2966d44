/** A replica service on a fresh folder with cheap keys, for tests. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BinnacleError } from '#contract/errors.ts';
import { machineRandom, machineTimers } from '#db/machine.ts';
import { createReplicaService, type ReplicaService, type ReplicaServiceOptions } from '#db/service.ts';
import type { ScriptedServer } from './scriptedServer.ts';

/** argon2id at its smallest: the tests are not about its cost. */
export const CHEAP_KEYS = { name: 'argon2id', memory_kib: 64, passes: 1, parallelism: 1 } as const;

/** Goes with its test file, as everything temporary does. */
export function freshFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'binnacle-test-'));
}

export function testService(
  options: Partial<ReplicaServiceOptions> & Pick<ReplicaServiceOptions, 'serverUrl' | 'fetch' | 'dataDir'>,
): ReplicaService {
  return createReplicaService({
    device: 'test device',
    clock: () => Date.now(),
    random: machineRandom(),
    timers: machineTimers(),
    readers: 'inline',
    exports: 'reader',
    background: false,
    log: () => undefined,
    keyParameters: CHEAP_KEYS,
    ...options,
  });
}

/** On a machine of its own, signed in as `planner`, with all that the server has. */
export async function loadedService(server: ScriptedServer): Promise<ReplicaService> {
  const service = testService({
    dataDir: freshFolder(),
    serverUrl: server.url,
    fetch: (input, init) => server.fetch(input, init),
  });
  await service.signIn({ user_name: 'planner', password: 'right' });
  await service.syncOnce();
  return service;
}

/** How a call ended: 'ok', or the code of its error. */
export async function codeOf(act: Promise<unknown>): Promise<string> {
  return await act.then(
    () => 'ok',
    (error: unknown) => (error instanceof BinnacleError ? error.code : String(error)),
  );
}
