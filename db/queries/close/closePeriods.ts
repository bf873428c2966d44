/** Which periods are there, and how far is each? */
import { isoDate } from '#domain/calendar.ts';
import type { ClosePeriodView } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { companyById } from '../reference/companies.ts';
import { tasksOfPeriod, withLocks } from './closeTasks.ts';

export const closePeriods: QueryHandler<'closePeriods'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const periods = await context.db
    .selectFrom('close_period')
    .selectAll()
    .where('company_id', '=', company.id)
    .orderBy('period', 'desc')
    .execute();
  const views: ClosePeriodView[] = [];
  for (const period of periods) {
    context.checkCancelled();
    const locked = await withLocks(context, period);
    const tasks = await tasksOfPeriod(context, locked);
    views.push({
      id: period.id,
      period: period.period,
      state: locked.locks.period_state,
      cut_off_on: isoDate(period.cut_off_on),
      tasks: tasks.length,
      signed: tasks.filter((task) => task.state === 'signed').length,
    });
  }
  return views;
};
