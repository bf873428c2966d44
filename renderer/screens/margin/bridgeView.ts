/** What the bridge of a margin shows, as data: effects in words, and as the steps of its chart. */
import {
  BRIDGE_EFFECTS,
  BRIDGE_MEASURES,
  type BridgeEffect,
  type BridgeMeasure,
  type BridgeStep,
} from '#domain/kpi/priceVolumeMix.ts';
import type { PivotValues } from '#contract/queries.ts';
import type { WaterfallStep } from '#renderer/charts/waterfallBars.ts';

export const BRIDGE_VIEWS = ['bridge_gm3', 'bridge_gm2', 'bridge_gm1'] as const;
export type BridgeView = (typeof BRIDGE_VIEWS)[number];

export function isBridge(measure: string): measure is BridgeView {
  return BRIDGE_VIEWS.some((each) => each === measure);
}
export function stepOf(view: BridgeView): BridgeStep {
  return view === 'bridge_gm1' ? 'gm1' : view === 'bridge_gm2' ? 'gm2' : 'gm3';
}
export function bridgeOf(step: BridgeStep): BridgeView {
  return `bridge_${step}`;
}

export const BRIDGE_FIGURES = BRIDGE_EFFECTS.map((effect) => `bridge-${effect}` as const);
export type BridgeFigure = (typeof BRIDGE_FIGURES)[number];
export function effectOf(figure: string): BridgeEffect | null {
  return BRIDGE_EFFECTS.find((effect) => figure === `bridge-${effect}`) ?? null;
}

export const EFFECT_WORDS: Readonly<Record<BridgeEffect | 'fx', string>> = {
  volume: 'Volume',
  mix: 'Mix',
  new: 'New',
  lost: 'Lost',
  price: 'Price',
  discounts: 'Discounts',
  returns: 'Returns',
  cost: 'Cost',
  freight: 'Freight',
  rebates: 'Rebates',
  fees: 'Fees',
  claims: 'Claims',
  rate: 'Margin rate',
  fx: 'Rates',
};

/** What an effect says, over its column and in the working. */
export const EFFECT_MEANS: Readonly<Record<BridgeEffect | 'fx', string>> = {
  volume: 'as if everything had grown like the whole, at the margins of before',
  mix: 'what grew more or less than the whole, at the margins of before',
  new: 'items the company sold only now',
  lost: 'items the company sold only before',
  price: 'list amount against what a unit sold for before in the channel',
  discounts: 'discounts against those of a unit before',
  returns: 'returned goods and credit notes, now less before',
  cost: 'landed cost against that of a unit before',
  freight: 'outbound freight against that of a unit before',
  rebates: 'rebates against those of a unit before',
  fees: 'channel fees against those of a unit before',
  claims: 'what claims cost, now less before',
  rate: 'GM3 against the planned share of net sales: price, cost and everything below',
  fx: 'exchange rates against the mean of those before, and rounding',
};
const PLAN_MEANS: Readonly<Partial<Record<BridgeEffect, string>>> = {
  volume: 'net sales against the plan, at the planned rates',
  mix: 'channels and categories sold more or less than the whole of the plan',
  new: 'sold without a plan',
  lost: 'planned and not sold',
};
export function meansOf(effect: BridgeEffect | 'fx', of_plan: boolean): string {
  return (of_plan && effect !== 'fx' ? PLAN_MEANS[effect] : undefined) ?? EFFECT_MEANS[effect];
}

export function bridgeValue(values: PivotValues | null, measure: BridgeMeasure): number | null {
  return values?.[BRIDGE_MEASURES.indexOf(measure)] ?? null;
}

/** Effects with exchange rates where something was converted. */
export function toldEffects(effects: readonly BridgeEffect[], converts: boolean): readonly (BridgeEffect | 'fx')[] {
  return converts ? [...effects, 'fx'] : effects;
}

/** From nothing to the change: effects hang where the one before ended; null = the change is not known. */
export function bridgeSteps(
  values: PivotValues,
  effects: readonly (BridgeEffect | 'fx')[],
): readonly WaterfallStep[] | null {
  const change = bridgeValue(values, 'change');
  if (change === null) return null;
  return [
    ...effects.map((effect): WaterfallStep => {
      const value_minor = bridgeValue(values, effect) ?? 0;
      return { id: effect, label: EFFECT_WORDS[effect], kind: 'change', value_minor };
    }),
    { id: 'change', label: 'Change', kind: 'result', value_minor: change },
  ];
}

/** The effect that moved a row most; null where nothing did. */
export function largestEffect(
  values: PivotValues,
  effects: readonly (BridgeEffect | 'fx')[],
): BridgeEffect | 'fx' | null {
  let found: BridgeEffect | 'fx' | null = null;
  let most = 0;
  for (const effect of effects) {
    const size = Math.abs(bridgeValue(values, effect) ?? 0);
    if (size > most) [found, most] = [effect, size];
  }
  return found;
}
