/** The files of a month's tasks as the server will hold them once it has taken this person's own that wait here. */
import { type EvidenceStep, standingEvidence } from '#domain/close/evidence.ts';
import type { SignedEvidence } from '#domain/close/signoffContent.ts';
import type { Scan } from '#db/connection.ts';

export interface TaskEvidence {
  readonly standing: readonly SignedEvidence[];
  /** Some of it waits here. */
  readonly queued: boolean;
}

type Row = readonly [
  task_id: number,
  id: string,
  step: string,
  removes_id: string | null,
  item_ref: string | null,
  sha256: string | null,
  name: string | null,
  queued: number,
];

/** By task id; of tasks without any, nothing. */
export function evidenceOfPeriod(scan: Scan, period_id: number): ReadonlyMap<number, TaskEvidence> {
  const rows = scan<Row>(
    `SELECT e.task_id, e.id, e.step, e.removes_id, e.item_ref, e.sha256, e.name, 0
     FROM main.close_evidence e JOIN main.close_task t ON t.id = e.task_id WHERE t.period_id = ?
     UNION ALL
     SELECT json_extract(m.args_json, '$.task_id'), m.id,
       CASE m.command WHEN 'attachEvidence' THEN 'attached' ELSE 'removed' END, json_extract(m.args_json, '$.evidence_id'),
       json_extract(m.args_json, '$.item_ref'), json_extract(m.args_json, '$.sha256'), json_extract(m.args_json, '$.name'), 1
     FROM work.outbox m JOIN main.close_task t ON t.id = json_extract(m.args_json, '$.task_id')
     WHERE t.period_id = ? AND m.state IN ('pending', 'sent') AND m.command IN ('attachEvidence', 'removeEvidence')
       AND m.discarded_at_ms IS NULL AND NOT EXISTS (SELECT 1 FROM main.mutation_outcome d WHERE d.id = m.id)`,
    [period_id, period_id],
  );
  return new Map(
    [...Map.groupBy(rows, ([task_id]) => task_id)].map(([task_id, own]): [number, TaskEvidence] => [
      task_id,
      { standing: standingEvidence(own.map(asStep)), queued: own.some((row) => row[7] === 1) },
    ]),
  );
}

function asStep([, id, step, removes_id, item_ref, sha256, name]: Row): EvidenceStep & SignedEvidence {
  return {
    id,
    step: step === 'removed' ? 'removed' : 'attached',
    removes_id,
    item_ref,
    sha256: sha256 ?? '',
    name: name ?? '',
  };
}
