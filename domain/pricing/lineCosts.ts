/**
 * What an order's goods cost and what is owed for them: landed cost, freight, rebate and channel fee of each line. Rebate, fee
 * and freight are reckoned of the whole order, rounded once, and split over its lines by net, so that the parts add up.
 */
import { inForceOn, type RuleVersion } from '../governance/inForce.ts';
import { GOODS_KIND, RETURN_KIND } from '../kpi/margin.ts';
import { divideRounded, lineAmountOrNull, safeNumber, splitMinor } from '../money.ts';
import type { UnitCost } from './landedUnitCost.ts';
import { rebateOf } from './rebates.ts';

export interface CostedLine {
  readonly id: number;
  readonly kind: string;
  readonly item_id: number | null;
  readonly party_id: number | null;
  readonly channel_id: number | null;
  /** Day number. */
  readonly ordered_on: number;
  /** Ordered less cancelled; negative of a return. */
  readonly sold_qty_milli: number;
  readonly net_minor: number;
}

export type RebateTerms = RuleVersion & {
  readonly party_id: number;
  readonly channel_id: number | null;
  readonly name: string;
  readonly rate_bp: number;
};
export type FeeTerms = RuleVersion & { readonly channel_id: number; readonly name: string; readonly rate_bp: number };

export interface OrderTerms {
  /** Of the lines' customers. */
  readonly rebates: readonly RebateTerms[];
  readonly fees: readonly FeeTerms[];
  /** What carriers charged for the order; null = nobody said. */
  readonly freight_minor: number | null;
  /** Channels that hand goods over: nothing is sent, so no freight is owed. */
  readonly counters: ReadonlySet<number>;
  readonly currency: string;
  /** What a base unit cost on a day; null = not known. */
  readonly unitCost: (item_id: number, day: number) => UnitCost | null;
}

/** What the line's figures were made of. */
export interface LineWorking {
  readonly unit: UnitCost | null;
  /** The agreement and the fees that hold on the line's day. */
  readonly rebate: RebateTerms | null;
  readonly fees: readonly FeeTerms[];
}

/** Minor units; null = not known. Negative of a return. */
export interface LineCost {
  readonly id: number;
  readonly cost_minor: number | null;
  readonly freight_minor: number | null;
  readonly rebate_minor: number;
  readonly fee_minor: number;
  readonly working: LineWorking;
}

export const hasCosts = ({ kind }: { readonly kind: string }): boolean => kind === GOODS_KIND || kind === RETURN_KIND;

/** Of one order's lines in their order; those that are neither goods nor a return have none. */
export function lineCosts(lines: readonly CostedLine[], terms: OrderTerms): readonly LineCost[] {
  const own = lines.filter(hasCosts);
  const workings = own.map((line) => workingOf(line, terms));
  const rebates = sharesOf(
    own,
    workings.map(({ rebate }) => rebate?.rate_bp ?? 0),
  );
  const fees = sharesOf(
    own,
    workings.map((working) => working.fees.reduce((sum, fee) => sum + fee.rate_bp, 0)),
  );
  const freight = freightOf(own, terms);
  return own.map(({ id, sold_qty_milli }, at) => {
    const working = workings[at] ?? { unit: null, rebate: null, fees: [] };
    const { unit } = working;
    return {
      id,
      cost_minor: unit === null ? null : lineAmountOrNull(sold_qty_milli, unit.unit_cost_micro, terms.currency),
      freight_minor: freight[at] ?? null,
      rebate_minor: rebates[at] ?? 0,
      fee_minor: fees[at] ?? 0,
      working,
    };
  });
}

function workingOf(line: CostedLine, { rebates, fees, unitCost }: OrderTerms): LineWorking {
  const agreements = line.party_id === null ? [] : rebates.filter(({ party_id }) => party_id === line.party_id);
  const ofChannel = fees.filter(({ channel_id }) => channel_id === line.channel_id);
  return {
    unit: line.item_id === null ? null : unitCost(line.item_id, line.ordered_on),
    rebate: rebateOf(agreements, line) ?? null,
    // a channel owes each of its fees beside the others; of one fee the version of that day holds
    fees: [...Map.groupBy(ofChannel, ({ name }) => name).values()].flatMap(
      (versions) => inForceOn(versions, line.ordered_on) ?? [],
    ),
  };
}

/** A rate's part of the sales that go by it, rounded once an order and split by net; returns give theirs back. */
function sharesOf(lines: readonly CostedLine[], rates_bp: readonly number[]): readonly number[] {
  const parts = lines.map(() => 0);
  const groups = Map.groupBy(lines.keys(), (at) => `${lines[at]?.kind} ${rates_bp[at]}`);
  for (const places of groups.values()) {
    const [first = 0] = places;
    const rate_bp = BigInt(rates_bp[first] ?? 0);
    const sign = lines[first]?.kind === RETURN_KIND ? -1n : 1n;
    const nets = places.map((at) => positive(BigInt(lines[at]?.net_minor ?? 0) * sign));
    const net = nets.reduce((sum, each) => sum + each, 0n);
    if (rate_bp === 0n || net === 0n) continue;
    const split = splitMinor(divideRounded(net * rate_bp, 10_000n), nets);
    for (const [nth, at] of places.entries()) parts[at] = safeNumber((split[nth] ?? 0n) * sign);
  }
  return parts;
}

/** Goods bear what sending them cost; what comes back gives no freight back. */
function freightOf(lines: readonly CostedLine[], { freight_minor, counters }: OrderTerms): readonly (number | null)[] {
  const goods = [...lines.keys()].filter((at) => lines[at]?.kind === GOODS_KIND);
  const parts: (number | null)[] = lines.map(({ kind }) => (kind === GOODS_KIND ? null : 0));
  if (freight_minor === null) {
    for (const at of goods) if (counters.has(lines[at]?.channel_id ?? -1)) parts[at] = 0;
    return parts;
  }
  const nets = goods.map((at) => positive(BigInt(lines[at]?.net_minor ?? 0)));
  // samples and replacements go out too: where nothing has a price, each line bears the same
  const weights = nets.every((net) => net === 0n) ? goods.map(() => 1n) : nets;
  const split = goods.length === 0 ? [] : splitMinor(BigInt(freight_minor), weights);
  for (const [nth, at] of goods.entries()) parts[at] = safeNumber(split[nth] ?? 0n);
  return parts;
}

const positive = (amount: bigint): bigint => (amount > 0n ? amount : 0n);
