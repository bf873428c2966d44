/** A loader in a thread of its own. The thread lives from the first piece until the load is over. */
import { Worker } from 'node:worker_threads';
import type { FactStepTaken } from '#db/analysis/factWriter.ts';
import { DistantSqliteError } from '#db/connection.ts';
import type { CrashAt } from '#db/machine.ts';
import type { Applied } from './copyWriter.ts';
import { WireFailure } from './failure.ts';
import type { Loader } from './loader.ts';
import type { FromLoader, LoaderFailure, LoaderFile, ToLoader } from './loaderThread.ts';

/** Characters on their way to the thread before the stream from the server is held up. */
const ROOM_CHARACTERS = 8_000_000;
/** Blocks live for a batch: a larger nursery would only be filled. */
const YOUNG_MB = 16;

type Answer = Applied | FactStepTaken | undefined;

interface Expected {
  readonly size: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export interface ThreadLoaderParts {
  readonly file: string;
  readonly raw_hex: string;
  readonly crashAt: CrashAt;
}

export function createThreadLoader(parts: ThreadLoaderParts): Loader {
  const crash_gate = new SharedArrayBuffer(4);
  let worker: Worker | undefined;
  /** Resolves when the thread that was told to end has ended. */
  let closing: Promise<void> | undefined;
  let expected: Expected[] = [];
  let on_the_way = 0;
  let roomMade: (() => void) | undefined;
  let refused: Error | undefined;

  const start = (): Worker => {
    const workerData: LoaderFile = { file: parts.file, raw_hex: parts.raw_hex, crash_gate };
    const started = new Worker(new URL('./loaderThread.ts', import.meta.url), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    started.on('message', onMessage);
    started.on('error', (error) => end(started, error));
    started.on('exit', () => end(started, new Error('the loader thread ended')));
    return started;
  };

  const end = (ended: Worker, error: unknown) => {
    if (worker !== ended) return;
    worker = undefined;
    const left = expected;
    expected = [];
    on_the_way = 0;
    for (const { reject } of left) reject(error);
    roomMade?.();
  };

  const onMessage = (message: FromLoader) => {
    if (message.kind === 'crash_point') {
      passGate(message.point);
      return;
    }
    const first = expected.shift();
    if (!first) return;
    on_the_way -= first.size;
    if (message.kind === 'failed') first.reject(errorOf(message.failure));
    else first.resolve(answerOf(message));
    roomMade?.();
  };

  const passGate = (point: string) => {
    const gate = new Int32Array(crash_gate);
    try {
      parts.crashAt(point);
      Atomics.store(gate, 0, 1);
    } catch {
      Atomics.store(gate, 0, 2);
    }
    Atomics.notify(gate, 0);
  };

  const send = (message: ToLoader, size: number): Promise<Answer> => {
    worker ??= start();
    const to = worker;
    return new Promise((resolve, reject) => {
      expected.push({ size, resolve, reject });
      on_the_way += size;
      to.postMessage(message);
    });
  };

  const throwRefused = () => {
    if (refused !== undefined) throw refused;
  };

  return {
    stage: async (piece) => {
      throwRefused();
      const size = piece.kind === 'columns' ? piece.text.length : piece.rows.length * 200;
      send({ kind: 'stage', piece }, size).catch((error: unknown) => {
        refused ??= error instanceof Error ? error : new Error('the loader thread failed');
      });
      while (on_the_way > ROOM_CHARACTERS) {
        await new Promise<void>((resolve) => {
          roomMade = resolve;
        });
        roomMade = undefined;
      }
      throwRefused();
    },
    apply: async (input) => {
      const applied = await send({ kind: 'apply', input }, 0);
      if (!applied || !('rows' in applied)) throw new Error('the loader thread answered something else');
      return applied;
    },
    busy: () => worker !== undefined,
    takeStep: async (step) => {
      await closing;
      if (!worker) return null;
      const taken = await send({ kind: 'fact_step', step }, 0);
      if (!taken || !('kind' in taken)) throw new Error('the loader thread answered something else');
      return taken;
    },
    makeIndexes: async () => {
      await send({ kind: 'make_indexes' }, 0);
    },
    discard: () => {
      refused = undefined;
      worker?.postMessage({ kind: 'discard' } satisfies ToLoader);
    },
    close: async () => {
      refused = undefined;
      const ending = worker;
      if (!ending) return;
      closing = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
      ending.postMessage({ kind: 'close' } satisfies ToLoader);
      await closing;
      closing = undefined;
    },
  };
}

function answerOf(message: FromLoader): Answer {
  if (message.kind === 'applied') return message.applied;
  return message.kind === 'step_taken' ? message.taken : undefined;
}

function errorOf({ message, wire, sqlite_code }: LoaderFailure): Error {
  if (wire) return new WireFailure(wire.kind, message, wire.status, wire.code);
  if (sqlite_code !== undefined) return new DistantSqliteError(sqlite_code, message);
  return new Error(message);
}
