/** Where does the close of this period stand? */
import { isoDate } from '#domain/calendar.ts';
import { openedFromOf } from '#domain/close/opening.ts';
import { BinnacleError } from '#contract/errors.ts';
import { readClosePeople } from '#db/close/closePeople.ts';
import type { QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { closeForecast } from './closeForecast.ts';
import { tasksOfPeriod, withLocks } from './closeTasks.ts';
import { locksView } from './locksView.ts';

export const closeBoard: QueryHandler<'closeBoard'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const period = await context.db
    .selectFrom('close_period')
    .selectAll()
    .where('company_id', '=', company.id)
    .where('period', '=', args.period)
    .executeTakeFirst();
  if (!period) throw new BinnacleError('not_found', `${company.name} has no close of ${args.period} among yours.`);
  const locked = await withLocks(context, period);
  const tasks = await tasksOfPeriod(context, locked);
  return {
    period_id: period.id,
    period: period.period,
    state: locked.locks.period_state,
    cut_off_on: isoDate(period.cut_off_on),
    opened_from: openedFromOf(period.opened_from),
    template:
      period.template_on === null ? null : { name: period.template_name ?? '', given_on: isoDate(period.template_on) },
    left_out: period.left_out?.split(' ') ?? [],
    people: readClosePeople(context.scan, company.id),
    currency: company.currency,
    locks: locksView(context, locked, company, tasks),
    forecast: await closeForecast(context, locked, company, tasks),
    tasks,
    provenance: provenance(context, ['close_period', 'close_task', 'signoff', 'lock_event', 'close_person']),
  };
};
