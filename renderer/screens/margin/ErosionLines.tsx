/** The lines of one unusual fall, those furthest below the usual rate first; they add up to it with what is not shown. */
import { useMemo, useState } from 'react';
import { minorDigits } from '#domain/money.ts';
import type { ErosionLineView, MarginErosionLines } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { monthYear } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount, ledgerMoney } from '#renderer/format/money.ts';
import { counted, percent } from '#renderer/format/numbers.ts';
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
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { rateWords } from './erosionView.ts';

type Row = LineRow<ErosionLineView>;

export function ErosionLines({
  month,
  fall,
  crumbs,
  onBack,
}: {
  readonly month: number;
  /** Its key. */
  readonly fall: string;
  readonly crumbs: readonly Crumb[];
  readonly onBack: () => void;
}) {
  const { company, openOrder } = useWorkplace();
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const args = useMemo(() => ({ company_id: company.id, month, key: fall }), [company.id, month, fall]);
  const { data: answer, error, refetch } = useAsk('marginErosionLines', args);
  const { currency } = company;
  const columns = useMemo(
    () => shortColumns(currency, answer ?? null, Math.floor(month / 100)),
    [currency, answer, month],
  );
  const rows = useMemo(() => (answer?.lines ?? []).map((line): Row => ({ key: line.key, line })), [answer]);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open order' },
      { key: 'Backspace', cap: '⌫', word: 'back to the figures', run: onBack, everywhere: true },
      { key: '', cap: 'Ctrl C', word: 'copy' },
    ],
    [onBack],
  );
  useKeys('Lines of a fall', keys);
  const row = answer?.row ?? null;
  return (
    <LinesFrame<Row>
      crumbs={crumbs}
      backWord="Back to the figures"
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
          {row ? `${row.words}. GM3 ${rateWords(row)}.` : ''}
          {answer && answer.other_lines > 0
            ? ` ${counted(answer.other_lines, 'line')} not shown: ${ledgerMoney(answer.other_minor, currency)}.`
            : ''}
        </span>
      }
      viewId="margin-erosion-lines"
      columns={columns}
      asked={{ query: 'marginErosionLines', args: { ...args } }}
      word="line"
      answer={answer ?? null}
      behind={false}
      summary={summary}
    >
      <MemoryGrid<Row>
        label="Lines of an unusual fall"
        viewId="margin-erosion-lines"
        columns={columns}
        rows={rows}
        partial={(answer?.other_lines ?? 0) > 0}
        rowKey={(each) => each.key}
        totals={answer && rows.length > 0 ? { key: 'total', line: null } : undefined}
        onDrill={(each) => {
          if (each.line && each.line.order_id > 0) openOrder(each.line.order_id);
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
            <Empty
              title="Nothing fell unusually here"
              text={`${monthYear(month)}. What was opened has changed since: go back for what is told now.`}
            />
          ) : (
            <LoadingRows rows={14} />
          )
        }
      />
    </LinesFrame>
  );
}

function shortColumns(currency: string, answer: MarginErosionLines | null, year: number): readonly GridColumn<Row>[] {
  const symbol = currencySymbol(currency);
  const quiet = { tone: () => 'quiet' as const };
  const share = (part_minor: number, whole_minor: number): string =>
    percent(whole_minor > 0 ? (part_minor * 10_000) / whole_minor : null);
  return [
    ...documentColumns<ErosionLineView>('All lines', year).map((column) =>
      column.id === 'kind' ? { ...column, hidden: true } : column,
    ),
    quantityColumn('quantity', 'Quantity', (line) => line.ordered_qty_milli),
    priceColumn(currency),
    textColumn<ErosionLineView>(
      'discount_rate',
      'Discount',
      76,
      (line) => share(line.discount_minor, line.gross_minor),
      {
        align: 'right',
      },
    ),
    moneyColumn<ErosionLineView>('net', 'Net', currency, (line) => line.net_minor),
    moneyColumn<ErosionLineView>('cost', 'Landed cost', currency, (line) => line.cost_minor, quiet),
    moneyColumn<ErosionLineView>('gm3', 'GM3', currency, (line) => line.gm3_minor),
    {
      id: 'short',
      header: `Short, ${symbol}`,
      help: 'What the usual rate would have given less what the line gives',
      width: 96,
      align: 'right',
      text: ({ line }) => ledgerAmount(line ? line.short_minor : (answer?.total_minor ?? null), currency),
      figure: ({ line }) => (line ? { value: line.short_minor, places: minorDigits(currency), unit: currency } : null),
      tone: () => 'strong',
    },
  ];
}
