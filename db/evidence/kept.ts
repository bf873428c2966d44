/** Which files this person's rows and changes name. */
import type { Connection } from '#db/connection.ts';
import type { EvidencePlace } from './exchange.ts';

/** Everything a row of the copy names, and what a change in the outbox would attach, whatever became of it. */
export function evidenceKept(replica: Connection, work: Connection): ReadonlySet<string> {
  const named = replica.prepare<[], { sha256: string }>('SELECT DISTINCT sha256 FROM close_evidence').all();
  const queued = work
    .prepare<[], { sha256: string }>(
      `SELECT json_extract(args_json, '$.sha256') AS sha256 FROM outbox
       WHERE command = 'attachEvidence' AND discarded_at_ms IS NULL`,
    )
    .all();
  return new Set([...named, ...queued].map(({ sha256 }) => sha256));
}

/** Where the bytes of what is to be attached belong; undefined when the task is not on this machine any more. */
export function placeOfAttached(
  replica: Connection,
  args: Readonly<Record<string, unknown>>,
): EvidencePlace | undefined {
  const task = replica
    .prepare<[number], { company_id: number }>('SELECT company_id FROM close_task WHERE id = ?')
    .get(Number(args['task_id']));
  return task && { company_id: task.company_id, sha256: String(args['sha256']) };
}
