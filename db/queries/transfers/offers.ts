/** What each site could give another of an item: what it can spare, how long the way is, and what speaks against asking it. */
import { isoDate } from '#domain/calendar.ts';
import { leadsBack, OPEN_TRANSFER_STATES, RECENT_MOVE_DAYS } from '#domain/transfers/transfer.ts';
import type { TransferOffer } from '#contract/queries.ts';
import { movedSince, transfersOf, waysTo } from '#db/replenishment/transfers.ts';
import type { QueryContext } from '../context.ts';
import type { SiteGiving } from './giving.ts';

type Offers = (giving: ReadonlyMap<number, SiteGiving>, to_site_id: number) => TransferOffer[];

/** Transfers and moves of the item are read once, for whichever sites are asked about. */
export function offersOf(
  { scan }: QueryContext,
  company: { readonly id: number; readonly time_zone: string; readonly as_of_on: number },
  item_id: number,
  sites: ReadonlyMap<number, { readonly code: string; readonly name: string }>,
): Offers {
  const { id, time_zone, as_of_on } = company;
  const open = transfersOf(scan, { id, time_zone, today_on: as_of_on }, item_id).filter((each) =>
    OPEN_TRANSFER_STATES.has(each.standing.state),
  );
  const moves = [...open, ...movedSince(scan, id, as_of_on - RECENT_MOVE_DAYS, item_id)];
  return (giving, to_site_id) => {
    const wayFrom = waysTo(scan, id, to_site_id, as_of_on);
    return [...giving].flatMap(([site_id, figures]): TransferOffer[] => {
      const site = sites.get(site_id);
      if (site_id === to_site_id || !site) return [];
      const same = open.find(
        (each) =>
          each.from_site_id === site_id && each.to_site_id === to_site_id && each.standing.state !== 'in_transit',
      );
      const way = wayFrom(site_id);
      return [
        {
          ...figures,
          site_id,
          site: site.code,
          name: site.name,
          days: way.days,
          days_known: way.days_known,
          arrive_on: isoDate(way.arrive_on),
          open: same
            ? { number: same.number, qty_milli: same.standing.qty_milli, by: same.standing.requested.author }
            : null,
          leads_back: leadsBack(moves, { from_site_id: site_id, to_site_id }),
        },
      ];
    });
  };
}
