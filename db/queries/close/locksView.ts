/** The locks of a month as the board shows them, and why this person cannot take a step. */
import { isoDate } from '#domain/calendar.ts';
import { LOCK_AREAS, type LockArea, type LockStep, mayLock, takesBack } from '#domain/close/locking.ts';
import { unsignedTitles } from '#domain/close/monthStanding.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import type { CloseTaskView, LocksView } from '#contract/queries.ts';
import { earlierOpen } from '#db/close/lockEvents.ts';
import type { QueryContext } from '../context.ts';
import { mayInCompany } from '../rights.ts';
import type { LockedPeriod } from './closeTasks.ts';

export function locksView(
  context: QueryContext,
  period: LockedPeriod,
  company: { readonly time_zone: string },
  tasks: readonly CloseTaskView[],
): LocksView {
  const { locks } = period;
  const earlier_open = earlierOpen(context.scan, period);
  const ask = (step: LockStep, areas: readonly LockArea[], answers_id: string | null = null) =>
    mayLock({
      step,
      areas,
      answers_id,
      user_name: context.user.name,
      may_prepare: mayInCompany(context.user, period.company_id, 'prepare_close'),
      may_review: mayInCompany(context.user, period.company_id, 'review_close'),
      locks,
      cut_off_on: isoDate(period.cut_off_on),
      today_on: isoDate(dayInZone(context.now_ms, company.time_zone)),
      unsigned: unsignedTitles(tasks, (code) => tasks.find((task) => task.code === code)?.state),
      earlier_open,
    });
  const whyNot = (step: LockStep, areas: readonly LockArea[]): string | null => {
    const answer = ask(step, areas);
    return answer.ok ? null : answer.message;
  };
  const locked = LOCK_AREAS.filter((area) => locks.areas[area].state === 'soft_locked');
  return {
    areas: LOCK_AREAS.map((area) => ({ area, ...locks.areas[area] })),
    asked: locks.asked.map((asked) => {
      const answer = ask('reopening_given', [], asked.id);
      return {
        id: asked.id,
        areas: asked.areas,
        hours: asked.hours ?? 0,
        reason: asked.reason ?? '',
        asked_by: asked.user_name,
        asked_at_ms: asked.at_ms,
        why_not: answer.ok ? null : answer.message,
        not_permitted: !answer.ok && answer.code === 'not_permitted',
        may_take_back:
          takesBack({ answers_id: asked.id, locks, user_name: context.user.name }) &&
          ask('reopening_refused', [], asked.id).ok,
      };
    }),
    soft_why_not: whyNot('soft_lock', LOCK_AREAS),
    hard_why_not: whyNot('hard_lock', LOCK_AREAS),
    ask_why_not:
      locked.length === 0 && locks.period_state !== 'hard_locked'
        ? 'Nothing is locked.'
        : whyNot('reopening_asked', locked),
  };
}
