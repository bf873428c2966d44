/**
 * Money: integer minor units (cents) with the currency beside it. Unit prices are integers × 10⁻⁶ of the major unit.
 * A line amount is rounded once, in BigInt, half away from zero.
 */

import { currencyDigits } from './currency/currencies.ts';

/** ISO 4217: no currency. Stands in where a company, and with it its currency, is not known yet. */
export const NO_CURRENCY = 'XXX';

/** Decimal digits of a currency's minor unit (ISO 4217); 2 where it is not known. */
export function minorDigits(currency: string): number {
  return currencyDigits(currency) ?? 2;
}

/** As it stands in a file, with every decimal place of the currency: '-9.00'. */
export function minorText(amount_minor: bigint, currency: string): string {
  const places = minorDigits(currency);
  const digits = (amount_minor < 0n ? -amount_minor : amount_minor).toString().padStart(places + 1, '0');
  const amount = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return amount_minor < 0n ? `-${amount}` : amount;
}

/** Integer division rounding half away from zero. `denominator` > 0. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError('denominator must be positive');
  const doubled = 2n * (numerator < 0n ? -numerator : numerator) + denominator;
  const quotient = doubled / (2n * denominator);
  return numerator < 0n ? -quotient : quotient;
}

/** quantity (thousandths) × unit price (10⁻⁶ major units) → minor units of the currency, rounded once. */
export function lineAmountMinor(qty_milli: bigint, unit_price_micro: bigint, currency: string): bigint {
  return divideRounded(qty_milli * unit_price_micro * 10n ** BigInt(minorDigits(currency)), 1_000_000_000n);
}

/** The same; null where a figure is not whole, or the amount is more than a number holds exactly. */
export function lineAmountOrNull(qty_milli: number, unit_price_micro: number, currency: string): number | null {
  if (!Number.isSafeInteger(qty_milli) || !Number.isSafeInteger(unit_price_micro)) return null;
  const amount = Number(lineAmountMinor(BigInt(qty_milli), BigInt(unit_price_micro), currency));
  return Number.isSafeInteger(amount) ? amount : null;
}

/** The largest product whose double, plus a denominator, a number still holds exactly. */
const EXACT_PRODUCT = 2 ** 51;

/**
 * `lineAmountMinor` for columns of many quantities: the same amount to the last digit, in whole numbers as far as they
 * are exact and in BigInt beyond; NaN of more than a number holds exactly, as of an unknown price.
 */
export function lineAmountsIn(currency: string): (qty_milli: number, unit_price_micro: number) => number {
  const denominator = 10 ** (9 - minorDigits(currency));
  return (qty_milli, unit_price_micro) => {
    const product = qty_milli * unit_price_micro;
    const size = Math.abs(product);
    if (size > EXACT_PRODUCT) {
      return lineAmountOrNull(qty_milli, unit_price_micro, currency) ?? Number.NaN;
    }
    const doubled = 2 * size + denominator;
    // a quotient may round up to a whole number it does not reach
    let amount = Math.floor(doubled / (2 * denominator));
    if (amount * 2 * denominator > doubled) amount -= 1;
    return product < 0 ? 0 - amount : amount;
  };
}

/** What one base unit of a quantity came to, 10⁻⁶ major units; 0 of nothing. */
export function unitPriceMicro(amount_minor: number, qty_milli: number, currency: string): number {
  if (qty_milli <= 0) return 0;
  const scale = 10n ** BigInt(9 - minorDigits(currency));
  return safeNumber(divideRounded(BigInt(amount_minor) * scale, BigInt(qty_milli)));
}

/** What a part of a quantity has of an amount, minor units, rounded once; nothing of what has no quantity. */
export function amountOfPart(amount_minor: number, part_qty_milli: number, whole_qty_milli: number): number {
  if (part_qty_milli === 0 || whole_qty_milli <= 0) return 0;
  if (part_qty_milli === whole_qty_milli) return amount_minor;
  return safeNumber(divideRounded(BigInt(amount_minor) * BigInt(part_qty_milli), BigInt(whole_qty_milli)));
}

/**
 * What parts of a quantity have of an amount, one after the other, minor units: each reckoned from all that is there by then, so
 * that the parts of the whole add up to it. What goes beyond the whole has nothing.
 */
export function amountsOfParts(
  amount_minor: number,
  parts_qty_milli: readonly number[],
  whole_qty_milli: number,
): readonly number[] {
  let there_qty_milli = 0;
  let before_minor = 0;
  return parts_qty_milli.map((qty_milli) => {
    there_qty_milli += qty_milli;
    const by_then_minor = amountOfPart(amount_minor, Math.min(there_qty_milli, whole_qty_milli), whole_qty_milli);
    const part_minor = by_then_minor - before_minor;
    before_minor = by_then_minor;
    return part_minor;
  });
}

/**
 * Splits an amount over weights exactly, by largest remainder (ties: the earlier part). Negative amounts split as
 * their absolute value. 15.00 over 13 equal parts = 8 × 1.15 + 5 × 1.16.
 */
export function splitMinor(amount_minor: bigint, weights: readonly bigint[]): bigint[] {
  if (weights.length === 0) throw new RangeError('nothing to split over');
  const total = weights.reduce((sum, weight) => {
    if (weight < 0n) throw new RangeError('weights must not be negative');
    return sum + weight;
  }, 0n);
  if (total === 0n) throw new RangeError('weights add up to nothing');
  const sign = amount_minor < 0n ? -1n : 1n;
  const amount = amount_minor * sign;
  const parts = weights.map((weight) => (amount * weight) / total);
  const remainders = weights.map((weight, index) => ({ index, remainder: (amount * weight) % total }));
  const left = amount - parts.reduce((sum, part) => sum + part, 0n);
  const order = remainders.toSorted((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1,
  );
  for (const { index } of order.slice(0, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts.map((part) => part * sign);
}

/** BigInt → number, refusing what a double cannot hold exactly. */
export function safeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is beyond the exact range`);
  return number;
}
