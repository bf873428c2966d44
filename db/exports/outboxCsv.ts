/** The outbox as CSV: small enough for the service to write itself. */
import { outboxPage } from '#db/commands/outbox.ts';
import type { Connection } from '#db/connection.ts';
import { createCsv, type ExportedRows } from './csv.ts';

const EXPORTED_OUTBOX_ROWS = 10_000;

export function exportOutbox(work: Connection): ExportedRows {
  const csv = createCsv();
  const { rows } = outboxPage(work, 0, EXPORTED_OUTBOX_ROWS);
  csv.add(
    rows.map(({ id, title, command, state, made_at_ms, decided_at_ms, attempts, reason, args }) => ({
      id,
      title,
      command,
      state,
      made_at_ms,
      decided_at_ms,
      attempts,
      reason: reason?.message ?? null,
      args: JSON.stringify(args),
    })),
    '',
  );
  return csv.done();
}
