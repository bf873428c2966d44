/** Delay risk: open lines that are likely to be late, by the money at risk, with the causes of each beside them. */
import { useCallback, useMemo, useState } from 'react';
import type { DelayRow, QueryInput } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf } from '#renderer/client/useContract.ts';
import { clock } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { STALE_WORDS } from '#renderer/format/staleWords.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useOnOther, useWorkplace } from '#renderer/shell/workplace.ts';
import { SegmentedControl, Tabs } from '#renderer/ui/Choice.tsx';
import { Empty, ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { delayColumns } from './delayColumns.tsx';
import { DelayPanel } from './DelayPanel.tsx';
import { judgeNote } from './delayWords.ts';
import { HowGood } from './HowGood.tsx';

const VIEW_ID = 'delays';
const MOST_ROWS = 500;
const PLACES = [
  { value: 'lines', label: 'Open lines' },
  { value: 'good', label: 'How good is it' },
] as const;
type Place = (typeof PLACES)[number]['value'];
type Order = NonNullable<QueryInput<'delayRisk'>['order_by']>;
const ORDERS = [
  { value: 'at_risk', label: 'Money at risk' },
  { value: 'probability', label: 'Chance' },
  { value: 'committed_on', label: 'Day' },
] as const satisfies readonly { readonly value: Order; readonly label: string }[];

const ON_LINES: readonly KeyAction[] = [
  { key: '', cap: '↵', word: 'open the order' },
  { key: '', cap: 'Space', word: 'why', help: 'every cause, and the late lines behind it' },
  { key: '', cap: 'Ctrl C', word: 'copy', quiet: true },
];

export default function DelaysScreen() {
  const { company, openOrder } = useWorkplace();
  const [place, setPlace] = useState<Place>('lines');
  const [order_by, setOrder] = useState<Order>('at_risk');
  const [open, setOpen] = useState<DelayRow | null>(null);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const args = useMemo(
    (): QueryInput<'delayRisk'> => ({ company_id: company.id, order_by, limit: MOST_ROWS }),
    [company.id, order_by],
  );
  const { data, error, refetch } = useAsk('delayRisk', args);
  const as_of_ms = useAsOf(data?.provenance);
  const rows = useMemo(() => data?.rows ?? [], [data]);
  const year = Number((data?.as_of_date ?? '').slice(0, 4));
  const columns = useMemo(() => delayColumns(company.currency, year), [company.currency, year]);
  const shown = rows.find((row) => row.order_line_id === open?.order_line_id) ?? open;

  useOnOther(company.id, () => setOpen(null));

  const toOrder = useCallback((row: DelayRow) => openOrder(row.order_id), [openOrder]);
  const toggle = useCallback(
    (row: DelayRow) => setOpen((before) => (before?.order_line_id === row.order_line_id ? null : row)),
    [],
  );
  const follow = useCallback((row: DelayRow) => setOpen((before) => (before === null ? null : row)), []);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      ...(place === 'good' ? [] : ON_LINES),
      {
        key: 'g',
        cap: 'G',
        word: place === 'good' ? 'open lines' : 'how good is it',
        run: () => setPlace((before) => (before === 'lines' ? 'good' : 'lines')),
      },
      ...(open && place === 'lines'
        ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => setOpen(null), quiet: true }]
        : []),
    ],
    [open, place],
  );
  useKeys('Delay risk', keys);

  const note = data && data.missing.length === 0 ? judgeNote(data.judge) : null;
  return (
    <ScreenFrame
      title="Delay risk"
      subtitle={
        data && data.missing.length === 0
          ? [
              `${counted(data.total_lines, 'open line')}, ${overviewMoney(data.total_value_minor, data.currency)}`,
              data.total_at_risk_minor === null
                ? ''
                : `${overviewMoney(data.total_at_risk_minor, data.currency)} likely late`,
              data.late_already.lines === 0
                ? ''
                : `${integer(data.late_already.lines)} more late already, ${overviewMoney(data.late_already.value_minor, data.currency)}`,
              as_of_ms === null ? '' : `as of ${clock(as_of_ms)}`,
              data.provenance.coverage === 'complete' ? '' : data.provenance.coverage,
            ]
              .filter(Boolean)
              .join(', ')
          : ''
      }
      tools={
        <>
          <Tabs label="Delay risk" value={place} options={PLACES} onChange={setPlace} />
          {place === 'lines' ? (
            <>
              <SegmentedControl label="Ranked by" value={order_by} options={ORDERS} onChange={setOrder} />
              {note ? <InlineMessage tone="warn">{note}</InlineMessage> : null}
              <GridTools<DelayRow>
                viewId={VIEW_ID}
                columns={columns}
                files={{ asked: { query: 'delayRisk', args }, disabled: rows.length === 0 }}
              />
            </>
          ) : null}
        </>
      }
      facts={
        place === 'good' ? null : (
          <SelectionFacts summary={summary}>
            {data ? (
              <span>
                {data.total_lines > rows.length
                  ? `${integer(rows.length)} of ${integer(data.total_lines)} lines`
                  : counted(rows.length, 'line')}
                {data.undated_lines > 0 ? ` · ${integer(data.undated_lines)} without a date` : ''}
                {data.left_out_lines > 0
                  ? ` · ${integer(data.left_out_lines)} left out, due ${STALE_WORDS}: see Fulfilment`
                  : ''}{' '}
                · {integer(data.provenance.elapsed_ms)} ms
              </span>
            ) : null}
          </SelectionFacts>
        )
      }
      panelLabel="Why"
      panel={place === 'lines' && shown ? <DelayPanel row={shown} onClose={() => setOpen(null)} /> : null}
    >
      {place === 'good' ? (
        <HowGood />
      ) : (
        <MemoryGrid<DelayRow>
          label="Open lines by risk of delay"
          viewId={VIEW_ID}
          columns={columns}
          rows={rows}
          partial={(data?.total_lines ?? 0) > rows.length}
          rowKey={(row) => String(row.order_line_id)}
          currentKey={shown === null ? null : String(shown.order_line_id)}
          onDrill={toOrder}
          onWorking={toggle}
          onFocusRow={follow}
          onSelection={setSummary}
          overlay={
            rows.length > 0 ? null : error && !data ? (
              <ErrorState
                title="Delay risk could not be read"
                text={errorMessage(error)}
                onRetry={() => void refetch()}
              />
            ) : !data ? (
              <LoadingRows rows={14} />
            ) : data.missing.length > 0 ? (
              <Empty title="Nothing is judged while data is loading" text={`${data.missing.join('. ')}.`} />
            ) : (
              <Empty
                good
                title="No open line can still be late"
                text={
                  data.late_already.lines === 0
                    ? 'No order has goods left to ship that were committed for a day.'
                    : `${counted(data.late_already.lines, 'line')} late already: see Fill rate.`
                }
              />
            )
          }
        />
      )}
    </ScreenFrame>
  );
}
