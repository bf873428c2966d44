/** What was said about orders beyond their rules: accepted, and this person's own on its way. */
import type { ApprovalDecision, ApprovalKind, SaidOfOrder } from '#domain/orders/approval.ts';
import type { MutationState } from '#contract/events.ts';
import { APPROVAL_TABLE } from '#contract/wire/approvalTables.ts';
import type { QueryContext } from '../context.ts';
import { mutationState } from '../orders/notes.ts';

export interface Said extends SaidOfOrder {
  readonly id: string;
  readonly order_id: number;
  readonly reason: string;
  readonly rules: string;
  readonly written_at_ms: number;
  readonly state: MutationState;
}

/** A refused decision is shown in Sync; here it decides nothing. */
const REFUSED: ReadonlySet<string> = new Set(['conflict', 'rejected']);

export async function saidOf(
  context: QueryContext,
  company_id: number,
  kind: ApprovalKind,
): Promise<ReadonlyMap<number, readonly Said[]>> {
  const rows = await context.db
    .selectFrom(`v_${APPROVAL_TABLE[kind]}`)
    .selectAll()
    .where('company_id', '=', company_id)
    .orderBy('accepted_at')
    .orderBy('id')
    .execute();
  const said = rows.flatMap((row): Said[] => {
    if (REFUSED.has(row.mutation_state)) return [];
    const state = mutationState(row.mutation_state);
    return [
      {
        id: row.id,
        order_id: row.order_id,
        decision: row.decision as ApprovalDecision,
        reason: row.reason,
        rules: row.rules,
        content_hash: row.content_hash,
        author: row.author,
        accepted_at_ms: row.accepted_at,
        written_at_ms: row.written_at,
        accepted: state === 'accepted',
        state,
      },
    ];
  });
  return Map.groupBy(said, (each) => each.order_id);
}
