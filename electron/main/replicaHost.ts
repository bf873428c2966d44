/**
 * Keeps the replica service's process running and gives every window a port to it. When the process ends unasked it
 * is started again, after a growing pause, and every open window gets a new port. No data passes through here; what
 * does is the wrapping of keys by the keychain, and the ticket by which a new service goes on for the same person.
 */
import type { MessagePortMain } from 'electron';
import type { UtilityNews, UtilityOrder } from '#db/hosts/utility.ts';
import { type Heartbeat, type HeartbeatParts, startHeartbeat } from './heartbeat.ts';
import type { OsKeychain } from './keychain.ts';

export interface HostProcess {
  postMessage(message: UtilityOrder, ports?: MessagePortMain[]): void;
  /** Listeners are given what arrived, whatever it is. */
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number) => void): void;
  kill(): void;
}

/** A window that wants a port to the service; `give` passes it on. */
export interface PortTaker {
  readonly give: (port: MessagePortMain) => void;
}

type StartOrder = Omit<Extract<UtilityOrder, { kind: 'start' }>, 'kind' | 'resume'>;
type Ticket = NonNullable<Extract<UtilityNews, { kind: 'ticket' }>['ticket']>;

export interface ReplicaHostParts {
  readonly fork: () => HostProcess;
  readonly channel: () => { readonly port1: MessagePortMain; readonly port2: MessagePortMain };
  readonly now: () => number;
  readonly after: (delay_ms: number, run: () => void) => () => void;
  readonly keychain: OsKeychain['answer'];
  /** Told when the service cannot start, or keeps ending; the text is for the user. */
  readonly onTrouble: (message: string) => void;
  /** Puts a question about a service that does not answer. */
  readonly ask: HeartbeatParts['ask'];
  readonly log: (line: string) => void;
}

export interface ReplicaHost {
  /** Starts the service; before, windows wait for their port. */
  begin(start: StartOrder): void;
  /** Hands the window a port now, and a new one after each restart, until `detach`. */
  attach(taker: PortTaker): () => void;
  /** Asks the service to finish; resolves when its process has ended, or was ended after five seconds. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
const HEALTHY_AFTER_MS = 60_000;
const RESTARTS_BEFORE_WORD = 4;
/** The files of the person may be what ends it: after so many ends the next service starts with nobody signed in. */
const RESUMES_IN_A_ROW = 3;
const STOP_WAIT_MS = 5_000;

export function createReplicaHost(parts: ReplicaHostParts): ReplicaHost {
  const takers = new Set<PortTaker>();
  let order: StartOrder | null = null;
  let current: HostProcess | null = null;
  let heartbeat: Heartbeat | null = null;
  let ticket: Ticket | null = null;
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

  const hear = (host: HostProcess, news: UtilityNews): void => {
    switch (news.kind) {
      case 'wrap':
      case 'unwrap': {
        const { id } = news;
        void parts.keychain({ kind: news.kind, value: news.value }).then((value) => {
          if (current === host) host.postMessage({ kind: 'keychain', id, value });
        });
        return;
      }
      case 'ticket':
        ticket = news.ticket;
        return;
      case 'pong':
        heartbeat?.heard();
        return;
      case 'failed':
        // A service that cannot start (its folder is in use) is told once and tried again: the reason may pass.
        if (toldProblem !== news.message) parts.onTrouble(news.message);
        toldProblem = news.message;
        host.kill();
        return;
      default:
        return;
    }
  };

  const ended = (host: HostProcess, startedAt: number, code: number): void => {
    if (current !== host) return;
    current = null;
    heartbeat?.stop();
    heartbeat = null;
    if (stopping) {
      onStopped?.();
      return;
    }
    if (parts.now() - startedAt >= HEALTHY_AFTER_MS) restarts = 0;
    restarts++;
    if (restarts >= RESUMES_IN_A_ROW) ticket = null;
    const pause_ms = Math.min(FIRST_PAUSE_MS * 2 ** (restarts - 1), LONGEST_PAUSE_MS);
    parts.log(`the data service ended with code ${code}; started again in ${pause_ms} ms`);
    if (restarts === RESTARTS_BEFORE_WORD && toldProblem === null) {
      parts.onTrouble(`The data service ended ${restarts} times (code ${code}). It is tried again.`);
    }
    cancelRestart = parts.after(pause_ms, start);
  };

  const start = (): void => {
    cancelRestart = null;
    if (order === null || stopping) return;
    const host = parts.fork();
    const startedAt = parts.now();
    current = host;
    host.onMessage((message) => {
      if (current === host && isNews(message)) hear(host, message);
    });
    host.onExit((code) => ended(host, startedAt, code));
    host.postMessage({ kind: 'start', ...order, ...(ticket === null ? {} : { resume: ticket }) });
    for (const taker of takers) handPort(host, taker);
    heartbeat = startHeartbeat({
      after: parts.after,
      beat: () => host.postMessage({ kind: 'ping' }),
      ask: parts.ask,
      restart: () => host.kill(),
      log: parts.log,
    });
  };

  return {
    begin(wanted) {
      if (order !== null) throw new Error('the service was begun already');
      order = wanted;
      start();
    },
    attach(taker) {
      takers.add(taker);
      if (current !== null) handPort(current, taker);
      return () => takers.delete(taker);
    },
    async stop() {
      stopping = true;
      ticket = null;
      cancelRestart?.();
      heartbeat?.stop();
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

/** The service's process may be broken when it speaks: what has not the form of news is not heard. */
function isNews(message: unknown): message is UtilityNews {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  switch (message.kind) {
    case 'started':
    case 'stopped':
    case 'pong':
      return true;
    case 'failed':
      return 'message' in message && typeof message.message === 'string';
    case 'wrap':
    case 'unwrap':
      return (
        'id' in message && Number.isSafeInteger(message.id) && 'value' in message && message.value instanceof Uint8Array
      );
    case 'ticket':
      return 'ticket' in message && (message.ticket === null || typeof message.ticket === 'object');
    default:
      return false;
  }
}
