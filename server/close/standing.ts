/** How the tasks of a month stand by the signatures the server took. */
import { monthStanding, type TaskInMonth, type TaskStanding } from '#domain/close/monthStanding.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { signoffsOf, type StoredSignoff } from './sealing.ts';

export interface StoredStanding {
  /** By due day. */
  readonly tasks: readonly (TaskInMonth<StoredSignoff> & { readonly id: number; readonly state: string })[];
  /** By code. */
  readonly standing: ReadonlyMap<string, TaskStanding<StoredSignoff>>;
}

/** `fresh`: the content of a task that is held, which may be newer than what is stored. */
export async function standingOfMonth(
  tx: ServerTransaction,
  period: { readonly id: number; readonly state: string },
  fresh?: { readonly task_id: number; readonly content_hash: string },
): Promise<StoredStanding> {
  const rows = await tx
    .selectFrom('close_task')
    .select(['id', 'code', 'title', 'depends_on', 'content_hash', 'state'])
    .where('period_id', '=', period.id)
    .orderBy('due_day')
    .orderBy('id')
    .execute();
  const ids = rows.map(({ id }) => id);
  const signoffs = Map.groupBy(await signoffsOf(tx, ids), ({ task_id }) => task_id);
  const tasks = rows.map((row) => ({
    ...row,
    content_hash: row.id === fresh?.task_id ? fresh.content_hash : row.content_hash,
    signoffs: signoffs.get(row.id) ?? [],
  }));
  return { tasks, standing: monthStanding(tasks, period.state) };
}

/** What a row says of its state, for who reads rows; a task that others overtook is open again with them. */
export async function keepStates(
  tx: ServerTransaction,
  period: { readonly id: number; readonly state: string },
): Promise<void> {
  const { tasks, standing } = await standingOfMonth(tx, period);
  for (const task of tasks) {
    const state = standing.get(task.code)?.state ?? 'open';
    const kept = state === 'changed' ? 'open' : state;
    if (kept !== task.state)
      await tx.updateTable('close_task').set({ state: kept }).where('id', '=', task.id).execute();
  }
}
