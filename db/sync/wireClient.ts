/** The endpoints of the sync wire, each answer checked before anyone uses it. */
import type {
  Checkpoint,
  DeltaRequest,
  DeltaRow,
  LiveEvent,
  OpenRequest,
  OpenResponse,
  PushRequest,
  PushResponse,
  SnapshotRequest,
  VerifyRequest,
  VerifyResponse,
} from '#contract/wire/protocol.ts';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '#contract/wire/protocol.ts';
import type { TimerHandle, Timers } from '#db/machine.ts';
import { LiveEventShape, OpenAnswer, PushAnswer, VerifyAnswer } from './answers.ts';
import { askedAgain } from './askedAgain.ts';
import { bodyBytes, bodyJson, bodyLines } from './body.ts';
import { brokenAnswer, WireFailure } from './failure.ts';
import type { SnapshotPiece } from './columnBlock.ts';
import { readDelta, readSnapshot, type SnapshotAnswer } from './rowStream.ts';
import { failureOf, type ServerSession } from './serverSession.ts';

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** Unpacked. A snapshot is some thousands of rows; a delta is one checkpoint at least, of whatever size it was written in. */
const MAX_SNAPSHOT_BYTES = 256 * 1024 * 1024;
const MAX_DELTA_BYTES = 512 * 1024 * 1024;
/** Without a byte for this long, a connection is taken for dead. */
const SILENT_MS = 60_000;
/** The live stream says something every 15 seconds. */
const LIVE_SILENT_MS = 40_000;

const CURSOR_LOST: ReadonlySet<number> = new Set([403, 409, 410]);

export interface WireClientParts {
  readonly server_url: string;
  readonly fetch: typeof fetch;
  readonly timers: Timers;
  readonly session: ServerSession;
}

export interface LiveAsked {
  readonly client_id: string;
  /** The scope the copy has; null before the first. Another one is told at once. */
  readonly scope_hash: string | null;
}

export interface WireClient {
  open(request: OpenRequest, signal: AbortSignal): Promise<OpenResponse>;
  delta(request: DeltaRequest, signal: AbortSignal): Promise<DeltaAnswer>;
  /** In the encoding asked for, or in rows from a server that knows no other. */
  snapshot(
    request: SnapshotRequest,
    signal: AbortSignal,
    onPiece: (piece: SnapshotPiece) => Promise<void>,
  ): Promise<SnapshotAnswer>;
  push(request: PushRequest, signal: AbortSignal): Promise<PushResponse>;
  verify(request: VerifyRequest, signal: AbortSignal): Promise<VerifyResponse>;
  /** Resolves when the stream ends in good order, throws WireFailure otherwise. `onAlive` on every sign of life. */
  live(asked: LiveAsked, signal: AbortSignal, onEvent: (event: LiveEvent) => void, onAlive: () => void): Promise<void>;
  /**
   * Any other route of the server, with the session's token: administration, imports. `silent_ms` is how long the server
   * may work without a word.
   */
  request(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, silent_ms?: number): Promise<unknown>;
  /** The same until somebody stops it; a body of bytes goes as they are. */
  ask(method: 'GET' | 'POST' | 'PUT', path: string, body: unknown, signal: AbortSignal): Promise<unknown>;
  /** An answer that is bytes, `most` of them. */
  bytes(path: string, most: number, signal?: AbortSignal): Promise<Buffer>;
}

export interface DeltaAnswer {
  readonly to: Checkpoint;
  readonly head: Checkpoint;
  readonly scope_hash: string | undefined;
  /** Buckets the rows leave out: to be loaded afresh. */
  readonly reload: readonly number[];
  readonly rows: readonly DeltaRow[];
}

export function createWireClient(parts: WireClientParts): WireClient {
  // of the sync wire everything may be asked twice: rows have versions, mutations ids
  const askSync = askedAgain(parts.fetch);
  /** Runs one exchange with a fresh token once again after a 401, and gives up on silence. */
  const exchange = async <T>(
    method: string,
    path: string,
    body: unknown,
    signal: AbortSignal | undefined,
    silent_ms: number,
    read: (response: Response, alive: () => void) => Promise<T>,
    accept = 'application/json, application/x-ndjson',
  ): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      const token = await parts.session.accessToken();
      // whoever stopped meanwhile asks nothing more, whatever the fetch at hand makes of a signal that has gone off
      if (signal?.aborted === true) throw new WireFailure('unreachable', 'Stopped before the server was asked.');
      const stop = new AbortController();
      let watch: TimerHandle | undefined;
      const alive = () => {
        watch?.cancel();
        watch = parts.timers.after(silent_ms, () => stop.abort());
      };
      alive();
      try {
        const ask = path.startsWith('/sync/') ? askSync : parts.fetch;
        const response = await ask(new URL(path, parts.server_url), {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
            accept,
            'accept-encoding': 'zstd',
            ...(body === undefined ? {} : { 'content-type': contentType(body) }),
          },
          ...(body === undefined
            ? {}
            : { body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body) }),
          signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
          redirect: 'error',
        });
        if (response.ok) return await read(response, alive);
        const failure = failureOf(response.status, await bodyJson(response, MAX_ANSWER_BYTES).catch(() => undefined));
        if (failure.kind !== 'signed_out') throw failure;
        parts.session.refused(token);
        if (attempt > 1) throw failure;
      } catch (error) {
        if (error instanceof WireFailure) throw error;
        if (error instanceof RangeError) throw brokenAnswer(error.message);
        throw new WireFailure('unreachable', 'The server does not answer.');
      } finally {
        watch?.cancel();
      }
    }
  };

  /** On reads, 409 and 410 say that the cursor means nothing to the server any more, 403 that the scope is another. */
  const reading = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      if (error instanceof WireFailure && CURSOR_LOST.has(error.status)) {
        throw new WireFailure('cursor_lost', error.message, error.status, error.code);
      }
      throw error;
    }
  };

  const json = (method: string, path: string, body: unknown, signal?: AbortSignal, silent_ms = SILENT_MS) =>
    exchange(method, path, body, signal, silent_ms, (response) => bodyJson(response, MAX_ANSWER_BYTES));

  const lines = async function* (response: Response, alive: () => void, max_bytes: number): AsyncGenerator<string[]> {
    for await (const block of bodyLines(response, max_bytes)) {
      alive();
      yield block;
    }
  };

  return {
    open: async (request, signal) => {
      const parsed = OpenAnswer.safeParse(await reading(() => json('POST', '/sync/open', request, signal)));
      if (!parsed.success) throw brokenAnswer('the answer to open has another shape');
      return parsed.data;
    },
    delta: (request, signal) =>
      reading(() =>
        exchange('POST', '/sync/delta', request, signal, SILENT_MS, (response, alive) =>
          readDelta(lines(response, alive, MAX_DELTA_BYTES), request),
        ),
      ),
    snapshot: (request, signal, onPiece) =>
      reading(() =>
        exchange('POST', '/sync/snapshot', request, signal, SILENT_MS, (response, alive) =>
          readSnapshot(lines(response, alive, MAX_SNAPSHOT_BYTES), request, async (piece) => {
            await onPiece(piece);
            // waiting for room to put a piece is not the server's silence
            alive();
          }),
        ),
      ),
    push: async (request, signal) => {
      const parsed = PushAnswer.safeParse(await json('POST', '/sync/push', request, signal));
      if (!parsed.success) throw brokenAnswer('the answer to push has another shape');
      return parsed.data;
    },
    verify: async (request, signal) => {
      const parsed = VerifyAnswer.safeParse(await reading(() => json('POST', '/sync/verify', request, signal)));
      if (!parsed.success) throw brokenAnswer('the answer to verify has another shape');
      return parsed.data;
    },
    live: ({ client_id, scope_hash }, signal, onEvent, onAlive) =>
      exchange(
        'GET',
        `/sync/live?${new URLSearchParams({ client_id, ...(scope_hash === null ? {} : { scope_hash }) }).toString()}`,
        undefined,
        signal,
        LIVE_SILENT_MS,
        async (response, alive) => {
          onAlive();
          // a stream has no end, only its lines have
          for await (const block of lines(response, alive, Infinity)) {
            onAlive();
            for (const line of block) {
              if (line.startsWith('data:')) onEvent(liveEvent(line.slice(5)));
            }
          }
        },
        'text/event-stream',
      ),
    request: (method, path, body, silent_ms) => json(method, path, body, undefined, silent_ms),
    ask: (method, path, body, signal) => json(method, path, body, signal),
    bytes: (path, most, signal) =>
      exchange(
        'GET',
        path,
        undefined,
        signal,
        SILENT_MS,
        (response) => bodyBytes(response, most),
        'application/octet-stream',
      ),
  };
}

function contentType(body: unknown): string {
  return body instanceof Uint8Array ? 'application/octet-stream' : 'application/json';
}

function liveEvent(text: string): LiveEvent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw brokenAnswer('a live event is no JSON');
  }
  const parsed = LiveEventShape.safeParse(value);
  if (!parsed.success) throw brokenAnswer('a live event has another shape');
  return parsed.data;
}
