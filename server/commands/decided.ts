/** Mutations that were decided before: while their outcome is told, and after it was forgotten. */
import { createHash } from 'node:crypto';
import type { OutcomeReason, OutcomeState } from '#contract/wire/protocol.ts';
import type { Database } from '#server/schema/database.ts';

export interface Decided {
  readonly id: string;
  readonly state: OutcomeState;
  readonly reason: OutcomeReason | null;
  readonly user_id: number;
  /** True when it was sent with this body. */
  readonly isBody: (body_hash: string) => boolean;
}

/** Of those ids, the ones whose outcome is no longer told (server/jobs forgets outcomes, never that there was one). */
export async function forgottenOutcomes(db: Database, ids: readonly string[]): Promise<readonly Decided[]> {
  const rows = await db
    .selectFrom('decided_mutation')
    .select(['id', 'state', 'reason', 'body_sha256', 'user_id'])
    .where('id', 'in', ids)
    .execute();
  return rows.map(({ id, state, reason, body_sha256, user_id }) => ({
    id,
    state,
    reason,
    user_id,
    isBody: (body_hash) => createHash('sha256').update(body_hash).digest().equals(body_sha256),
  }));
}

/** The outcome is told again: whoever asks has lost it. Call where the outcome's row is written, in its transaction. */
export async function tellAgain(tx: Database, id: string): Promise<void> {
  await tx.deleteFrom('decided_mutation').where('id', '=', id).execute();
}
