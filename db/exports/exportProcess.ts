/** Starts an export in a child process and kills it when the caller gives up; settles when it writes no more. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BinnacleError } from '#contract/errors.ts';
import { DistantSqliteError } from '#db/connection.ts';
import type { JobResults } from '#db/readers/jobs.ts';
import type { ExportAnswer, ExportKind, ExportOrder } from './child.ts';

export type RunExport = <Kind extends ExportKind>(
  order: ExportOrder<Kind>,
  signal: AbortSignal | undefined,
) => Promise<JobResults[Kind]>;

function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new BinnacleError('cancelled', 'Cancelled.');
}

export const exportInChild: RunExport = async <Kind extends ExportKind>(
  order: ExportOrder<Kind>,
  signal: AbortSignal | undefined,
) => {
  refuseCancelled(signal);
  const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // inherited inspector or loader flags have no business in it
    execArgv: [],
  });
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const answer = await new Promise<ExportAnswer<Kind> | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => resolve(undefined));
      child.once('message', (message) => resolve(message as ExportAnswer<Kind>));
      child.send(order);
    });
    refuseCancelled(signal);
    if (!answer) throw new BinnacleError('internal', 'The export stopped before it was done. Try again.', true);
    if (answer.kind === 'error' && answer.sqlite_code !== undefined)
      throw new DistantSqliteError(answer.sqlite_code, `an export failed with ${answer.sqlite_code}`);
    if (answer.kind === 'error')
      throw new BinnacleError(answer.error.code, answer.error.message, answer.error.retryable);
    return answer.value;
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
};
