/**
 * The working behind what one order line costs and owes, by the rules that reckon it, held against the amounts that stand:
 * what it is made of may have changed since (decision 0050).
 */
import { RETURN_KIND } from '../kpi/margin.ts';
import { safeNumber } from '../money.ts';
import { type CostedLine, hasCosts, type LineCost, lineCosts, type OrderTerms } from './lineCosts.ts';

export const COST_PARTS = ['cost', 'freight', 'rebate', 'fee'] as const;
export type CostPart = (typeof COST_PARTS)[number];

/** Minor units; null = not known. */
export interface StandingCost {
  readonly cost_minor: number | null;
  readonly freight_minor: number | null;
  readonly rebate_minor: number | null;
  readonly fee_minor: number | null;
}

/** A rate is taken of all lines of the order that go by it, rounded once; the line bears its part by net. */
export interface RateOfOrder {
  readonly rate_bp: number;
  readonly lines: number;
  readonly net_minor: number;
  readonly amount_minor: number;
}

export interface WorkedLine extends LineCost {
  readonly rebate_of_order: RateOfOrder;
  readonly fee_of_order: RateOfOrder;
  /** The goods that bear the carriers' charges together. */
  readonly goods: { readonly lines: number; readonly net_minor: number };
  /** Handed over a counter: nothing is sent. */
  readonly over_counter: boolean;
  /** The parts that stand otherwise than they come to now. */
  readonly differs: readonly CostPart[];
}

/**
 * Of the line with this id among its order's; null = it is neither goods nor a return. `standing` null: nothing stands yet.
 * `freight_known`: whether `terms.freight_minor` says what carriers charged, or nobody was asked.
 */
export function workedLine(
  id: number,
  lines: readonly CostedLine[],
  terms: OrderTerms,
  standing: StandingCost | null,
  freight_known: boolean,
): WorkedLine | null {
  const own = lines.filter(hasCosts);
  const costs = lineCosts(lines, terms);
  const at = own.findIndex((line) => line.id === id);
  const [line, cost] = [own[at], costs[at]];
  if (line === undefined || cost === undefined) return null;
  const rateOfOrder = (rateOf: (cost: LineCost) => number, partOf: (cost: LineCost) => number): RateOfOrder => {
    const rate_bp = rateOf(cost);
    const together = own.flatMap((each, place) => {
      const part = costs[place];
      return part !== undefined && each.kind === line.kind && rateOf(part) === rate_bp ? [{ each, part }] : [];
    });
    return {
      rate_bp,
      lines: together.length,
      net_minor: netOf(
        together.map(({ each }) => each),
        line.kind,
      ),
      amount_minor: together.reduce((sum, { part }) => sum + partOf(part), 0),
    };
  };
  const goods = own.filter(({ kind }) => kind !== RETURN_KIND);
  const over_counter = line.kind !== RETURN_KIND && terms.counters.has(line.channel_id ?? -1);
  const looked = COST_PARTS.filter((part) => part !== 'freight' || freight_known || over_counter);
  return {
    ...cost,
    rebate_of_order: rateOfOrder(
      ({ working }) => working.rebate?.rate_bp ?? 0,
      ({ rebate_minor }) => rebate_minor,
    ),
    fee_of_order: rateOfOrder(
      ({ working }) => working.fees.reduce((sum, { rate_bp }) => sum + rate_bp, 0),
      ({ fee_minor }) => fee_minor,
    ),
    goods: { lines: goods.length, net_minor: netOf(goods, 'goods') },
    over_counter,
    differs: looked.filter((part) =>
      standing === null
        ? part === 'cost' && cost.cost_minor !== null
        : standing[`${part}_minor`] !== cost[`${part}_minor`],
    ),
  };
}

/** What bears by net: a line of the other sign bears nothing. Negative of returns. */
function netOf(lines: readonly CostedLine[], kind: string): number {
  const sign = kind === RETURN_KIND ? -1 : 1;
  const net = lines.reduce((sum, { net_minor }) => (net_minor * sign > 0 ? sum + BigInt(net_minor) : sum), 0n);
  return safeNumber(net);
}
