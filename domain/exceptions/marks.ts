/** What people did about an exception, and when it rises because that did not help. */

/** A mark someone put on an exception. */
export interface ExceptionMark {
  readonly kind: string;
  readonly until_on: number | null;
  readonly assigned_to: string | null;
  readonly author: string;
  readonly accepted_at_ms: number;
  /** Undecided marks of this person come after every accepted one. */
  readonly accepted: boolean;
}

/** It was slept over, or given to someone, and still stands. */
export interface Escalation {
  readonly why: 'slept_through' | 'not_solved';
  readonly since_on: number;
  /** Who is told: its owner, or whoever gave it away; null = everyone who sees it. */
  readonly to: string | null;
}

export interface MarkState {
  /** Asleep until that day (it wakes on it); null = awake. */
  readonly snoozed_until_on: number | null;
  readonly assigned_to: string | null;
  readonly escalated: Escalation | null;
}

/** How long an exception may sleep: longer, and it is policy, not patience. */
export const MAX_SNOOZE_DAYS = 90;
/** So many days after it was given to someone it should be gone. */
export const ASSIGNED_DAYS = 5;
/** A mark says nothing about a trouble so much later: it may be another one of the same name. */
export const MARK_SPEAKS_DAYS = 120;

/** What an escalation is told from, besides the marks. */
export interface Standing {
  readonly owner: string | null;
  /** Since when it is; null = not known. A mark from before was about an earlier one. */
  readonly since_on: number | null;
}

const DAY_MS = 86_400_000;
const NOTHING_KNOWN: Standing = { owner: null, since_on: null };

/** What holds after all marks, oldest first: the newest snooze or reopening, and the newest assignment. */
export function markState(
  marks: readonly ExceptionMark[],
  as_of_on: number,
  standing: Standing = NOTHING_KNOWN,
): MarkState {
  const ordered = marks.toSorted(
    (a, b) => Number(b.accepted) - Number(a.accepted) || a.accepted_at_ms - b.accepted_at_ms,
  );
  let assigned: ExceptionMark | null = null;
  let rest: ExceptionMark | null = null;
  for (const mark of ordered) {
    if (mark.kind === 'assigned') assigned = mark;
    else rest = mark;
  }
  const until_on = rest?.kind === 'snoozed' ? rest.until_on : null;
  const asleep = until_on !== null && until_on > as_of_on;
  return {
    snoozed_until_on: asleep ? until_on : null,
    assigned_to: assigned?.assigned_to ?? null,
    escalated: asleep ? null : escalationOf(assigned, rest, as_of_on, standing),
  };
}

function escalationOf(
  assigned: ExceptionMark | null,
  rest: ExceptionMark | null,
  as_of_on: number,
  standing: Standing,
): Escalation | null {
  const from_on = Math.max(standing.since_on ?? 0, as_of_on - MARK_SPEAKS_DAYS);
  const speaks = (mark: ExceptionMark | null): mark is ExceptionMark => mark !== null && dayOf(mark) >= from_on;
  // given to someone after it woke, it is theirs to solve first
  const given_later = assigned !== null && rest !== null && assigned.accepted_at_ms > rest.accepted_at_ms;
  if (speaks(rest) && rest.until_on !== null && !given_later) {
    const to = standing.owner === rest.author ? null : standing.owner;
    return { why: 'slept_through', since_on: rest.until_on, to };
  }
  if (!speaks(assigned)) return null;
  // whoever woke it since begins anew
  const woken_on = speaks(rest) && rest.kind === 'reopened' ? dayOf(rest) : 0;
  const due_on = Math.max(dayOf(assigned), woken_on) + ASSIGNED_DAYS;
  if (due_on >= as_of_on) return null;
  return {
    why: 'not_solved',
    since_on: due_on,
    to: assigned.author === assigned.assigned_to ? standing.owner : assigned.author,
  };
}

const dayOf = (mark: ExceptionMark): number => Math.floor(mark.accepted_at_ms / DAY_MS);
