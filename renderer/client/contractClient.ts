/**
 * The renderer's end of the contract: calls, cancellation and events over whichever port the host offers. A lost port
 * fails the calls in flight as retryable and is opened again; listeners stay.
 */
import type { ServiceEvents } from '#contract/events.ts';
import type { OperationInput, OperationName, OperationResult } from '#contract/operations.ts';
import type { ClientPort, EventMessage, RequestMessage, ResponseMessage } from '#contract/transport.ts';
import { CallError, cancelled, connectionLost } from './callError.ts';

export interface ContractClient {
  call<N extends OperationName>(
    name: N,
    args: OperationInput<N>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<OperationResult<N>>;
  on<E extends keyof ServiceEvents>(event: E, listener: (data: ServiceEvents[E]) => void): () => void;
  /** The link to the service on this machine; says nothing about the server. */
  readonly link: { readonly get: () => LinkState; readonly subscribe: (listener: () => void) => () => void };
  close(): void;
}
export type LinkState = 'connecting' | 'open' | 'lost';

export interface ClientOptions {
  /** Opens a port; rejects when there is none (tried again after `retryDelay_ms(attempt)`). */
  readonly openPort: () => Promise<ClientPort>;
  readonly delay: (ms: number, then: () => void) => () => void;
}

interface Pending {
  readonly request: RequestMessage;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CallError) => void;
  sent: boolean;
}

/** Below the service's limit of 64, so that a burst of questions waits here and is not refused there. */
const CALLS_IN_FLIGHT = 32;

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
      port.send(entry.request);
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
    const entries = [...pending.values()];
    pending.clear();
    waiting.length = 0;
    inFlight = 0;
    setState('lost');
    for (const entry of entries) entry.reject(connectionLost());
    reconnect();
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
      setState('lost');
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
    setState('open');
    pump();
  }

  void connect();

  return {
    call<N extends OperationName>(
      name: N,
      args: OperationInput<N>,
      { signal }: { readonly signal?: AbortSignal } = {},
    ): Promise<OperationResult<N>> {
      return new Promise<OperationResult<N>>((resolve, reject) => {
        if (signal?.aborted) return reject(cancelled());
        // The first connection is waited for; afterwards a missing one is said at once and the caller may try again.
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
          request: { kind: 'call', id, name, args },
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
      port?.close();
      for (const entry of pending.values()) entry.reject(connectionLost());
      pending.clear();
    },
  };
}
