/**
 * Keeps the copy at the server's head and the outbox empty for as long as the service runs: pull, push, then the live
 * stream; when the connection goes, back-off with jitter; when the session ends, wait for a sign-in and drop nothing.
 */
import type { ConnectionState } from '#contract/events.ts';
import type { LiveEvent } from '#contract/wire/protocol.ts';
import { isDiskFull } from '#db/connection.ts';
import type { Log, RandomSource, TimerHandle, Timers } from '#db/machine.ts';
import type { Pushed } from '#db/commands/push.ts';
import { WireFailure } from './failure.ts';
import type { Puller } from './pull.ts';
import type { WireClient } from './wireClient.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;
const STUCK_WAIT_MS = 5_000;

export interface FollowerParts {
  readonly client: WireClient;
  readonly client_id: string;
  readonly puller: Puller;
  readonly push: (signal: AbortSignal) => Promise<Pushed>;
  readonly knows: (bucket: number) => boolean;
  readonly checkpoint: () => number;
  readonly scope_hash: () => string | null;
  readonly hasWaiting: () => boolean;
  readonly clock: () => number;
  readonly timers: Timers;
  readonly random: RandomSource;
  readonly log: Log;
  /** `next_try_at_ms` while offline, `error` in words when something went wrong. */
  readonly onConnection: (state: ConnectionState, next_try_at_ms: number | null, error: string | null) => void;
  /** The copy equals the server's head now. */
  readonly onHead: (at_ms: number) => void;
  /** An error that is not the connection's: a file that cannot be written or read. */
  readonly onBroken: (error: unknown) => void;
}

export interface Follower {
  start(): void;
  /** There is something to send, or a reason to try again at once. */
  kick(): void;
  /** Runs `work` alone: no pull or push beside it. */
  exclusively<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

function take(next: { wanted: 'nothing' | 'changes' | 'scope' }): 'nothing' | 'changes' | 'scope' {
  const { wanted } = next;
  next.wanted = 'nothing';
  return wanted;
}

const CANNOT_WRITE = 'The data on this machine could not be written.';
const NO_ROOM =
  'The disk of this computer is full or cannot be written. Make room; Binnacle goes on by itself, and nothing is lost.';

function messageOf(error: unknown): string {
  if (error instanceof WireFailure) return error.message;
  return isDiskFull(error) ? NO_ROOM : CANNOT_WRITE;
}

export function createFollower(parts: FollowerParts): Follower {
  const stopped = new AbortController();
  let running: Promise<void> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let wakeUp: (() => void) | undefined;
  let kicked = false;

  const exclusively = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const mine = turn.then(() => work(stopped.signal));
    turn = mine.catch(() => undefined);
    return mine;
  };

  const kick = () => {
    kicked = true;
    wakeUp?.();
  };

  /** Until kicked, stopped, or the time is over. null = no limit. */
  const pause = async (delay_ms: number | null): Promise<void> => {
    if (stopped.signal.aborted || kicked) return;
    let timer: TimerHandle | undefined;
    await new Promise<void>((resolve) => {
      wakeUp = resolve;
      if (delay_ms !== null) timer = parts.timers.after(delay_ms, resolve);
    });
    timer?.cancel();
    wakeUp = undefined;
  };

  /** Sends what waits and fetches the outcomes; true when something stays stuck at the server. */
  const sendWaiting = async (signal: AbortSignal): Promise<boolean> => {
    if (!parts.hasWaiting()) return false;
    const pushed = await parts.push(signal);
    if (pushed.answered > 0) await parts.puller.pull(signal);
    return pushed.stuck > 0;
  };

  const settle = (signal: AbortSignal) =>
    exclusively(async () => {
      await parts.puller.pull(signal);
      return await sendWaiting(signal);
    });

  /** Follows the live stream until it ends. */
  const stayLive = async (stuck: boolean): Promise<void> => {
    const stream = new AbortController();
    const signal = AbortSignal.any([stopped.signal, stream.signal]);
    const next: { wanted: 'nothing' | 'changes' | 'scope' } = { wanted: 'nothing' };
    let ended = false;
    let failure: Error | undefined;
    let retry: TimerHandle | undefined;
    const retryLater = () => {
      retry ??= parts.timers.after(STUCK_WAIT_MS, () => {
        retry = undefined;
        kick();
      });
    };
    const onEvent = (event: LiveEvent) => {
      if (event.scope_changed || event.buckets.some((bucket) => !parts.knows(bucket))) next.wanted = 'scope';
      else if (event.checkpoint > parts.checkpoint() && next.wanted === 'nothing') next.wanted = 'changes';
      wakeUp?.();
    };
    const onAlive = () => {
      if (next.wanted === 'nothing') parts.onHead(parts.clock());
    };
    const live = parts.client
      .live({ client_id: parts.client_id, scope_hash: parts.scope_hash() }, signal, onEvent, onAlive)
      .catch((error: unknown) => {
        failure = error instanceof Error ? error : new Error('the live stream failed');
      })
      .finally(() => {
        ended = true;
        wakeUp?.();
      });
    try {
      if (stuck) retryLater();
      while (!ended && !stopped.signal.aborted) {
        if (next.wanted === 'nothing' && !kicked) {
          await pause(null);
          continue;
        }
        const what = take(next);
        kicked = false;
        const stillStuck = await exclusively(async () => {
          if (what === 'scope' || (what === 'changes' && !(await parts.puller.follow(stopped.signal)))) {
            await parts.puller.pull(stopped.signal);
          }
          return await sendWaiting(stopped.signal);
        });
        if (stillStuck) retryLater();
      }
    } finally {
      retry?.cancel();
      stream.abort();
      await live;
    }
    if (failure !== undefined && !stopped.signal.aborted) throw failure;
  };

  /** Saying it reads and writes a file too, and following must not end by that. */
  const say: FollowerParts['onConnection'] = (...state) => {
    try {
      parts.onConnection(...state);
    } catch (error) {
      parts.onBroken(error);
    }
  };

  const run = async () => {
    let failures = 0;
    while (!stopped.signal.aborted) {
      kicked = false;
      let up_since_ms: number | null = null;
      try {
        const stuck = await settle(stopped.signal);
        up_since_ms = parts.clock();
        failures = 0;
        say('live', null, null);
        await stayLive(stuck);
        // a stream that ends at once, again and again, must not become a busy loop
        if (parts.clock() - up_since_ms < 1000) await pause(FIRST_WAIT_MS);
      } catch (error) {
        if (stopped.signal.aborted) break;
        if (!(error instanceof WireFailure)) {
          parts.onBroken(error);
          parts.log('error', `synchronising stopped: ${error instanceof Error ? error.message : 'unknown error'}`);
        }
        const message = messageOf(error);
        if (error instanceof WireFailure && error.kind === 'signed_out') {
          say('sign_in_needed', null, message);
          await pause(null);
          continue;
        }
        const ceiling_ms = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10));
        const wait_ms = Math.round(ceiling_ms * (0.5 + parts.random.fraction() / 2));
        failures += 1;
        say('offline', parts.clock() + wait_ms, message);
        // something a person just did is worth one try at once; otherwise the wait grows
        await pause(wait_ms);
      }
    }
  };

  return {
    start: () => {
      running ??= run();
    },
    kick,
    exclusively,
    stop: async () => {
      stopped.abort();
      wakeUp?.();
      await running;
      await turn;
    },
  };
}
