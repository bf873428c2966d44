/** A signed-in person's replica that follows a bench's server live, in this process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { machineRandom, machineTimers } from '#db/machine.ts';
import { createReplicaService, type ReplicaService } from '#db/service.ts';
import { DEMO_PASSWORD } from '#server/demo/accounts.ts';
import type { ServerProcess } from './serverProcess.ts';

const LIVE_WITHIN_MS = 90_000;

/** Closed and removed afterwards. Throws when it does not come live. */
export async function withReplica(
  server: ServerProcess,
  user_name: string,
  use: (service: ReplicaService) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'binnacle-bench-'));
  const service = createReplicaService({
    dataDir: dir,
    serverUrl: server.started.url ?? '',
    device: `bench ${user_name}`,
    fetch,
    clock: () => Date.now(),
    random: machineRandom(),
    timers: machineTimers(),
    readers: 'inline',
    log: () => undefined,
  });
  try {
    await service.signIn({ user_name, password: DEMO_PASSWORD });
    await service.syncOnce();
    const started = performance.now();
    while (service.pill().connection !== 'live') {
      if (performance.now() - started > LIVE_WITHIN_MS) throw new Error(`${user_name} did not come live`);
      await sleep(20);
    }
    await use(service);
  } finally {
    await service.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
