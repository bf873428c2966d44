/** What a signature on a close task binds to, and which signatures there are: read under the locks of whoever asks. */
import { createHash } from 'node:crypto';
import { placeOf, type SignoffFact, standingSignoffs } from '#domain/close/signing.ts';
import { standingEvidence } from '#domain/close/evidence.ts';
import { type SignedEvidence, type SignedLine, signoffContent } from '#domain/close/signoffContent.ts';
import type { ServerTransaction } from '#server/schema/database.ts';

interface Task {
  readonly id: number;
  readonly code: string;
}

export interface SealedLine extends SignedLine {
  readonly ref: string;
}

/** As they are now: a stored hash could be older than a line. */
export async function sealedLines(tx: ServerTransaction, task_id: number): Promise<readonly SealedLine[]> {
  return await tx
    .selectFrom('close_task_line')
    .select(['id', 'side', 'ref', 'account', 'booked_on', 'amount_minor', 'currency', 'explanation'])
    .where('task_id', '=', task_id)
    .orderBy('id')
    .execute();
}

/** Files that stand on a task. */
export async function sealedEvidence(tx: ServerTransaction, task_id: number): Promise<readonly SignedEvidence[]> {
  const steps = await tx
    .selectFrom('close_evidence')
    .select(['id', 'step', 'removes_id', 'item_ref', 'sha256', 'name'])
    .where('task_id', '=', task_id)
    .execute();
  return standingEvidence(
    steps.map((row) => ({ ...row, step: row.step === 'removed' ? ('removed' as const) : ('attached' as const) })),
  );
}

/** SHA-256, hex. */
export function sealOf(task: Task, lines: readonly SignedLine[], evidence: readonly SignedEvidence[]): string {
  return createHash('sha256')
    .update(signoffContent(task, lines, evidence))
    .digest('hex');
}

export interface StoredSignoff extends SignoffFact {
  readonly id: string;
  readonly task_id: number;
  readonly amount_minor: number;
}

/** Of these tasks, oldest first, as the server accepted them; those that were withdrawn are none. */
export async function signoffsOf(
  tx: ServerTransaction,
  task_ids: readonly number[],
): Promise<readonly StoredSignoff[]> {
  if (task_ids.length === 0) return [];
  const rows = await tx
    .selectFrom('signoff')
    .select(['id', 'withdraws_id', 'task_id', 'role', 'user_name', 'content_hash', 'amount_minor', 'signed_at'])
    .select('accepted_at')
    .where('task_id', 'in', task_ids)
    .orderBy('accepted_at')
    .orderBy('ver')
    .execute();
  return standingSignoffs(rows).map(({ signed_at, accepted_at, withdraws_id: _, ...row }) => ({
    ...row,
    signed_at_ms: signed_at.getTime(),
    place: placeOf(true, accepted_at.getTime()),
  }));
}
