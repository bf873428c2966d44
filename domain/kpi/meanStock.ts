import { divideRounded, safeNumber } from '../money.ts';

/**
 * Mean value of a month's stock in minor units where only month ends are known: half of both ends, rounded once.
 * @param before at the end of the month before; null = nobody valued it, and the end stands for the month
 */
export function meanOfEnds(before: number | null, closing: number): number {
  return before === null ? closing : safeNumber(divideRounded(BigInt(before) + BigInt(closing), 2n));
}
