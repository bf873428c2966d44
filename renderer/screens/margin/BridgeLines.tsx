/** The lines behind an effect of the bridge, those that did most first; they add up to it with what is not shown. */
import { type ReactNode, useMemo } from 'react';
import { minorDigits } from '#domain/money.ts';
import type { BridgeEffect, BridgeStep } from '#domain/kpi/priceVolumeMix.ts';
import type { BridgeLineView, MarginBridgeLines } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { monthSpan } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount, unitPrice } from '#renderer/format/money.ts';
import { NO_DATA } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import type { Crumb } from '#renderer/screens/figures/Crumbs.tsx';
import {
  documentColumns,
  type LineRow,
  moneyColumn,
  priceColumn,
  quantityColumn,
  textColumn,
} from '#renderer/screens/figures/lineColumns.tsx';
import { type TrailStep, trailFilter } from '#renderer/screens/figures/trail.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { againstWords } from './against.ts';
import { EFFECT_WORDS, meansOf } from './bridgeView.ts';
import { LargestLines } from './LargestLines.tsx';

type Row = LineRow<BridgeLineView>;

export function BridgeLines({
  effect,
  step,
  against,
  from,
  to,
  way,
  crumbs,
  companies,
  onBack,
}: {
  readonly effect: BridgeEffect;
  readonly step: BridgeStep;
  readonly against: 'previous' | 'last_year';
  readonly from: number;
  readonly to: number;
  readonly way: readonly TrailStep[];
  readonly crumbs: readonly Crumb[];
  readonly companies?: ReactNode;
  readonly onBack: () => void;
}) {
  const { company } = useWorkplace();
  const args = useMemo(
    () => ({ company_id: company.id, from_month: from, to_month: to, ...trailFilter(way), against, step, effect }),
    [company.id, from, to, way, against, step, effect],
  );
  const found = useAsk('marginBridgeLines', args);
  const { currency } = company;
  const words = againstWords(against, { from, to });
  const columns = useMemo(
    () => effectColumns(effect, currency, found.data ?? null, Math.floor(to / 100)),
    [effect, currency, found.data, to],
  );
  return (
    <LargestLines<BridgeLineView>
      label={`Lines of ${EFFECT_WORDS[effect]}`}
      viewId="margin-bridge-lines"
      crumbs={crumbs}
      companies={companies}
      back="bridge"
      onBack={onBack}
      asked={{ query: 'marginBridgeLines', args: { ...args } }}
      found={found}
      columns={columns}
      says={`${EFFECT_WORDS[effect]}, ${monthSpan(from, to)} against ${words.sentence}: ${meansOf(effect, false)}.`}
      other="smaller line"
      empty={{ title: `${EFFECT_WORDS[effect]}: nothing`, text: monthSpan(from, to) }}
    />
  );
}

function effectColumns(
  effect: BridgeEffect,
  currency: string,
  answer: MarginBridgeLines | null,
  year: number,
): readonly GridColumn<Row>[] {
  const symbol = currencySymbol(currency);
  return [
    ...documentColumns<BridgeLineView>('All lines', year).map((column) =>
      column.id === 'kind' ? { ...column, hidden: true } : column,
    ),
    textColumn<BridgeLineView>('when', 'When', 64, (line) => (line.is_now ? 'now' : 'before'), { tone: () => 'quiet' }),
    quantityColumn('quantity', 'Quantity', (line) => line.ordered_qty_milli),
    priceColumn(currency),
    textColumn<BridgeLineView>(
      'before_unit',
      `${UNIT_WORDS[effect] ?? 'Unit'} before, ${symbol}`,
      112,
      (line) => (line.before_unit_micro === null ? NO_DATA : unitPrice(Math.round(line.before_unit_micro / 100) * 100)),
      { align: 'right', help: 'What a unit of the item came to in this channel before' },
    ),
    moneyColumn<BridgeLineView>('net', 'Net', currency, (line) => line.net_minor),
    moneyColumn<BridgeLineView>('cost', 'Landed cost', currency, (line) => line.cost_minor, {
      hidden: true,
      tone: () => 'quiet',
    }),
    {
      id: 'effect',
      header: `${EFFECT_WORDS[effect]}, ${symbol}`,
      help: 'What the line adds to the effect',
      width: 104,
      align: 'right',
      text: ({ line }) => ledgerAmount(line ? line.effect_minor : (answer?.total_minor ?? null), currency),
      figure: ({ line }) => (line ? { value: line.effect_minor, places: minorDigits(currency), unit: currency } : null),
      tone: () => 'strong',
    },
  ];
}

const UNIT_WORDS: Readonly<Partial<Record<BridgeEffect, string>>> = {
  volume: 'Margin',
  mix: 'Margin',
  price: 'Price',
  discounts: 'Discount',
  cost: 'Cost',
  freight: 'Freight',
  rebates: 'Rebate',
  fees: 'Fee',
};
