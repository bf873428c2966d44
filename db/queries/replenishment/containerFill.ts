/** The containers of one order to a supplier: how full they are, and what of the supplier's other items for the site fills them. */
import {
  type ContainerTerms,
  type FillCandidate,
  fillContainers,
  fillMostMilli,
} from '#domain/planning/replenishment/containerLoad.ts';
import type { OrderContainers } from '#contract/queries.ts';
import { NO_SIZE } from '#db/replenishment/containers.ts';
import { NEVER } from '../stock/stockColumns.ts';
import type { EngineQuestion, Line } from './engine.ts';
import type { ToOrder } from './orderDrafts.ts';

export type OrderedLine = Pick<Line, 'place' | 'qty_milli' | 'reason' | 'days_early' | 'fill_qty_milli'>;

/** Positions of suppliers that send in containers, by supplier × sites + the site's place. */
export function soldInContainers(
  { stock, buying }: EngineQuestion,
  isRefused: (place: number) => boolean,
): ReadonlyMap<number, readonly number[]> {
  const sold = new Map<number, number[]>();
  if (![...buying.terms.values()].some(({ container }) => container !== null)) return sold;
  const sites = stock.ground.sites.length;
  for (let place = 0; place < stock.count; place++) {
    const supplier_id = buying.supplier[stock.item[place] as number] as number;
    if ((buying.terms.get(supplier_id)?.container ?? null) === null || isRefused(place)) continue;
    const key = supplier_id * sites + (stock.site[place] as number);
    const own = sold.get(key);
    if (own) own.push(place);
    else sold.set(key, [place]);
  }
  return sold;
}

interface OrderToFill {
  readonly container: ContainerTerms | null;
  readonly ordered: readonly OrderedLine[];
  /** All the supplier sells for the site. */
  readonly places: readonly number[];
}

/** The lines of the order as they are or more, then those that only fill. */
export function filledOrder(
  question: EngineQuestion,
  to_order: ToOrder,
  { container, ordered, places }: OrderToFill,
): { readonly lines: readonly OrderedLine[]; readonly container: OrderContainers | null } {
  if (container === null) return { lines: ordered, container: null };
  const inOrder = new Map(ordered.map((each) => [each.place, each.qty_milli]));
  const all = [...new Set([...inOrder.keys(), ...places])];
  const filled = fillContainers(
    all.map((place) => candidateAt(question, to_order, place, inOrder.get(place) ?? 0)),
    container,
  );
  if (filled === null) return { lines: ordered, container: null };
  const { added, below, ...load } = filled;
  const raised = ordered.map((each) => {
    const more = added.get(each.place) ?? 0;
    return { ...each, qty_milli: each.qty_milli + more, fill_qty_milli: more };
  });
  const others = all.flatMap((place): OrderedLine[] => {
    const more = inOrder.has(place) ? 0 : (added.get(place) ?? 0);
    if (more === 0) return [];
    const by = to_order.buy.order_by_on[place] as number;
    const days_early = by === NEVER ? 0 : Math.max(0, by - question.as_of_on);
    return [{ place, qty_milli: more, reason: 'for_container', fill_qty_milli: more, days_early }];
  });
  const containers = {
    ...load,
    least_fill_bp: container.least_fill_bp,
    filling_lines: added.size,
    below,
  };
  return { lines: [...raised, ...others], container: containers };
}

/** Named by its place: it is one of one site. */
function candidateAt(
  { stock, buying }: EngineQuestion,
  { position, termsOf }: ToOrder,
  place: number,
  qty_milli: number,
): FillCandidate {
  const terms = termsOf(place);
  const own = position[place] as number;
  const daily_demand_qty_milli = terms.daily_demand_qty_milli;
  const item_id = stock.ground.items.ids[stock.item[place] as number] as number;
  return {
    item_id: place,
    qty_milli,
    ...(buying.sizes.get(item_id) ?? NO_SIZE),
    step_qty_milli: Math.max(1, terms.supplier?.multiple_qty_milli ?? 0),
    minimum_qty_milli: terms.supplier?.minimum_qty_milli ?? 0,
    most_qty_milli: fillMostMilli(terms, own),
    daily_demand_qty_milli,
    cover_days: daily_demand_qty_milli > 0 ? own / daily_demand_qty_milli - terms.lead_time_days : 0,
  };
}
