/** An export in a process of its own: it may be killed at any moment, even inside a native query. Keys arrive by IPC. */
import { errorValue, type OperationError } from '#contract/errors.ts';
import { inWords } from '#db/sync/inWords.ts';
import { sqliteCode } from '#db/connection.ts';
import { type JobResults, openJobRunner, type ReaderJob } from '#db/readers/jobs.ts';
import type { ReaderFiles } from '#db/replica.ts';

/** What is made in a process of its own. */
export type ExportKind = 'export' | 'binder';
export interface ExportOrder<Kind extends ExportKind = ExportKind> {
  readonly files: ReaderFiles;
  readonly job: Extract<ReaderJob, { kind: Kind }>;
}
export type ExportAnswer<Kind extends ExportKind = ExportKind> =
  | { readonly kind: 'value'; readonly value: JobResults[Kind] }
  | { readonly kind: 'error'; readonly error: OperationError; readonly sqlite_code: string | undefined };

async function run(order: ExportOrder): Promise<ExportAnswer> {
  try {
    const runner = openJobRunner(order.files, () => performance.now(), { loadsColumns: true });
    try {
      const value = await runner.run(order.job, () => false);
      return { kind: 'value', value: value as JobResults[ExportKind] };
    } finally {
      runner.close();
    }
  } catch (error) {
    return { kind: 'error', error: errorValue(inWords(error)), sqlite_code: sqliteCode(error) };
  }
}

if (process.send) {
  // nobody is left to take the file away
  process.once('disconnect', () => process.exit());
  process.once('message', (order: ExportOrder) => {
    void run(order).then((answer) => process.send?.(answer, () => process.disconnect()));
  });
}
