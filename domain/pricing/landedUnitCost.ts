/**
 * What a base unit of an item cost on a day: its last receipts by then, at the purchase price with their part of what it cost
 * to bring them in; else the cost that is kept of the item; else it is not known (decision 0050).
 */
import { divideRounded, safeNumber, unitPriceMicro } from '../money.ts';
import { LANDED_SPLITS, type LandedLine, splitLandedCost } from './landedCost.ts';

export interface ReceivedGoods {
  readonly po_line_id: number;
  readonly item_id: number;
  /** As a person knows it. */
  readonly ref: string;
  /** Day number. */
  readonly received_on: number;
  readonly qty_milli: number;
  /** Of a base unit, company currency × 10⁻⁶; null = the purchase has no price yet. */
  readonly unit_price_micro: number | null;
  /** Of the whole purchase line. */
  readonly received_qty_milli: number;
}

export interface LandedCharge {
  readonly amount_minor: number;
  readonly split_by: string;
  /** How it was split, by purchase line; empty = it was not yet. */
  readonly posted: readonly { readonly po_line_id: number; readonly amount_minor: number }[];
  /** The lines of the purchase it is for. */
  readonly lines: readonly (LandedLine & { readonly id: number })[];
}

export interface UnitCost {
  /** Company currency × 10⁻⁶. */
  readonly unit_cost_micro: number;
  /** Receipts it is made of; empty = it is the cost kept of the item. */
  readonly receipts: readonly ReceivedGoods[];
}

/**
 * Minor units by purchase line. As charges were split, else as they would be; one that cannot be split bears on nothing, and
 * the close names it as a cost no goods bear.
 */
export function landedByLine(charges: readonly LandedCharge[]): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  const add = (line: number, amount_minor: number): void => {
    sums.set(line, (sums.get(line) ?? 0) + amount_minor);
  };
  for (const { amount_minor, split_by, posted, lines } of charges) {
    if (posted.length > 0) {
      for (const part of posted) add(part.po_line_id, part.amount_minor);
      continue;
    }
    const by = LANDED_SPLITS.find((each) => each === split_by);
    const parts = by === undefined ? null : splitLandedCost(amount_minor, by, lines).parts_minor;
    for (const [at, part] of (parts ?? []).entries()) add(lines[at]?.id ?? 0, part);
  }
  return sums;
}

/** As the purchase order shows it: the price and the received unit's part of the charges. */
export function landedPriceMicro(
  line: Pick<ReceivedGoods, 'unit_price_micro' | 'received_qty_milli'>,
  landed_minor: number,
  currency: string,
): number | null {
  return line.unit_price_micro === null
    ? null
    : line.unit_price_micro + unitPriceMicro(landed_minor, line.received_qty_milli, currency);
}

/** Looks an item's unit cost up on a day. Receipts may be of any items and days; `kept_micro`: the cost kept of each item. */
export function unitCosts(
  receipts: readonly ReceivedGoods[],
  landed: ReadonlyMap<number, number>,
  kept_micro: ReadonlyMap<number, number>,
  currency: string,
): (item_id: number, day: number) => UnitCost | null {
  const priced = receipts.filter(({ qty_milli, unit_price_micro }) => qty_milli > 0 && unit_price_micro !== null);
  const byItem = new Map(
    [...Map.groupBy(priced, ({ item_id }) => item_id)].map(([item_id, own]) => [
      item_id,
      [...Map.groupBy(own, ({ received_on }) => received_on)]
        .toSorted(([a], [b]) => b - a)
        .map(([day, of_day]) => ({ day, cost: costOfDay(of_day, landed, currency) })),
    ]),
  );
  return (item_id, day) => {
    const received = byItem.get(item_id)?.find((each) => each.day <= day);
    if (received !== undefined) return received.cost;
    const kept = kept_micro.get(item_id);
    return kept === undefined ? null : { unit_cost_micro: kept, receipts: [] };
  };
}

/** What came on one day counts together, each by its quantity. */
function costOfDay(
  receipts: readonly ReceivedGoods[],
  landed: ReadonlyMap<number, number>,
  currency: string,
): UnitCost {
  let value = 0n;
  let quantity = 0n;
  for (const receipt of receipts) {
    const unit = landedPriceMicro(receipt, landed.get(receipt.po_line_id) ?? 0, currency) ?? 0;
    value += BigInt(unit) * BigInt(receipt.qty_milli);
    quantity += BigInt(receipt.qty_milli);
  }
  return { unit_cost_micro: safeNumber(divideRounded(value, quantity)), receipts };
}
