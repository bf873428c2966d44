/** The bench's server as a child, and how it is asked. */
import { type ChildProcess, fork } from 'node:child_process';
import type { SyncBenchOptions } from './sync.ts';
import type { FromServer, ToServer } from './syncServer.ts';

export interface ServerProcess {
  readonly started: FromServer;
  ask(message: ToServer): Promise<FromServer>;
  stop(): Promise<void>;
}

export async function startServerProcess(options: SyncBenchOptions): Promise<ServerProcess> {
  const child = fork(new URL('./syncServer.ts', import.meta.url), [
    String(options.order_lines),
    ...(options.server_dir === undefined ? [] : [options.server_dir]),
  ]);
  const started = (await answerOf(child)) as FromServer;
  const ask = async (message: ToServer): Promise<FromServer> => {
    const answer = answerOf(child);
    child.send(message);
    return (await answer) as FromServer;
  };
  return {
    started,
    ask,
    stop: async () => {
      if (child.exitCode !== null) return;
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.send('stop' satisfies ToServer);
      await gone;
    },
  };
}

export async function answerOf(child: ChildProcess): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a bench process ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}
