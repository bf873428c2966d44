/** The company a command is about and which day it is there. Throws `not_found` when it is not on this machine. */
import { dayInZone } from '#domain/zoneDay.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { CompanyToday } from '#db/replenishment/standing.ts';
import type { PredictContext } from './predict.ts';

export function companyDay(
  { reader, made_at_ms }: Pick<PredictContext, 'reader' | 'made_at_ms'>,
  company_id: number,
): CompanyToday {
  const company = reader
    .prepare<[number], Omit<CompanyToday, 'today_on'>>('SELECT id, currency, time_zone FROM main.company WHERE id = ?')
    .get(company_id);
  if (!company) throw new BinnacleError('not_found', 'That company is not on this machine.');
  return { ...company, today_on: dayInZone(made_at_ms, company.time_zone) };
}
