import { divideRounded, safeNumber } from '../money.ts';

/** A rate with its two parts, so that rates are added up as Σ numerator / Σ denominator and never averaged. */
export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
  /** Basis points of one (9620 = 96.20 %), half away from zero; null when the denominator is 0: no data. */
  readonly value_bp: number | null;
}

export function ratio(numerator: number, denominator: number): Ratio {
  return { numerator, denominator, value_bp: ratioBp(numerator, denominator) };
}

/**
 * numerator / denominator in basis points, rounded half away from zero; null when the denominator is 0.
 * Both are whole numbers; BigInt, because minor units × 10,000 leave the exact range of a double.
 */
export function ratioBp(numerator: number, denominator: number): number | null {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator)) {
    throw new RangeError(`a ratio needs whole numbers, not ${numerator} / ${denominator}`);
  }
  if (denominator === 0) return null;
  const sign = denominator < 0 ? -1n : 1n;
  return safeNumber(divideRounded(BigInt(numerator) * 10_000n * sign, BigInt(denominator) * sign));
}

/** A share that may not look complete while something is missing: rounded down. null when the denominator is 0. */
export function coverageBp(covered: number, all: number): number | null {
  if (covered < 0 || covered > all) throw new RangeError(`a share of ${covered} in ${all}`);
  if (all === 0) return null;
  return safeNumber((BigInt(covered) * 10_000n) / BigInt(all));
}
