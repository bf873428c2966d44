/** Which files this person's rows and changes name. */
import { z } from 'zod';
import { Sha256 } from '#contract/commands/evidence.ts';
import type { StoredMutation } from '#db/commands/outbox.ts';
import type { Connection } from '#db/connection.ts';
import type { EvidencePlace } from './exchange.ts';

/** Everything a row of the copy names, and what a change in the outbox would attach or keep, whatever became of it. */
export function evidenceKept(replica: Connection, work: Connection): ReadonlySet<string> {
  const named = replica
    .prepare<[], { sha256: string }>(
      `SELECT sha256 FROM close_evidence UNION SELECT archive_sha256 FROM binder WHERE archive_sha256 IS NOT NULL`,
    )
    .all();
  const queued = work
    .prepare<[], { sha256: string }>(
      `SELECT json_extract(args_json, '$.sha256') AS sha256 FROM outbox
       WHERE command = 'attachEvidence' AND discarded_at_ms IS NULL
       UNION SELECT json_extract(args_json, '$.archive.sha256') FROM outbox
       WHERE command = 'recordBinder' AND discarded_at_ms IS NULL AND json_extract(args_json, '$.archive.sha256') IS NOT NULL`,
    )
    .all();
  return new Set([...named, ...queued].map(({ sha256 }) => sha256));
}

/** The file that goes to the server before a change that names it; undefined = it names none, or of what is not here any more. */
export function fileOfChange(
  replica: Connection,
  { command, args }: Pick<StoredMutation, 'command' | 'args'>,
): (EvidencePlace & { readonly size_bytes: number }) | undefined {
  const size_bytes = Number(args['size_bytes']);
  if (command === 'attachEvidence') {
    const place = placeOfAttached(replica, args);
    return place && { ...place, size_bytes };
  }
  const archive = command === 'recordBinder' ? Archive.safeParse(args['archive']) : undefined;
  if (!archive?.success) return undefined;
  const period = replica
    .prepare<[number], { company_id: number }>('SELECT company_id FROM close_period WHERE id = ?')
    .get(Number(args['period_id']));
  return period && { company_id: period.company_id, ...archive.data };
}

const Archive = z.object({ sha256: Sha256, size_bytes: z.int() });

function placeOfAttached(replica: Connection, args: Readonly<Record<string, unknown>>): EvidencePlace | undefined {
  const task = replica
    .prepare<[number], { company_id: number }>('SELECT company_id FROM close_task WHERE id = ?')
    .get(Number(args['task_id']));
  return task && { company_id: task.company_id, sha256: String(args['sha256']) };
}
