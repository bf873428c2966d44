/** Claim resolution time and open age: every claim with its events. */
import { sql } from 'kysely';
import { type ClaimEventFact, type ClaimFact, claimTimeRows, openClaimRows } from '#domain/kpi/claimTime.ts';
import type { EmitRow } from '#domain/kpi/tally.ts';
import type { QueryContext } from '../context.ts';
import { type KpiScope, ofSlice } from './scope.ts';

interface Row extends ClaimEventFact {
  readonly claim_id: number;
  readonly channel_id: number | null;
}

/** `open`: how old open claims were is asked for too, a clock for each claim and snapshot. */
export async function scanClaims(
  context: QueryContext,
  scope: KpiScope,
  { open }: { readonly open: boolean },
  emit: EmitRow,
): Promise<void> {
  const { rows } = await sql<Row>`
    SELECT e.id, e.claim_id, l.channel_id, e.kind, e.happened_at AS happened_at_ms
    FROM claim l JOIN claim_event e ON e.claim_id = l.id
    WHERE ${ofSlice(scope)}`.execute(context.db);
  const claims = new Map<number, ClaimFact & { readonly events: ClaimEventFact[] }>();
  for (const row of rows) {
    const claim = claims.get(row.claim_id) ?? { id: row.claim_id, channel_id: row.channel_id, events: [] };
    claims.set(row.claim_id, claim);
    claim.events.push(row);
  }
  for (const claim of claims.values()) {
    claimTimeRows(claim, scope.as_of_ms, scope.monthOfInstant, emit);
    if (!open) continue;
    for (const { end_ms, month } of scope.snapshots) openClaimRows(claim, end_ms, month, emit);
  }
}
