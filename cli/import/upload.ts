/** Sends blocks one after the other, with the next one made while the server works, and returns the report. */
import type { OrderImportBlock, OrderImportProgress, OrderImportReport } from '#contract/wire/imports.ts';
import type { Output } from '#cli/output.ts';
import type { ImportConnection } from './connection.ts';

export async function uploadBlocks(
  connection: ImportConnection,
  import_id: number,
  blocks: AsyncGenerator<OrderImportBlock>,
  output: Output,
  linesOfFile: number,
  now: () => number,
): Promise<OrderImportReport> {
  const started_ms = now();
  let lines = 0;
  let refused = 0;
  let next = blocks.next();
  try {
    for (;;) {
      const { value: block, done } = await next;
      if (done) break;
      const sending = connection.post<OrderImportProgress>(`/imports/orders/${import_id}/lines`, block, true);
      next = blocks.next();
      // A file that fails to read while a block is under way must not end as an unhandled rejection.
      next.catch(() => {});
      const progress = await sending;
      lines += progress.lines;
      for (const { line_number, invoice, ordinal, reason } of progress.refused) {
        refused += 1;
        const sentence = refused <= REFUSED_SHOWN ? `Quarantined: line ${line_number}: ${reason}` : null;
        output.event({ event: 'quarantined', line_number, invoice, ordinal, reason }, sentence);
      }
      output.progress(progressSentence(lines, linesOfFile, now() - started_ms));
      if (output.json) output.event({ event: 'progress', lines, lines_of_file: linesOfFile }, null);
    }
  } finally {
    await blocks.return(undefined);
  }
  return await connection.post<OrderImportReport>(`/imports/orders/${import_id}/finish`, {}, false);
}

/** People see this many lines one by one; all are in `quarantine list`. */
const REFUSED_SHOWN = 20;
const BAR_WIDTH = 24;

function progressSentence(lines: number, ofLines: number, elapsed_ms: number): string {
  const share = Math.min(1, lines / Math.max(1, ofLines));
  const filled = Math.round(share * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const rate = Math.round(lines / Math.max(0.001, elapsed_ms / 1000));
  const left_s = Math.ceil((ofLines - lines) / Math.max(1, rate));
  return `${bar} ${Math.floor(share * 100)} %  ${count(lines)} lines, ${count(rate)}/s, ${left_s > 0 ? `${left_s} s left` : 'finishing'}`;
}

export function count(value: number): string {
  return value.toLocaleString('en-GB');
}
