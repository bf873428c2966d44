/** Bytes of evidence between a screen and this machine, and what this machine lacks from the server. */
import type { ActionArgs, ActionResults } from '#contract/actions.ts';
import type { CloseBinders, CloseEvidence } from '#contract/queries.ts';
import { filesAwayWords, keptAwayWords } from '#domain/close/binder/lacking.ts';
import { BinnacleError } from '#contract/errors.ts';
import { EVIDENCE_PART_BYTES, evidenceParts } from '#contract/wire/evidence.ts';
import type { CallOptions } from '#db/dispatch.ts';
import type { Workspace } from '#db/workspace.ts';
import type { EvidenceShelf } from './shelf.ts';
import type { ShelfWriter } from './shelfWriter.ts';

/** Files that screens send at the same time; the one that waited longest is given up for another. */
const MOST_UPLOADS = 8;

type EvidenceAction = 'keepEvidence' | 'evidenceBytes';

interface Upload {
  readonly writer: ShelfWriter;
  sha256: string | null;
}

export function evidenceActions(here: () => Workspace): {
  [N in EvidenceAction]: (args: ActionArgs<N>, call: CallOptions) => Promise<ActionResults[N]>;
} {
  const uploads = new WeakMap<Workspace, Map<string, Upload>>();

  const uploadOf = (workspace: Workspace, id: string, offset: number): Upload => {
    const all = uploads.get(workspace) ?? new Map<string, Upload>();
    uploads.set(workspace, all);
    const known = all.get(id);
    if (known) return known;
    if (offset > 0) throw new BinnacleError('not_found', 'That file was given up on its way. Attach it again.');
    for (const [oldest, { writer, sha256 }] of all) {
      if (all.size < MOST_UPLOADS) break;
      if (sha256 === null) writer.drop();
      all.delete(oldest);
    }
    const begun: Upload = { writer: workspace.evidence.shelf.begin(), sha256: null };
    all.set(id, begun);
    return begun;
  };

  return {
    keepEvidence: async ({ upload: id, offset, base64, last }) => {
      await Promise.resolve();
      const upload = uploadOf(here(), id, offset);
      const { writer } = upload;
      const bytes = Buffer.from(base64, 'base64');
      // asked again after the answer was lost: it has them
      const again = offset + bytes.length <= writer.size() && offset < writer.size();
      if (!again && offset !== writer.size()) {
        throw new BinnacleError('conflict', 'A part of the file is missing. Attach it again.');
      }
      if (!again && upload.sha256 === null) {
        if (last && offset + bytes.length === 0) {
          throw new BinnacleError('bad_arguments', 'The file is empty: it proves nothing.');
        }
        writer.add(bytes);
        if (last) upload.sha256 = writer.finish();
      }
      return { size_bytes: writer.size(), sha256: upload.sha256 };
    },

    evidenceBytes: async ({ evidence_id, offset }, { signal }) => {
      const workspace = here();
      const evidence = workspace.evidence.shelf;
      const file = attached(workspace, evidence_id);
      if (offset % EVIDENCE_PART_BYTES !== 0 || offset >= file.size_bytes) {
        throw new BinnacleError('bad_arguments', 'Parts of a file are read one after the other.');
      }
      // a file that is not what it is named by any more is brought again
      if (offset === 0 && evidence.has(file.sha256)) evidence.check(file.sha256);
      await workspace.evidence.bring(file, file.size_bytes, signal);
      const part = offset / EVIDENCE_PART_BYTES;
      const bytes = evidence.part(file.sha256, part);
      return {
        base64: bytes.toString('base64'),
        next_offset: part + 1 < evidenceParts(file.size_bytes) ? offset + EVIDENCE_PART_BYTES : null,
      };
    },
  };
}

/** Readers know the rows; which bytes lie here, only who keeps them. */
export function whatIsHere(answer: CloseEvidence, shelf: EvidenceShelf): CloseEvidence {
  return { ...answer, files: answer.files.map((file) => ({ ...file, here: shelf.has(file.sha256) })) };
}

/** What a binder made now would lack of the files that stand. */
export function filesOfBinderHere(answer: CloseBinders, shelf: EvidenceShelf): CloseBinders {
  const files = answer.files.map((file) => ({ ...file, here: shelf.has(file.sha256) }));
  const away = files.filter(({ here }) => !here).length;
  const kept = answer.kept && { ...answer.kept, here: shelf.has(answer.kept.sha256) };
  const kept_away = kept !== null && (!kept.here || away > 0);
  return {
    ...answer,
    files,
    kept,
    lacking: [...answer.lacking, ...keptAwayWords(kept_away), ...filesAwayWords(away)],
  };
}

/** As a row of the copy or a change on its way names it. */
function attached({ open }: Workspace, evidence_id: string) {
  const row =
    open.replica
      .prepare<[string], { company_id: number; sha256: string; size_bytes: number }>(
        `SELECT company_id, sha256, size_bytes FROM close_evidence WHERE id = ?`,
      )
      .get(evidence_id) ?? queued(open, evidence_id);
  if (!row) throw new BinnacleError('not_found', 'That file is not among yours.');
  return row;
}

function queued({ replica, work }: Workspace['open'], evidence_id: string) {
  const waiting = work
    .prepare<[string], { task_id: number; sha256: string; size_bytes: number }>(
      `SELECT json_extract(args_json, '$.task_id') AS task_id, json_extract(args_json, '$.sha256') AS sha256,
         json_extract(args_json, '$.size_bytes') AS size_bytes
       FROM outbox WHERE id = ? AND command = 'attachEvidence' AND discarded_at_ms IS NULL`,
    )
    .get(evidence_id);
  if (!waiting) return undefined;
  const task = replica
    .prepare<[number], { company_id: number }>('SELECT company_id FROM close_task WHERE id = ?')
    .get(waiting.task_id);
  return task && { ...waiting, company_id: task.company_id };
}
