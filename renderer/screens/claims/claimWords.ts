/** Claims in words: whom they wait for, and what happened to their clock. */
import type { ClaimState } from '#domain/claims/claim.ts';
import type { ClaimRow } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { counted, leadDays, tenthsOfDays } from '#renderer/format/numbers.ts';
import { MUTATION_STATES } from '#renderer/notes/noteStates.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

/** Where it is decided, as everybody who looks for a button has to be told. */
export const DECIDED_ELSEWHERE =
  'What is allowed or refused is decided in the system the claims come from, and comes here with the next sync.';

export const STATE_WORDS: Readonly<Record<ClaimState, { readonly word: string; readonly means: string }>> = {
  ours: { word: 'Us', means: 'waits for us' },
  customer: { word: 'Customer', means: 'waits for the customer: the clock of our time stands' },
  resolved: { word: 'Resolved', means: 'waits for nobody' },
};

/** Whoever it waits for, a claim that is open too long is marked. */
export function stateShape({ state, too_long }: Pick<ClaimRow, 'state' | 'too_long'>): MarkShape {
  if (state === 'resolved') return 'done';
  if (too_long > 0) return 'warn';
  return state === 'customer' ? 'waiting' : 'working';
}

/** 'Waits for the customer. Open 23 days, 13 more than the 10 it may be.' */
export function standingWords(row: ClaimRow): string {
  const { state, age_days, resolved_on, too_long, target_days } = row;
  const days = age_days ?? 0;
  if (state === 'resolved') {
    return `Resolved${resolved_on === null ? '' : ` on ${shortDate(resolved_on)}`}, after ${counted(days, 'day')}.`;
  }
  const whom = state === 'customer' ? 'Waits for the customer.' : 'Waits for us.';
  const more =
    too_long > 0 && target_days !== null ? `, ${days - target_days} more than the ${target_days} it may be` : '';
  return `${whom} Open ${counted(days, 'day')}${more}.`;
}

/** 'longer than 10 days': what open too long is. */
export function tooLongWords(target_days: number | null): string {
  return target_days === null
    ? 'longer than the target of their channel'
    : `longer than ${counted(target_days, 'day')}`;
}

/** '4.5' days of our time; '' where no event tells. */
export function clockDays(clock_milli_days: number | null): string {
  return clock_milli_days === null ? '' : tenthsOfDays(clock_milli_days / 1000);
}

export function clockWords(clock_milli_days: number | null): string {
  return clock_milli_days === null ? 'not known: no event came with it' : leadDays(clock_milli_days / 1000);
}

const EVENTS: Readonly<Record<string, string>> = {
  opened: 'Opened',
  waiting: 'Waits for the customer',
  resumed: 'The customer answered',
  resolved: 'Resolved',
  reopened: 'Opened again',
};

export function claimEventWords(kind: string): string {
  return EVENTS[kind] ?? kind.replaceAll('_', ' ');
}

/** 'given to ingrid', 'of M. Jansen', 'nobody’s yet' */
export function ownerWords({ assigned_to, owner }: Pick<ClaimRow, 'assigned_to' | 'owner'>): string {
  if (assigned_to !== null) return `given to ${assigned_to}`;
  return owner === null ? 'nobody’s yet' : `of ${owner}`;
}

/** 'Waiting', 'asleep until 3 Dec'; '' where nothing was done. */
export function doneWords({ mark_state, snoozed_until_on }: Pick<ClaimRow, 'mark_state' | 'snoozed_until_on'>): string {
  if (mark_state !== null) return MUTATION_STATES[mark_state].word;
  return snoozed_until_on === null ? '' : `asleep until ${shortDate(snoozed_until_on)}`;
}
