/**
 * What people decided, as far as it changes what is proposed: an accepted line that the rule does not come to by itself any
 * more is on its way all the same, and counts as on order until it is one; a transfer that was rejected is not planned again.
 * A line the rule still comes to is shown as decided instead.
 */
import { lineKey } from '#db/replenishment/standing.ts';
import type { QueryContext } from '../context.ts';
import type { StockColumns } from '../stock/stockColumns.ts';
import { type DecidingCompany, standingDecisions } from './decisions.ts';
import type { Coming } from './positionDocuments.ts';
import type { RecentMoves } from './lanes.ts';

export interface DecidedLine extends Coming {
  /** As a line of the proposals. */
  readonly key: string;
}

export interface DecidedAlready {
  readonly coming: readonly DecidedLine[];
  /** Rejected, as moves the other way: what came from a site does not go back to it. */
  readonly barred: RecentMoves;
}

export function decidedAlready(context: QueryContext, company: DecidingCompany, stock: StockColumns): DecidedAlready {
  const standing = standingDecisions(context, company);
  if (standing.length === 0) return { coming: [], barred: new Map() };
  const { items, sites, sitePlaceOf } = stock.ground;
  const places = new Map<number, number>();
  const wanted = new Set(standing.map((each) => items.placeOf.get(each.item_id)));
  for (let place = 0; place < stock.count; place++) {
    const item = stock.item[place] as number;
    if (wanted.has(item)) places.set(item * sites.length + (stock.site[place] as number), place);
  }
  const placeOf = (item: number, site_id: number | null): number | undefined => {
    const site = site_id === null ? undefined : sitePlaceOf.get(site_id);
    return site === undefined ? undefined : places.get(item * sites.length + site);
  };
  const coming: DecidedLine[] = [];
  const barred = new Map<number, Set<number>>();
  for (const each of standing) {
    const item = items.placeOf.get(each.item_id);
    if (item === undefined) continue;
    const { kind, site_id, from_site_id, qty_milli } = each;
    if (each.state === 'rejected' || each.state === 'refused') {
      const [from, to] = [sitePlaceOf.get(from_site_id ?? 0), sitePlaceOf.get(site_id)];
      if (kind === 'buy' || from === undefined || to === undefined) continue;
      barred.set(item, (barred.get(item) ?? new Set()).add(to * sites.length + from));
      continue;
    }
    const place = placeOf(item, site_id);
    if (place === undefined) continue;
    coming.push({
      key: lineKey(each),
      place,
      from: placeOf(item, from_site_id) ?? null,
      qty_milli,
      on: each.receive_on,
    });
  }
  return { coming, barred };
}

/** Moves of both. */
export function movesOf(recent: RecentMoves, barred: RecentMoves): RecentMoves {
  if (barred.size === 0) return recent;
  const all = new Map(recent);
  for (const [item, moves] of barred) all.set(item, new Set([...(recent.get(item) ?? []), ...moves]));
  return all;
}
