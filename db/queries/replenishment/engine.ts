/**
 * What to order of every position of a company: the rule asked of each, its answers as columns; then what other sites can
 * give, then orders to suppliers of what is left. Lines are made only of what is ordered or moved.
 */
import { LOOK_AHEAD_DAYS, type OrderTerms, type Reason } from '#domain/planning/replenishment/draftOrder.ts';
import { type PositionSums, sumsRefusal } from '#domain/planning/replenishment/positionFigures.ts';
import {
  orderAheadMilli,
  type ProposalOrRefusal,
  proposeOrder,
  reckonOrder,
  type Refusal,
  refusalOf,
} from '#domain/planning/replenishment/proposal.ts';
import type { OrderContainers } from '#contract/queries.ts';
import type { DemandInForce } from '../forecast/demandInForce.ts';
import { NEVER, type StockColumns } from '../stock/stockColumns.ts';
import type { BuyingColumns } from './buyingColumns.ts';
import type { RecentMoves, SiteLane } from './lanes.ts';
import { orderedLines } from './orderDrafts.ts';
import { documentsOf, type PositionDocuments } from './positionDocuments.ts';
import { type DemandColumns, termsOfPositions } from './positionTerms.ts';
import { plannedTransfers, type PlannedTransfer, type ShortBefore } from './transferPlan.ts';

export interface EngineQuestion {
  readonly stock: StockColumns;
  readonly documents: PositionDocuments;
  readonly buying: BuyingColumns;
  readonly demand: DemandColumns;
  readonly forecasts: DemandInForce;
  /** Empty for who sees no costs. */
  readonly lanes: readonly SiteLane[];
  readonly recent: RecentMoves;
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
  /** What the rule orders of the position by itself, before other sites are asked. */
  readonly qty: Float64Array;
  /** NEVER without demand. */
  readonly order_by_on: Int32Array;
}

/** What is bought, by position, once transfers are planned. */
export interface ToBuy {
  readonly now: Float64Array;
  /** What could be ordered before its day, where that is near. */
  readonly ahead: Float64Array;
  readonly order_by_on: Int32Array;
}

/** One order to a supplier for a site. */
export interface Draft {
  readonly key: string;
  readonly supplier_id: number;
  readonly site: number;
  /** null = the supplier has none, or they are not for this user. */
  readonly terms: OrderTerms | null;
  readonly value_minor: number;
  readonly freight_minor: number;
  readonly below_minimum_minor: number;
  readonly lines: number;
  /** null = the supplier sends in none, or no line says its size. */
  readonly container: OrderContainers | null;
}

export interface Line {
  readonly kind: 'buy' | 'transfer';
  /** The position it is for. */
  readonly place: number;
  /** Of a transfer: the place of the site it comes from, among the sites; -1 = bought. */
  readonly from_site: number;
  /** Of what is bought with what other sites give or get, of a transfer without. */
  readonly position_qty_milli: number;
  readonly need_qty_milli: number;
  readonly qty_milli: number;
  readonly value_minor: number | null;
  readonly cost_minor: number | null;
  readonly order_by_on: number | null;
  readonly order_on: number;
  readonly receive_on: number;
  readonly runs_out_on: number | null;
  readonly short_qty_milli: number;
  /** Of the position once what is proposed has come. */
  readonly after_qty_milli: number;
  readonly warnings: number;
  readonly reason: Reason;
  /** Of the quantity, what only fills the container. */
  readonly fill_qty_milli: number;
  readonly days_early: number;
  readonly draft: Draft | null;
}

export interface Proposals {
  readonly figures: Figures;
  readonly lines: readonly Line[];
  readonly transfers: readonly PlannedTransfer[];
  /** Of positions of which nothing can be proposed. */
  readonly refusals: ReadonlyMap<number, Refusal>;
}

/** The whole answer of the rule for one position, with what is planned to come to it or to leave it. */
export type Propose = (place: number) => ProposalOrRefusal;

/** Positions between two looks at whether the caller gave up. */
const STRETCH = 16_384;

export function proposeAll(question: EngineQuestion): Proposals {
  const { stock } = question;
  const termsOf = termsOfPositions(stock, question.buying, question.demand, question.as_of_on);
  const { figures, buy, refusals } = reckonAll(question, termsOf);
  const transfers = plannedTransfers(
    question,
    figures,
    (place) => refusals.has(place),
    shortBefore(proposer(question, [])),
  );
  const propose = proposer(question, transfers);
  const position = question.documents.position.slice();
  for (const { from, to, qty_milli } of transfers) {
    position[from] = (position[from] as number) - qty_milli;
    position[to] = (position[to] as number) + qty_milli;
  }
  for (const place of new Set(transfers.flatMap(({ from, to }) => [from, to]))) {
    reckonBuy(question, buy, termsOf(place), place, position[place] as number);
  }
  const lines = [
    ...orderedLines(question, { buy, position, termsOf, isRefused: (place) => refusals.has(place) }, propose),
    ...transferLines(question, figures, transfers, position, proposer(question, [])),
  ];
  return { figures, lines, transfers, refusals };
}

export type TermsOf = ReturnType<typeof termsOfPositions>;

function reckonAll(question: EngineQuestion, termsOf: TermsOf) {
  const { stock, documents, checkCancelled } = question;
  const { count } = stock;
  const figures: Figures = {
    reorder: new Float64Array(count),
    up_to: new Float64Array(count).fill(Number.NaN),
    need: new Float64Array(count),
    qty: new Float64Array(count),
    order_by_on: new Int32Array(count).fill(NEVER),
  };
  const buy: ToBuy = {
    now: new Float64Array(count),
    ahead: new Float64Array(count),
    order_by_on: new Int32Array(count).fill(NEVER),
  };
  const refusals = new Map<number, Refusal>();
  for (let place = 0; place < count; place++) {
    if (place % STRETCH === 0) checkCancelled();
    const terms = termsOf(place);
    const refusal = refusalOf(terms) ?? sumsRefusal(sumsOf(question, place));
    if (refusal !== null) {
      refusals.set(place, refusal);
      continue;
    }
    const reckoned = reckonBuy(question, buy, terms, place, documents.position[place] as number);
    figures.reorder[place] = reckoned.levels.reorder_qty_milli;
    figures.up_to[place] = reckoned.levels.up_to_qty_milli ?? Number.NaN;
    figures.need[place] = reckoned.need_qty_milli;
    figures.qty[place] = reckoned.qty_milli;
    figures.order_by_on[place] = reckoned.order_by_on ?? NEVER;
  }
  return { figures, buy, refusals };
}

function sumsOf({ stock, documents }: EngineQuestion, place: number): PositionSums {
  const on_hand_qty_milli = stock.on_hand[place] as number;
  const asked_qty_milli = documents.asked[place] as number;
  return { on_hand_qty_milli, asked_qty_milli, on_order_qty_milli: documents.on_order[place] as number };
}

/** What is bought of a position that stands so. */
function reckonBuy(
  { as_of_on }: EngineQuestion,
  buy: ToBuy,
  terms: ReturnType<TermsOf>,
  place: number,
  position_qty_milli: number,
) {
  const reckoned = reckonOrder(terms, position_qty_milli);
  const { order_by_on, levels } = reckoned;
  buy.now[place] = reckoned.qty_milli;
  buy.order_by_on[place] = order_by_on ?? NEVER;
  const soon = reckoned.need_qty_milli === 0 && order_by_on !== null && order_by_on <= as_of_on + LOOK_AHEAD_DAYS;
  buy.ahead[place] = soon ? orderAheadMilli(terms, position_qty_milli, levels) : 0;
  return reckoned;
}

export function proposer(question: EngineQuestion, transfers: readonly PlannedTransfer[]): Propose {
  const { stock, documents, as_of_on } = question;
  const termsOf = termsOfPositions(stock, question.buying, question.demand, as_of_on);
  const leaving = Map.groupBy(transfers, (each) => each.from);
  const coming = Map.groupBy(transfers, (each) => each.to);
  return (place) => {
    const own = documentsOf(documents, place, as_of_on);
    for (const { qty_milli } of leaving.get(place) ?? []) own.demand.push({ on: as_of_on, qty_milli });
    for (const { qty_milli, arrive_on } of coming.get(place) ?? []) own.receipts.push({ on: arrive_on, qty_milli });
    return proposeOrder({ ...termsOf(place), on_hand_qty_milli: stock.on_hand[place] as number, ...own });
  };
}

export function shortBefore(propose: Propose): ShortBefore {
  return (place) => {
    const answer = propose(place);
    if (!('proposal' in answer)) return null;
    for (const each of answer.proposal.warnings) {
      if (each.warning === 'short_before_receipt') return { on: each.on, short_qty_milli: each.short_qty_milli };
    }
    return null;
  };
}

/** What happens without a transfer is what happens when nothing is moved and nothing bought. */
function transferLines(
  { stock, as_of_on, documents }: EngineQuestion,
  figures: Figures,
  transfers: readonly PlannedTransfer[],
  position: Float64Array,
  propose: Propose,
): Line[] {
  return transfers.map(({ from, to, qty_milli, arrive_on, cost_minor }): Line => {
    const answer = propose(to);
    if (!('proposal' in answer)) throw new Error('a transfer to a position that was refused');
    const { without, warnings } = answer.proposal;
    const order_by_on = figures.order_by_on[to] as number;
    return {
      kind: 'transfer',
      place: to,
      from_site: stock.site[from] as number,
      position_qty_milli: documents.position[to] as number,
      need_qty_milli: figures.need[to] as number,
      qty_milli,
      value_minor: null,
      cost_minor,
      order_by_on: order_by_on === NEVER ? null : order_by_on,
      order_on: as_of_on,
      receive_on: arrive_on,
      runs_out_on: without.runs_out_on,
      short_qty_milli: without.short_qty_milli,
      after_qty_milli: position[to] as number,
      warnings: warnings.length,
      reason: 'needed',
      fill_qty_milli: 0,
      days_early: 0,
      draft: null,
    };
  });
}
