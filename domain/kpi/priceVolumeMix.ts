/**
 * Why a margin changed between two times: price-volume-mix, by what an item sold for in a channel before. As in any text
 * on variance analysis (Horngren, Datar, Rajan: Cost Accounting, ch. 14, flexible budget and sales-mix variances), with
 * quantities weighed at the prices of before, since pieces, metres and kilos do not add up:
 *
 *   x    what a part of the margin (price, discounts, cost, freight, rebates, fees) came to per unit before
 *   m    the margin per unit before, Σ x        K   Σ q_now · net price before / Σ q_before · net price before
 *   volume       (K − 1) · q_before · m         as if everything had grown like the whole, at the margins of before
 *   mix          (q_now − K · q_before) · m     what grew more or less than the whole
 *   each part    (now − q_now · x) − (before − q_before · x)
 *   new, lost    the whole margin of items the company sold only now, only before
 *
 * Returns, credits and claims have no quantity of their own: their difference is their effect. Every line is rounded to
 * minor units by itself, in such a way that its effects add up to its own margin: so the effects of any lines add up to the
 * difference of their margins, at every depth and under every grouping, and a row's are those of its lines.
 */
import { DISCOUNT_KIND, GOODS_KIND, RETURN_KIND } from './margin.ts';
import type { CreditFact, LadderLine } from './marginLadder.ts';

export const BRIDGE_STEPS = ['gm1', 'gm2', 'gm3'] as const;
export type BridgeStep = (typeof BRIDGE_STEPS)[number];

/** Parts of a goods line that have a rate per unit, in the order in which they are kept. */
export const BRIDGE_PARTS = ['price', 'discounts', 'cost', 'freight', 'rebates', 'fees'] as const;
export const PARTS = BRIDGE_PARTS.length;
/** How many of them make a step. */
export const PARTS_OF_STEP: Readonly<Record<BridgeStep, number>> = { gm1: 3, gm2: 4, gm3: 6 };

export const BRIDGE_EFFECTS = ['volume', 'mix', 'new', 'lost', ...BRIDGE_PARTS, 'returns', 'claims', 'rate'] as const;
export type BridgeEffect = (typeof BRIDGE_EFFECTS)[number];
export const EFFECT = Object.fromEntries(BRIDGE_EFFECTS.map((effect, at) => [effect, at])) as Readonly<
  Record<BridgeEffect, number>
>;

/** What a row of the bridge says: `fx` is what exchange rates did, and the rounding of what was converted. */
export const BRIDGE_MEASURES = ['before', ...BRIDGE_EFFECTS, 'fx', 'now', 'change'] as const;
export type BridgeMeasure = (typeof BRIDGE_MEASURES)[number];

const OF_QUANTITY = ['volume', 'mix', 'new', 'lost', 'price', 'discounts', 'returns', 'cost'] as const;
/** The effects a step's difference is made of, in the order they are told; a plan has no quantities, only sales and a rate. */
export const EFFECTS_OF: Readonly<Record<BridgeStep | 'plan', readonly BridgeEffect[]>> = {
  gm1: OF_QUANTITY,
  gm2: [...OF_QUANTITY, 'freight'],
  gm3: [...OF_QUANTITY, 'freight', 'rebates', 'fees', 'claims'],
  plan: ['volume', 'mix', 'new', 'lost', 'rate'],
};

export const BRIDGE_FORMULA =
  'By what each item sold for in each channel before (x a unit, m its margin): volume = (K − 1) · quantity before · m, ' +
  'K = quantities now ÷ before, both at the net prices of before; mix = (quantity now − K · quantity before) · m; ' +
  'price, discounts, cost, freight, rebates and fees = (amount now − quantity now · x) − (amount before − quantity before · x). ' +
  'New and lost: items the company sold only now or only before. Returns, credits and claims: their difference. ' +
  'Each line is rounded by itself so that its effects are its margin; rows add up to their total. Version 1.';
export const PLAN_BRIDGE_FORMULA =
  'Against the plan of each channel and category (r its planned GM3 of net sales): volume = (K − 1) · planned GM3, ' +
  'K = net sales ÷ planned net sales; mix = (net sales − K · planned net sales) · r; rate = GM3 − net sales · r. ' +
  'New and lost: what was not planned, what was planned and not sold. Version 1.';

/** Effects in minor units, in the order of `BRIDGE_EFFECTS`. */
export type Effects = Float64Array | number[];

export function noEffects(): number[] {
  return BRIDGE_EFFECTS.map(() => 0);
}

/** How an item sold: in both times, in one of them, or in neither (returns only). */
export const SOLD = { both: 0, new: 1, lost: 2, neither: 3 } as const;

/** What an item sold for in a channel before: a unit's parts, as they add to the margin. */
export interface UnitRates {
  readonly sold: number;
  /** `PARTS` numbers from `at` on. */
  readonly rates: Float64Array;
  readonly at: number;
}

/** Quantities and parts added up by leaf: an item in a channel, `item · channels + channel`. */
export interface LeafSums {
  readonly items: number;
  readonly channels: number;
  /** Of goods lines: `LEAF_WIDTH` numbers a leaf, quantity before, quantity now, then the parts of before. */
  readonly values: Float64Array;
}
export const LEAF_WIDTH = 2 + PARTS;

export interface Reference {
  readonly channels: number;
  /** By item. */
  readonly sold: Uint8Array;
  /** `PARTS` a leaf. A channel that did not sell the item before takes the item's own. */
  readonly rates: Float64Array;
  /** K by company. */
  readonly growth: Float64Array;
}

/** `companyOf`: of each item its company's number, negative = of none. */
export function bridgeReference(
  { items, channels, values }: LeafSums,
  companyOf: (item: number) => number,
  companies: number,
): Reference {
  const sold = new Uint8Array(items);
  const rates = new Float64Array(items * channels * PARTS);
  const now = new Float64Array(companies);
  const before = new Float64Array(companies);
  const whole = new Float64Array(LEAF_WIDTH);
  for (let item = 0; item < items; item++) {
    whole.fill(0);
    for (let channel = 0; channel < channels; channel++) {
      const from = (item * channels + channel) * LEAF_WIDTH;
      for (let part = 0; part < LEAF_WIDTH; part++) whole[part] = (whole[part] ?? 0) + (values[from + part] ?? 0);
    }
    const [all_before = 0, all_now = 0] = whole;
    sold[item] = all_before > 0 ? (all_now > 0 ? SOLD.both : SOLD.lost) : all_now > 0 ? SOLD.new : SOLD.neither;
    if (sold[item] !== SOLD.both) continue;
    const company = companyOf(item);
    for (let channel = 0; channel < channels; channel++) {
      const from = (item * channels + channel) * LEAF_WIDTH;
      const at = (item * channels + channel) * PARTS;
      const here = values[from] ?? 0;
      const own = here > 0;
      for (let part = 0; part < PARTS; part++) {
        rates[at + part] = own ? (values[from + 2 + part] ?? 0) / here : (whole[2 + part] ?? 0) / all_before;
      }
      if (company < 0) continue;
      const net = (rates[at] ?? 0) + (rates[at + 1] ?? 0);
      before[company] = (before[company] ?? 0) + here * net;
      now[company] = (now[company] ?? 0) + (values[from + 1] ?? 0) * net;
    }
  }
  const growth = now.map((value, company) => ((before[company] ?? 0) > 0 ? value / (before[company] ?? 1) : 1));
  return { channels, sold, rates, growth };
}

export interface BridgeLine extends LadderLine {
  /** Still sold; of goods lines. */
  readonly qty_milli: number;
}

/** Adds what a line of one side does to the difference of a step. `into_currency`: minor units shown for one of the line's. */
export function addBridgeLine(
  effects: Effects,
  line: BridgeLine,
  is_now: boolean,
  unit: UnitRates,
  growth: number,
  step: BridgeStep,
  into_currency = 1,
): void {
  const sign = is_now ? 1 : -1;
  const add = (effect: number, amount_minor: number): void => {
    effects[effect] = (effects[effect] ?? 0) + sign * amount_minor;
  };
  const shown = (amount_minor: number): number => Math.round(amount_minor * into_currency);
  if (line.kind === DISCOUNT_KIND) return add(EFFECT.discounts, shown(line.net_minor));
  const own = [
    line.gross_minor,
    -line.discount_minor,
    -(line.cost_minor ?? 0),
    -(line.freight_minor ?? 0),
    -(line.rebate_minor ?? 0),
    -(line.fee_minor ?? 0),
  ]
    .slice(0, PARTS_OF_STEP[step])
    .map(shown);
  const margin = own.reduce((sum, amount) => sum + amount, 0);
  if (line.kind === RETURN_KIND) return add(EFFECT.returns, margin);
  if (line.kind !== GOODS_KIND) return;
  if (unit.sold === SOLD.new) return add(EFFECT.new, margin);
  if (unit.sold === SOLD.lost) return add(EFFECT.lost, margin);
  let expected = 0;
  for (const [part, amount] of own.entries()) {
    const as_before = shown(line.qty_milli * (unit.rates[unit.at + part] ?? 0));
    expected += as_before;
    add(EFFECT.price + part, amount - as_before);
  }
  const grown = is_now ? 0 : Math.round((growth - 1) * expected);
  effects[EFFECT.volume] = (effects[EFFECT.volume] ?? 0) + grown;
  effects[EFFECT.mix] = (effects[EFFECT.mix] ?? 0) + sign * expected - grown;
}

/** Adds a credit note, or with a claim what the claim cost: part of GM3 alone then. */
export function addBridgeCredit(
  effects: Effects,
  { amount_minor, claim_id }: CreditFact,
  is_now: boolean,
  step: BridgeStep,
  into_currency = 1,
): void {
  if (claim_id !== null && step !== 'gm3') return;
  const effect = claim_id === null ? EFFECT.returns : EFFECT.claims;
  const amount = Math.round(amount_minor * into_currency);
  effects[effect] = (effects[effect] ?? 0) - (is_now ? amount : -amount);
}

/** A channel's category beside its plan; planned null = there is no plan of it. */
export interface PlannedLeaf {
  readonly company_id: number;
  readonly net_minor: number;
  readonly margin_minor: number;
  readonly planned: { readonly net_minor: number; readonly margin_minor: number } | null;
}

const isSold = ({ net_minor, margin_minor }: PlannedLeaf): boolean => net_minor !== 0 || margin_minor !== 0;

/** K of each company: what was sold of the plan ÷ what was planned of the same. */
export function planGrowth(leaves: readonly PlannedLeaf[]): ReadonlyMap<number, number> {
  const byCompany = Map.groupBy(
    leaves.filter((leaf) => leaf.planned !== null && isSold(leaf)),
    (leaf) => leaf.company_id,
  );
  return new Map(
    [...byCompany].map(([company_id, own]) => {
      const planned = own.reduce((sum, leaf) => sum + (leaf.planned?.net_minor ?? 0), 0);
      const sold = own.reduce((sum, leaf) => sum + leaf.net_minor, 0);
      return [company_id, planned > 0 ? sold / planned : 1];
    }),
  );
}

export function addPlannedEffects(effects: Effects, leaf: PlannedLeaf, growth: number): void {
  const add = (effect: BridgeEffect, amount_minor: number): void => {
    effects[EFFECT[effect]] = (effects[EFFECT[effect]] ?? 0) + amount_minor;
  };
  const { planned, net_minor, margin_minor } = leaf;
  if (planned === null) return add('new', margin_minor);
  if (!isSold(leaf)) return add('lost', -planned.margin_minor);
  const expected = planned.net_minor > 0 ? Math.round((net_minor * planned.margin_minor) / planned.net_minor) : 0;
  const grown = Math.round((growth - 1) * planned.margin_minor);
  add('volume', grown);
  add('mix', expected - planned.margin_minor - grown);
  add('rate', margin_minor - expected);
}
