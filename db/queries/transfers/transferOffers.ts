/** Which other sites have the item to spare, and how soon could it be here? */
import { leadsBack, OPEN_TRANSFER_STATES, RECENT_MOVE_DAYS, UNKNOWN_WAY_DAYS } from '#domain/transfers/transfer.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { TransferOffer } from '#contract/queries.ts';
import { movedSince, transfersOf } from '#db/replenishment/transfers.ts';
import type { QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { sitesOf } from '../reference/names.ts';
import { QUESTION_TABLES } from '../replenishment/itemQuestions.ts';
import { givingOf, type SiteGiving } from './giving.ts';

export const transferOffers: QueryHandler<'transferOffers'> = async (context, { company_id, item_id, to_site_id }) => {
  const { scan, db } = context;
  const company = await companyById(context, company_id);
  const item = await db.selectFrom('item').selectAll().where('id', '=', item_id).executeTakeFirst();
  if (item?.company_id !== company.id) throw new BinnacleError('not_found', `There is no item ${item_id} among yours.`);
  const as_of_on = asOfDay(context, company.time_zone);
  const sites = await sitesOf(db, company.id);
  const waiting = QUESTION_TABLES.some((table) => context.replica.loading_tables.has(table));
  const giving = waiting ? new Map<number, SiteGiving>() : await givingOf(context, item, { ...company, as_of_on });
  const today = { id: company.id, time_zone: company.time_zone, today_on: as_of_on };
  const open = transfersOf(scan, today, item.id).filter((each) => OPEN_TRANSFER_STATES.has(each.standing.state));
  const moves = [...open, ...movedSince(scan, company.id, as_of_on - RECENT_MOVE_DAYS, item.id)];
  const lanes = new Map(
    scan<readonly [number, number]>(
      'SELECT from_site_id, days FROM main.transfer_lane WHERE company_id = ? AND to_site_id = ?',
      [company.id, to_site_id],
    ),
  );
  const offers = [...giving].flatMap(([site_id, figures]): TransferOffer[] => {
    const site = sites.get(site_id);
    if (site_id === to_site_id || !site) return [];
    const same = open.find(
      (each) => each.from_site_id === site_id && each.to_site_id === to_site_id && each.standing.state !== 'in_transit',
    );
    return [
      {
        ...figures,
        site_id,
        site: site.code,
        name: site.name,
        days: lanes.get(site_id) ?? UNKNOWN_WAY_DAYS,
        days_known: lanes.has(site_id),
        open: same
          ? { number: same.number, qty_milli: same.standing.qty_milli, by: same.standing.requested.author }
          : null,
        leads_back: leadsBack(moves, { from_site_id: site_id, to_site_id }),
      },
    ];
  });
  return {
    code: item.code,
    name: item.name,
    uom: item.uom,
    to_site: sites.get(to_site_id)?.code ?? `Site ${to_site_id}`,
    sites: offers.toSorted((a, b) => b.spare_qty_milli - a.spare_qty_milli || a.days - b.days),
    waiting,
    provenance: provenance(context, ['transfer_event', 'transfer_lane', 'stock_move', ...QUESTION_TABLES]),
  };
};
