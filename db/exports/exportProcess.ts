/** Starts an export in a child process and kills it when the caller gives up; settles when it writes no more. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BinnacleError } from '#contract/errors.ts';
import { DistantSqliteError } from '#db/connection.ts';
import type { ExportAnswer, ExportOrder } from './child.ts';
import type { ExportedFile } from './writeExport.ts';

export type RunExport = (order: ExportOrder, signal: AbortSignal | undefined) => Promise<ExportedFile>;

function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new BinnacleError('cancelled', 'Cancelled.');
}

export const exportInChild: RunExport = async (order, signal) => {
  refuseCancelled(signal);
  const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // inherited inspector or loader flags have no business in it
    execArgv: [],
  });
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const answer = await new Promise<ExportAnswer | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => resolve(undefined));
      child.once('message', (message) => resolve(message as ExportAnswer));
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
