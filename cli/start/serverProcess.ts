/** Starts the embedded server in a process of its own, says what it says, and starts it again should it die. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { BinnacleError } from '#contract/errors.ts';
import type { Output } from '#cli/output.ts';
import { type EmbeddedServerOptions, ServerMessage } from './serverMessages.ts';

export interface ServerProcess {
  readonly url: string;
  /** The demo was filled in by this start. */
  readonly seeded: boolean;
  readonly pid: number;
  /** Resolves when it has closed its database and ended. */
  readonly close: () => Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  readonly listening: { readonly url: string; readonly port: number; readonly seeded: boolean };
}

/** A server that was started again and dies within this time is left alone. */
const STABLE_MS = 10_000;

/** Resolves when it listens. Throws with its own words when it cannot start. */
export async function startServerProcess(options: EmbeddedServerOptions, output: Output): Promise<ServerProcess> {
  let closing = false;
  let running = await run(options, output);
  const { url, port, seeded } = running.listening;

  /** On the same port, so that whoever works on goes on with the same address; meanwhile they are offline. */
  const watch = (current: Running, again: boolean): void => {
    const since = performance.now();
    void current.ended.then(async () => {
      if (closing) return;
      if (again && performance.now() - since < STABLE_MS) {
        process.stderr.write(
          'warning: the server stopped again and stays stopped; start Binnacle again to bring it back\n',
        );
        return;
      }
      process.stderr.write('warning: the server stopped by itself and is started again\n');
      try {
        const next = await run({ ...options, port }, output);
        if (closing) next.child.disconnect();
        running = next;
        watch(running, true);
      } catch (error) {
        process.stderr.write(`warning: the server could not be started again: ${String(error)}\n`);
      }
    });
  };
  watch(running, false);

  return {
    url,
    seeded,
    get pid() {
      return running.child.pid ?? 0;
    },
    close: async () => {
      closing = true;
      if (running.child.connected) running.child.disconnect();
      await running.ended;
    },
  };
}

async function run(options: EmbeddedServerOptions, output: Output): Promise<Running> {
  const child = fork(join(import.meta.dirname, 'serverChild.ts'), [JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // 'close' does not come once this side has closed the channel
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const listening = await new Promise<Running['listening']>((resolve, reject) => {
    child.on('message', (received) => {
      const message = ServerMessage.parse(received);
      if (message.kind === 'listening') resolve(message);
      else if (message.kind === 'failed') reject(new BinnacleError('server_error', message.sentence));
      else if (message.kind === 'progress') output.progress(message.sentence);
      else output.say(message.sentence);
    });
    child.once('error', reject);
    void ended.then(() => reject(new BinnacleError('server_error', 'The server ended before it listened.')));
  });
  return { child, ended, listening };
}
