/** What a rule that is not there yet would be about. Nothing is written. */
import { dayNumber } from '#domain/calendar.ts';
import { inForceOn } from '#domain/governance/inForce.ts';
import { keyText, type RuleKeyPart, SUBJECTS } from '#domain/governance/subjects.ts';
import { ruleRows } from '#db/governance/ruleRows.ts';
import type { QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { categoriesOf, channelsOf, sitesOf } from '../reference/names.ts';
import { neededFor, ruleCompany, ruleNames, standingChanges } from './names.ts';
import { costsOf } from './ruleChanges.ts';

export const ruleAbout: QueryHandler<'ruleAbout'> = async (context, { company_id, subject, effective_on, ...rule }) => {
  const { db, scan } = context;
  const company = await ruleCompany(context, company_id);
  const day = dayNumber(effective_on) ?? company.today;
  const names = (part: RuleKeyPart): boolean => SUBJECTS[subject].key.includes(part);
  const items = rule.item_id === null ? [] : [rule.item_id];
  const key = keyText(rule);
  const versions = ruleRows(scan, company_id, subject, items).filter((row) => keyText(row) === key);
  const categories = names('category') ? [...new Set((await categoriesOf(db, company_id)).values())] : [];
  return {
    rule: ruleNames(context, company_id, [rule]).of(rule),
    held: inForceOn(versions, day)?.values ?? null,
    waits: standingChanges(context, company_id, subject).waiting.has(key),
    unit_cost_micro: costsOf(context, company_id, items).get(rule.item_id ?? 0) ?? null,
    sites: names('site_id')
      ? [...(await sitesOf(db, company_id)).values()].map(({ id, code, name }) => ({ id, name: `${code} ${name}` }))
      : [],
    channels: names('channel_id')
      ? [...(await channelsOf(db, company_id)).values()].map(({ id, name }) => ({ id, name }))
      : [],
    categories: categories.filter((category) => category !== '').toSorted(),
    currency: company.currency,
    provenance: provenance(context, neededFor(subject)),
  };
};
