/** What to order of every position of a company: the rule asked of each, its answers as columns, lines only of what is ordered. */
import { lineAmountsIn } from '#domain/money.ts';
import { draftOrder, type OrderTerms, type Reason } from '#domain/planning/replenishment/draftOrder.ts';
import {
  orderAheadMilli,
  proposeOrder,
  reckonOrder,
  type Refusal,
  refusalOf,
} from '#domain/planning/replenishment/proposal.ts';
import { NEVER, type StockColumns } from '../stock/stockColumns.ts';
import type { BuyingColumns } from './buyingColumns.ts';
import { documentsOf, type PositionDocuments } from './positionDocuments.ts';
import { type DemandColumns, termsOfPositions } from './positionTerms.ts';

/** What lying a year costs, basis points of its value. */
export const HOLDING_RATE_BP = 2_000;
/** Nothing needed later than so many days from now is brought forward for a supplier's minimum or its freight. */
export const LOOK_AHEAD_DAYS = 14;

export interface EngineQuestion {
  readonly stock: StockColumns;
  readonly documents: PositionDocuments;
  readonly buying: BuyingColumns;
  readonly demand: DemandColumns;
  readonly as_of_on: number;
  readonly currency: string;
  readonly cost_visible: boolean;
  readonly checkCancelled: () => void;
}

/** By position. */
export interface Figures {
  readonly reorder: Float64Array;
  /** NaN = whole lots. */
  readonly up_to: Float64Array;
  readonly need: Float64Array;
  /** What the rule orders of the position by itself. */
  readonly qty: Float64Array;
  /** NEVER without demand. */
  readonly order_by_on: Int32Array;
  /** What could be ordered before its day, where that is near. */
  readonly ahead: Float64Array;
}

/** One order to a supplier for a site. */
export interface Draft {
  readonly key: string;
  readonly supplier_id: number;
  readonly site: number;
  readonly terms: OrderTerms | null;
  readonly value_minor: number;
  readonly freight_minor: number;
  readonly below_minimum_minor: number;
  readonly lines: number;
}

export interface Line {
  readonly kind: 'buy' | 'transfer';
  /** The position it is for. */
  readonly place: number;
  /** Of a transfer: the place of the site it comes from, among the sites; -1 = bought. */
  readonly from_site: number;
  readonly qty_milli: number;
  readonly value_minor: number | null;
  readonly cost_minor: number | null;
  readonly order_by_on: number | null;
  readonly receive_on: number;
  readonly runs_out_on: number | null;
  readonly short_qty_milli: number;
  readonly lasts_days: number | null;
  readonly warnings: number;
  readonly reason: Reason;
  readonly days_early: number;
  readonly draft: Draft | null;
}

export interface Proposals {
  readonly figures: Figures;
  readonly lines: readonly Line[];
  /** Of positions of which nothing can be proposed. */
  readonly refusals: ReadonlyMap<number, Refusal>;
}

/** Positions between two looks at whether the caller gave up. */
const STRETCH = 16_384;

export function proposeAll(question: EngineQuestion): Proposals {
  const { stock, documents, as_of_on, checkCancelled } = question;
  const termsOf = termsOfPositions(stock, question.buying, question.demand, as_of_on);
  const { count } = stock;
  const figures: Figures = {
    reorder: new Float64Array(count),
    up_to: new Float64Array(count).fill(Number.NaN),
    need: new Float64Array(count),
    qty: new Float64Array(count),
    order_by_on: new Int32Array(count).fill(NEVER),
    ahead: new Float64Array(count),
  };
  const refusals = new Map<number, Refusal>();
  for (let place = 0; place < count; place++) {
    if (place % STRETCH === 0) checkCancelled();
    const terms = termsOf(place);
    const refusal = refusalOf(terms);
    if (refusal !== null) {
      refusals.set(place, refusal);
      continue;
    }
    const position = documents.position[place] as number;
    const { levels, need_qty_milli, qty_milli, order_by_on } = reckonOrder(terms, position);
    figures.reorder[place] = levels.reorder_qty_milli;
    figures.up_to[place] = levels.up_to_qty_milli ?? Number.NaN;
    figures.need[place] = need_qty_milli;
    figures.qty[place] = qty_milli;
    figures.order_by_on[place] = order_by_on ?? NEVER;
    if (need_qty_milli === 0 && order_by_on !== null && order_by_on <= as_of_on + LOOK_AHEAD_DAYS) {
      figures.ahead[place] = orderAheadMilli(terms, position, levels);
    }
  }
  return { figures, lines: linesOf(question, figures, termsOf), refusals };
}

interface Wanted {
  readonly item_id: number;
  readonly place: number;
  readonly qty_milli: number;
  readonly value_minor: number;
  readonly order_by_on: number;
}

const NO_TERMS: OrderTerms = { minimum_minor: 0, freight_minor: 0, free_freight_from_minor: null };

function linesOf(
  question: EngineQuestion,
  figures: Figures,
  termsOf: ReturnType<typeof termsOfPositions>,
): readonly Line[] {
  const { stock, documents, buying, as_of_on, currency } = question;
  const amount = lineAmountsIn(currency);
  const { sites, items } = stock.ground;
  const drafts = new Map<number, Wanted[]>();
  for (let place = 0; place < stock.count; place++) {
    const now = figures.qty[place] as number;
    const qty_milli = now > 0 ? now : (figures.ahead[place] as number);
    if (qty_milli === 0) continue;
    const item = stock.item[place] as number;
    const price = buying.price_micro[item] as number;
    const key = (buying.supplier[item] as number) * sites.length + (stock.site[place] as number);
    const wanted: Wanted = {
      item_id: items.ids[item] as number,
      place,
      qty_milli,
      value_minor: Number.isNaN(price) ? 0 : amount(qty_milli, price),
      order_by_on: now > 0 ? as_of_on : (figures.order_by_on[place] as number),
    };
    const standing = drafts.get(key);
    if (standing === undefined) drafts.set(key, [wanted]);
    else standing.push(wanted);
  }
  const lines: Line[] = [];
  for (const [key, wanted] of drafts) {
    question.checkCancelled();
    const order = draftOrder({
      as_of_on,
      lines: wanted,
      terms: NO_TERMS,
      holding_rate_bp: HOLDING_RATE_BP,
      look_ahead_days: LOOK_AHEAD_DAYS,
    });
    if (order === null) continue;
    const site = key % sites.length;
    const supplier_id = (key - site) / sites.length;
    const draft: Draft = {
      key: `${supplier_id}:${sites[site]?.id ?? 0}`,
      supplier_id,
      site,
      terms: null,
      value_minor: order.value_minor,
      freight_minor: order.freight_minor,
      below_minimum_minor: order.below_minimum_minor,
      lines: order.lines.length,
    };
    const placeOf = new Map(wanted.map((each) => [each.item_id, each.place]));
    for (const each of order.lines) {
      const place = placeOf.get(each.item_id);
      if (place === undefined) throw new Error('an order of what was wanted');
      const terms = termsOf(place);
      const answer = proposeOrder({
        ...terms,
        on_hand_qty_milli: stock.on_hand[place] as number,
        ...documentsOf(documents, place, as_of_on),
      });
      if (!('proposal' in answer)) throw new Error('a line of a position that was not refused');
      const { proposal } = answer;
      const item = stock.item[place] as number;
      const priced = !Number.isNaN(buying.price_micro[item]);
      const daily = terms.daily_demand_qty_milli;
      const after = (documents.position[place] as number) + each.qty_milli;
      lines.push({
        kind: 'buy',
        place,
        from_site: -1,
        qty_milli: each.qty_milli,
        value_minor: priced ? each.value_minor : null,
        cost_minor: null,
        order_by_on: proposal.order_by_on,
        receive_on: proposal.receive_on,
        runs_out_on: proposal.without.runs_out_on,
        short_qty_milli: proposal.without.short_qty_milli,
        lasts_days: daily > 0 ? Math.max(0, Math.floor(after / daily - terms.lead_time_days)) : null,
        warnings: proposal.warnings.length,
        reason: each.reason,
        days_early: each.days_early,
        draft,
      });
    }
  }
  return lines;
}
