/** Which other sites have the item to spare, and how soon could it be here? */
import { BinnacleError } from '#contract/errors.ts';
import type { QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { sitesOf } from '../reference/names.ts';
import { QUESTION_TABLES } from '../replenishment/itemQuestions.ts';
import { givingOf, type SiteGiving } from './giving.ts';
import { offersOf } from './offers.ts';

export const transferOffers: QueryHandler<'transferOffers'> = async (context, { company_id, item_id, to_site_id }) => {
  const { db } = context;
  const company = await companyById(context, company_id);
  const item = await db.selectFrom('item').selectAll().where('id', '=', item_id).executeTakeFirst();
  if (item?.company_id !== company.id) throw new BinnacleError('not_found', `There is no item ${item_id} among yours.`);
  const as_of_on = asOfDay(context, company.time_zone);
  const sites = await sitesOf(db, company.id);
  const waiting = QUESTION_TABLES.some((table) => context.replica.loading_tables.has(table));
  const giving = waiting ? new Map<number, SiteGiving>() : await givingOf(context, item, { ...company, as_of_on });
  const offers = offersOf(context, { ...company, as_of_on }, item.id, sites)(giving, to_site_id);
  return {
    code: item.code,
    name: item.name,
    uom: item.uom,
    to_site: sites.get(to_site_id)?.code ?? `Site ${to_site_id}`,
    sites: offers.toSorted((a, b) => b.spare_qty_milli - a.spare_qty_milli || a.arrive_on.localeCompare(b.arrive_on)),
    waiting,
    provenance: provenance(context, ['transfer_event', 'transfer_lane', 'stock_move', ...QUESTION_TABLES]),
  };
};
