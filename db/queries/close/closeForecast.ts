/** When will this close be done, and which tasks decide it? */
import { isoDate } from '#domain/calendar.ts';
import { companyDaysOff } from '#db/close/daysOff.ts';
import { forecastClose, type PastTask, usualDays } from '#domain/close/criticalPath.ts';
import { HARD_LOCK_TASK } from '#domain/close/signing.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import type { CloseForecastView, CloseTaskView } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { type LockedPeriod, tasksOfPeriod, withLocks } from './closeTasks.ts';

/** Earlier closes that say how long a task takes. */
const MOST_EARLIER = 6;

export async function closeForecast(
  context: QueryContext,
  period: LockedPeriod,
  company: { readonly time_zone: string },
  tasks: readonly CloseTaskView[],
): Promise<CloseForecastView> {
  const earlier = await context.db
    .selectFrom('close_period')
    .selectAll()
    .where('company_id', '=', period.company_id)
    .where('period', '<', period.period)
    .orderBy('period', 'desc')
    .limit(MOST_EARLIER)
    .execute();
  const past: PastTask[] = [];
  for (const each of earlier) {
    const locked = await withLocks(context, each);
    const then = await tasksOfPeriod(context, locked);
    past.push(...pastTasks(then, locked, company.time_zone));
  }
  const off = companyDaysOff(context.scan, period.company_id);
  const usual = usualDays(past, off);
  const forecast = forecastClose({
    tasks: tasks.map((task) => ({
      code: task.code,
      depends_on: task.depends_on,
      due_day: task.due_day,
      signed_on: signedOn(task, period, company.time_zone),
      usual_days: usual.get(task.code) ?? null,
    })),
    cut_off_on: period.cut_off_on,
    today_on: dayInZone(context.now_ms, company.time_zone),
    off,
  });
  return {
    finish_on: isoDate(forecast.finish_on),
    late_days: forecast.late_days,
    next: forecast.next,
    earlier_closes: earlier.length,
    tasks: [...forecast.tasks.values()].map(({ expected_on, ...each }) => ({
      ...each,
      expected_on: isoDate(expected_on),
      usual_days: usual.get(each.code) ?? null,
    })),
  };
}

/**
 * Day number on which the server had the second signature that counts, or the lock for good that is the task; null = not done. What
 * a device's clock says is no figure's ground; of what is on its way nothing else is known.
 */
function signedOn(task: CloseTaskView, period: LockedPeriod, time_zone: string): number | null {
  if (task.state !== 'signed') return null;
  const { at_ms } = period.locks.areas.ledger;
  if (task.code === HARD_LOCK_TASK && at_ms !== null) return dayInZone(at_ms, time_zone);
  const counting = task.signoffs.filter(({ stale, state }) => !stale && state !== 'conflict' && state !== 'rejected');
  // a month that came here locked says no moment
  if (counting.length === 0) return period.cut_off_on;
  const taken = counting.map(({ signed_at_ms, accepted_at_ms }) => accepted_at_ms ?? signed_at_ms);
  return dayInZone(Math.max(...taken), time_zone);
}

/** A task could begin when all it waited for was signed, the first after the cut-off. */
function pastTasks(tasks: readonly CloseTaskView[], period: LockedPeriod, time_zone: string): PastTask[] {
  const { cut_off_on } = period;
  const signed = new Map(tasks.map((task) => [task.code, signedOn(task, period, time_zone)]));
  return tasks.flatMap(({ code, depends_on }) => {
    const signed_on = signed.get(code) ?? null;
    if (signed_on === null) return [];
    const ready_on = Math.max(cut_off_on, ...depends_on.map((each) => signed.get(each) ?? cut_off_on));
    return [{ code, ready_on, signed_on: Math.max(ready_on, signed_on) }];
  });
}
