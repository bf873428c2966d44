/**
 * How much a rate is, exactly: whole millionths for 1, 10, … 10¹² units of the other currency, as banks quote small rates. So a rate
 * far below one has as many digits as one far above, and both are numbers every side holds exactly.
 */
import { type Decimal, formatDecimal, scaledInteger } from '../decimal.ts';

export interface RateValue {
  /** × 10⁻⁶, > 0. */
  readonly rate_micro: number;
  /** For so many units of the other currency: a power of ten. */
  readonly per_units: number;
}

const MICRO_PLACES = 6;
const MOST_PER_PLACES = 12;
/** So many decimals a rate has at most, written for one unit. */
export const RATE_PLACES = MICRO_PLACES + MOST_PER_PLACES;
const MAX_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** The zeros of a power of ten up to 10¹²; null = it is none. */
export function perPlaces(per_units: number): number | null {
  for (let places = 0; places <= MOST_PER_PLACES; places++) if (10 ** places === per_units) return places;
  return null;
}

export function perOne(rate_micro: number): RateValue {
  return { rate_micro, per_units: 1 };
}

/** For one unit. Throws RangeError where it is no rate. */
export function rateDecimal({ rate_micro, per_units }: RateValue): Decimal {
  const places = perPlaces(per_units);
  if (places === null || !Number.isSafeInteger(rate_micro) || rate_micro <= 0)
    throw new RangeError(`${rate_micro} for ${per_units} is no exchange rate`);
  return { units: BigInt(rate_micro), places: MICRO_PLACES + places };
}

/** '0.000676109665': for one unit, without trailing zeros. */
export function rateDecimalText(rate: RateValue): string {
  return formatDecimal(rateDecimal(rate));
}

/** Rates for one unit as they are kept together, for as few units as hold all their decimals; null = they have too many digits. */
export function keptTogether(
  rates: readonly Decimal[],
): { readonly rates_micro: readonly number[]; readonly per_units: number } | null {
  for (let places = 0; places <= MOST_PER_PLACES; places++) {
    const scaled = rates.map((rate) => scaledInteger(rate, MICRO_PLACES + places));
    const whole = scaled.filter((each) => each !== null);
    if (whole.length < scaled.length) continue;
    if (whole.some((each) => each > MAX_EXACT)) return null;
    return { rates_micro: whole.map(Number), per_units: 10 ** places };
  }
  return null;
}
