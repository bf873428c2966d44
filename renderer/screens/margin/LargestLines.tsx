/** Lines that make an amount, those that did most first; they add up to it with what is not shown. */
import { type ReactNode, useMemo, useState } from 'react';
import type { OrderLineView, Provenance } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { counted } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import type { ExportAsked } from '#renderer/grid/ExportMenu.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import type { Crumb } from '#renderer/screens/figures/Crumbs.tsx';
import styles from '#renderer/screens/figures/figures.module.css';
import type { LineRow } from '#renderer/screens/figures/lineColumns.tsx';
import { LinesFrame } from '#renderer/screens/figures/LinesFrame.tsx';
import { noneWords, told } from '#renderer/screens/figures/told.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';

type ShownLine = OrderLineView & { readonly key: string };

interface LargestAnswer<Line> {
  readonly lines: readonly Line[];
  readonly total_lines: number;
  readonly total_minor: number;
  readonly other_lines: number;
  readonly other_minor: number;
  readonly provenance: Provenance;
}

export function LargestLines<Line extends ShownLine>({
  label,
  viewId,
  crumbs,
  companies,
  back,
  onBack,
  asked,
  found: { data, error, refetch },
  columns,
  says,
  other,
  empty,
}: {
  readonly label: string;
  readonly viewId: string;
  readonly crumbs: readonly Crumb[];
  readonly companies?: ReactNode;
  /** Where it came from: 'figures', 'bridge'. */
  readonly back: string;
  readonly onBack: () => void;
  readonly asked: ExportAsked;
  readonly found: {
    readonly data: LargestAnswer<Line> | undefined;
    readonly error: unknown;
    readonly refetch: () => unknown;
  };
  readonly columns: readonly GridColumn<LineRow<Line>>[];
  readonly says: string;
  /** What is not shown: 'line', 'smaller line'. */
  readonly other: string;
  readonly empty: { readonly title: string; readonly text: string };
}) {
  const { company, openOrder } = useWorkplace();
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const rows = useMemo(() => (data?.lines ?? []).map((line): LineRow<Line> => ({ key: line.key, line })), [data]);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open order' },
      { key: 'Backspace', cap: '⌫', word: `back to the ${back}`, run: onBack, everywhere: true },
      { key: '', cap: 'Ctrl C', word: 'copy' },
    ],
    [back, onBack],
  );
  useKeys(label, keys);
  const { currency } = company;
  return (
    <LinesFrame<LineRow<Line>>
      crumbs={crumbs}
      companies={companies}
      backWord={`Back to the ${back}`}
      onBack={onBack}
      headerRight={
        data && (data.total_lines > 0 || told(data)) ? (
          <span>
            <b className={styles['total']}>{ledgerMoney(data.total_minor, currency)}</b> in{' '}
            {counted(data.total_lines, 'line')}
          </span>
        ) : null
      }
      says={
        <span className={styles['formula']}>
          {says}
          {data && data.other_lines > 0
            ? ` ${counted(data.other_lines, other)} not shown: ${ledgerMoney(data.other_minor, currency)}.`
            : ''}
        </span>
      }
      viewId={viewId}
      columns={columns}
      asked={asked}
      word="line"
      answer={data ?? null}
      behind={false}
      summary={summary}
    >
      <MemoryGrid<LineRow<Line>>
        label={label}
        viewId={viewId}
        columns={columns}
        rows={rows}
        partial={(data?.other_lines ?? 0) > 0}
        rowKey={(row) => row.key}
        totals={data && rows.length > 0 ? { key: 'total', line: null } : undefined}
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
          ) : data ? (
            <Empty {...noneWords(data, empty)} />
          ) : (
            <LoadingRows rows={14} />
          )
        }
      />
    </LinesFrame>
  );
}
