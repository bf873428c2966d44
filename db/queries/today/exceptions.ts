/** Every exception of a company that this user may see, found once per state of the copy. */
import { rankExceptions } from '#domain/exceptions/exception.ts';
import type { QueryContext } from '../context.ts';
import { asOfDay } from '../provenance.ts';
import { remembered } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { closeExceptions, creditExceptions } from './finance.ts';
import type { Finding, FoundException } from './found.ts';
import { pricingExceptions } from './pricing.ts';
import { claimExceptions, unitErrors } from './service.ts';
import { supplyExceptions } from './supply.ts';

export async function findingOf(context: QueryContext, company_id: number): Promise<Finding> {
  const company = await companyById(context, company_id);
  return { context, company, as_of_on: asOfDay(context, company.time_zone) };
}

/** Ranked. A finder per subject; those of cost and finance only where the user sees them. */
export async function exceptionsOf(finding: Finding): Promise<readonly FoundException[]> {
  const { context, company, as_of_on } = finding;
  const cost = seesArea(context.user, company.id, 'cost');
  const finance = seesArea(context.user, company.id, 'finance');
  return await remembered(
    context,
    (cache) => cache.exceptions,
    JSON.stringify([company.id, as_of_on, cost, finance]),
    async () => {
      const found: FoundException[] = [];
      const finders = [
        supplyExceptions,
        pricingExceptions,
        claimExceptions,
        ...(cost ? [unitErrors] : []),
        ...(finance ? [creditExceptions, closeExceptions] : []),
      ];
      for (const find of finders) {
        context.checkCancelled();
        found.push(...(await find(finding)));
      }
      // nothing at stake is nothing to decide, but a signature that no longer holds is
      return rankExceptions(found.filter((each) => each.stake_minor > 0 || each.facts.kind.startsWith('close_')));
    },
  );
}
