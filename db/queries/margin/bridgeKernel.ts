/**
 * The loops of the margin bridge over a block's rows: what domain/kpi/priceVolumeMix.ts does with one line, for millions;
 * random data holds the two together. A row's key is its cell: group, then side, then company, then class of line.
 */
import { BRIDGE_EFFECTS, EFFECT, LEAF_WIDTH, PARTS, SOLD } from '#domain/kpi/priceVolumeMix.ts';
import { LINE_CLASS } from '#db/analysis/lineFacts.ts';
import type { ValueArray } from '#db/analysis/segment.ts';

/** What a block has of each line. */
export interface BridgeColumns {
  readonly qty: ValueArray;
  readonly gross: ValueArray;
  readonly discount: ValueArray;
  readonly cost: ValueArray;
  readonly freight: ValueArray;
  readonly rebate: ValueArray;
  readonly fee: ValueArray;
}

/** Numbers a group has in the sums: its effects, and how many lines made them. */
export const BRIDGE_WIDTH = BRIDGE_EFFECTS.length + 1;
const LINES_AT = BRIDGE_EFFECTS.length;

/** A key's bit of the side, and the companies', and the class above them. */
export interface KeyShape {
  readonly groups: number;
  readonly company_bits: number;
}

/** Adds goods lines to the sums of their leaf: quantities of both sides, parts of before. Groups are none: the key is the side on. */
export function addLeaves(
  values: Float64Array,
  keys: Int32Array,
  leaves: Int32Array,
  { qty, gross, discount, cost, freight, rebate, fee }: BridgeColumns,
  rows: number,
): void {
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    if (key < 0) continue;
    const at = (leaves[i] as number) * LEAF_WIDTH;
    const sold = qty[i] as number;
    if ((key & 1) === 1) {
      values[at + 1] = (values[at + 1] as number) + sold;
      continue;
    }
    values[at] = (values[at] as number) + sold;
    values[at + 2] = (values[at + 2] as number) + (gross[i] as number);
    values[at + 3] = (values[at + 3] as number) - (discount[i] as number);
    values[at + 4] = (values[at + 4] as number) - (cost[i] as number);
    values[at + 5] = (values[at + 5] as number) - (freight[i] as number);
    values[at + 6] = (values[at + 6] as number) - (rebate[i] as number);
    values[at + 7] = (values[at + 7] as number) - (fee[i] as number);
  }
}

export interface BridgeBasis {
  readonly channels: number;
  readonly sold: Uint8Array;
  readonly rates: Float64Array;
  /** By company's number. */
  readonly growth: Float64Array;
  readonly into_currency: Float64Array;
  /** How many parts the step has. */
  readonly parts: number;
}

/** Adds every line's effects to its group. */
export function addEffects(
  out: Float64Array,
  keys: Int32Array,
  leaves: Int32Array,
  { qty, gross, discount, cost, freight, rebate, fee }: BridgeColumns,
  rows: number,
  { groups, company_bits }: KeyShape,
  { channels, sold, rates, growth, into_currency, parts }: BridgeBasis,
): void {
  const companies = (1 << company_bits) - 1;
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    if (key < 0) continue;
    const rest = Math.floor(key / groups);
    const at = (key - rest * groups) * BRIDGE_WIDTH;
    const is_now = (rest & 1) === 1;
    const sign = is_now ? 1 : -1;
    const company = (rest >> 1) & companies;
    const line_class = rest >> (1 + company_bits);
    out[at + LINES_AT] = (out[at + LINES_AT] as number) + 1;
    const rate = into_currency[company] as number;
    if (line_class === LINE_CLASS.discount) {
      const net = Math.round(((gross[i] as number) - (discount[i] as number)) * rate);
      out[at + EFFECT.discounts] = (out[at + EFFECT.discounts] as number) + sign * net;
      continue;
    }
    const a = Math.round((gross[i] as number) * rate);
    const b = Math.round(-(discount[i] as number) * rate);
    const c = Math.round(-(cost[i] as number) * rate);
    const d = parts > 3 ? Math.round(-(freight[i] as number) * rate) : 0;
    const e = parts > 4 ? Math.round(-(rebate[i] as number) * rate) : 0;
    const f = parts > 4 ? Math.round(-(fee[i] as number) * rate) : 0;
    const leaf = leaves[i] as number;
    const state = sold[Math.floor(leaf / channels)] as number;
    if (line_class === LINE_CLASS.return || state === SOLD.new || state === SOLD.lost) {
      const effect = line_class === LINE_CLASS.return ? EFFECT.returns : state === SOLD.new ? EFFECT.new : EFFECT.lost;
      out[at + effect] = (out[at + effect] as number) + sign * (a + b + c + d + e + f);
      continue;
    }
    const unit = leaf * PARTS;
    const q = qty[i] as number;
    const x = Math.round(q * (rates[unit] as number) * rate);
    const y = Math.round(q * (rates[unit + 1] as number) * rate);
    const z = Math.round(q * (rates[unit + 2] as number) * rate);
    let expected = x + y + z;
    out[at + EFFECT.price] = (out[at + EFFECT.price] as number) + sign * (a - x);
    out[at + EFFECT.discounts] = (out[at + EFFECT.discounts] as number) + sign * (b - y);
    out[at + EFFECT.cost] = (out[at + EFFECT.cost] as number) + sign * (c - z);
    if (parts > 3) {
      const u = Math.round(q * (rates[unit + 3] as number) * rate);
      expected += u;
      out[at + EFFECT.freight] = (out[at + EFFECT.freight] as number) + sign * (d - u);
    }
    if (parts > 4) {
      const v = Math.round(q * (rates[unit + 4] as number) * rate);
      const w = Math.round(q * (rates[unit + 5] as number) * rate);
      expected += v + w;
      out[at + EFFECT.rebates] = (out[at + EFFECT.rebates] as number) + sign * (e - v);
      out[at + EFFECT.fees] = (out[at + EFFECT.fees] as number) + sign * (f - w);
    }
    const grown = is_now ? 0 : Math.round(((growth[company] as number) - 1) * expected);
    out[at + EFFECT.volume] = (out[at + EFFECT.volume] as number) + grown;
    out[at + EFFECT.mix] = (out[at + EFFECT.mix] as number) + sign * expected - grown;
  }
}
