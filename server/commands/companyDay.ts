/** A company and which day it is there: what a command calls today, wherever it was sent from. */
import { dayInZone } from '#domain/zoneDay.ts';
import type { CommandContext } from './handler.ts';
import { notFound } from './refusal.ts';

export interface CompanyDay {
  readonly id: number;
  readonly currency: string;
  readonly time_zone: string;
  readonly today_on: number;
}

export async function companyDay(
  { tx, now_ms }: Pick<CommandContext, 'tx' | 'now_ms'>,
  company_id: number,
): Promise<CompanyDay> {
  const company = await tx
    .selectFrom('company')
    .select(['id', 'currency', 'time_zone'])
    .where('id', '=', company_id)
    .executeTakeFirst();
  if (!company) throw notFound('company');
  return { ...company, today_on: dayInZone(now_ms, company.time_zone) };
}
