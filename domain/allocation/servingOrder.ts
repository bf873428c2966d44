/**
 * In which order the lines that want an item at a site are served, whatever channel they came by. First what somebody
 * raised, then what is due soon, then week by week what is due later, last what somebody lowered. Within each turn:
 * protected minimum, priority of the channel, fair share (allocate.ts).
 */

/** Lines due within so many days, overdue ones included, compete for the same goods. */
export const NEAR_DAYS = 14;
/** A decision about a line speaks for so many days at the most. */
export const MAX_OVERRIDE_DAYS = 90;

/** Whether a decision made today may hold until that day. */
export function mayHoldUntil(until_on: number, today_on: number): boolean {
  return until_on >= today_on && until_on <= today_on + MAX_OVERRIDE_DAYS;
}

export const OVERRIDE_KINDS = ['raised', 'lowered', 'held', 'released'] as const;
export type OverrideKind = (typeof OVERRIDE_KINDS)[number];
/** What holds of a line today; 'rule' = nobody decided otherwise. */
export type Standing = 'rule' | 'raised' | 'lowered' | 'held';

export const RAISED_TURN = -1;
export const LOWERED_TURN = 1_000_000;

/** The turn of a line; what is held has none. */
export function turnOf(
  line: { readonly due_on: number; readonly standing: Standing },
  as_of_on: number,
): number | null {
  if (line.standing === 'held') return null;
  if (line.standing === 'raised') return RAISED_TURN;
  if (line.standing === 'lowered') return LOWERED_TURN;
  const later_days = line.due_on - as_of_on - NEAR_DAYS;
  return later_days <= 0 ? 0 : Math.ceil(later_days / 7);
}

export interface Override {
  readonly order_line_id: number | null;
  readonly kind: OverrideKind;
  readonly until_on: number | null;
  readonly accepted_at_ms: number;
  /** False while it is only predicted here: it stands behind everything the server has. */
  readonly accepted: boolean;
}

/** The newest decision about the line itself, or where there is none about its order, while it has not expired. */
export function overrideInForce<O extends Override>(
  of_order: readonly O[],
  order_line_id: number,
  as_of_on: number,
): O | null {
  let newest: O | null = null;
  for (const each of of_order) {
    if (each.order_line_id !== null && each.order_line_id !== order_line_id) continue;
    if (newest === null || rank(each) > rank(newest) || (rank(each) === rank(newest) && isLater(each, newest))) {
      newest = each;
    }
  }
  if (newest === null || newest.kind === 'released') return null;
  return newest.until_on !== null && newest.until_on < as_of_on ? null : newest;
}

function rank(override: Override): number {
  return override.accepted ? 0 : 1;
}

function isLater(a: Override, b: Override): boolean {
  return a.accepted_at_ms >= b.accepted_at_ms;
}
