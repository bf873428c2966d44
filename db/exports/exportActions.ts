/** Rows and binders on their way out: made in a process of their own, sealed until they are taken away, told to the server. */
import type { ActionArgs, ActionResults } from '#contract/actions.ts';
import type { CommandArgs, CommandName } from '#contract/commands.ts';
import { mayInCompany } from '#db/queries/rights.ts';
import type { Asker } from '#db/readers/jobs.ts';
import { readerFiles } from '#db/replica.ts';
import type { Workspace } from '#db/workspace.ts';
import type { CallOptions } from '#db/dispatch.ts';
import { evidenceFolder } from '#db/evidence/keeper.ts';
import { WireFailure } from '#db/sync/failure.ts';
import type { ExportKind, ExportOrder } from './child.ts';
import { noteExport } from './exportNotes.ts';
import { exportInChild } from './exportProcess.ts';
import { exportFileName } from './fileName.ts';
import type { ExportTarget } from './shelf.ts';

export interface ExportParts {
  readonly here: () => Workspace;
  readonly asker: () => Asker;
  /** False where no process may be forked: a reader makes it then. */
  readonly in_child: boolean;
  /** The server is told as soon as it is made, not at the next contact. */
  readonly told_at_once: boolean;
  readonly now_ms: () => number;
  readonly queue: <N extends CommandName>(name: N, args: CommandArgs<N>) => Promise<string>;
}

interface Made {
  readonly rows: number;
  readonly bytes: number;
}
type Job<Kind extends ExportKind> = ExportOrder<Kind>['job'];
type ExportAction = 'exportRows' | 'makeBinder' | 'exportPart';

export function exportActions({ here, asker, in_child, told_at_once, now_ms, queue }: ExportParts): {
  [N in ExportAction]: (args: ActionArgs<N>, call: CallOptions) => Promise<ActionResults[N]>;
} {
  /** Keeps on the shelf what `make` wrote and notes that it left, or leaves nothing behind. */
  const shelved = async <M extends Made>(
    call: CallOptions,
    make: (target: ExportTarget, workspace: Workspace, signal: AbortSignal) => Promise<M>,
    noted: (made: M) => { readonly query: string; readonly format: string },
  ): Promise<M & { readonly id: string }> => {
    const workspace = here();
    const target = workspace.exports.target();
    const { id } = target;
    try {
      const made = await workspace.runningExports.run(call.signal, (signal) => make(target, workspace, signal));
      const { rows, bytes } = made;
      workspace.exports.keep(target, bytes);
      noteExport(workspace.open.work, { id, made_at_ms: now_ms(), rows, bytes, ...noted(made) });
      if (told_at_once) workspace.pushPending().catch(() => undefined);
      return { id, ...made };
    } catch (error) {
      workspace.exports.drop(id);
      throw error;
    }
  };

  return {
    exportRows: async (args, call) => {
      const { id, rows, bytes } = await shelved(
        call,
        (target, workspace, signal) => {
          const made = { user_name: workspace.user().name, made_at_ms: now_ms() };
          const job: Job<'export'> = { kind: 'export', order: { ...args, ...target, made }, asker: asker() };
          return in_child
            ? exportInChild({ files: readerFiles(workspace.open), job }, signal)
            : workspace.readers.run(job, signal);
        },
        () => ({ query: args.query, format: args.format }),
      );
      return { id, file_name: exportFileName(args, now_ms()), rows, bytes };
    },
    makeBinder: async (args, call) => {
      await bringEvidence(here(), args, call.signal);
      const user = here().user();
      const { company_id } = args;
      const keeps = mayInCompany(user, company_id, 'review_close');
      const records = keeps || mayInCompany(user, company_id, 'prepare_close');
      const { record, left, ...made } = await shelved(
        call,
        (target, workspace, signal) => {
          const evidence_folder = evidenceFolder(workspace.open.place.folder);
          const job: Job<'binder'> = {
            kind: 'binder',
            order: { ...args, ...target, evidence_folder, keeps },
            asker: asker(),
          };
          return in_child
            ? exportInChild({ files: readerFiles(workspace.open), job }, signal)
            : workspace.readers.run(job, signal);
        },
        ({ manifest: { period } }) => ({ query: `binder ${period} company ${company_id}`, format: 'zip' }),
      );
      const { manifest, manifest_hash } = made;
      if (left !== null) here().evidence.shelf.takeOver(left);
      const { final } = manifest;
      const archive = left && { sha256: left.sha256, size_bytes: left.size_bytes };
      return {
        ...made,
        waits_for_reviewer: records && !keeps && final && made.kept === null,
        recorded_by_mutation: records
          ? await queue('recordBinder', { ...record, manifest_hash, final, archive })
          : null,
      };
    },
    exportPart: ({ id, offset }) => here().exports.part(id, offset),
  };
}

/** The binder that is kept and files of the month that this machine lacks, as far as the server answers: a binder names what is still away. */
async function bringEvidence(
  { open, evidence }: Workspace,
  { company_id, period }: ActionArgs<'makeBinder'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const standing = open.replica
    .prepare<[number, number], { company_id: number; sha256: string; size_bytes: number }>(
      `SELECT DISTINCT e.company_id, e.sha256, e.size_bytes FROM close_evidence e
       JOIN close_task t ON t.id = e.task_id JOIN close_period p ON p.id = t.period_id
       WHERE p.company_id = ? AND p.period = ? AND e.step = 'attached'
         AND NOT EXISTS (SELECT 1 FROM close_evidence r WHERE r.removes_id = e.id)`,
    )
    .all(company_id, period);
  const kept = open.replica
    .prepare<[number, number], { company_id: number; sha256: string; size_bytes: number }>(
      `SELECT p.company_id, b.archive_sha256 AS sha256, b.archive_bytes AS size_bytes FROM binder b
       JOIN close_period p ON p.id = b.period_id
       WHERE p.company_id = ? AND p.period = ? AND b.archive_sha256 IS NOT NULL`,
    )
    .all(company_id, period);
  for (const file of [...kept, ...standing]) {
    try {
      await evidence.bring(file, file.size_bytes, signal);
    } catch (error) {
      if (!(error instanceof WireFailure)) throw error;
      // one the server does not have is no reason to leave the next; without the server all are
      if (error.kind !== 'refused') return;
    }
  }
}
