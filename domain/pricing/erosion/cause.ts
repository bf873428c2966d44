/**
 * What a fall is made of, to the cent, by the effects of domain/kpi/priceVolumeMix.ts: what the lines of the month would have
 * been at the prices and costs a unit had before is set beside what they are. With r the usual rate, a change Δ of price or
 * discount moves the margin by Δ and what the usual rate gives by r·Δ; one of cost, freight, rebates or fees the margin alone:
 *
 *   fall      = r · net − margin
 *   price     = (r − 1) · Δprice        discount = (r − 1) · Δdiscount
 *   cost, freight, rebates, fees = −Δ
 *   returns   = r · net − margin of returns and credits, less as much as is usual for these sales; claims likewise
 *   mix       = r · net − margin of the same lines as before, new items, and the rounding: what is left
 *
 * Price and cost are by unit of the item: what the group paid for it, else what its channel did. What goes by the customer
 * or the way (discount, freight, rebate, fee) is the group's own share of gross: one line of a seldom bought item says
 * little of a discount.
 */
import {
  type BridgeEffect,
  bridgeReference,
  EFFECT,
  type LeafSums,
  PARTS,
  type Reference,
  SOLD,
} from '../../kpi/priceVolumeMix.ts';
import type { ErosionLevel } from './tellOnce.ts';
import { atRate } from './unusual.ts';

export const FALL_PARTS = [
  'price',
  'discount',
  'cost',
  'freight',
  'rebates',
  'fees',
  'returns',
  'claims',
  'mix',
] as const;
export type FallPart = (typeof FALL_PARTS)[number];

/** Sums of a group over some months, minor units, each as it adds to the margin but `discount` (positive). */
export interface GroupTotals {
  /** Of goods. */
  readonly gross_minor: number;
  /** Discounts on goods lines and discount lines. */
  readonly discount_minor: number;
  readonly freight_minor: number;
  readonly rebate_minor: number;
  readonly fee_minor: number;
  /** Returns and credits without a claim; below nothing. */
  readonly returns_net_minor: number;
  readonly returns_margin_minor: number;
  /** Positive. */
  readonly claims_minor: number;
}

export interface FallPartSum {
  readonly part: FallPart;
  /** Below nothing: it helped. */
  readonly fall_minor: number;
}

/** The parts of a fall, in the order of `FALL_PARTS`; they add up to it. `effects`: of the month's lines alone. */
export function partsOfFall(
  fall: { readonly fall_minor: number; readonly usual_ppm: number },
  effects: ArrayLike<number>,
  before: GroupTotals,
  now: GroupTotals,
): FallPartSum[] {
  const effect = (name: BridgeEffect): number => effects[EFFECT[name]] ?? 0;
  const { usual_ppm } = fall;
  const ofSales = (change: number): number => atRate(change, usual_ppm) - change;
  // as much as is usual comes back of the same sales
  const grown = before.gross_minor > 0 ? now.gross_minor / before.gross_minor : 0;
  const returned = ({ returns_net_minor, returns_margin_minor }: GroupTotals): number =>
    atRate(returns_net_minor, usual_ppm) - returns_margin_minor;
  const sums: Record<FallPart, number> = {
    price: ofSales(effect('price')),
    discount: ofSales(effect('discounts')),
    cost: -effect('cost'),
    freight: -effect('freight'),
    rebates: -effect('rebates'),
    fees: -effect('fees'),
    returns: returned(now) - Math.round(returned(before) * grown),
    claims: now.claims_minor - Math.round(before.claims_minor * grown),
    mix: fall.fall_minor,
  };
  for (const part of FALL_PARTS) if (part !== 'mix') sums.mix -= sums[part];
  // no −0
  return FALL_PARTS.map((part) => ({ part, fall_minor: sums[part] + 0 }));
}

/** The part the fall is told by: the largest. */
export function dominantPart(parts: readonly FallPartSum[]): FallPart {
  return parts.reduce((most, each) => (each.fall_minor > most.fall_minor ? each : most)).part;
}

/** Fewer documents are no erosion: one return, one claim is looked after where it was entered. */
const FEWEST_DOCUMENTS = 3;
/** A customer who bought other things, an item that sold elsewhere: nothing got worse. Of a channel it is a story. */
const MIX_IS_CHANCE: ReadonlySet<ErosionLevel> = new Set(['customer', 'item', 'customer_category']);

/** Whether a fall by this part is one that somebody can do something about. `documents`: returns and claims behind it. */
export function isErosion(level: ErosionLevel, part: FallPart, documents: number): boolean {
  if (part === 'mix') return !MIX_IS_CHANCE.has(level);
  return (part !== 'returns' && part !== 'claims') || documents >= FEWEST_DOCUMENTS;
}

/** What a unit came to for the group before; `company`: for all who bought it. Both by item and channel, in one numbering. */
export function groupReference(own: LeafSums, company: Reference, before: GroupTotals): Reference {
  const { items, channels } = own;
  const { rates, sold } = bridgeReference(own, () => -1, 1);
  const share = (amount_minor: number): number => (before.gross_minor > 0 ? -amount_minor / before.gross_minor : 0);
  const of_gross = [
    share(before.discount_minor),
    0,
    share(before.freight_minor),
    share(before.rebate_minor),
    share(before.fee_minor),
  ];
  for (let item = 0; item < items; item++) {
    if (sold[item] === SOLD.lost || sold[item] === SOLD.neither) continue;
    const known = sold[item] === SOLD.both;
    if (!known && company.sold[item] !== SOLD.both) continue;
    sold[item] = SOLD.both;
    for (let channel = 0; channel < channels; channel++) {
      const at = (item * channels + channel) * PARTS;
      if (!known) {
        rates[at] = company.rates[at] ?? 0;
        rates[at + 2] = company.rates[at + 2] ?? 0;
      }
      const price = rates[at] ?? 0;
      for (const [nth, part] of of_gross.entries()) if (nth !== 1) rates[at + 1 + nth] = price * part;
    }
  }
  return { channels, sold, rates, growth: Float64Array.of(1) };
}
