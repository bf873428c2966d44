/** That rows left as a file: kept in work.db, so also without a connection, until the server has written it down. */
import type { ExportNote } from '#contract/audit.ts';
import type { Connection } from '#db/connection.ts';
import { WireFailure } from '#db/sync/failure.ts';
import type { WireClient } from '#db/sync/wireClient.ts';

const AT_ONCE = 100;

export function noteExport(work: Connection, note: ExportNote): void {
  work
    .prepare('INSERT INTO export_note (id, made_at_ms, query, format, rows, bytes) VALUES (?, ?, ?, ?, ?, ?)')
    .run(note.id, note.made_at_ms, note.query, note.format, note.rows, note.bytes);
}

export function exportsToTell(work: Connection): boolean {
  return work.prepare('SELECT 1 FROM export_note LIMIT 1').get() !== undefined;
}

/** Throws WireFailure when the server cannot be reached; one that refuses or is too old to know is asked again another time. */
export async function tellExports(work: Connection, client: WireClient, client_id: string): Promise<void> {
  const read = work.prepare(
    'SELECT id, made_at_ms, query, format, rows, bytes FROM export_note ORDER BY made_at_ms, id LIMIT ?',
  );
  for (;;) {
    const exports = read.all(AT_ONCE) as ExportNote[];
    if (exports.length === 0) return;
    try {
      await client.request('POST', '/audit/exports', { client_id, exports });
    } catch (error) {
      if (error instanceof WireFailure && (error.kind === 'refused' || error.kind === 'busy')) return;
      throw error;
    }
    const forget = work.prepare('DELETE FROM export_note WHERE id = ?');
    work.transaction(() => {
      for (const { id } of exports) forget.run(id);
    })();
  }
}
