/** What exactly would I sign? Both sides of the balance, and the items that explain the difference. */
import { createHash } from 'node:crypto';
import { isoDate } from '#domain/calendar.ts';
import { standingEvidence } from '#domain/close/evidence.ts';
import { signoffContent } from '#domain/close/signoffContent.ts';
import { BinnacleError } from '#contract/errors.ts';
import { foreseenTasks } from '#db/close/foreseenTasks.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { tasksOfPeriod, withLocks } from './closeTasks.ts';

export const closeTask: QueryHandler<'closeTask'> = async (context, args) => {
  const { db } = context;
  const task = await db.selectFrom('close_task').selectAll().where('id', '=', args.task_id).executeTakeFirst();
  if (!task) throw new BinnacleError('not_found', `There is no close task ${args.task_id} among yours.`);
  const company = await companyById(context, task.company_id);
  const period = await db
    .selectFrom('close_period')
    .selectAll()
    .where('id', '=', task.period_id)
    .executeTakeFirstOrThrow();
  const view = (await tasksOfPeriod(context, await withLocks(context, period))).find((each) => each.id === task.id);
  if (!view) throw new Error(`task ${task.id} is not in its period`);
  const stored = await db
    .selectFrom('close_task_line')
    .selectAll()
    .where('task_id', '=', task.id)
    .orderBy('id')
    .execute();
  const files = await db
    .selectFrom('close_evidence')
    .selectAll()
    .where('task_id', '=', task.id)
    .orderBy('id')
    .execute();
  assertSealed(context, task, stored, files);
  const foreseen = new Map(
    foreseenTasks(context.scan, period.id)
      .get(task.id)
      ?.lines?.map((line) => [line.id, line]),
  );
  const lines = stored.map((line) => ({
    ...line,
    explanation: foreseen.get(line.id)?.explanation ?? line.explanation,
  }));
  const sideTotal = (side: string): number =>
    lines.reduce((sum, line) => (line.side === side ? sum + line.amount_minor : sum), 0);
  const ledger_minor = sideTotal('ledger');
  const subledger_minor = sideTotal('subledger');
  return {
    task: view,
    currency: company.currency,
    ledger_minor,
    subledger_minor,
    difference_minor: ledger_minor - subledger_minor,
    explained_minor: lines.reduce(
      (sum, line) => (line.side === 'item' && line.explanation ? sum + line.amount_minor : sum),
      0,
    ),
    lines: lines.slice(args.offset, args.offset + args.limit).map((line) => ({
      id: line.id,
      side: line.side,
      ref: line.ref,
      account: line.account,
      booked_on: isoDate(line.booked_on),
      amount_minor: line.amount_minor,
      explanation: line.explanation,
    })),
    total_lines: lines.length,
    provenance: provenance(context, ['close_task', 'close_task_line', 'close_evidence', 'signoff']),
  };
};

/** The seal a person signs must be that of the lines they see; otherwise nothing is shown to sign. */
function assertSealed(
  context: QueryContext,
  task: { readonly id: number; readonly code: string; readonly content_hash: string },
  lines: readonly TableRow<'close_task_line'>[],
  files: readonly TableRow<'close_evidence'>[],
): void {
  const { loading_tables } = context.replica;
  const sealed = ['close_task', 'close_task_line', 'close_evidence'] as const;
  if (sealed.some((table) => loading_tables.has(table))) return;
  const content = signoffContent(
    task,
    lines.map((line) => ({ ...line, booked_on: isoDate(line.booked_on) })),
    standingEvidence(files.map((file) => ({ ...file, step: file.step === 'removed' ? 'removed' : 'attached' }))),
  );
  if (createHash('sha256').update(content).digest('hex') === task.content_hash) return;
  throw new BinnacleError(
    'internal',
    'The lines and files of this task do not match its content hash, so it cannot be signed here. Run Verify on the Sync screen.',
  );
}
