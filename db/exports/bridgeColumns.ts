/** A margin bridge as files: what each row was, the effects, and what it is; and the lines behind an effect. */
import { isoMonth } from '#domain/calendar.ts';
import { minorDigits } from '#domain/money.ts';
import { BRIDGE_MEASURES, type BridgeEffect, type BridgeMeasure } from '#domain/kpi/priceVolumeMix.ts';
import type { BridgeLineView, Comparison, MarginBridge, TieLine } from '#contract/queries.ts';
import { lineColumns } from './columns.ts';
import type { PivotLine } from './pivotColumns.ts';
import { type Column, date, decimal, text } from './table.ts';

export const BRIDGE_WORDS: Readonly<Record<BridgeMeasure, string>> = {
  before: 'Before',
  volume: 'Volume',
  mix: 'Mix',
  new: 'New',
  lost: 'Lost',
  price: 'Price',
  discounts: 'Discounts',
  cost: 'Landed cost',
  freight: 'Freight out',
  rebates: 'Rebates',
  fees: 'Channel fees',
  returns: 'Returns, credits',
  claims: 'Claims',
  rate: 'Margin rate',
  fx: 'Exchange rates',
  now: 'Now',
  change: 'Change',
};

export function bridgeColumns({ currency, effects, conversion }: MarginBridge): readonly Column<PivotLine>[] {
  const shown: readonly BridgeMeasure[] = [
    'before',
    ...effects,
    ...(conversion === null ? [] : (['fx'] as const)),
    'now',
    'change',
  ];
  return [
    text('label', 'Row', (row) => row.label, 34),
    text('label', 'Within', (row) => row.within, 24),
    ...shown.map((measure) => {
      const at = BRIDGE_MEASURES.indexOf(measure);
      const title = `${BRIDGE_WORDS[measure]}, ${currency}`;
      return decimal<PivotLine>(measure, title, minorDigits(currency), (row) => row.total[at] ?? null);
    }),
  ];
}

export function bridgeLineColumns(currency: string, effect: BridgeEffect): readonly Column<BridgeLineView>[] {
  return [
    ...(lineColumns(currency, true) as readonly Column<BridgeLineView>[]),
    text('when', 'When', (row) => (row.is_now ? 'now' : 'before'), 8),
    decimal('before_unit', `A unit before, ${currency}`, 6, (row) => row.before_unit_micro),
    decimal('effect', `${BRIDGE_WORDS[effect]}, ${currency}`, minorDigits(currency), (row) => row.effect_minor),
  ];
}

/** Days on which ledger and documents differ, each with its entries and documents. */
export function tieColumns(currency: string): readonly Column<TieLine>[] {
  const money = (id: string, title: string, value: (row: TieLine) => number | null) =>
    decimal<TieLine>(id, `${title}, ${currency}`, minorDigits(currency), value);
  return [
    date('on', 'Day', (row) => row.on),
    text('channel', 'Channel', (row) => row.channel),
    text('kind', 'What', (row) => row.kind, 11),
    text('number', 'Number', (row) => row.number),
    text('about', 'Customer, or what the entry says', (row) => row.about, 34),
    money('documents', 'Documents', (row) => row.documents_minor),
    money('ledger', 'Ledger', (row) => row.ledger_minor),
    money('difference', 'Difference', (row) => row.difference_minor),
  ];
}

export function comparedWords({ with: kind, from_month, to_month, reason, without, note }: Comparison): string {
  const what = `${isoMonth(from_month)} to ${isoMonth(to_month)}${kind === 'plan' ? ', plan' : ''}`;
  return [reason ?? what, ...without.map((each) => each.reason), ...(note === null ? [] : [note])].join('. ');
}
