/**
 * The renderer's end of the contract: calls, cancellation and events over whichever port the host offers. A lost port is
 * opened again and what was open is asked again; only when it lasts do calls fail as retryable. Listeners stay.
 */
import type { ServiceEvents } from '#contract/events.ts';
import type { OperationInput, OperationName, OperationResult } from '#contract/operations.ts';
import type { ClientPort, EventMessage, RequestMessage, ResponseMessage } from '#contract/transport.ts';
import { CallError, cancelled, connectionLost } from './callError.ts';

export interface ContractClient {
  call<N extends OperationName>(name: N, args: OperationInput<N>, options?: CallOptions): Promise<OperationResult<N>>;
  on<E extends keyof ServiceEvents>(event: E, listener: (data: ServiceEvents[E]) => void): () => void;
  /** The link to the service on this machine; says nothing about the server. */
  readonly link: { readonly get: () => LinkState; readonly subscribe: (listener: () => void) => () => void };
  close(): void;
}
/** `mending`: lost a moment ago, calls wait for the next port; `lost`: it lasts, calls fail at once. */
export type LinkState = 'connecting' | 'open' | 'mending' | 'lost';

interface CallOptions {
  readonly signal?: AbortSignal;
  /** A change: it gets an id of its own, so that asking again after a lost answer does not make it twice. */
  readonly change?: boolean;
}

export interface ClientOptions {
  /** Opens a port; rejects when there is none (tried again after `retryDelay_ms(attempt)`). */
  readonly openPort: () => Promise<ClientPort>;
  readonly delay: (ms: number, then: () => void) => () => void;
  /** A fresh UUID. */
  readonly newId: () => string;
}

interface Pending {
  readonly request: Extract<RequestMessage, { kind: 'call' }>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CallError) => void;
  sent: boolean;
  /** It went over a port that was lost: it may have been done. */
  again: boolean;
}

/** Below the service's limit of 64, so that a burst of questions waits here and is not refused there. */
const CALLS_IN_FLIGHT = 32;

/** A data service that died is there again within a second or two; longer is told. */
export const MENDING_MS = 8000;

/** 100 ms, 200 ms … 5 s. */
export function retryDelay_ms(attempt: number): number {
  return Math.min(5000, 100 * 2 ** Math.min(attempt, 10));
}

export function contractClient(options: ClientOptions): ContractClient {
  let port: ClientPort | null = null;
  let state: LinkState = 'connecting';
  let closed = false;
  let attempt = 0;
  let nextId = 1;
  let stopWaiting: (() => void) | null = null;
  let stopMending: (() => void) | null = null;
  const pending = new Map<number, Pending>();
  const waiting: number[] = [];
  let inFlight = 0;
  const linkListeners = new Set<() => void>();
  const eventListeners = new Map<keyof ServiceEvents, Set<(data: never) => void>>();

  function setState(next: LinkState): void {
    if (next === state) return;
    state = next;
    for (const listener of linkListeners) listener();
  }

  function pump(): void {
    while (port && inFlight < CALLS_IN_FLIGHT && waiting.length > 0) {
      const entry = pending.get(waiting.shift() ?? 0);
      if (!entry) continue;
      entry.sent = true;
      inFlight += 1;
      port.send(entry.again ? { ...entry.request, again: true } : entry.request);
    }
  }

  function settle(id: number): Pending | undefined {
    const entry = pending.get(id);
    if (!entry) return undefined;
    pending.delete(id);
    if (entry.sent) inFlight -= 1;
    return entry;
  }

  function receive(message: ResponseMessage): void {
    if (message.kind === 'event') {
      dispatch(message);
    } else {
      const entry = settle(message.id);
      if (message.kind === 'result') entry?.resolve(message.value);
      else entry?.reject(new CallError(message.error));
    }
    pump();
  }

  function dispatch(message: EventMessage): void {
    for (const listener of eventListeners.get(message.event) ?? []) listener(message.data as never);
  }

  function lost(): void {
    if (closed) return;
    port = null;
    for (const [id, entry] of pending) {
      if (!entry.sent) continue;
      entry.sent = false;
      entry.again = true;
      waiting.push(id);
    }
    // in the order in which they were asked
    waiting.sort((a, b) => a - b);
    inFlight = 0;
    setState('mending');
    stopMending?.();
    stopMending = options.delay(MENDING_MS, giveUp);
    reconnect();
  }

  function giveUp(): void {
    stopMending = null;
    if (state === 'open' || closed) return;
    setState('lost');
    const entries = [...pending.values()];
    pending.clear();
    waiting.length = 0;
    for (const entry of entries) entry.reject(connectionLost());
  }

  function reconnect(): void {
    stopWaiting?.();
    stopWaiting = options.delay(attempt === 0 ? 0 : retryDelay_ms(attempt), () => void connect());
    attempt += 1;
  }

  async function connect(): Promise<void> {
    if (closed) return;
    let opened: ClientPort;
    try {
      opened = await options.openPort();
    } catch {
      if (state === 'connecting') setState('lost');
      reconnect();
      return;
    }
    if (closed) {
      opened.close();
      return;
    }
    port = opened;
    opened.onMessage((message) => {
      if (port === opened) receive(message);
    });
    opened.onClose(() => {
      if (port === opened) lost();
    });
    attempt = 0;
    stopMending?.();
    stopMending = null;
    setState('open');
    pump();
  }

  void connect();

  return {
    call<N extends OperationName>(
      name: N,
      args: OperationInput<N>,
      { signal, change }: CallOptions = {},
    ): Promise<OperationResult<N>> {
      return new Promise<OperationResult<N>>((resolve, reject) => {
        if (signal?.aborted) return reject(cancelled());
        // The first connection and one being mended are waited for; one that is gone is said at once.
        if (closed || state === 'lost') return reject(connectionLost());
        const id = nextId++;
        const abort = (): void => {
          const entry = settle(id);
          if (!entry) return;
          if (entry.sent) port?.send({ kind: 'cancel', id });
          entry.reject(cancelled());
          pump();
        };
        const done = (): void => signal?.removeEventListener('abort', abort);
        pending.set(id, {
          request: { kind: 'call', id, name, args, ...(change ? { mutation_id: options.newId() } : {}) },
          // The service's answers are typed by the contract it shares with this file.
          resolve: (value) => {
            done();
            resolve(value as OperationResult<N>);
          },
          reject: (error) => {
            done();
            reject(error);
          },
          sent: false,
          again: false,
        });
        signal?.addEventListener('abort', abort, { once: true });
        waiting.push(id);
        pump();
      });
    },
    on(event, listener) {
      const listeners = eventListeners.get(event) ?? new Set();
      eventListeners.set(event, listeners);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    link: {
      get: () => state,
      subscribe(listener) {
        linkListeners.add(listener);
        return () => linkListeners.delete(listener);
      },
    },
    close() {
      closed = true;
      stopWaiting?.();
      stopMending?.();
      port?.close();
      for (const entry of pending.values()) entry.reject(connectionLost());
      pending.clear();
    },
  };
}
