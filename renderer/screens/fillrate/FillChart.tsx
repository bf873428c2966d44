/** The rate over the periods: the total, the largest rows, and the target it is measured by. */
import { LineChart } from '#renderer/charts/LineChart.tsx';
import { useAsk } from '#renderer/client/useContract.ts';
import { weekdayDate } from '#renderer/format/dates.ts';
import { percent } from '#renderer/format/numbers.ts';
import type { Span } from '#renderer/screens/figures/address.ts';
import styles from '#renderer/screens/figures/figures.module.css';
import type { FigureColumn, FigureRow } from '#renderer/screens/figures/pivotRows.ts';
import { SpanSwitch } from '#renderer/screens/figures/SpanSwitch.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { ChannelMark, channelColour } from '#renderer/ui/Mark.tsx';
import { type FillMeasure, KPI_OF, MEASURE_MEANS, measureWord, placeOf } from './fillView.ts';

/** Lines the chart can name without becoming a tangle; the grid has them all. */
const CHART_LINES = 5;

export function FillChart({
  rows,
  total,
  columns,
  current,
  measure,
  focused,
  each,
  month,
  as_of_date,
  span,
  spanWords,
  onSpan,
}: {
  readonly rows: readonly FigureRow[];
  readonly total: FigureRow;
  readonly columns: readonly FigureColumn[];
  readonly current: number;
  readonly measure: FillMeasure;
  /** Key of the row the grid's focus is on; it is emphasised. */
  readonly focused: string | null;
  readonly each: 'month' | 'week';
  readonly month: number;
  readonly as_of_date: string;
  readonly span: Span;
  readonly spanWords: Readonly<Record<Span, string>>;
  readonly onSpan: (span: Span) => void;
}) {
  const { scope } = useWorkplace();
  const kpi = useAsk('kpiValues', {
    ...scope.asked,
    from_month: month,
    to_month: month,
    kpis: [KPI_OF[measure]],
  });
  const target = kpi.data?.total[0]?.target ?? null;
  const at = placeOf(measure);
  const groups = rows.filter((row) => row.kind === 'group' && row.level === 0).slice(0, CHART_LINES);
  const chosen = rows.find((row) => row.key === focused);
  const shown = chosen && !groups.includes(chosen) ? [...groups.slice(0, CHART_LINES - 1), chosen] : groups;
  return (
    <section className={styles['chart']} aria-label={`Fill rate by ${each}`} data-print="chart">
      <header>
        <h2>
          {measureWord(measure)} fill rate by {each}
        </h2>
        <span>
          % · {MEASURE_MEANS[measure]} · cut-off before {weekdayDate(as_of_date)}; what is not yet due is out
        </span>
        <SpanSwitch span={span} words={spanWords} onSpan={onSpan} />
      </header>
      <LineChart
        label={`${total.label}: ${percent(total.total[at] ?? null)}. The figures stand in the grid below.`}
        height_px={184}
        positions={columns.map((column) => column.header)}
        top={10_000}
        format={(value) => percent(value)}
        current={current}
        {...(target === null ? {} : { target: { value: target, label: `Target ${percent(target)}` } })}
        series={[...shown, total].map((row) => ({
          id: row.key,
          label: row.label,
          values: columns.map((_, index) => row.cells[index]?.[at] ?? null),
          colour: colourOf(row, row.key === focused),
          ...(row.channel_kind === null ? {} : { mark: <ChannelMark kind={row.channel_kind} size={9} /> }),
          emphasised: chosen ? row.key === focused : row.kind === 'total',
        }))}
      />
    </section>
  );
}

function colourOf(row: FigureRow, focused: boolean): string {
  if (row.kind === 'total') return 'var(--ink)';
  if (row.channel_kind !== null) return channelColour(row.channel_kind);
  return focused ? 'var(--accent)' : 'var(--step)';
}
