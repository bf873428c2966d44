/** The thread that checks and writes a first load: its own connection, so that decoding and inserting hold up no click. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  createFactWriter,
  type FactStep,
  type FactStepTaken,
  type FactWriter,
  takeStep,
} from '#db/analysis/factWriter.ts';
import { openConnection, sqliteCode } from '#db/connection.ts';
import { createNameIndex } from '#db/search/nameIndex.ts';
import { createCopyWriter } from './copyWriter.ts';
import type { SnapshotPiece } from './columnBlock.ts';
import type { Applied } from './copyWriter.ts';
import { WireFailure, type WireFailureKind } from './failure.ts';
import { createInlineLoader, type LoadInput } from './loader.ts';

export interface LoaderFile {
  readonly file: string;
  readonly raw_hex: string;
  /** Set by the other side when it has heard of a crash point: 1 = go on, 2 = fail there. */
  readonly crash_gate: SharedArrayBuffer;
}
export type ToLoader =
  | { readonly kind: 'stage'; readonly piece: SnapshotPiece }
  | { readonly kind: 'apply'; readonly input: LoadInput }
  | { readonly kind: 'make_indexes' }
  | { readonly kind: 'fact_step'; readonly step: FactStep }
  | { readonly kind: 'discard' }
  | { readonly kind: 'close' };

export interface LoaderFailure {
  readonly message: string;
  readonly wire: { readonly kind: WireFailureKind; readonly status: number; readonly code: string } | undefined;
  readonly sqlite_code: string | undefined;
}
/** Every message but `discard` and `close` is answered, in order. */
export type FromLoader =
  | { readonly kind: 'done' }
  | { readonly kind: 'applied'; readonly applied: Applied }
  | { readonly kind: 'step_taken'; readonly taken: FactStepTaken }
  | { readonly kind: 'failed'; readonly failure: LoaderFailure }
  | { readonly kind: 'crash_point'; readonly point: string };

const CRASH_ANSWER_WITHIN_MS = 5_000;
const CACHE_KIB = 32_768;
/** Names to be found are put in here while the other connection waits. */
const NAMES_A_BATCH = 500;
/** Pages in the log before they are written back: a first load touches the same pages again and again. */
const LOG_PAGES = 12_000;

const port = parentPort;
if (port) {
  const { file, raw_hex, crash_gate }: LoaderFile = workerData;
  const gate = new Int32Array(crash_gate);
  const crashAt = (point: string): void => {
    Atomics.store(gate, 0, 0);
    port.postMessage({ kind: 'crash_point', point } satisfies FromLoader);
    Atomics.wait(gate, 0, 0, CRASH_ANSWER_WITHIN_MS);
    if (Atomics.load(gate, 0) === 2) throw new Error(`ended at ${point}`);
  };
  const connection = openConnection({ file, raw_hex, synchronous: 'NORMAL', cache_kib: CACHE_KIB });
  connection.pragma(`wal_autocheckpoint = ${LOG_PAGES}`);
  const writer = createCopyWriter(connection, crashAt);
  const loader = createInlineLoader(writer);
  const names = createNameIndex(connection);
  let facts: FactWriter | undefined;
  /** The scope is taken over on the other connection: before the first piece, or between two batches. */
  let stale = true;

  const answer = async (message: Exclude<ToLoader, { kind: 'discard' | 'close' }>): Promise<FromLoader> => {
    try {
      if (message.kind === 'fact_step') {
        facts ??= createFactWriter(connection, crashAt);
        return { kind: 'step_taken', taken: takeStep(facts, message.step) };
      }
      if (stale || message.kind === 'apply') writer.refresh();
      stale = false;
      if (message.kind === 'apply') {
        const applied = await loader.apply(message.input);
        names.putIn(NAMES_A_BATCH);
        return { kind: 'applied', applied };
      }
      if (message.kind === 'make_indexes') {
        await loader.makeIndexes();
        while (names.putIn(NAMES_A_BATCH * 10) > 0);
      } else await loader.stage(message.piece);
      return { kind: 'done' };
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error) };
    }
  };
  let last: Promise<void> = Promise.resolve();
  port.on('message', (message: ToLoader) => {
    last = last.then(async () => {
      if (message.kind === 'discard') {
        loader.discard();
        stale = true;
      } else if (message.kind === 'close') {
        writer.truncateLog();
        connection.close();
        port.close();
      } else port.postMessage(await answer(message));
    });
  });
}

function failureOf(error: unknown): LoaderFailure {
  const message = error instanceof Error ? error.message : 'unknown error';
  const wire = error instanceof WireFailure ? { kind: error.kind, status: error.status, code: error.code } : undefined;
  return { message, wire, sqlite_code: sqliteCode(error) };
}
