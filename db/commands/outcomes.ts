/** The server's decisions as they arrive among the rows: each settles its mutation, as often as it is read. */
import type { Connection } from '#db/connection.ts';
import type { CrashAt } from '#db/machine.ts';
import { OutcomeReasonShape } from '#db/sync/answers.ts';
import { type Decision, decide } from './outbox.ts';

/**
 * Settles every undecided mutation whose outcome is in replica.db. Never one commit over both files: a crash between
 * the two leaves an overlay that the views hide and the next call drops.
 */
export function settleOutcomes(replica: Connection, work: Connection, crashAt: CrashAt): Decision[] {
  const waiting = work
    .prepare<unknown[], string>("SELECT id FROM outbox WHERE state IN ('pending', 'sent') ORDER BY seq")
    .pluck()
    .all();
  const find = replica.prepare<[string], { state: Decision['state']; reason: string | null; decided_at: number }>(
    'SELECT state, reason, decided_at FROM mutation_outcome WHERE id = ?',
  );
  const decisions: Decision[] = [];
  for (const id of waiting) {
    const outcome = find.get(id);
    if (!outcome) continue;
    const reason: unknown = outcome.reason === null ? null : JSON.parse(outcome.reason);
    decisions.push({
      id,
      state: outcome.state,
      reason: reason === null ? null : OutcomeReasonShape.parse(reason),
      decided_at_ms: outcome.decided_at,
    });
  }
  if (decisions.length > 0) {
    crashAt('host.outcomes.before_commit');
    decide(work, decisions);
  }
  return decisions;
}
