/**
 * Amounts of one currency in another. The unit of conversion is a company's month: what its rows add up to in that month
 * is multiplied by the month's rate and rounded once, half away from zero, in BigInt. Flows (what happened in a month) go
 * by the month's average rate, stocks (what is there on a day) by the rate of the month's last day. Every total is a sum of
 * such amounts, and the parts of one are shared out by largest remainder, so that rows add up to their total and months
 * to their year to the cent; a part is less than one minor unit from its own exact amount. Without a rate there is no amount.
 */
import { divideRounded, minorDigits, safeNumber } from '../money.ts';
import { perOne, rateDecimal, type RateValue } from './rateValue.ts';

/** `average` for flows, `closing` for stocks. */
export type RateKind = 'average' | 'closing';

/** Units of `to` for `per_units` of `from`, × 10⁻⁶. */
export interface Rate extends RateValue {
  readonly from: string;
  readonly to: string;
}

/** An amount is its own in its own currency: no rate is looked for, nothing is rounded. */
export function atPar(currency: string): Rate {
  return { from: currency, to: currency, ...perOne(1_000_000) };
}

/** amount × numerator / denominator = the same in minor units of the other currency. */
function fractionOf(rate: Rate): { readonly numerator: bigint; readonly denominator: bigint } {
  const { units, places } = rateDecimal(rate);
  const digits = minorDigits(rate.to) - minorDigits(rate.from);
  return {
    numerator: units * 10n ** BigInt(Math.max(0, digits)),
    denominator: 10n ** BigInt(places + Math.max(0, -digits)),
  };
}

export function convertMinor(amount_minor: bigint, rate: Rate): bigint {
  const { numerator, denominator } = fractionOf(rate);
  return divideRounded(amount_minor * numerator, denominator);
}

/** The way back: an amount of `to` in minor units of `from`, rounded once. */
export function convertBack(amount_minor: bigint, rate: Rate): bigint {
  const { numerator, denominator } = fractionOf(rate);
  return divideRounded(amount_minor * denominator, numerator);
}

/** The largest product whose double, plus a denominator, a number still holds exactly. */
const EXACT_PRODUCT = 2 ** 51;

/** `convertMinor` for many amounts: whole numbers as far as they are exact, BigInt beyond. */
export function converterOf(rate: Rate): (amount_minor: number) => number {
  if (rate.from === rate.to) return (amount_minor) => amount_minor;
  const { numerator, denominator } = fractionOf(rate);
  const [factor, divisor] = [Number(numerator), Number(denominator)];
  return (amount_minor) => {
    const product = Math.abs(amount_minor) * factor;
    if (product > EXACT_PRODUCT || divisor > EXACT_PRODUCT) return safeNumber(convertMinor(BigInt(amount_minor), rate));
    const doubled = 2 * product + divisor;
    // a quotient may round up to a whole number it does not reach
    let amount = Math.floor(doubled / (2 * divisor));
    if (amount * 2 * divisor > doubled) amount -= 1;
    return amount_minor < 0 ? 0 - amount : amount;
  };
}

/**
 * The parts of an amount in the other currency, so that they add up to `whole_minor`, which is what the amount itself was
 * converted to: each is its exact amount rounded down or up, up where the remainder is largest (ties: the earlier part).
 */
export function convertParts(parts_minor: readonly number[], rate: Rate, whole_minor: number): number[] {
  if (rate.from === rate.to) return [...parts_minor];
  const { numerator, denominator } = fractionOf(rate);
  let left = BigInt(whole_minor);
  const exact = parts_minor.map((amount_minor, index) => {
    const product = BigInt(amount_minor) * numerator;
    const remainder = ((product % denominator) + denominator) % denominator;
    const floor = (product - remainder) / denominator;
    left -= floor;
    return { index, floor, remainder };
  });
  const rounded = exact.map(({ floor }) => floor);
  const uneven = exact.filter(({ remainder }) => remainder > 0n);
  if (left < 0n || left > BigInt(uneven.length)) throw new RangeError(`${whole_minor} is not what these parts come to`);
  const order = uneven.toSorted((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1,
  );
  for (const { index } of order.slice(0, Number(left))) rounded[index] = (rounded[index] ?? 0n) + 1n;
  return rounded.map(safeNumber);
}
