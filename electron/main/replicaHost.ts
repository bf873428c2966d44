/**
 * Keeps the replica service's process running and gives every window a port to it. When the process ends unasked it
 * is started again, after a growing pause, and every open window gets a new port. No data passes through here.
 */
import type { MessagePortMain } from 'electron';
import type { UtilityNews, UtilityOrder } from '#db/hosts/utility.ts';

export interface HostProcess {
  postMessage(message: UtilityOrder, ports?: MessagePortMain[]): void;
  onMessage(listener: (message: UtilityNews) => void): void;
  onExit(listener: (code: number) => void): void;
  kill(): void;
}

/** A window that wants a port to the service; `give` passes it on. */
export interface PortTaker {
  readonly give: (port: MessagePortMain) => void;
}

export interface ReplicaHostParts {
  readonly fork: () => HostProcess;
  readonly channel: () => { readonly port1: MessagePortMain; readonly port2: MessagePortMain };
  readonly start: { readonly dataDir: string; readonly serverUrl: string; readonly device: string };
  readonly now: () => number;
  readonly after: (delay_ms: number, run: () => void) => () => void;
  /** Told when the service cannot start, or keeps ending; the text is for the user. */
  readonly onTrouble: (message: string) => void;
}

export interface ReplicaHost {
  /** Hands the window a port now, and a new one after each restart, until `detach`. */
  attach(taker: PortTaker): () => void;
  /** Asks the service to finish; resolves when its process has ended, or was ended after five seconds. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
const HEALTHY_AFTER_MS = 60_000;
const RESTARTS_BEFORE_WORD = 4;
const STOP_WAIT_MS = 5_000;

export function createReplicaHost(parts: ReplicaHostParts): ReplicaHost {
  const takers = new Set<PortTaker>();
  let current: HostProcess | null = null;
  let stopping = false;
  let restarts = 0;
  let toldProblem: string | null = null;
  let cancelRestart: (() => void) | null = null;
  let onStopped: (() => void) | null = null;

  const handPort = (host: HostProcess, taker: PortTaker): void => {
    const { port1, port2 } = parts.channel();
    host.postMessage({ kind: 'attach' }, [port1]);
    taker.give(port2);
  };

  const start = (): void => {
    cancelRestart = null;
    const host = parts.fork();
    const startedAt = parts.now();
    current = host;
    host.onMessage((message) => {
      if (message.kind !== 'failed') return;
      // A service that cannot start (its folder is in use) is told once and tried again: the reason may pass.
      if (toldProblem !== message.message) parts.onTrouble(message.message);
      toldProblem = message.message;
      host.kill();
    });
    host.onExit((code) => {
      if (current !== host) return;
      current = null;
      if (stopping) {
        onStopped?.();
        return;
      }
      if (parts.now() - startedAt >= HEALTHY_AFTER_MS) restarts = 0;
      restarts++;
      if (restarts === RESTARTS_BEFORE_WORD && toldProblem === null) {
        parts.onTrouble(`The data service ended ${restarts} times (code ${code}). It is tried again.`);
      }
      const pause_ms = Math.min(FIRST_PAUSE_MS * 2 ** (restarts - 1), LONGEST_PAUSE_MS);
      cancelRestart = parts.after(pause_ms, start);
    });
    host.postMessage({ kind: 'start', ...parts.start });
    for (const taker of takers) handPort(host, taker);
  };

  start();

  return {
    attach(taker) {
      takers.add(taker);
      if (current !== null) handPort(current, taker);
      return () => takers.delete(taker);
    },
    async stop() {
      stopping = true;
      cancelRestart?.();
      const host = current;
      if (host === null) return;
      await new Promise<void>((resolve) => {
        const cancelKill = parts.after(STOP_WAIT_MS, () => host.kill());
        onStopped = () => {
          cancelKill();
          resolve();
        };
        host.postMessage({ kind: 'stop' });
      });
    },
  };
}
