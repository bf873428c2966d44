/**
 * Margin that leaks on an order line, one rule a cause. Each answers the money lost in minor units of the company's
 * currency, 0 = none. Rates in basis points, prices in millionths of the major unit, quantities in thousandths.
 */
import { inForceOn } from '../governance/inForce.ts';
import { divideRounded, lineAmountMinor, safeNumber } from '../money.ts';

export const LEAKAGE_CAUSES = [
  'below_floor',
  'discount_not_approved',
  'freight_not_charged',
  'cost_rise',
  'rebate_not_accrued',
] as const;
export type LeakageCause = (typeof LEAKAGE_CAUSES)[number];

/** Sold below the floor: the floor's amount less what was billed. Nothing sold, nothing leaks. */
export function belowFloorMinor(
  line: { readonly sold_qty_milli: number; readonly net_minor: number },
  floor_price_micro: number,
  currency: string,
): number {
  if (line.sold_qty_milli <= 0) return 0;
  const floor_minor = safeNumber(lineAmountMinor(BigInt(line.sold_qty_milli), BigInt(floor_price_micro), currency));
  return Math.max(0, floor_minor - line.net_minor);
}

/**
 * Discount beyond the rule without anybody's approval: the part above what the rule allows. A line at the rule whose gross and net
 * are each rounded comes to less than one minor unit more, which is none.
 */
export function discountBeyondRuleMinor(
  line: { readonly gross_minor: number; readonly discount_minor: number; readonly approved_by: string | null },
  max_discount_bp: number,
): number {
  if (line.approved_by !== null || line.gross_minor <= 0) return 0;
  const allowed = BigInt(line.gross_minor) * BigInt(max_discount_bp);
  const beyond = BigInt(line.discount_minor) * 10_000n - allowed;
  if (beyond < 10_000n) return 0;
  return line.discount_minor - safeNumber(divideRounded(allowed, 10_000n));
}

export interface FreightRule {
  /** null = this channel never charges freight. */
  readonly free_freight_from_minor: number | null;
  readonly freight_charge_minor: number | null;
}

/** An order under the free-freight limit that bears no freight line: the charge that was not made. */
export function freightNotChargedMinor(
  order: { readonly goods_net_minor: number; readonly freight_lines: number },
  rule: FreightRule,
): number {
  if (rule.free_freight_from_minor === null || order.freight_lines > 0 || order.goods_net_minor <= 0) return 0;
  return order.goods_net_minor < rule.free_freight_from_minor ? (rule.freight_charge_minor ?? 0) : 0;
}

export interface PriceChange {
  readonly old_cost_micro: number;
  readonly new_cost_micro: number;
  /** Mean net price of one unit sold before and since the new cost. */
  readonly old_price_micro: number;
  readonly new_price_micro: number;
  readonly sold_since_qty_milli: number;
}

/** A rise counts as passed on when the mean net price went up by at least this part of it (in proportion). */
const PASSED_ON_PERCENT = 50n;
/** Smaller rises are noise. */
export const COST_RISE_FROM_BP = 200;

/** (new − old cost) ÷ old cost in basis points; 0 when there was no cost. */
export function costRiseBp(old_cost_micro: number, new_cost_micro: number): number {
  if (old_cost_micro <= 0) return 0;
  return safeNumber(divideRounded(BigInt(new_cost_micro - old_cost_micro) * 10_000n, BigInt(old_cost_micro)));
}

/** Cost rise not passed on: what of the rise the price did not take up, times what was sold since, when it did not follow by half. */
export function costRiseMinor(change: PriceChange, currency: string): number {
  const rise_bp = costRiseBp(change.old_cost_micro, change.new_cost_micro);
  if (rise_bp < COST_RISE_FROM_BP || change.sold_since_qty_milli <= 0 || change.old_price_micro <= 0) return 0;
  const followed_bp = costRiseBp(change.old_price_micro, change.new_price_micro);
  if (BigInt(followed_bp) * 100n >= BigInt(rise_bp) * PASSED_ON_PERCENT) return 0;
  const passed_on_micro = Math.max(0, change.new_price_micro - change.old_price_micro);
  const left_micro = BigInt(Math.max(0, change.new_cost_micro - change.old_cost_micro - passed_on_micro));
  return safeNumber(lineAmountMinor(BigInt(change.sold_since_qty_milli), left_micro, currency));
}

const REBATE_ROUNDING_MINOR = 2n;

/**
 * A sale under a rebate agreement that bears no rebate, or too little of it: what net × rate is more than what is accrued.
 * Less than two minor units short is the rounding of an order's rebate and of its split over lines.
 */
export function rebateNotAccruedMinor(
  line: { readonly net_minor: number; readonly rebate_minor: number | null },
  rate_bp: number,
): number {
  if (line.net_minor <= 0) return 0;
  const agreed = BigInt(line.net_minor) * BigInt(rate_bp);
  const accrued = BigInt(line.rebate_minor ?? 0);
  if (agreed - accrued * 10_000n < REBATE_ROUNDING_MINOR * 10_000n) return 0;
  return safeNumber(divideRounded(agreed, 10_000n) - accrued);
}

/** The rate a line's rebate is accrued at, basis points. */
export function accruedRebateBp(line: { readonly net_minor: number; readonly rebate_minor: number | null }): number {
  if (line.net_minor <= 0) return 0;
  return safeNumber(divideRounded(BigInt(line.rebate_minor ?? 0) * 10_000n, BigInt(line.net_minor)));
}

export interface DiscountRule {
  readonly channel_id: number | null;
  readonly party_id: number | null;
  readonly item_id: number | null;
  readonly category: string | null;
  readonly max_discount_bp: number | null;
  readonly valid_from: number;
  readonly valid_to: number | null;
}

/** What a rule may be limited to, the narrowest first: party before item before category before channel. */
const LIMITS = ['party_id', 'item_id', 'category', 'channel_id'] as const;
type Limits = Pick<DiscountRule, (typeof LIMITS)[number]>;

/** Rules by what they are limited to, so that a line asks only those that name its own party, item, category or channel. */
export interface DiscountRules<Rule extends DiscountRule = DiscountRule> {
  /** The narrowest kind of rule first. */
  readonly kinds: readonly {
    readonly limits: readonly (typeof LIMITS)[number][];
    readonly byKey: ReadonlyMap<string, readonly Rule[]>;
  }[];
}

/** Rules without a limit of the discount say nothing and are left out. */
export function discountRules<Rule extends DiscountRule>(rules: readonly Rule[]): DiscountRules<Rule> {
  const kinds = Map.groupBy(
    rules.filter((rule) => rule.max_discount_bp !== null),
    narrowness,
  );
  return {
    kinds: [...kinds]
      .toSorted(([a], [b]) => b - a)
      .map(([, same]) => {
        const limits = LIMITS.filter((limit) => same[0]?.[limit] !== null);
        return { limits, byKey: Map.groupBy(same, (rule) => keyOf(rule, limits)) };
      }),
  };
}

function keyOf(of: Limits, limits: readonly (typeof LIMITS)[number][]): string {
  return limits.map((limit) => of[limit]).join('|');
}

/** The narrowest price rule that fits on the day of the order: party and item, party, item, category, channel. */
export function discountRuleOf<Rule extends DiscountRule>(
  line: Limits & { readonly ordered_on: number },
  rules: DiscountRules<Rule>,
): Rule | null {
  for (const { limits, byKey } of rules.kinds) {
    const found = inForceOn(byKey.get(keyOf(line, limits)) ?? [], line.ordered_on);
    if (found) return found;
  }
  return null;
}

/** The discount a line may have: that of the price rule that fits, else the channel's own; null = no rule says anything. */
export function allowedDiscountBp(
  line: Limits & { readonly ordered_on: number },
  rules: DiscountRules,
  channel_max_discount_bp: number | null,
): number | null {
  const found = discountRuleOf(line, rules);
  return found === null ? channel_max_discount_bp : found.max_discount_bp;
}

function narrowness(rule: DiscountRule): number {
  return (
    (rule.party_id === null ? 0 : 8) +
    (rule.item_id === null ? 0 : 4) +
    (rule.category === null ? 0 : 2) +
    (rule.channel_id === null ? 0 : 1)
  );
}
