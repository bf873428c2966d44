/** A reader thread: opens the files it was given, answers one job at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { errorValue, type OperationError } from '#contract/errors.ts';
import { sqliteCode } from '#db/connection.ts';
import type { ReaderFiles } from '#db/replica.ts';
import { type JobRunner, openJobRunner, type ReaderJob } from './jobs.ts';

export interface ToWorker {
  readonly id: number;
  readonly job: ReaderJob;
  readonly flag: SharedArrayBuffer;
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
  const answer = async (message: ToWorker): Promise<FromWorker> => {
    const cancelled = new Int32Array(message.flag);
    try {
      runner ??= openJobRunner(files, () => performance.now());
      const value = await runner.run(message.job, () => Atomics.load(cancelled, 0) === 1);
      return { kind: 'value', id: message.id, value };
    } catch (error) {
      const value = errorValue(error);
      const detail =
        value.code === 'internal' && error instanceof Error ? `${error.name}: ${error.message}` : undefined;
      return { kind: 'error', id: message.id, error: value, sqlite_code: sqliteCode(error), detail };
    }
  };
  let last: Promise<void> = Promise.resolve();
  port.on('message', (message: ToWorker | 'close') => {
    if (message === 'close') {
      void last.then(() => {
        runner?.close();
        port.close();
      });
      return;
    }
    last = last.then(async () => port.postMessage(await answer(message)));
  });
}
