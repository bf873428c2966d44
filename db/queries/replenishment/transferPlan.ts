/** What other sites have of an item that one needs: planned item by item before anything is bought. */
import { minorDigits } from '#domain/money.ts';
import { surplusSavingMicro, LOST_SHARE_BP } from '#domain/planning/replenishment/holding.ts';
import { planTransfers, type TransferQuestion, type TransferSite } from '#domain/planning/replenishment/transfers.ts';
import { MOVED_IN_MILLI, surplusMilli } from '#domain/transfers/surplus.ts';
import type { StockColumns } from '../stock/stockColumns.ts';
import type { EngineQuestion, Figures } from './engine.ts';
import type { PositionDocuments } from './positionDocuments.ts';

export interface PlannedTransfer {
  readonly from: number;
  readonly to: number;
  readonly qty_milli: number;
  readonly arrive_on: number;
  readonly cost_minor: number;
}

/** Of a position without this many thousandths nothing is taken. */
const isWorthAsking = (qty_milli: number): boolean => qty_milli >= MOVED_IN_MILLI;

/** What is missing before a purchase could come, and from when on; null = nothing. */
export type ShortBefore = (place: number) => { readonly on: number; readonly short_qty_milli: number } | null;

/** Positions lie by item: [from, to) of each. */
function* itemStretches({ item, count }: StockColumns): Generator<readonly [from: number, to: number]> {
  let from = 0;
  for (let place = 1; place <= count; place++) {
    if (place < count && item[place] === item[from]) continue;
    yield [from, place];
    from = place;
  }
}

export function plannedTransfers(
  question: EngineQuestion,
  figures: Figures,
  isRefused: (place: number) => boolean,
  shortBefore: ShortBefore,
): PlannedTransfer[] {
  const { stock, lanes, checkCancelled } = question;
  if (lanes.length === 0) return [];
  const planned: PlannedTransfer[] = [];
  let stretches = 0;
  for (const [from, to] of itemStretches(stock)) {
    if (++stretches % 1024 === 0) checkCancelled();
    const asked = transferQuestion(question, figures, { from, to }, isRefused, shortBefore);
    if (asked === null) continue;
    const placeOf = new Map<number, number>();
    for (let place = from; place < to; place++) placeOf.set(stock.site[place] as number, place);
    for (const each of planTransfers(asked)) {
      const [giver, taker] = [placeOf.get(each.from_site_id), placeOf.get(each.to_site_id)];
      if (giver === undefined || taker === undefined) throw new Error('a transfer between known sites');
      const { qty_milli, arrive_on, cost_minor } = each;
      planned.push({ from: giver, to: taker, qty_milli, arrive_on, cost_minor });
    }
  }
  return planned;
}

/** null = nobody needs the item, or nobody has more than they need. Sites are named by their places. */
export function transferQuestion(
  question: EngineQuestion,
  figures: Figures,
  { from, to }: { readonly from: number; readonly to: number },
  isRefused: (place: number) => boolean,
  shortBefore: ShortBefore,
): TransferQuestion | null {
  const { stock, documents, recent, demand, as_of_on, currency } = question;
  const surplusOf = (place: number): number => (isRefused(place) ? 0 : surplusAt(documents, stock, figures, place));
  let [needed, spare] = [false, false];
  for (let place = from; place < to && !(needed && spare); place++) {
    if ((figures.qty[place] as number) > 0) needed ||= isWorthAsking(figures.need[place] as number);
    else spare ||= isWorthAsking(surplusOf(place));
  }
  if (!needed || !spare) return null;
  const item = stock.item[from] as number;
  const cost = stock.ground.items.unit_cost_micro[item] as number;
  if (!isUsable(cost)) return null;
  const sites: TransferSite[] = [];
  for (let place = from; place < to; place++) {
    const site_id = stock.site[place] as number;
    if ((figures.qty[place] as number) > 0) {
      const short = shortBefore(place);
      const need_qty_milli = figures.need[place] as number;
      sites.push({
        site_id,
        surplus_qty_milli: 0,
        surplus_saving_micro: 0,
        need_qty_milli,
        need_on: short?.on ?? null,
        lost_qty_milli: short === null ? 0 : Math.min(need_qty_milli, Math.ceil(short.short_qty_milli)),
        lost_micro: Math.round((cost * LOST_SHARE_BP) / 10_000),
      });
      continue;
    }
    const surplus_qty_milli = surplusOf(place);
    if (!isWorthAsking(surplus_qty_milli)) continue;
    const daily = demand.daily[place] as number;
    sites.push({
      site_id,
      surplus_qty_milli,
      surplus_saving_micro: surplusSavingMicro(cost, surplus_qty_milli, daily),
      need_qty_milli: 0,
      need_on: null,
      lost_qty_milli: 0,
      lost_micro: 0,
    });
  }
  const count = stock.ground.sites.length;
  return {
    as_of_on,
    sites,
    lanes: question.lanes,
    multiple_qty_milli: MOVED_IN_MILLI,
    minor_digits: minorDigits(currency),
    recent: [...(recent.get(item) ?? [])].map((move) => ({
      from_site_id: Math.floor(move / count),
      to_site_id: move % count,
    })),
  };
}

/** Above its own reorder point and what is asked of it, as far as it lies there. */
function surplusAt(documents: PositionDocuments, stock: StockColumns, figures: Figures, place: number): number {
  const on_hand_qty_milli = stock.on_hand[place] as number;
  const asked_qty_milli = documents.asked[place] as number;
  return surplusMilli({
    on_hand_qty_milli,
    asked_qty_milli,
    on_order_qty_milli: (documents.position[place] as number) - on_hand_qty_milli + asked_qty_milli,
    reorder_qty_milli: figures.reorder[place] as number,
  });
}

/** A cost below zero, as one that is not known, says nothing of what lying and lacking cost. */
const isUsable = (unit_cost_micro: number): boolean => unit_cost_micro >= 0;

/** Why nothing comes from another site to this position. */
export function whyNoTransfer(
  question: EngineQuestion,
  asked: TransferQuestion | null,
  place: number,
): 'no_surplus' | 'no_lane' | 'no_cost' | 'costs_more' | 'came_from_here' | 'not_visible' {
  if (!question.cost_visible) return 'not_visible';
  const { stock } = question;
  const site = stock.site[place] as number;
  const ways = question.lanes.filter((lane) => lane.to_site_id === site);
  if (ways.length === 0) return 'no_lane';
  if (!isUsable(stock.ground.items.unit_cost_micro[stock.item[place] as number] as number)) return 'no_cost';
  if (asked === null) return 'no_surplus';
  const givers = new Set(asked.sites.flatMap((each) => (each.surplus_qty_milli > 0 ? [each.site_id] : [])));
  const open = ways.filter((lane) => givers.has(lane.from_site_id));
  if (open.length === 0) return 'no_surplus';
  const barred = new Set(asked.recent.map((move) => `${move.to_site_id}>${move.from_site_id}`));
  return open.every((lane) => barred.has(`${lane.from_site_id}>${lane.to_site_id}`)) ? 'came_from_here' : 'costs_more';
}
