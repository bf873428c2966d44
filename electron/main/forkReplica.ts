/** Starts the data service as a process of its own; what it writes goes into the log, never what it is told. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { utilityProcess } from 'electron';
import { HOST_ENVIRONMENT } from '#db/hosts/hostEnvironment.ts';
import type { HostProcess } from './replicaHost.ts';

export function forkReplica(
  electron: Pick<typeof utilityProcess, 'fork'>,
  script: string,
  log: (line: string) => void,
): HostProcess {
  // no arguments: keys and addresses travel as messages, which no list of processes shows
  const child = electron.fork(script, [], {
    serviceName: 'Binnacle data service',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...HOST_ENVIRONMENT, ...process.env },
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream instanceof Readable) createInterface({ input: stream }).on('line', log);
  }
  return {
    postMessage: (message, ports) => child.postMessage(message, ports),
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      child.once('exit', listener);
    },
    kill: () => {
      child.kill();
    },
  };
}
