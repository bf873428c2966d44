/** The lines of one unusual fall, those furthest below the usual rate first; they add up to it with what is not shown. */
import { useMemo } from 'react';
import { minorDigits } from '#domain/money.ts';
import type { ErosionLineView, MarginErosionLines } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { monthYear } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount } from '#renderer/format/money.ts';
import { percent } from '#renderer/format/numbers.ts';
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
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { rateWords } from './erosionView.ts';
import { LargestLines } from './LargestLines.tsx';

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
  const { company } = useWorkplace();
  const args = useMemo(() => ({ company_id: company.id, month, key: fall }), [company.id, month, fall]);
  const found = useAsk('marginErosionLines', args);
  const { currency } = company;
  const columns = useMemo(
    () => shortColumns(currency, found.data ?? null, Math.floor(month / 100)),
    [currency, found.data, month],
  );
  const row = found.data?.row ?? null;
  return (
    <LargestLines<ErosionLineView>
      label="Lines of an unusual fall"
      viewId="margin-erosion-lines"
      crumbs={crumbs}
      back="figures"
      onBack={onBack}
      asked={{ query: 'marginErosionLines', args: { ...args } }}
      found={found}
      columns={columns}
      says={row ? `${row.words}. GM3 ${rateWords(row)}.` : ''}
      other="line"
      empty={{
        title: 'Nothing fell unusually here',
        text: `${monthYear(month)}. What was opened has changed since: go back for what is told now.`,
      }}
    />
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
