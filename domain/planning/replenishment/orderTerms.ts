/** What suppliers ask of an order as a whole, and from when a decision needs a second person: one table, in one place. */
import { minorDigits } from '../../money.ts';
import type { OrderTerms } from './draftOrder.ts';

/** About how many of a currency are one euro: terms are round figures, not converted ones. */
const PER_EURO: Readonly<Record<string, number>> = { CZK: 25, DKK: 7, HUF: 400, JPY: 160, NOK: 10, PLN: 4, SEK: 10 };

/** Whole units of the currency as minor units. */
function rounded(euros: number, currency: string): number {
  return euros * (PER_EURO[currency] ?? 1) * 10 ** minorDigits(currency);
}

/** The same of every supplier as long as no file brings terms of their own. */
export function orderTermsIn(currency: string): OrderTerms {
  return {
    minimum_minor: rounded(250, currency),
    freight_minor: rounded(95, currency),
    free_freight_from_minor: rounded(1500, currency),
  };
}

export interface ApprovalLimits {
  /** A decision worth more than this needs approval. */
  readonly value_minor: number;
  /** So does one that departs further than this from what was proposed, in basis points of it … */
  readonly deviation_bp: number;
  /** … when the departure is worth more than this. */
  readonly deviation_floor_minor: number;
}

/** Raised with every change of these limits or of `approvalReasons`; a decision keeps the version it was judged by. */
export const APPROVAL_RULE_VERSION = 1;

export function approvalLimitsIn(currency: string): ApprovalLimits {
  return {
    value_minor: rounded(5000, currency),
    deviation_bp: 5000,
    deviation_floor_minor: rounded(250, currency),
  };
}
