/** The ways between the sites of a company, and what went along them lately, by the places of sites. */
import type { TransferLane } from '#domain/planning/replenishment/transfers.ts';
import { arrivalOn, RECENT_MOVE_DAYS } from '#domain/transfers/transfer.ts';
import { buyingCalendars } from '#db/replenishment/calendars.ts';
import { movedSince, transferQuantities } from '#db/replenishment/transfers.ts';
import type { QueryContext } from '../context.ts';
import type { StockGround } from '../stock/itemColumns.ts';

/** Sites are named by their places. */
export type SiteLane = TransferLane;

/** Those whose cost is known: without it nobody can say whether a transfer pays. */
export function siteLanes(
  context: QueryContext,
  { company_id, as_of_on }: { readonly company_id: number; readonly as_of_on: number },
  ground: StockGround,
): readonly SiteLane[] {
  const calendars = buyingCalendars(context.scan, company_id, as_of_on);
  const rows = context.scan<
    readonly [from_site_id: number, to_site_id: number, days: number, fixed: number, unit: number]
  >(
    `SELECT l.from_site_id, l.to_site_id, l.days, c.fixed_minor, c.unit_cost_micro
     FROM main.transfer_lane l JOIN main.transfer_lane_cost c ON c.id = l.id WHERE l.company_id = ? ORDER BY l.id`,
    [company_id],
  );
  return rows.flatMap(([from_site_id, to_site_id, days, fixed_minor, unit_cost_micro]): SiteLane[] => {
    const from = ground.sitePlaceOf.get(from_site_id);
    const to = ground.sitePlaceOf.get(to_site_id);
    if (from === undefined || to === undefined) return [];
    const arrive_on = arrivalOn(calendars.of(null, to_site_id), as_of_on, days);
    return [{ from_site_id: from, to_site_id: to, arrive_on, fixed_minor, unit_cost_micro }];
  });
}

/** Item's place → moves as from × sites + to. */
export type RecentMoves = ReadonlyMap<number, ReadonlySet<number>>;

/** What went from a site to another lately, or goes. */
export function recentMoves(
  context: QueryContext,
  { company_id, as_of_on }: { readonly company_id: number; readonly as_of_on: number },
  ground: StockGround,
): RecentMoves {
  const arrived = movedSince(context.scan, company_id, as_of_on - RECENT_MOVE_DAYS);
  // goods that are held back or under way for another site are moved too
  const { coming } = transferQuantities(context.scan, company_id, as_of_on);
  const under_way = coming.map((each) => ({ ...each, from_site_id: each.other_site_id, to_site_id: each.site_id }));
  const moves = new Map<number, Set<number>>();
  for (const { item_id, from_site_id, to_site_id } of [...arrived, ...under_way]) {
    const item = ground.items.placeOf.get(item_id);
    const from = ground.sitePlaceOf.get(from_site_id);
    const to = ground.sitePlaceOf.get(to_site_id);
    if (item === undefined || from === undefined || to === undefined) continue;
    const own = moves.get(item) ?? new Set();
    moves.set(item, own.add(from * ground.sites.length + to));
  }
  return moves;
}
