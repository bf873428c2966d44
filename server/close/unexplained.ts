/** What keeps a task from being signed: an account nobody compared yet, items at or above their account's threshold, and changes that ask, without words. */
import { FLUX_TASK, unexplainedChanges } from '#domain/close/flux/lines.ts';
import { type FluxVersion, thresholdOf } from '#domain/close/flux/thresholds.ts';
import { dayNumber } from '#domain/calendar.ts';
import { unexplainedItems } from '#domain/close/reconcile/explaining.ts';
import { isReconciliationCode } from '#domain/close/reconcile/plan.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { SealedLine } from './sealing.ts';

interface Task {
  readonly id: number;
  readonly company_id: number;
  readonly period_id: number;
  readonly code: string;
}

export async function unexplainedLines(
  tx: ServerTransaction,
  task: Task,
  lines: readonly SealedLine[],
): Promise<readonly SealedLine[]> {
  if (task.code === FLUX_TASK) {
    const { period, currency } = await tx
      .selectFrom('close_period as p')
      .innerJoin('company as c', 'c.id', 'p.company_id')
      .select(['p.period', 'c.currency'])
      .where('p.id', '=', task.period_id)
      .executeTakeFirstOrThrow();
    return unexplainedChanges(lines, thresholdOf(period, await fluxVersions(tx, task.company_id), currency));
  }
  const computed = await tx
    .selectFrom('reconciliation')
    .select('threshold_minor')
    .where('id', '=', task.id)
    .executeTakeFirst();
  return unexplainedItems(lines, computed?.threshold_minor ?? null);
}

/** Whether it compares an account with its documents and nobody has yet: its month was opened a moment ago. */
export async function isUnreckoned(tx: ServerTransaction, task: Pick<Task, 'id' | 'code'>): Promise<boolean> {
  if (!isReconciliationCode(task.code)) return false;
  const computed = await tx.selectFrom('reconciliation').select('id').where('id', '=', task.id).executeTakeFirst();
  return computed === undefined;
}

async function fluxVersions(tx: ServerTransaction, company_id: number): Promise<readonly FluxVersion[]> {
  const rows = await tx
    .selectFrom('flux_threshold')
    .select(['amount_minor', 'rate_bp', 'valid_from', 'valid_to'])
    .where('company_id', '=', company_id)
    .execute();
  return rows.map(versionOf);
}

/** A row's days as numbers. */
export function versionOf<R extends { readonly valid_from: string | null; readonly valid_to: string | null }>(row: R) {
  const day = (iso: string | null): number | null => (iso === null ? null : dayNumber(iso));
  return { ...row, valid_from: day(row.valid_from), valid_to: day(row.valid_to) };
}
