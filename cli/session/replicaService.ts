/**
 * The replica service with this machine's clock, network and randomness, for the commands that need one. It is nine tenths of
 * what the command line could load, so it is loaded when it is asked for: the others start in half the time.
 */
import { hostname } from 'node:os';
import { machineRandom, machineTimers } from '#db/machine.ts';
import type { ReplicaService } from '#db/service.ts';
import type { CommandLine } from '#cli/commandLine.ts';

export interface ServiceOptions {
  readonly dataDir: string;
  readonly serverUrl: string;
  /** `screens`: worker threads and a background sync; `once`: nothing happens unless asked. */
  readonly use: 'screens' | 'once';
  readonly readerProgram?: URL;
}

export async function makeReplicaService(line: CommandLine, options: ServiceOptions): Promise<ReplicaService> {
  const { createReplicaService } = await import('#db/service.ts');
  return createReplicaService({
    dataDir: options.dataDir,
    serverUrl: options.serverUrl,
    device: hostname(),
    fetch: line.fetch,
    clock: line.clock,
    random: machineRandom(),
    timers: machineTimers(),
    crashAt: line.crashAt,
    readers: options.use === 'screens' ? 'workers' : 'inline',
    background: options.use === 'screens',
    ...(options.readerProgram ? { readerProgram: options.readerProgram } : {}),
    log: (level, message) => {
      if (level !== 'info') process.stderr.write(`${level === 'warn' ? 'warning' : 'error'}: ${message}\n`);
    },
  });
}
