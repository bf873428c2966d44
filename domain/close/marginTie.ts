/**
 * How the margin of a month ties to the general ledger. Margin counts the month an order was made, the ledger the day goods
 * left, came back or were credited; between them lies only what was ordered and not yet delivered. So of each component
 *   margin − ordered and not yet delivered + delivered of earlier months = the documents of the month = the ledger,
 * and what is left is a difference, by day and channel, down to documents and entries. Every amount as it adds to the margin.
 * A day the ledger books without channels is compared as a whole: many ledgers know none.
 */
import type { LadderLine } from '../kpi/marginLadder.ts';
import { DISCOUNT_KIND, GOODS_KIND, RETURN_KIND } from '../kpi/margin.ts';
import { amountsOfParts } from '../money.ts';

/** Components in the order of the ladder, and the role of the accounts each is booked to. */
export const TIE_COMPONENTS = [
  'gross',
  'discounts',
  'returns',
  'cost',
  'freight',
  'rebates',
  'fees',
  'claims',
] as const;
export type TieComponent = (typeof TIE_COMPONENTS)[number];

export const TIE_ROLES: Readonly<Record<TieComponent, string>> = {
  gross: 'revenue',
  discounts: 'discounts',
  returns: 'returns',
  cost: 'cogs',
  freight: 'freight_out',
  rebates: 'rebates',
  fees: 'channel_fees',
  claims: 'claims',
};

export const TIE_ROLE_NAMES: readonly string[] = TIE_COMPONENTS.map((component) => TIE_ROLES[component]);

export function tieComponentOf(role: string | null): TieComponent | undefined {
  return TIE_COMPONENTS.find((component) => TIE_ROLES[component] === role);
}

const DISCOUNTS = TIE_COMPONENTS.indexOf('discounts');

/** By component, in the order of `TIE_COMPONENTS`. */
export type TieAmounts = readonly number[];

export interface DeliveredPart {
  /** Index into the shipments given. */
  readonly shipment: number;
  readonly amounts: TieAmounts;
}

/**
 * What each shipment of a goods line books: of every amount its part of the quantity still sold, reckoned from the whole
 * that is delivered by then, so that the parts of a line that is all delivered add up to it. Shipments in their order.
 */
export function deliveredParts(
  line: LadderLine,
  sold_qty_milli: number,
  shipped_qty_milli: readonly number[],
): readonly DeliveredPart[] {
  const partsOf = (amount: number): readonly number[] => amountsOfParts(amount, shipped_qty_milli, sold_qty_milli);
  const [nets, grosses] = [partsOf(line.net_minor), partsOf(line.gross_minor)];
  const parts = amountsOf(goodsOf(line)).map(partsOf);
  // what is billed is the net: the discount is what is left to the gross
  parts[DISCOUNTS] = nets.map((net, shipment) => net - (grosses[shipment] ?? 0));
  return shipped_qty_milli.map((_, shipment) => ({ shipment, amounts: parts.map((of) => of[shipment] ?? 0) }));
}

/** What a line books on its own day: a return, a discount of its own. null = goods, which book as they are delivered. */
export function bookedAtOnce(line: LadderLine): TieAmounts | null {
  if (line.kind === RETURN_KIND) {
    const { gross: returns, ...others } = goodsOf(line);
    return amountsOf({ ...others, returns });
  }
  if (line.kind === DISCOUNT_KIND) return amountsOf({ discounts: line.net_minor });
  return line.kind === GOODS_KIND ? null : amountsOf({});
}

/** A credit note, or with a claim what the claim cost. */
export function creditAmounts(amount_minor: number, of_claim: boolean): TieAmounts {
  return amountsOf(of_claim ? { claims: 0 - amount_minor } : { returns: 0 - amount_minor });
}

export function amountsOf(amounts: Readonly<Partial<Record<TieComponent, number>>>): number[] {
  return TIE_COMPONENTS.map((component) => amounts[component] ?? 0);
}

function goodsOf({ gross_minor, discount_minor, cost_minor, freight_minor, rebate_minor, fee_minor }: LadderLine) {
  return {
    gross: gross_minor,
    discounts: 0 - discount_minor,
    cost: 0 - (cost_minor ?? 0),
    freight: 0 - (freight_minor ?? 0),
    rebates: 0 - (rebate_minor ?? 0),
    fees: 0 - (fee_minor ?? 0),
  };
}

export interface TiePlace {
  /** Day number. */
  readonly day: number;
  readonly channel_id: number | null;
}

/** Where something of a component is compared, by the component's entries: its day and channel, or its day where none of them names a channel. */
export function tiePlaces(entries: Iterable<TiePlace>): (of: TiePlace) => TiePlace {
  const named = new Map<number, boolean>();
  for (const { day, channel_id } of entries) named.set(day, channel_id !== null || named.get(day) === true);
  return ({ day, channel_id }) => ({ day, channel_id: named.get(day) === false ? null : channel_id });
}

/** Groups of documents whose amounts come to exactly what is missing or too much: where to look first. */
export function sameAmount(difference_minor: number, groups: ReadonlyMap<string, number>): readonly string[] {
  if (difference_minor === 0) return [];
  return [...groups].filter(([, amount]) => Math.abs(amount) === Math.abs(difference_minor)).map(([key]) => key);
}
