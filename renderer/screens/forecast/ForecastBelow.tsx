/** Below the grid: the forecast drawn, and the ledger of demand it is made of, down to the order lines. */
import { useCallback, useMemo, useState } from 'react';
import type { DemandLineView, DemandPeriod, ItemForecast } from '#contract/queries.ts';
import { ForecastChart, type ForecastDrawingData } from '#renderer/charts/ForecastChart.tsx';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { monthName, monthYear, shortDate } from '#renderer/format/dates.ts';
import { counted, integer, NO_DATA, percent, quantity, roughQuantity } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { ChannelMark } from '#renderer/ui/Mark.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { EVENT_SIGNS, eventWords } from './eventWords.ts';
import { FLAGS } from './forecastWords.ts';
import styles from './forecast.module.css';

export type BelowView = 'chart' | 'month' | 'week';
const VIEWS: readonly { readonly value: BelowView; readonly label: string }[] = [
  { value: 'chart', label: 'Chart' },
  { value: 'month', label: 'Months' },
  { value: 'week', label: 'Weeks' },
];

interface Place {
  readonly item_id: number;
  readonly site_id: number;
}
interface Span {
  readonly from_on: string;
  readonly to_on: string;
}

export function ForecastBelow({
  forecast,
  view,
  onView,
}: {
  readonly forecast: ItemForecast;
  readonly view: BelowView;
  readonly onView: (view: BelowView) => void;
}) {
  const [span, setSpan] = useState<Span | null>(null);
  const back = useCallback(() => setSpan(null), []);
  const { item_id, site_id } = forecast;
  const place = useMemo(() => ({ item_id, site_id }), [item_id, site_id]);
  const censored = forecast.periods.filter((period) => period.censored).length;
  return (
    <section className={styles['below']} aria-label={`Demand for ${forecast.code} at ${forecast.site}`}>
      <div className={styles['belowHead']}>
        <strong>
          {forecast.code} at {forecast.site}
        </strong>
        <SegmentedControl
          label="Shown below"
          options={VIEWS}
          value={view}
          onChange={(next) => {
            setSpan(null);
            onView(next);
          }}
        />
        <span className={styles['said']}>
          {view === 'chart'
            ? `A month, ${forecast.uom}${censored > 0 ? ` · out of stock in ${counted(censored, 'month')}: taken as what was to be expected` : ''}`
            : span
              ? `Lines ordered ${shortDate(span.from_on)}–${shortDate(span.to_on)}`
              : 'By the day it was ordered, whatever was shipped; ↵ opens the lines'}
        </span>
        {span ? (
          <Button kind="link" onClick={back}>
            Back to the periods
          </Button>
        ) : null}
      </div>
      <div className={styles['belowBody']}>
        {view === 'chart' ? (
          <div className={styles['chart']}>
            <ForecastChart
              data={drawing(forecast)}
              height_px={272}
              format={roughQuantity}
              label={`Demand and forecast of ${forecast.code} at ${forecast.site} by month.`}
            />
          </div>
        ) : span ? (
          <Lines place={place} span={span} onBack={back} />
        ) : (
          <Ledger place={place} by={view} onPeriod={setSpan} />
        )}
      </div>
    </section>
  );
}

export function drawing(forecast: ItemForecast): ForecastDrawingData {
  const { periods } = forecast;
  const running = periods.findIndex((period) => period.expected_qty_milli !== null);
  const found = forecast.break;
  const at = found === null ? -1 : periods.findIndex((period) => period.month === found.from_month);
  return {
    positions: periods.map(({ month }) => `${monthName(month)} ’${String(month).slice(2, 4)}`),
    demand: periods.map((period) => period.demand_qty_milli),
    running,
    fed: periods.map((period) => period.fed_qty_milli),
    expected: periods.map((period) => period.expected_qty_milli),
    low: periods.map((period) => period.low_qty_milli),
    high: periods.map((period) => period.high_qty_milli),
    naive: periods.map((period) => (forecast.method === 'seasonal naive' ? null : period.naive_qty_milli)),
    planned: periods.map((period) => period.planned_qty_milli),
    overridden: periods.map((period) => period.override_qty_milli),
    censored: periods.map((period) => period.censored),
    break: found === null || at < 0 ? null : { at, label: FLAGS[found.kind].word },
    events: periods.map(({ month }) =>
      forecast.events
        .filter((event) => event.month === month)
        .map((event) => ({ ...EVENT_SIGNS[event.kind], words: eventWords(event, forecast) })),
    ),
    interval: percent(forecast.interval_bp).replace('.0', ''),
  };
}

function Ledger({
  place,
  by,
  onPeriod,
}: {
  readonly place: Place;
  readonly by: 'month' | 'week';
  readonly onPeriod: (span: Span) => void;
}) {
  const { data, error, refetch } = useAsk('demandLedger', { ...place, by }, { keepPrevious: false });
  const channels = data?.channels;
  const columns = useMemo((): readonly GridColumn<DemandPeriod>[] => {
    const right = { align: 'right' as const };
    const amount = (
      id: string,
      header: string,
      of: (row: DemandPeriod) => number,
      more: Partial<GridColumn<DemandPeriod>> = {},
    ): GridColumn<DemandPeriod> => ({
      id,
      header,
      width: 92,
      ...right,
      text: (row) => quantity(of(row)),
      figure: (row) => ({ value: of(row), places: 3, unit: 'units' }),
      ...more,
    });
    return [
      {
        id: 'period',
        header: by === 'month' ? 'Month' : 'Week of',
        width: 104,
        text: (row) => (by === 'month' ? monthYear(monthOf(row.from_on)) : shortDate(row.from_on, 0)),
      },
      amount('demand', 'Ordered', (row) => row.demand_qty_milli, {
        tone: () => 'strong',
        text: (row) => `${row.censored ? '≥ ' : ''}${quantity(row.demand_qty_milli)}`,
      }),
      ...(channels ?? []).map((channel, at) =>
        amount(`channel${channel.channel_id ?? 0}`, channel.channel, (row) => row.by_channel_qty_milli[at] ?? 0, {
          width: 96,
        }),
      ),
      amount('backorder', 'Backorders', (row) => row.backorder_qty_milli, {
        help: 'Ordered then and still owed past the committed date',
      }),
      amount('forward', 'Forward', (row) => row.forward_qty_milli, {
        help: 'Ordered then, promised for a day to come',
      }),
      amount('returned', 'Returned', (row) => row.returned_qty_milli),
      amount('withdrawn', 'Withdrawn', (row) => row.withdrawn_qty_milli, {
        help: 'Taken back by the customer: no demand',
      }),
      {
        id: 'days_out',
        header: 'Days out',
        width: 74,
        ...right,
        help: 'Days at whose end nothing lay there; from a fifth of the period on the demand is a lower bound',
        text: (row) => (row.days_out === 0 ? '' : String(row.days_out)),
        tone: (row) => (row.censored ? 'bad' : undefined),
      },
      { id: 'lines', header: 'Lines', width: 60, ...right, text: (row) => integer(row.lines) },
    ];
  }, [by, channels]);
  if (error)
    return (
      <ErrorState
        title="The demand ledger could not be read"
        text={errorMessage(error)}
        onRetry={() => void refetch()}
      />
    );
  if (!data) return <LoadingRows rows={6} label="Reading the demand ledger" />;
  return (
    <MemoryGrid<DemandPeriod>
      label="Demand ledger"
      viewId={`demand-${by}`}
      columns={columns}
      rowKey={(row) => row.from_on}
      rows={data.periods.toReversed()}
      onDrill={(row) => onPeriod({ from_on: row.from_on, to_on: row.to_on })}
    />
  );
}

function monthOf(iso: string): number {
  return Number(iso.slice(0, 4)) * 100 + Number(iso.slice(5, 7));
}

const LINE_COLUMNS: readonly GridColumn<DemandLineView>[] = [
  { id: 'number', header: 'Order', width: 120, text: (row) => row.number },
  { id: 'ordered_on', header: 'Ordered', width: 88, align: 'right', text: (row) => shortDate(row.ordered_on, 0) },
  {
    id: 'party',
    header: 'Customer',
    width: 220,
    text: (row) => row.party ?? NO_DATA,
    cell: (row) => (
      <>
        <ChannelMark kind={row.channel_kind} /> {row.party ?? NO_DATA}
      </>
    ),
  },
  { id: 'channel', header: 'Channel', width: 110, text: (row) => row.channel },
  { id: 'demand', header: 'Demand', width: 88, align: 'right', text: (row) => quantity(row.demand_qty_milli) },
  { id: 'shipped', header: 'Shipped', width: 88, align: 'right', text: (row) => quantity(row.shipped_qty_milli) },
  { id: 'backorder', header: 'Backorder', width: 88, align: 'right', text: (row) => quantity(row.backorder_qty_milli) },
  { id: 'forward', header: 'Forward', width: 88, align: 'right', text: (row) => quantity(row.forward_qty_milli) },
  { id: 'withdrawn', header: 'Withdrawn', width: 88, align: 'right', text: (row) => quantity(row.withdrawn_qty_milli) },
  { id: 'returned', header: 'Returned', width: 88, align: 'right', text: (row) => quantity(row.returned_qty_milli) },
  {
    id: 'requested_on',
    header: 'Requested',
    width: 92,
    align: 'right',
    text: (row) => (row.requested_on === null ? NO_DATA : shortDate(row.requested_on, 0)),
  },
];

/** The most one answer holds. */
const MOST_LINES = 500;

function Lines({ place, span, onBack }: { readonly place: Place; readonly span: Span; readonly onBack: () => void }) {
  const { openOrder } = useWorkplace();
  const keys = useMemo<readonly KeyAction[]>(
    () => [{ key: 'Backspace', cap: '⌫', word: 'back to the periods', run: onBack, everywhere: true }],
    [onBack],
  );
  useKeys('Lines of a period', keys);
  const { data, error, refetch } = useAsk(
    'demandLines',
    { ...place, ...span, limit: MOST_LINES },
    { keepPrevious: false },
  );
  if (error)
    return (
      <ErrorState title="The order lines could not be read" text={errorMessage(error)} onRetry={() => void refetch()} />
    );
  if (!data) return <LoadingRows rows={6} label="Reading the order lines" />;
  return (
    <MemoryGrid<DemandLineView>
      label="Order lines of the period"
      viewId="demand-lines"
      columns={LINE_COLUMNS}
      rowKey={(row) => String(row.order_line_id)}
      rows={data.lines}
      partial={data.total_lines > data.lines.length}
      onDrill={(row) => openOrder(row.order_id)}
    />
  );
}
