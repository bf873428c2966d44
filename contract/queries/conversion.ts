/** What was converted in an answer over companies of several currencies, and at which rates. */
import type { RateKind } from '#domain/currency/convert.ts';

export type { RateKind } from '#domain/currency/convert.ts';

export interface RateUsed {
  readonly company_id: number;
  readonly company: string;
  /** Units of `to` for `per_units` of `from` (a power of ten), × 10⁻⁶. */
  readonly from: string;
  readonly to: string;
  readonly rate_micro: number;
  readonly per_units: number;
  readonly month: number;
  /** `average` of the month for what happened in it, `closing` for what is there on a day. */
  readonly kind: RateKind;
  /** The month's last day. */
  readonly on: string;
}
/** null in an answer: nothing had to be converted. */
export interface Conversion {
  /** By company, then month. */
  readonly rates: readonly RateUsed[];
  /** Rates that are not here, in words: figures that need them are null. */
  readonly lacking: readonly string[];
}
