/** What was said about what customers owe: accepted, and this person's own on its way; newest first. */
import { dayInZone } from '#domain/zoneDay.ts';
import type { FollowUpView } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { mutationState } from '../orders/notes.ts';
import { isoDateOrNull } from '../provenance.ts';

export interface PartyFollowUp {
  readonly view: FollowUpView;
  readonly promised_on: number | null;
  readonly next_on: number | null;
  readonly asked_on: number;
}

/** A refused one is shown to its author, and counts for nothing. */
export const counts = ({ view }: PartyFollowUp): boolean => view.state !== 'conflict' && view.state !== 'rejected';

export async function followUps(
  context: QueryContext,
  company: { readonly id: number; readonly time_zone: string },
  party_id: number | null = null,
): Promise<ReadonlyMap<number, readonly PartyFollowUp[]>> {
  const rows = await context.db
    .selectFrom('v_credit_follow_up')
    .selectAll()
    .where('company_id', '=', company.id)
    .$if(party_id !== null, (query) => query.where('party_id', '=', party_id ?? 0))
    .orderBy('written_at', 'desc')
    .orderBy('id')
    .execute();
  const found = rows.map((row) => ({
    party_id: row.party_id,
    promised_on: row.promised_on,
    next_on: row.next_on,
    asked_on: dayInZone(row.written_at, company.time_zone),
    view: {
      id: row.id,
      said: row.said,
      promised_on: isoDateOrNull(row.promised_on),
      next_on: isoDateOrNull(row.next_on),
      author: row.author,
      written_at_ms: row.written_at,
      state: mutationState(row.mutation_state),
    },
  }));
  return Map.groupBy(found, (each) => each.party_id);
}
