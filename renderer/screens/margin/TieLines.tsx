/** The days on which the ledger and the documents of a component differ, each with its entries and its documents. */
import { useMemo, useState } from 'react';
import { minorDigits } from '#domain/money.ts';
import type { TieComponent } from '#domain/close/marginTie.ts';
import type { TieLine } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { monthYear, shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount, ledgerMoney } from '#renderer/format/money.ts';
import { counted, signed } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import type { Crumb } from '#renderer/screens/figures/Crumbs.tsx';
import styles from '#renderer/screens/figures/figures.module.css';
import { LinesFrame } from '#renderer/screens/figures/LinesFrame.tsx';
import { told, waitWords } from '#renderer/screens/figures/told.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { ChannelMark } from '#renderer/ui/Mark.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { TIE_WORDS } from './tieView.ts';

export function TieLines({
  component,
  month,
  crumbs,
  onBack,
}: {
  readonly component: TieComponent;
  readonly month: number;
  readonly crumbs: readonly Crumb[];
  readonly onBack: () => void;
}) {
  const { company, openOrder } = useWorkplace();
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const args = useMemo(() => ({ company_id: company.id, month, component }), [company.id, month, component]);
  const { data, error, refetch } = useAsk('marginTieLines', args);
  const answer = told(data);
  const { currency } = company;
  const columns = useMemo(() => tieColumns(currency, Math.floor(month / 100)), [currency, month]);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open order' },
      { key: 'Backspace', cap: '⌫', word: 'back to the figures', run: onBack, everywhere: true },
      { key: '', cap: 'Ctrl C', word: 'copy' },
    ],
    [onBack],
  );
  useKeys('Differences to the ledger', keys);
  const lines = answer?.lines ?? [];
  const words = TIE_WORDS[component];
  return (
    <LinesFrame<TieLine>
      crumbs={crumbs}
      backWord="Back to the figures"
      onBack={onBack}
      headerRight={
        answer ? (
          <span>
            <b className={styles['total']}>{ledgerMoney(answer.tie.difference_minor, currency)}</b> on{' '}
            {counted(answer.days, 'day')}
          </span>
        ) : null
      }
      says={
        <span className={styles['formula']}>
          {words}, {monthYear(month)}: ledger less documents.
          {answer?.tie.same_amount.map((party) => ` The documents of ${party} come to exactly the difference.`)}
          {answer && answer.days_left_out > 0 ? ` ${counted(answer.days_left_out, 'day')} not shown whole.` : ''}
        </span>
      }
      viewId="margin-ties"
      columns={columns}
      asked={{ query: 'marginTieLines', args: { ...args } }}
      word="row"
      answer={answer ? { total_lines: lines.length, provenance: answer.provenance } : null}
      behind={false}
      summary={summary}
    >
      <MemoryGrid<TieLine>
        label={`Differences of ${words}`}
        viewId="margin-ties"
        columns={columns}
        rows={lines}
        partial
        rowKey={(row) => row.key}
        rowTone={(row) => (row.kind === 'day' ? 'group' : undefined)}
        onDrill={(row) => {
          if (row.order_id > 0) openOrder(row.order_id);
        }}
        onSelection={setSummary}
        overlay={
          lines.length > 0 ? null : error ? (
            <ErrorState
              title="These differences could not be read"
              text={errorMessage(error)}
              onRetry={() => void refetch()}
            />
          ) : answer ? (
            <Empty good title={`${words}: every day ties to the ledger`} text={monthYear(month)} />
          ) : data ? (
            <Empty {...waitWords(data, 'Both sides')} />
          ) : (
            <LoadingRows rows={14} />
          )
        }
      />
    </LinesFrame>
  );
}

const KIND_WORDS = { day: 'Day', entry: 'Entry', document: 'Document' } as const;

function tieColumns(currency: string, year: number): readonly GridColumn<TieLine>[] {
  const symbol = currencySymbol(currency);
  const money = (
    id: string,
    header: string,
    value: (row: TieLine) => number | null,
    isChange = false,
  ): GridColumn<TieLine> => ({
    id,
    header: `${header}, ${symbol}`,
    width: 120,
    align: 'right',
    text: (row) => {
      const amount = value(row);
      if (amount === null) return '';
      return isChange ? signed(ledgerAmount(amount, currency), amount) : ledgerAmount(amount, currency);
    },
    figure: (row) => {
      const amount = value(row);
      return amount === null ? null : { value: amount, places: minorDigits(currency), unit: currency };
    },
  });
  return [
    { id: 'on', header: 'Day', width: 88, align: 'right', text: (row) => shortDate(row.on, year) },
    {
      id: 'channel',
      header: 'Channel',
      width: 132,
      text: (row) => row.channel ?? 'No channel',
      cell: (row) => (
        <>
          {row.channel_kind === null ? null : <ChannelMark kind={row.channel_kind} />}
          {row.channel ?? 'No channel'}
        </>
      ),
    },
    { id: 'kind', header: 'What', width: 88, text: (row) => KIND_WORDS[row.kind], tone: () => 'quiet' },
    { id: 'number', header: 'Number', width: 140, text: (row) => row.number ?? '' },
    { id: 'about', header: 'Customer, or what the entry says', width: 300, text: (row) => row.about ?? '' },
    money('documents', 'Documents', (row) => row.documents_minor),
    money('ledger', 'Ledger', (row) => row.ledger_minor),
    money('difference', 'Difference', (row) => row.difference_minor, true),
  ];
}
