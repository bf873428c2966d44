/** Fill rate: how much of what was due went out in time, by channel and month, down to the line that was short. */
import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import type { FillRate, QueryInput } from '#contract/queries.ts';
import { LineChart } from '#renderer/charts/LineChart.tsx';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { clock, monthSpan, monthYearLong, weekdayDate } from '#renderer/format/dates.ts';
import { counted, integer, percent } from '#renderer/format/numbers.ts';
import { ColumnChooser } from '#renderer/grid/ColumnChooser.tsx';
import type { GridSort } from '#renderer/grid/columns.ts';
import { DensityButton } from '#renderer/grid/DensityButton.tsx';
import { ExportMenu } from '#renderer/grid/ExportMenu.tsx';
import { settingOf } from '#renderer/grid/gridViews.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { ViewsMenu } from '#renderer/grid/ViewsMenu.tsx';
import { type Crumb, Crumbs } from '#renderer/screens/figures/Crumbs.tsx';
import styles from '#renderer/screens/figures/figures.module.css';
import {
  type MonthRange,
  monthHeader,
  monthRangeOf,
  RANGES,
  type RangeChoice,
  usualRange,
} from '#renderer/screens/figures/monthRange.ts';
import { Coverage } from '#renderer/screens/figures/Provenance.tsx';
import { RangeMenu } from '#renderer/screens/figures/RangeMenu.tsx';
import { DIMENSION_WORDS, nextDimension, type TrailFilter, trailFilter } from '#renderer/screens/figures/trail.ts';
import { useFiguresView } from '#renderer/screens/figures/useFiguresView.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { ChannelMark, channelColour } from '#renderer/ui/Mark.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { fillColumns, monthOfFillColumn, sortedFillRows } from './fillColumns.tsx';
import { FillLines } from './FillLines.tsx';
import fillStyles from './fillrate.module.css';
import {
  FILL_FIGURE_WORDS,
  FILL_GROUP_OPTIONS,
  FILL_GROUPS,
  FILL_MEASURE_OPTIONS,
  FILL_WORDS,
  type FillFigure,
  type FillGridRow,
  type FillView,
  fillGridRow,
} from './fillView.ts';
import { FillWorking } from './FillWorking.tsx';

const ROWS = 500;
/** Lines the chart can name without becoming a tangle; the grid has them all. */
const CHART_LINES = 5;

export default function FillRateScreen() {
  const { company, month } = useWorkplace();
  if (month === null) {
    return (
      <ScreenFrame title="Fill rate" subtitle={company.name}>
        <Empty
          title="No order lines yet"
          text={`${company.name} has no orders among yours. The rate appears with the first lines that fall due.`}
        />
      </ScreenFrame>
    );
  }
  return <Fill key={company.id} month={month} />;
}

function Fill({ month }: { readonly month: number }) {
  const { company } = useWorkplace();
  const [view, change] = useFiguresView(FILL_WORDS);
  const choice = view.range ?? usualRange(company.months);
  const range = useMemo(() => monthRangeOf(choice, month, company.months), [choice, month, company.months]);
  const { lines, trail } = view;
  const linesFilter = useMemo(() => trailFilter(lines?.row ? [...trail, lines.row] : trail), [trail, lines]);
  const back = useCallback(() => change({ lines: null }), [change]);
  const crumbs: Crumb[] = [
    { label: company.name, ...(trail.length > 0 || lines ? { onOpen: () => change({ trail: [], lines: null }) } : {}) },
    ...trail.map((step, index) => ({
      label: step.label,
      ...(index < trail.length - 1 || lines
        ? { onOpen: () => change({ trail: trail.slice(0, index + 1), lines: null }) }
        : {}),
    })),
  ];
  if (lines) {
    const words = `${FILL_FIGURE_WORDS[lines.figure]}, ${monthSpan(lines.from, lines.to)}`;
    return (
      <FillLines
        figure={lines.figure}
        from={lines.from}
        to={lines.to}
        filter={linesFilter}
        crumbs={[...crumbs, ...(lines.row ? [{ label: lines.row.label, onOpen: back }] : []), { label: words }]}
        onFigure={(figure) => change({ lines: { ...lines, figure } }, { replace: true })}
        onBack={back}
      />
    );
  }
  return <FillTable month={month} range={range} choice={choice} crumbs={crumbs} view={view} change={change} />;
}

function FillTable({
  month,
  range,
  choice,
  crumbs,
  view,
  change,
}: {
  readonly month: number;
  readonly range: MonthRange;
  readonly choice: RangeChoice;
  readonly crumbs: readonly Crumb[];
  readonly view: FillView;
  readonly change: (part: Partial<FillView>, options?: { replace?: boolean }) => void;
}) {
  const { company } = useWorkplace();
  const { by, measure, trail } = view;
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [filters, setFilters] = useState<readonly ColumnFilter[]>([]);
  const [location] = useLocation();
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [working, setWorking] = useState<{ readonly key: string; readonly month: number | null } | null>(null);

  const args = useMemo((): QueryInput<'fillRate'> => {
    const { country: _absent, ...filter }: TrailFilter = trailFilter(trail);
    return { company_id: company.id, from_month: range.from, to_month: range.to, ...filter, group_by: by, limit: ROWS };
  }, [company.id, range, trail, by]);
  const { data: answer, error, refetch } = useAsk('fillRate', args);

  const rows = useMemo(() => (answer?.rows ?? []).map((row) => fillGridRow(row, false)), [answer]);
  const total = useMemo(() => (answer ? fillGridRow(answer.total, true) : null), [answer]);
  const months = answer?.months ?? EMPTY_MONTHS;
  const sorted = useMemo(() => sortedFillRows(rows, sorts, measure, months), [rows, sorts, measure, months]);
  const columns = useMemo(
    () =>
      fillColumns({
        groupWord: FILL_GROUP_OPTIONS.find((option) => option.value === by)?.label ?? '',
        measure,
        months,
        currency: company.currency,
        month,
        oneUnit: by === 'item',
      }),
    [by, measure, months, company.currency, month],
  );

  const openLines = useCallback(
    (figure: FillFigure, row: FillGridRow | null, inMonth: number | null) =>
      change({
        lines: {
          figure,
          from: inMonth ?? range.from,
          to: inMonth ?? range.to,
          row: row && !row.isTotal ? { dimension: by, key: row.key, label: row.label } : null,
        },
      }),
    [change, range, by],
  );
  const onDrill = useCallback(
    (row: FillGridRow, columnId: string) => {
      const next = columnId === 'label' || columnId === 'trend' ? nextDimension(FILL_GROUPS, trail, by) : null;
      if (next !== null) {
        setSorts([]);
        setFilters([]);
        setWorking(null);
        change({ by: next, trail: [...trail, { dimension: by, key: row.key, label: row.label }] });
        return;
      }
      const inMonth = monthOfFillColumn(columnId);
      if (inMonth !== null && !row.byMonth.has(inMonth)) return;
      openLines(columnId === 'bottom' ? 'due' : 'incomplete', row, inMonth);
    },
    [trail, by, change, openLines],
  );
  const up = useCallback(() => {
    const last = trail.at(-1);
    const group = last && FILL_GROUP_OPTIONS.find((option) => option.value === last.dimension);
    if (group) change({ trail: trail.slice(0, -1), by: group.value });
  }, [trail, change]);

  const steps = trail.length;
  const isWorking = working !== null;
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'drill', help: 'on a name: what it is made of; on a rate: the incomplete lines' },
      ...(steps > 0 ? [{ key: 'Backspace', cap: '⌫', word: 'back', run: up, everywhere: true }] : []),
      { key: '', cap: 'Space', word: 'working', help: 'numerator and denominator, in the month of the cell' },
      { key: 'g', cap: 'G', word: 'group', run: () => change({ by: after(FILL_GROUPS, by) }, { replace: true }) },
      {
        key: 'm',
        cap: 'M',
        word: 'measure',
        run: () => change({ measure: after(FILL_WORDS.measures, measure) }, { replace: true }),
      },
      { key: '', cap: 'Ctrl C', word: 'copy', help: 'copy the selected cells' },
      ...(isWorking
        ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => setWorking(null), quiet: true }]
        : []),
    ],
    [steps, up, change, by, measure, isWorking],
  );
  useKeys('Fill rate', keys);

  const shownRow = working
    ? working.key === 'total'
      ? total
      : (rows.find((row) => row.key === working.key) ?? null)
    : null;
  const lacking = answer !== undefined && answer.missing.length > 0;
  return (
    <ScreenFrame
      title={
        <Crumbs
          crumbs={[
            ...crumbs,
            {
              label: `Fill rate by ${DIMENSION_WORDS[by].one}, ${range.from === range.to ? monthYearLong(range.to) : monthSpan(range.from, range.to)}`,
            },
          ]}
        />
      }
      headerRight={
        answer && !lacking ? (
          <>
            <Coverage coverage={answer.provenance.coverage} />
            <RangeMenu
              range={choice}
              month={month}
              months={company.months}
              onChange={(value) => change({ range: value }, { replace: true })}
            />
            <Button kind="plain" onClick={() => setWorking({ key: 'total', month: null })}>
              Formula and working
            </Button>
          </>
        ) : null
      }
      tools={
        lacking ? null : (
          <div className={styles['tools']}>
            <SegmentedControl
              label="Group by"
              options={FILL_GROUP_OPTIONS}
              value={by}
              onChange={(value) => change({ by: value }, { replace: true })}
            />
            <SegmentedControl
              label="Measure"
              options={FILL_MEASURE_OPTIONS}
              value={measure}
              onChange={(value) => change({ measure: value }, { replace: true })}
            />
            <span className={styles['toolsRight']}>
              <ViewsMenu
                screen="fill-rate"
                screenName="Fill rate"
                viewIdOf={() => 'fill-rate'}
                opens={trail.length === 0 && location === FILL_WORDS.path}
                state={{ sort: sorts, filters, settings: { by, measure, range: choice } }}
                onApply={({ sort, filters: kept, settings }) => {
                  setSorts(sort);
                  setFilters(kept);
                  change(
                    {
                      by: settingOf(settings, 'by', FILL_GROUPS) ?? FILL_GROUPS[0],
                      measure: settingOf(settings, 'measure', FILL_WORDS.measures) ?? FILL_WORDS.measures[0],
                      range: settingOf(settings, 'range', RANGES) ?? null,
                    },
                    { replace: true },
                  );
                }}
              />
              <ColumnChooser viewId="fill-rate" columns={columns} />
              <DensityButton />
              <ExportMenu<FillGridRow>
                grid={{ viewId: 'fill-rate', columns }}
                asked={{ query: 'fillRate', args: { ...args }, measure }}
                disabled={!answer}
              />
            </span>
          </div>
        )
      }
      facts={
        <SelectionFacts summary={summary}>
          {answer && !lacking ? (
            <span>
              {counted(answer.total.line.denominator, 'line')} due before {weekdayDate(answer.as_of_date)} ·{' '}
              {integer(answer.provenance.elapsed_ms)} ms
              {answer.provenance.as_of_ms === null ? '' : ` · as of ${clock(answer.provenance.as_of_ms)}`}
            </span>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Working"
      panel={
        working && shownRow && answer && !lacking ? (
          <FillWorking
            title={shownRow.label}
            span={working.month === null ? monthSpan(range.from, range.to) : monthYearLong(working.month)}
            figures={working.month === null ? shownRow : (shownRow.byMonth.get(working.month) ?? null)}
            measure={measure}
            answer={answer}
            onLines={(figure) => openLines(figure, shownRow, working.month)}
            onClose={() => setWorking(null)}
          />
        ) : null
      }
    >
      {lacking ? (
        <MissingData company={company.name} answer={answer} />
      ) : (
        <>
          {answer && months.length > 1 && total ? (
            <section className={styles['chart']} aria-label="Fill rate by month" data-print="chart">
              <header>
                <h2>{FILL_MEASURE_OPTIONS.find((option) => option.value === measure)?.label} fill rate by month</h2>
                <span>
                  % of what was due ·{' '}
                  {rows.length > CHART_LINES
                    ? `total and the largest ${CHART_LINES} of ${integer(rows.length)} ${DIMENSION_WORDS[by].many}`
                    : 'total and every row'}{' '}
                  · {monthSpan(range.from, range.to)}
                </span>
              </header>
              <LineChart
                label={`${total.label}: ${percent(total[measure].value_bp)}. The figures stand in the grid below.`}
                height_px={190}
                positions={months.map((each) => monthHeader(each, months))}
                top={10_000}
                format={(value) => percent(value)}
                current={months.indexOf(month)}
                series={[...rows.slice(0, CHART_LINES), total].map((row) => ({
                  id: row.key,
                  label: row.label,
                  values: months.map((each) => row.byMonth.get(each)?.[measure].value_bp ?? null),
                  colour: row.isTotal
                    ? 'var(--ink)'
                    : row.channel_kind === null
                      ? row.key === focused
                        ? 'var(--accent)'
                        : 'var(--step)'
                      : channelColour(row.channel_kind),
                  ...(row.channel_kind === null ? {} : { mark: <ChannelMark kind={row.channel_kind} size={9} /> }),
                  emphasised: focused === null ? row.isTotal : row.key === focused,
                }))}
              />
            </section>
          ) : null}
          <MemoryGrid<FillGridRow>
            label={`Fill rate by ${DIMENSION_WORDS[by].one} and month`}
            viewId="fill-rate"
            columns={columns}
            rows={sorted}
            rowKey={(row) => row.key}
            totals={total ?? undefined}
            sorts={sorts}
            onSorts={setSorts}
            filters={filters}
            onFilters={setFilters}
            currentKey={working?.key ?? null}
            onDrill={onDrill}
            onWorking={(row, columnId) => setWorking({ key: row.key, month: monthOfFillColumn(columnId) })}
            onFocusRow={(row) => setFocused(rows.slice(0, CHART_LINES).includes(row) ? row.key : null)}
            onSelection={setSummary}
            overlay={
              rows.length > 0 ? null : error && !answer ? (
                <ErrorState
                  title="This view could not be computed"
                  text={errorMessage(error)}
                  onRetry={() => void refetch()}
                />
              ) : answer ? (
                <Empty
                  title="Nothing was due in these months"
                  text="No data is not 100 %: choose other months, or step back up."
                />
              ) : (
                <LoadingRows rows={14} />
              )
            }
          />
        </>
      )}
    </ScreenFrame>
  );
}

const EMPTY_MONTHS: readonly number[] = [];

/** The rate cannot be computed: says what of the data is lacking, and never 0 % or 100 %. */
function MissingData({ company, answer }: { readonly company: string; readonly answer: FillRate }) {
  return (
    <Empty
      title={`Fill rate cannot be computed for ${company}`}
      text={
        <>
          <ul className={fillStyles['lacking']}>
            {answer.missing.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
          <p className={fillStyles['needs']}>
            A rate needs the date first committed on each order line, and the shipments with their dates. Without them
            there is no figure: neither 0 % nor 100 %.
          </p>
          <p className={styles['formula']}>{answer.formula}</p>
        </>
      }
    />
  );
}

function after<T>(all: readonly T[], one: T): T {
  return all[(all.indexOf(one) + 1) % all.length] ?? one;
}
