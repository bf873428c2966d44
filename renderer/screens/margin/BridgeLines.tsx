/** The lines behind an effect of the bridge, those that did most first; they add up to it with what is not shown. */
import { type ReactNode, useMemo, useState } from 'react';
import { minorDigits } from '#domain/money.ts';
import type { BridgeEffect, BridgeStep } from '#domain/kpi/priceVolumeMix.ts';
import type { BridgeLineView, MarginBridgeLines } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { monthSpan } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount, ledgerMoney, unitPrice } from '#renderer/format/money.ts';
import { counted, NO_DATA } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import type { Crumb } from '#renderer/screens/figures/Crumbs.tsx';
import styles from '#renderer/screens/figures/figures.module.css';
import {
  documentColumns,
  type LineRow,
  moneyColumn,
  priceColumn,
  quantityColumn,
  textColumn,
} from '#renderer/screens/figures/lineColumns.tsx';
import { LinesFrame } from '#renderer/screens/figures/LinesFrame.tsx';
import { type TrailStep, trailFilter } from '#renderer/screens/figures/trail.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { againstWords } from './against.ts';
import { EFFECT_WORDS, meansOf } from './bridgeView.ts';

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
  const { company, openOrder } = useWorkplace();
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const args = useMemo(
    () => ({ company_id: company.id, from_month: from, to_month: to, ...trailFilter(way), against, step, effect }),
    [company.id, from, to, way, against, step, effect],
  );
  const { data: answer, error, refetch } = useAsk('marginBridgeLines', args);
  const { currency } = company;
  const words = againstWords(against, { from, to });
  const columns = useMemo(
    () => effectColumns(effect, currency, answer ?? null, Math.floor(to / 100)),
    [effect, currency, answer, to],
  );
  const rows = useMemo(() => (answer?.lines ?? []).map((line): Row => ({ key: line.key, line })), [answer]);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open order' },
      { key: 'Backspace', cap: '⌫', word: 'back to the bridge', run: onBack, everywhere: true },
      { key: '', cap: 'Ctrl C', word: 'copy' },
    ],
    [onBack],
  );
  useKeys('Lines of an effect', keys);
  return (
    <LinesFrame<Row>
      crumbs={crumbs}
      companies={companies}
      backWord="Back to the bridge"
      onBack={onBack}
      headerRight={
        answer ? (
          <span>
            <b className={styles['total']}>{ledgerMoney(answer.total_minor, currency)}</b> in{' '}
            {counted(answer.total_lines, 'line')}
          </span>
        ) : null
      }
      says={
        <span className={styles['formula']}>
          {EFFECT_WORDS[effect]}, {monthSpan(from, to)} against {words.sentence}: {meansOf(effect, false)}.
          {answer && answer.other_lines > 0
            ? ` ${counted(answer.other_lines, 'smaller line')} not shown: ${ledgerMoney(answer.other_minor, currency)}.`
            : ''}
        </span>
      }
      viewId="margin-bridge-lines"
      columns={columns}
      asked={{ query: 'marginBridgeLines', args: { ...args } }}
      word="line"
      answer={answer ?? null}
      behind={false}
      summary={summary}
    >
      <MemoryGrid<Row>
        label={`Lines of ${EFFECT_WORDS[effect]}`}
        viewId="margin-bridge-lines"
        columns={columns}
        rows={rows}
        partial={(answer?.other_lines ?? 0) > 0}
        rowKey={(row) => row.key}
        totals={answer && rows.length > 0 ? { key: 'total', line: null } : undefined}
        onDrill={(row) => {
          if (row.line && row.line.order_id > 0) openOrder(row.line.order_id);
        }}
        onSelection={setSummary}
        overlay={
          rows.length > 0 ? null : error ? (
            <ErrorState
              title="These lines could not be read"
              text={errorMessage(error)}
              onRetry={() => void refetch()}
            />
          ) : answer ? (
            <Empty title={`${EFFECT_WORDS[effect]}: nothing`} text={monthSpan(from, to)} />
          ) : (
            <LoadingRows rows={14} />
          )
        }
      />
    </LinesFrame>
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
