/** The bench's server as a child, and how it is asked. */
import { type ChildProcess, fork } from 'node:child_process';
import type { FromServer, ToServer } from './syncServer.ts';

export interface ServerProcess {
  readonly started: FromServer;
  ask(message: ToServer): Promise<FromServer>;
  /** Says it and waits for no answer. */
  tell(message: ToServer): void;
  stop(): Promise<void>;
  /** At once, also of one that was stopped in its tracks. */
  kill(): Promise<void>;
}

export interface ServerProcessOptions {
  readonly order_lines: number;
  /** Keeps the server's database in this folder and uses it again; without it the database lives in memory. */
  readonly server_dir?: string | undefined;
  /** Of a PostgreSQL; several servers may share it. */
  readonly database_url?: string | undefined;
}

export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const { order_lines, server_dir, database_url } = options;
  const child = fork(
    new URL('./syncServer.ts', import.meta.url),
    [String(order_lines), ...(server_dir === undefined ? [] : [server_dir])],
    { env: { ...process.env, ...(database_url === undefined ? {} : { BINNACLE_BENCH_DATABASE_URL: database_url }) } },
  );
  const started = (await answerOf(child)) as FromServer;
  const ask = async (message: ToServer): Promise<FromServer> => {
    const answer = answerOf(child);
    child.send(message);
    return (await answer) as FromServer;
  };
  return {
    started,
    ask,
    tell: (message) => void child.send(message),
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGKILL');
      await gone;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
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
