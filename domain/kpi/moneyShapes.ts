/** What is money in the sums of the margin ladder, of the fill rate and of a tally, for conversion. */
import type { MoneyShape } from '../currency/moneySums.ts';
import type { KpiDefinition } from './definition.ts';
import type { FillTotals } from './fillRate.ts';
import type { LadderSums } from './marginLadder.ts';
import type { Tally } from './tally.ts';

/** Net sales, GM1, GM2 and GM3 are made of these after the conversion, so the ladder adds up from step to step. */
export const LADDER_MONEY: MoneyShape<LadderSums> = {
  amounts: ({ margin, freight, rebates, fees, credits_minor, claims_minor }) => [
    margin.gross_minor,
    margin.discounts_minor,
    margin.returns_minor,
    margin.other_minor,
    margin.cost_minor,
    freight.sum_minor,
    rebates.sum_minor,
    fees.sum_minor,
    credits_minor,
    claims_minor,
  ],
  weights: ({ margin, freight, rebates, fees, sent_goods_net_minor, whole_goods_net_minor }) => [
    margin.goods_net_minor,
    margin.costed_goods_net_minor,
    freight.known_goods_net_minor,
    rebates.known_goods_net_minor,
    fees.known_goods_net_minor,
    sent_goods_net_minor,
    whole_goods_net_minor,
  ],
  withMoney: (sums, amounts, weights) => {
    const [gross = 0, discounts = 0, returns = 0, other = 0, cost = 0] = amounts;
    const [freight = 0, rebates = 0, fees = 0, credits = 0, claims = 0] = amounts.slice(5);
    const [goods = 0, costed = 0, freighted = 0, rebated = 0, charged = 0, sent = 0, whole = 0] = weights;
    return {
      margin: {
        ...sums.margin,
        gross_minor: gross,
        discounts_minor: discounts,
        returns_minor: returns,
        other_minor: other,
        cost_minor: cost,
        goods_net_minor: goods,
        costed_goods_net_minor: costed,
      },
      freight: { ...sums.freight, sum_minor: freight, known_goods_net_minor: freighted },
      rebates: { ...sums.rebates, sum_minor: rebates, known_goods_net_minor: rebated },
      fees: { ...sums.fees, sum_minor: fees, known_goods_net_minor: charged },
      sent_goods_net_minor: sent,
      whole_goods_lines: sums.whole_goods_lines,
      whole_goods_net_minor: whole,
      credits_minor: credits,
      claims_minor: claims,
    };
  },
};

/** Filled and missing are converted, due is both together: nothing can be filled beyond what was due. */
export const FILL_MONEY: MoneyShape<FillTotals> = {
  amounts: ({ due_value_minor, filled_value_minor }) => [filled_value_minor, due_value_minor - filled_value_minor],
  weights: () => [],
  withMoney: (totals, [filled = 0, missing = 0]) => ({
    ...totals,
    filled_value_minor: filled,
    due_value_minor: filled + missing,
  }),
};

/** Numerator and denominator of a KPI made of money. */
export interface MoneyFraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** A share is converted as what counts and what does not, so that it cannot outgrow its whole. */
export function fractionMoney<S extends MoneyFraction>(
  definition: Pick<KpiDefinition, 'measure' | 'format'>,
): MoneyShape<S> {
  const share = definition.measure === 'ratio' && definition.format === 'rate';
  return {
    amounts: ({ numerator, denominator }) => [numerator, share ? denominator - numerator : denominator],
    weights: () => [],
    withMoney: (sums, [numerator = 0, other = 0]) => ({
      ...sums,
      numerator,
      denominator: share ? numerator + other : other,
    }),
  };
}

/** Tallies of money; the coverage of most counts rows, which no rate changes. */
export function tallyMoney(definition: Pick<KpiDefinition, 'id' | 'measure' | 'format'>): MoneyShape<Tally> {
  const fraction = fractionMoney<Tally>(definition);
  if (!WEIGHED_BY_MONEY.has(definition.id)) return fraction;
  return {
    ...fraction,
    weights: ({ weight, known }) => [weight, known],
    withMoney: (tally, amounts, [weight = 0, known = 0]) => ({
      ...fraction.withMoney(tally, amounts, []),
      weight,
      known,
    }),
  };
}

/** Whose rows weigh what they are worth. */
const WEIGHED_BY_MONEY: ReadonlySet<string> = new Set(['days_on_hand_forward']);
