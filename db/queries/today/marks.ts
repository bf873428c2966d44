/** Marks people put on exceptions: accepted ones and this user's own on their way, by exception. */
import { type ExceptionMark, markState, type MarkState, type Standing } from '#domain/exceptions/marks.ts';
import type { MutationState } from '#contract/events.ts';
import { MARK_TABLE } from '#contract/wire/markTables.ts';
import { mutationState } from '../orders/notes.ts';
import { seesArea } from '../rights.ts';
import type { Finding } from './found.ts';

export interface MarkRow extends ExceptionMark {
  readonly exception_key: string;
  readonly written_at: number;
  readonly state: MutationState;
}

/** A refused mark is shown in Sync; here it marks nothing. */
const REFUSED: ReadonlySet<string> = new Set(['conflict', 'rejected']);

export async function marksOf({ context, company }: Finding): Promise<ReadonlyMap<string, readonly MarkRow[]>> {
  const marks: MarkRow[] = [];
  for (const area of ['general', 'cost', 'finance'] as const) {
    if (!seesArea(context.user, company.id, area)) continue;
    const rows = await context.db
      .selectFrom(`v_${MARK_TABLE[area]}`)
      .select([
        'exception_key',
        'kind',
        'until_on',
        'assigned_to',
        'author',
        'written_at',
        'accepted_at',
        'mutation_state',
      ])
      .where('company_id', '=', company.id)
      .orderBy('accepted_at')
      .orderBy('id')
      .execute();
    for (const { accepted_at, mutation_state, ...row } of rows) {
      if (REFUSED.has(mutation_state)) continue;
      const state = mutationState(mutation_state);
      marks.push({ ...row, accepted_at_ms: accepted_at, accepted: state === 'accepted', state });
    }
  }
  return Map.groupBy(marks, (mark) => mark.exception_key);
}

export interface Marked extends MarkState {
  readonly waiting: MutationState | null;
}

export function markedAs(marks: readonly MarkRow[] | undefined, as_of_on: number, standing?: Standing): Marked {
  if (!marks) return { snoozed_until_on: null, assigned_to: null, escalated: null, waiting: null };
  return { ...markState(marks, as_of_on, standing), waiting: marks.findLast((mark) => !mark.accepted)?.state ?? null };
}
