/**
 * What it cost to bring goods in, split over the lines of an order: by value, weight, volume or quantity, to the cent
 * (largest remainder). What cannot be split says why; nothing is split by another measure in its place.
 */
import { safeNumber, splitMinor } from '../money.ts';

export const LANDED_SPLITS = ['value', 'weight', 'volume', 'quantity'] as const;
export type LandedSplit = (typeof LANDED_SPLITS)[number];

export interface LandedLine {
  /** As a person knows it. */
  readonly code: string;
  readonly uom: string;
  readonly qty_milli: number;
  /** Ordered at its price, minor units. */
  readonly amount_minor: number | null;
  /** Of one base unit. */
  readonly weight_g: number | null;
  readonly volume_ml: number | null;
}

export type LandedShares =
  | {
      readonly problem: null;
      /** Minor units, one a line; their sum is the amount. */
      readonly parts_minor: readonly number[];
    }
  | { readonly problem: string; readonly parts_minor: null };

/** Quantities in thousandths, so that a gram is a thousand of a weight's units. */
function basisOf(line: LandedLine, split_by: LandedSplit): bigint | null {
  const { qty_milli, amount_minor, weight_g, volume_ml } = line;
  switch (split_by) {
    case 'value':
      return amount_minor === null ? null : BigInt(amount_minor);
    case 'weight':
      return weight_g === null ? null : BigInt(qty_milli) * BigInt(weight_g);
    case 'volume':
      return volume_ml === null ? null : BigInt(qty_milli) * BigInt(volume_ml);
    case 'quantity':
      return BigInt(qty_milli);
  }
}

export function splitLandedCost(
  amount_minor: number,
  split_by: LandedSplit,
  lines: readonly LandedLine[],
): LandedShares {
  const refused = (problem: string): LandedShares => ({ problem, parts_minor: null });
  if (lines.length === 0) return refused('The order has no line it could be split over.');
  const units = [...new Set(lines.map(({ uom }) => uom))];
  if (split_by === 'quantity' && units.length > 1) {
    return refused(`The lines count in ${units.slice(0, 3).join(', ')}: quantities of them do not add up.`);
  }
  const weights: bigint[] = [];
  for (const line of lines) {
    const basis = basisOf(line, split_by);
    if (basis === null) return refused(`The ${split_by} of ${line.code} is not known. Bring it in with the items.`);
    if (basis < 0n) return refused(`The ${split_by} of ${line.code} is negative.`);
    weights.push(basis);
  }
  if (weights.every((weight) => weight === 0n)) return refused(`The ${split_by} of all lines is 0.`);
  return { problem: null, parts_minor: splitMinor(BigInt(amount_minor), weights).map(safeNumber) };
}
