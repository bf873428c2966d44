/** Which rules an open order breaks, line by line, with the very rule that says so. One rule for the copy and the server. */
import { GOODS_KIND } from '../kpi/margin.ts';
import { divideRounded, safeNumber, unitPriceMicro } from '../money.ts';
import {
  belowFloorMinor,
  discountBeyondRuleMinor,
  type DiscountRule,
  discountRuleOf,
  type DiscountRules,
} from '../pricing/leakage.ts';
import { type PriceFloor, priceFloorOf } from '../pricing/priceFloor.ts';
import {
  type ApprovedLine,
  beyondCreditMinor,
  type BrokenRule,
  type CreditFigures,
  exposureMinor,
} from './approval.ts';

export interface JudgedLine extends ApprovedLine {
  readonly channel_id: number | null;
  readonly party_id: number | null;
  readonly category: string | null;
  readonly ordered_on: number;
  readonly approved_by: string | null;
}

interface Versioned {
  readonly id: number;
  readonly ver: number;
}

export interface ChannelLimit extends Versioned {
  readonly max_discount_bp: number | null;
}

/**
 * Discounts beyond the rule that fits. `decided_here`: somebody decided about the order before, so that only that decision
 * counts and not the name on its lines, which may be of lines that have changed since.
 */
export function brokenDiscounts<Rule extends DiscountRule & Versioned>(
  lines: readonly JudgedLine[],
  rules: DiscountRules<Rule>,
  /** What the channel goes by on the day of the order. */
  channelLimitOf: (sold: JudgedLine) => ChannelLimit | undefined,
  decided_here: boolean,
): readonly BrokenRule[] {
  return lines.flatMap((line): BrokenRule[] => {
    const price_rule = discountRuleOf(line, rules);
    const channel_rule = channelLimitOf(line);
    const allowed = price_rule ? price_rule.max_discount_bp : (channel_rule?.max_discount_bp ?? null);
    const rule = price_rule ?? channel_rule;
    if (allowed === null || !rule) return [];
    const beyond_minor = discountBeyondRuleMinor(decided_here ? { ...line, approved_by: null } : line, allowed);
    if (beyond_minor === 0) return [];
    return [
      {
        rule: price_rule ? 'price_rule' : 'channel_rule',
        id: rule.id,
        ver: rule.ver,
        order_line_id: line.id,
        allowed,
        found: discountBp(line),
        beyond_minor,
      },
    ];
  });
}

/** What was given, basis points of gross. */
export function discountBp(line: { readonly gross_minor: number; readonly discount_minor: number }): number {
  if (line.gross_minor <= 0) return 0;
  return safeNumber(divideRounded(BigInt(line.discount_minor) * 10_000n, BigInt(line.gross_minor)));
}

/** Goods sold below the floor. */
export function brokenFloors<Floor extends PriceFloor & Versioned>(
  lines: readonly JudgedLine[],
  floorsOf: (item_id: number) => readonly Floor[] | undefined,
  currency: string,
): readonly BrokenRule[] {
  return lines.flatMap((line): BrokenRule[] => {
    if (line.kind !== GOODS_KIND || line.item_id === null) return [];
    const floor = priceFloorOf(floorsOf(line.item_id), line);
    const sold_qty_milli = line.ordered_qty_milli - line.cancelled_qty_milli;
    if (!floor) return [];
    const beyond_minor = belowFloorMinor(
      { sold_qty_milli, net_minor: line.net_minor },
      floor.floor_price_micro,
      currency,
    );
    if (beyond_minor === 0) return [];
    return [
      {
        rule: 'price_floor',
        id: floor.id,
        ver: floor.ver,
        order_line_id: line.id,
        allowed: floor.floor_price_micro,
        found: unitPriceMicro(line.net_minor, sold_qty_milli, currency),
        beyond_minor,
      },
    ];
  });
}

/** A customer beyond the limit: every open order of theirs waits. */
export function brokenCredit(
  party: Versioned & { readonly limit_minor: number | null },
  figures: Omit<CreditFigures, 'limit_minor'>,
): readonly BrokenRule[] {
  const all = { ...figures, limit_minor: party.limit_minor };
  const beyond_minor = beyondCreditMinor(all);
  if (beyond_minor === 0 || party.limit_minor === null) return [];
  return [
    {
      rule: 'party',
      id: party.id,
      ver: party.ver,
      order_line_id: null,
      allowed: party.limit_minor,
      found: exposureMinor(all),
      beyond_minor,
    },
  ];
}

export function beyondMinor(broken: readonly BrokenRule[]): number {
  return broken.reduce((sum, each) => sum + each.beyond_minor, 0);
}
