/** A reader thread: opens the files it was given, answers one job at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { errorValue, type OperationError } from '#contract/errors.ts';
import type { SharedBlock } from '#db/analysis/factMemory.ts';
import { sqliteCode } from '#db/connection.ts';
import { machineTimers } from '#db/machine.ts';
import { inWords } from '#db/sync/inWords.ts';
import type { ReaderFiles } from '#db/replica.ts';
import { UNASKED_MS } from '#db/queries/forgetUnasked.ts';
import { collectHeap, createAtRest, REST_AFTER_MS } from './atRest.ts';
import { type JobRunner, openJobRunner, type ReaderJob } from './jobs.ts';

export interface ToWorker {
  readonly kind: 'job';
  readonly id: number;
  readonly job: ReaderJob;
  readonly flag: SharedArrayBuffer;
}
/** Columns all threads share: the memory travels, not its contents. */
export interface ShareWithWorker {
  readonly kind: 'share';
  readonly blocks: readonly SharedBlock[];
  readonly keep: readonly number[];
}
export type FromWorker =
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | {
      readonly kind: 'error';
      readonly id: number;
      readonly error: OperationError;
      readonly sqlite_code: string | undefined;
      /** What a log may say of an unexpected error. */
      readonly detail: string | undefined;
    };

const port = parentPort;
if (port) {
  const files: ReaderFiles = workerData;
  let runner: JobRunner | undefined;
  const opened = (): JobRunner => {
    runner ??= openJobRunner(files, () => performance.now());
    return runner;
  };
  const answer = async (message: ToWorker): Promise<FromWorker> => {
    const cancelled = new Int32Array(message.flag);
    try {
      const value = await opened().run(message.job, () => Atomics.load(cancelled, 0) === 1);
      return { kind: 'value', id: message.id, value };
    } catch (error) {
      const value = errorValue(inWords(error));
      const detail =
        value.code === 'internal' && error instanceof Error ? `${error.name}: ${error.message}` : undefined;
      return { kind: 'error', id: message.id, error: value, sqlite_code: sqliteCode(error), detail };
    }
  };
  let last: Promise<void> = Promise.resolve();
  const tidy = (after_ms: number) => () => {
    last = last.then(() => {
      runner?.rest(after_ms);
      collectHeap();
    });
  };
  // between two screens, and when the person is at something else
  const rests = [REST_AFTER_MS, UNASKED_MS + REST_AFTER_MS].map((after_ms) =>
    createAtRest(machineTimers(), tidy(after_ms), after_ms),
  );
  const rest = {
    again: () => {
      for (const each of rests) each.again();
    },
    stop: () => {
      for (const each of rests) each.stop();
    },
  };
  port.on('message', (message: ToWorker | ShareWithWorker | 'close') => {
    if (message === 'close') {
      void last.then(() => {
        rest.stop();
        runner?.close();
        port.close();
      });
      return;
    }
    if (message.kind === 'share') {
      last = last.then(() => {
        try {
          opened().share(message.blocks, new Set(message.keep));
        } catch {
          // a file that cannot be opened is said by the next job
        }
        // what it forgot is held until it is collected
        rest.again();
      });
      return;
    }
    last = last.then(async () => {
      port.postMessage(await answer(message));
      rest.again();
    });
  });
}
