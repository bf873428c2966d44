/**
 * What an entry makes of a landed cost that no goods bear yet: split over what was received of its order, as landed costs are
 * (domain/pricing/landedCost.ts), and of each line's part by what of the receipts is still on hand at the cut-off. Which that
 * is goes by layers, first in first out: what lies there came with the newest receipts. Everything to the cent, by largest
 * remainder, so that on hand and gone come to the cost (decision 0031).
 */
import { safeNumber, splitMinor } from '../../money.ts';
import { LANDED_SPLITS, type LandedLine, splitLandedCost } from '../../pricing/landedCost.ts';
import type { Valuation } from '../reconcile/facts.ts';

/** A receipt of an item, of whatever order; quantities in thousandths of its base unit. */
export interface ReceiptLayer {
  readonly ref: string;
  /** ISO day. */
  readonly received_on: string;
  readonly po_line_id: number;
  readonly qty_milli: number;
}

export interface LandedFacts {
  readonly amount_minor: number;
  readonly split_by: string;
  readonly valuation: Valuation;
  readonly lines: readonly (Omit<LandedLine, 'qty_milli'> & {
    readonly id: number;
    readonly ordered_qty_milli: number;
    /** Of the item, in the whole company at the end of the cut-off. */
    readonly on_hand_qty_milli: number;
    /** Every receipt of the item by then, newest first. */
    readonly layers: readonly ReceiptLayer[];
  })[];
}

export interface AllocatedLayer {
  readonly ref: string;
  readonly received_on: string;
  readonly qty_milli: number;
  readonly left_qty_milli: number;
}

export interface AllocatedLine {
  readonly code: string;
  readonly uom: string;
  readonly amount_minor: number;
  readonly on_hand_minor: number;
  /** The order's own, newest first. */
  readonly layers: readonly AllocatedLayer[];
}

/** `problem` null: `on_hand_minor` + `gone_minor` = `amount_minor`, and so do the lines. */
export interface Allocation {
  readonly amount_minor: number;
  readonly split_by: string;
  readonly valuation: Valuation;
  readonly on_hand_minor: number;
  readonly gone_minor: number;
  readonly lines: readonly AllocatedLine[];
  /** Why it cannot be split, in a sentence. */
  readonly problem: string | null;
}

/** What of each layer still lies there: the newest first, until what is on hand is used up. Newest first, as the layers. */
export function leftOfLayers(on_hand_qty_milli: number, layers: readonly { readonly qty_milli: number }[]): number[] {
  let rest = Math.max(0, on_hand_qty_milli);
  return layers.map(({ qty_milli }) => {
    const left = Math.min(rest, Math.max(0, qty_milli));
    rest -= left;
    return left;
  });
}

export function allocationOf({ amount_minor, split_by, valuation, lines }: LandedFacts): Allocation {
  const none = (problem: string): Allocation => ({
    amount_minor,
    split_by,
    valuation,
    on_hand_minor: 0,
    gone_minor: 0,
    lines: [],
    problem,
  });
  const by = LANDED_SPLITS.find((each) => each === split_by);
  if (by === undefined) return none(`There is no way to split by ${split_by}.`);
  const came = lines.flatMap((line) => {
    const left = leftOfLayers(line.on_hand_qty_milli, line.layers);
    const layers = line.layers.flatMap(({ po_line_id, ref, received_on, qty_milli }, nth) =>
      po_line_id === line.id ? [{ ref, received_on, qty_milli, left_qty_milli: left[nth] ?? 0 }] : [],
    );
    const qty_milli = layers.reduce((sum, layer) => sum + layer.qty_milli, 0);
    return qty_milli > 0 ? [{ line, layers, qty_milli }] : [];
  });
  if (came.length === 0) return none('Nothing of the order has come yet: the cost waits for its goods.');
  const shares = splitLandedCost(
    amount_minor,
    by,
    came.map(({ line, qty_milli }) => ({ ...line, qty_milli, amount_minor: valueOf(line, qty_milli) })),
  );
  if (shares.problem !== null) return none(shares.problem);
  const allocated = came.map(({ line: { code, uom }, layers, qty_milli }, nth): AllocatedLine => {
    const part = shares.parts_minor[nth] ?? 0;
    const left = layers.reduce((sum, layer) => sum + layer.left_qty_milli, 0);
    const [on_hand = 0n] = splitMinor(BigInt(part), [BigInt(left), BigInt(qty_milli - left)]);
    return { code, uom, amount_minor: part, on_hand_minor: safeNumber(on_hand), layers };
  });
  const on_hand_minor = safeNumber(allocated.reduce((sum, line) => sum + BigInt(line.on_hand_minor), 0n));
  return {
    amount_minor,
    split_by,
    valuation,
    on_hand_minor,
    gone_minor: amount_minor - on_hand_minor,
    lines: allocated,
    problem: null,
  };
}

/** Of what was ordered at its price, what came of it; more than was ordered at the same price. */
function valueOf(line: LandedFacts['lines'][number], qty_milli: number): number | null {
  if (line.amount_minor === null || line.ordered_qty_milli <= 0) return line.amount_minor;
  const value = (BigInt(line.amount_minor) * BigInt(qty_milli)) / BigInt(line.ordered_qty_milli);
  // part of a cent's worth is not nothing: a cost of nothing else has these goods to go to
  return value === 0n && line.amount_minor > 0 ? 1 : safeNumber(value);
}

export interface AllocationLine {
  readonly role: 'inventory' | 'cogs' | 'price_variance';
  readonly amount_minor: number;
  readonly what: string;
}

/**
 * The entry's lines, debit positive; none where there is nothing to book. Perpetual: stock takes what is on hand, the cost of
 * sales what is gone. Periodic: what is gone is the period's expense already, where the cost stands; stock takes the rest.
 */
export function allocationLines({ valuation, on_hand_minor, gone_minor }: Allocation): readonly AllocationLine[] {
  const sold = valuation === 'perpetual' ? gone_minor : 0;
  const lines: readonly AllocationLine[] = [
    { role: 'inventory', amount_minor: on_hand_minor, what: 'still on hand' },
    { role: 'cogs', amount_minor: sold, what: 'sold or gone' },
    { role: 'price_variance', amount_minor: -(on_hand_minor + sold), what: 'where it stood' },
  ];
  return lines.filter(({ amount_minor }) => amount_minor !== 0);
}

/** The same split: what a proposal was made from and what would be made now. */
export function sameAllocation(one: Allocation | null | undefined, other: Allocation | null | undefined): boolean {
  if (!one || !other) return !one === !other;
  return (
    one.valuation === other.valuation &&
    one.on_hand_minor === other.on_hand_minor &&
    one.gone_minor === other.gone_minor &&
    one.problem === other.problem
  );
}
