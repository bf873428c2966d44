/** The Sync screen's facts: where the copy stands, how large it is, what happened. */
import { statSync } from 'node:fs';
import type { SyncStatus } from '#contract/queries.ts';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import type { ReplicaPlace } from './keys/place.ts';
import { recentNotices } from './notices.ts';
import { TABLE_LABELS } from './schema/tableLabels.ts';
import type { Workspace } from './workspace.ts';

export function syncStatus(workspace: Workspace, server_url: string): SyncStatus {
  const { replica, work, place } = workspace.open;
  const checkpoint = replica.prepare('SELECT checkpoint_number FROM replica_meta').pluck().get();
  const counted = new Map(
    replica
      .prepare<unknown[], { tbl: number; rows: number; buckets: number }>(
        'SELECT tbl, sum(rows) AS rows, count(*) AS buckets FROM bucket GROUP BY tbl',
      )
      .all()
      .map((row) => [row.tbl, row]),
  );
  const tables = WIRE_TABLES.flatMap((table) => {
    const row = counted.get(table.id);
    return row ? [{ name: table.name, label: TABLE_LABELS[table.name], rows: row.rows, buckets: row.buckets }] : [];
  });
  return {
    pill: workspace.pill(),
    server_url,
    checkpoint: typeof checkpoint === 'number' ? checkpoint : 0,
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    bytes_on_disk: bytesOnDisk(place),
    tables,
    ...workspace.state(),
    ...workspace.verified(),
    notices: recentNotices(work),
  };
}

/** Both files with what is still in their logs. */
export function bytesOnDisk(place: ReplicaPlace): number {
  return [place.replica_file, place.work_file]
    .flatMap((file) => [file, `${file}-wal`])
    .reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}
