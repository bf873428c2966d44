/** The rows of a month that say who did what to it, as the copy holds them. */
import { CAUSE_WORDS, isCause } from '#domain/close/reconcile/causes.ts';
import type { StepFacts } from '#domain/close/binder/monthSteps.ts';
import type { QueryContext } from '#db/queries/context.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { AttachedFile } from './evidence.ts';
import { periodProposals, periodTasks } from './standing.ts';

export interface StepsGround {
  readonly context: Pick<QueryContext, 'db'>;
  readonly period: TableRow<'close_period'>;
  readonly files: readonly AttachedFile[];
  /** What was said later is not of this month any more. */
  readonly until_ms: number;
}

interface Written {
  readonly id: string;
  readonly author: string;
  readonly accepted_at: number;
}
const done = ({ id, author, accepted_at }: Written) => ({ id, who: author, at_ms: accepted_at });

export async function stepFacts({ context, period, files, until_ms }: StepsGround): Promise<StepFacts> {
  const { db } = context;
  const tasks = await periodTasks(context, period.id);
  const ids = tasks.map(({ id }) => id);
  const signoffs = await db.selectFrom('signoff').selectAll().where('task_id', 'in', ids).execute();
  const locks = await db.selectFrom('lock_event').selectAll().where('period_id', '=', period.id).execute();
  const explanations = await db.selectFrom('item_explanation').selectAll().where('task_id', 'in', ids).execute();
  const changes = await db.selectFrom('close_line_change').selectAll().where('task_id', 'in', ids).execute();
  const notes = await db.selectFrom('close_note').selectAll().where('task_id', 'in', ids).execute();
  const proposals = await periodProposals(context, period.id, until_ms);
  const items = await db.selectFrom('rec_item').select(['id', 'cause']).where('task_id', 'in', ids).execute();
  const causes = new Map(items.map(({ id, cause }) => [id, isCause(cause) ? CAUSE_WORDS[cause] : cause]));
  const lines = await db
    .selectFrom('close_task_line')
    .select(['id', 'ref'])
    .where('task_id', 'in', ids)
    .where('side', '=', 'item')
    .execute();
  const refs = new Map(lines.map(({ id, ref }) => [id, ref]));
  return {
    period: period.period,
    tasks,
    signoffs: signoffs.map((row) => ({ ...row, who: row.user_name, at_ms: row.accepted_at })),
    locks: locks.map((row) => ({ ...row, ...done(row) })),
    explanations: explanations.map((row) => ({ ...row, ...done(row) })),
    notes: notes.map((row) => ({ ...row, ...done(row) })),
    files: files
      .flatMap(({ attached, removed }) => [attached, ...(removed === null ? [] : [removed])])
      .map((row) => ({ ...row, ...done(row) })),
    proposals: proposals.map(({ proposal }) => ({ ...proposal, ...done(proposal) })),
    proposal_steps: proposals.flatMap(({ steps }) => steps.map((row) => ({ ...row, ...done(row) }))),
    changes: changes.map((row) => ({
      ...row,
      id: `change ${String(row.id).padStart(12, '0')}`,
      who: row.changed_by,
      at_ms: row.changed_at,
    })),
    itemName: (line_id) => causes.get(line_id) ?? refs.get(line_id) ?? '',
  };
}
