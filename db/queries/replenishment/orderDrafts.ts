/** One order to each supplier for each site: what is needed now, and what is brought forward for its minimum or its freight. */
import { lineAmountsIn } from '#domain/money.ts';
import { draftOrder, LOOK_AHEAD_DAYS } from '#domain/planning/replenishment/draftOrder.ts';
import { HOLDING_RATE_BP } from '#domain/planning/replenishment/holding.ts';
import { freightOf, NO_ORDER_TERMS } from '#domain/planning/replenishment/orderTerms.ts';
import { filledOrder, type OrderedLine, soldInContainers } from './containerFill.ts';
import type { Draft, EngineQuestion, Line, Propose, TermsOf, ToBuy } from './engine.ts';

interface Wanted {
  readonly item_id: number;
  readonly place: number;
  readonly qty_milli: number;
  readonly value_minor: number;
  readonly order_by_on: number;
}

export interface ToOrder {
  readonly buy: ToBuy;
  /** With what is planned to come from other sites or to leave for them. */
  readonly position: Float64Array;
  readonly termsOf: TermsOf;
  readonly isRefused: (place: number) => boolean;
}

export function orderedLines(question: EngineQuestion, to_order: ToOrder, propose: Propose): Line[] {
  const { stock, buying, as_of_on } = question;
  const sites = stock.ground.sites.length;
  const amount = lineAmountsIn(question.currency);
  const sold = soldInContainers(question, to_order.isRefused);
  const lines: Line[] = [];
  for (const [key, wanted] of wantedByOrder(question, to_order.buy)) {
    question.checkCancelled();
    const site = key % sites;
    const supplier_id = (key - site) / sites;
    const terms = buying.terms.get(supplier_id)?.order ?? null;
    const order = draftOrder({
      as_of_on,
      lines: wanted,
      terms: terms ?? NO_ORDER_TERMS,
      holding_rate_bp: HOLDING_RATE_BP,
      look_ahead_days: LOOK_AHEAD_DAYS,
    });
    if (order === null) continue;
    const wantedOf = new Map(wanted.map((each) => [each.item_id, each]));
    const ordered = order.lines.map((each): OrderedLine => {
      const own = wantedOf.get(each.item_id);
      if (own === undefined) throw new Error('an order of what was wanted');
      const { reason, qty_milli, days_early } = each;
      return { place: own.place, reason, qty_milli, days_early, fill_qty_milli: 0 };
    });
    const filled = filledOrder(question, to_order, {
      container: buying.terms.get(supplier_id)?.container ?? null,
      ordered,
      places: sold.get(key) ?? [],
    });
    const valued = filled.lines.map((each) => {
      const worth = amount(each.qty_milli, buying.price_micro[stock.item[each.place] as number] as number);
      // of a price that is not known, below zero, or makes more than can be counted
      return { ...each, value_minor: worth >= 0 ? worth : null };
    });
    const value_minor = valued.reduce((sum, each) => sum + (each.value_minor ?? 0), 0);
    const draft: Draft = {
      key: `${supplier_id}:${stock.ground.sites[site]?.id ?? 0}`,
      supplier_id,
      site,
      terms,
      value_minor,
      freight_minor: freightOf(terms ?? NO_ORDER_TERMS, value_minor),
      below_minimum_minor: Math.max(0, (terms ?? NO_ORDER_TERMS).minimum_minor - value_minor),
      lines: valued.length,
      container: filled.container,
    };
    for (const each of valued) lines.push(orderedLine(each, draft, to_order.position, propose));
  }
  return lines;
}

/** By supplier × sites + the site's place. */
function wantedByOrder(question: EngineQuestion, buy: ToBuy): Map<number, Wanted[]> {
  const { stock, buying, as_of_on } = question;
  const amount = lineAmountsIn(question.currency);
  const { sites, items } = stock.ground;
  const orders = new Map<number, Wanted[]>();
  for (let place = 0; place < stock.count; place++) {
    const now = buy.now[place] as number;
    const qty_milli = now > 0 ? now : (buy.ahead[place] as number);
    if (qty_milli === 0) continue;
    const item = stock.item[place] as number;
    const worth = amount(qty_milli, buying.price_micro[item] as number);
    const wanted: Wanted = {
      item_id: items.ids[item] as number,
      place,
      qty_milli,
      // of a price that is not known, below zero, or makes more than can be counted
      value_minor: worth >= 0 ? worth : 0,
      // what falls to its reorder point in the course of today is not needed yet
      order_by_on: now > 0 ? as_of_on : Math.max(as_of_on + 1, buy.order_by_on[place] as number),
    };
    const key = (buying.supplier[item] as number) * sites.length + (stock.site[place] as number);
    const standing = orders.get(key);
    if (standing === undefined) orders.set(key, [wanted]);
    else standing.push(wanted);
  }
  return orders;
}

function orderedLine(
  each: OrderedLine & Pick<Line, 'value_minor'>,
  draft: Draft,
  position: Float64Array,
  propose: Propose,
): Line {
  const { place, qty_milli, reason, days_early, fill_qty_milli } = each;
  const answer = propose(place);
  if (!('proposal' in answer)) throw new Error('a line of a position that was refused');
  const { order_by_on, order_on, receive_on, without, warnings, steps } = answer.proposal;
  return {
    kind: 'buy',
    place,
    from_site: -1,
    position_qty_milli: position[place] as number,
    need_qty_milli: steps.find((step) => step.step === 'need')?.qty_milli ?? 0,
    qty_milli,
    value_minor: each.value_minor,
    cost_minor: null,
    order_by_on,
    order_on,
    receive_on,
    runs_out_on: without.runs_out_on,
    short_qty_milli: without.short_qty_milli,
    after_qty_milli: (position[place] as number) + qty_milli,
    warnings: warnings.length,
    reason,
    fill_qty_milli,
    days_early,
    draft,
  };
}
