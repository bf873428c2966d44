/**
 * How long claims take: from opening to resolution less waiting on the customer. Reopening continues the clock where
 * the resolution stopped it.
 */
import { divideRounded, safeNumber } from '../money.ts';
import type { EmitRow } from './tally.ts';

export interface ClaimEventFact {
  readonly kind: string;
  readonly happened_at_ms: number;
  /** Of the event: later ones of the same moment come later. */
  readonly id: number;
}

export interface ClaimFact {
  readonly id: number;
  readonly channel_id: number | null;
  readonly events: readonly ClaimEventFact[];
}

export interface ClaimClock {
  readonly running_ms: number;
  readonly state: 'running' | 'waiting' | 'resolved';
  /** The last resolution; null unless resolved. */
  readonly resolved_at_ms: number | null;
}

const RUNS: ReadonlySet<string> = new Set(['opened', 'resumed', 'reopened']);

/** The clock at a moment, from the events before it; null when the claim was not open yet. */
export function claimClock(events: readonly ClaimEventFact[], at_ms: number): ClaimClock | null {
  const past = events
    .filter((each) => each.happened_at_ms < at_ms)
    .toSorted((a, b) => a.happened_at_ms - b.happened_at_ms || a.id - b.id);
  if (past.length === 0) return null;
  let running_ms = 0;
  let since_ms: number | null = null;
  let state: ClaimClock['state'] = 'waiting';
  let resolved_at_ms: number | null = null;
  for (const { kind, happened_at_ms } of past) {
    if (since_ms !== null) running_ms += happened_at_ms - since_ms;
    const runs = RUNS.has(kind);
    since_ms = runs ? happened_at_ms : null;
    state = runs ? 'running' : kind === 'resolved' ? 'resolved' : 'waiting';
    resolved_at_ms = state === 'resolved' ? happened_at_ms : null;
  }
  if (since_ms !== null) running_ms += at_ms - since_ms;
  return { running_ms, state, resolved_at_ms };
}

/** Thousandths of a day, half away from zero. */
export function milliDays(ms: number): number {
  return safeNumber(divideRounded(BigInt(ms), 86_400n));
}

/** Of a claim resolved at the as-of moment: its time, in the month (company's time zone) of its last resolution. */
export function claimTimeRows(
  claim: ClaimFact,
  as_of_ms: number,
  monthOfInstant: (instant_ms: number) => number,
  emit: EmitRow,
): void {
  const clock = claimClock(claim.events, as_of_ms);
  if (clock === null || clock.resolved_at_ms === null) return;
  const month = monthOfInstant(clock.resolved_at_ms);
  for (const kpi of ['claim_time_median', 'claim_time_p90']) emit(claimRow(claim, kpi, month, clock.running_ms));
}

/** Of a claim open at the end of a snapshot's day: its age so far. */
export function openClaimRows(claim: ClaimFact, end_of_day_ms: number, month: number, emit: EmitRow): void {
  const clock = claimClock(claim.events, end_of_day_ms);
  if (clock === null || clock.state === 'resolved') return;
  emit(claimRow(claim, 'claim_open_age', month, clock.running_ms));
}

function claimRow(claim: ClaimFact, kpi: string, month: number, running_ms: number) {
  return {
    kpi,
    source: 'claim',
    id: claim.id,
    month,
    channel_id: claim.channel_id,
    numerator: milliDays(running_ms),
    denominator: 1,
    weight: 0,
    known: 0,
    unknown: false,
  } as const;
}
