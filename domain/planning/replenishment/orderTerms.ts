/** What a supplier’s order costs to send, and from when a decision needs a second person: one table, in one place. */
import { minorDigits } from '../../money.ts';
import type { OrderTerms } from './draftOrder.ts';

/** About how many of a currency are one euro: limits are round figures, not converted ones. */
const PER_EURO: Readonly<Record<string, number>> = { CZK: 25, DKK: 7, HUF: 400, JPY: 160, NOK: 10, PLN: 4, SEK: 10 };

/** Whole units of the currency as minor units. */
function rounded(euros: number, currency: string): number {
  return euros * (PER_EURO[currency] ?? 1) * 10 ** minorDigits(currency);
}

/** Of a supplier that asks nothing of an order. */
export const NO_ORDER_TERMS: OrderTerms = { minimum_minor: 0, freight_minor: 0, free_freight_from_minor: null };

export function freightOf(terms: OrderTerms, value_minor: number): number {
  const free = terms.free_freight_from_minor;
  return free !== null && value_minor >= free ? 0 : terms.freight_minor;
}

/** A price of 0, or below, is one that nobody wrote down: by it any quantity would be worth nothing, and need nobody's approval. */
export function knownPriceMicro(unit_price_micro: number | null | undefined): number | null {
  return unit_price_micro != null && unit_price_micro > 0 ? unit_price_micro : null;
}

export interface ApprovalLimits {
  /** A decision worth more than this needs approval. */
  readonly value_minor: number;
  /** So does one that departs further than this from what was proposed, in basis points of it … */
  readonly deviation_bp: number;
  /** … when the departure is worth more than this. */
  readonly deviation_floor_minor: number;
}

/** Raised with every change of these limits, of `knownPriceMicro` or of `approvalReasons`; a decision keeps the version it was judged by. */
export const APPROVAL_RULE_VERSION = 3;

export function approvalLimitsIn(currency: string): ApprovalLimits {
  return {
    value_minor: rounded(5000, currency),
    deviation_bp: 5000,
    deviation_floor_minor: rounded(250, currency),
  };
}
