/** What became of assumptions that were sent: as the outbox knows it, or why they were never queued. */
import type { MutationState } from '#contract/events.ts';
import type { AssumptionOutcome } from '#contract/queries.ts';
import type { SentAssumption } from '#contract/queries/scenarios.ts';
import type { Scan } from '#db/connection.ts';
import { OutcomeReasonShape } from '#db/sync/answers.ts';

/** By assumption. */
export function outcomesOf(scan: Scan, sent: readonly SentAssumption[]): ReadonlyMap<string, AssumptionOutcome> {
  const rows = scan<readonly [id: string, state: MutationState, reason_json: string | null, discarded: number | null]>(
    `SELECT id, state, reason_json, discarded_at_ms FROM work.outbox WHERE id IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(sent.map(({ mutation_id }) => mutation_id))],
  );
  const known = new Map(rows.map((row) => [row[0], row]));
  return new Map(
    sent.map(({ assumption_id, mutation_id, refused }): [string, AssumptionOutcome] => {
      const row = known.get(mutation_id);
      if (refused !== null) return [assumption_id, { mutation_id, state: 'refused', message: refused }];
      if (row === undefined || row[3] !== null) {
        return [assumption_id, { mutation_id, state: 'gone', message: null }];
      }
      const reason = row[2] === null ? null : OutcomeReasonShape.parse(JSON.parse(row[2]));
      return [assumption_id, { mutation_id, state: row[1], message: reason?.message ?? null }];
    }),
  );
}
