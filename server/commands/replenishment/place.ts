/** May this person do this about the company's sites? What is not theirs to see does not exist. */
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import type { Permission } from '#domain/access/roles.ts';
import { type CompanyDay, companyDay } from '../companyDay.ts';
import type { CommandContext } from '../handler.ts';
import { notFound, notPermitted } from '../refusal.ts';
import { lockReplenishment } from './standing.ts';

/** The company with today there, locked for its replenishment; throws unless every site is its and the person may. */
export async function enterCompany(
  context: CommandContext,
  company_id: number,
  site_ids: Iterable<number>,
  permission: Permission,
  act: string,
): Promise<CompanyDay> {
  const { tx, user } = context;
  const asked = [...new Set(site_ids)];
  for (const site_id of asked) {
    if (!grantsSee(user.grants, 'cost', { company_id, site_id })) throw notFound('site');
  }
  const company = await companyDay(context, company_id);
  const sites = await tx
    .selectFrom('site')
    .select('id')
    .where('company_id', '=', company_id)
    .where('id', 'in', asked)
    .execute();
  if (sites.length !== asked.length) throw notFound('site');
  if (!asked.every((site_id) => grantsPermit(user.grants, permission, { company_id, site_id })))
    throw notPermitted(act);
  await lockReplenishment(tx, company_id);
  return company;
}
