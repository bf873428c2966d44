/** Whom to ask today: who is past due, and nobody asked, or the day to ask again has come, or a promise was not kept. */
export interface FollowUp {
  /** Day numbers. */
  readonly promised_on: number | null;
  readonly next_on: number | null;
}

export type FollowUpReason = 'never_asked' | 'ask_again' | 'promise_broken';

export const FOLLOW_UP_WORDS: Readonly<Record<FollowUpReason, string>> = {
  never_asked: 'Nobody asked yet',
  ask_again: 'To ask again',
  promise_broken: 'Promise not kept',
};

/** Past due by less is the ordinary reminder's. */
export const ASK_AFTER_DAYS = 7;
/** Asked without a day to ask again: after so many days somebody asks again. */
export const ASK_AGAIN_DAYS = 14;

/** `asked_on`: the day of the last follow-up. null = nothing to do today. */
export function toFollowUp(
  { oldest_days, overdue_minor }: { readonly oldest_days: number; readonly overdue_minor: number },
  last: (FollowUp & { readonly asked_on: number }) | null,
  today_on: number,
): FollowUpReason | null {
  if (overdue_minor <= 0 || oldest_days < ASK_AFTER_DAYS) return null;
  if (last === null) return 'never_asked';
  if (last.promised_on !== null && last.promised_on < today_on) return 'promise_broken';
  const again_on = last.next_on ?? last.promised_on ?? last.asked_on + ASK_AGAIN_DAYS;
  // on the day it was promised for, money may still come
  return (last.next_on === null && last.promised_on !== null ? again_on < today_on : again_on <= today_on)
    ? 'ask_again'
    : null;
}
