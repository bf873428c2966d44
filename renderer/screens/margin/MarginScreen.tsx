/** Margin by channel: what each channel (country, category …) earned, by month, down to the order line. */
import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import type { MarginByChannel, QueryInput } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { clock, monthSpan, monthYearLong } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
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
  monthRangeOf,
  RANGES,
  type RangeChoice,
  usualRange,
} from '#renderer/screens/figures/monthRange.ts';
import { Coverage } from '#renderer/screens/figures/Provenance.tsx';
import { RangeMenu } from '#renderer/screens/figures/RangeMenu.tsx';
import { DIMENSION_WORDS, nextDimension, trailFilter } from '#renderer/screens/figures/trail.ts';
import { useFiguresView } from '#renderer/screens/figures/useFiguresView.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { marginColumns, monthOfColumn, sortedMarginRows } from './marginColumns.tsx';
import { MarginLines } from './MarginLines.tsx';
import { MarginWaterfall } from './MarginWaterfall.tsx';
import { MarginWorking } from './MarginWorking.tsx';
import {
  FIGURE_WORDS,
  figureOfMeasure,
  GROUP_OPTIONS,
  gridRow,
  type LineFigure,
  type MarginGridRow,
  MARGIN_GROUPS,
  MARGIN_WORDS,
  type MarginView,
  MEASURE_OPTIONS,
} from './marginView.ts';

/** Rows first shown, and how many more Enter on 'Other N' brings: the contract's most. */
const FIRST_ROWS = 100;
const MOST_ROWS = 500;

export default function MarginScreen() {
  const { company, month } = useWorkplace();
  if (month === null) {
    return (
      <ScreenFrame title="Margin by channel" subtitle={company.name}>
        <Empty
          title="No order lines yet"
          text={`${company.name} has no orders among yours. Figures appear with the first ones.`}
        />
      </ScreenFrame>
    );
  }
  return <Margin key={company.id} month={month} />;
}

function Margin({ month }: { readonly month: number }) {
  const { company } = useWorkplace();
  const [view, change] = useFiguresView(MARGIN_WORDS);
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
    const words = `${FIGURE_WORDS[lines.figure]}, ${monthSpan(lines.from, lines.to)}`;
    return (
      <MarginLines
        figure={lines.figure}
        from={lines.from}
        to={lines.to}
        filter={linesFilter}
        crumbs={[...crumbs, ...(lines.row ? [{ label: lines.row.label, onOpen: back }] : []), { label: words }]}
        onBack={back}
      />
    );
  }
  return <MarginTable month={month} range={range} choice={choice} crumbs={crumbs} view={view} change={change} />;
}

function MarginTable({
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
  readonly view: MarginView;
  readonly change: (part: Partial<MarginView>, options?: { replace?: boolean }) => void;
}) {
  const { company } = useWorkplace();
  const { by, trail } = view;
  const [location] = useLocation();
  const [limit, setLimit] = useState(FIRST_ROWS);
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [filters, setFilters] = useState<readonly ColumnFilter[]>([]);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const [working, setWorking] = useState<{ readonly key: string; readonly month: number | null } | null>(null);

  const args = useMemo(
    (): QueryInput<'marginByChannel'> => ({
      company_id: company.id,
      from_month: range.from,
      to_month: range.to,
      ...trailFilter(trail),
      group_by: by,
      limit,
    }),
    [company.id, range, trail, by, limit],
  );
  const { data: answer, error, refetch, isPlaceholderData } = useAsk('marginByChannel', args);

  const cost = answer?.cost_visible === false ? 'locked' : answer?.total.cost_minor === null ? 'absent' : 'shown';
  // A margin that nobody here can know is not offered, whatever the address says.
  const measures = MEASURE_OPTIONS.filter((option) => option.value !== 'gm1' || cost === 'shown');
  const measure = measures.some((option) => option.value === view.measure) ? view.measure : 'net';
  const { rows, total } = useMemo(() => gridRows(answer), [answer]);
  const sorted = useMemo(() => sortedMarginRows(rows, sorts, measure), [rows, sorts, measure]);
  const columns = useMemo(
    () =>
      marginColumns({
        groupWord: GROUP_OPTIONS.find((option) => option.value === by)?.label ?? '',
        longLabels: by === 'item' || by === 'customer',
        measure,
        rows: total ? [...rows, total] : rows,
        months: answer?.months ?? [],
        currency: company.currency,
        month,
        cost,
      }),
    [by, measure, cost, answer, rows, total, company.currency, month],
  );

  const openLines = useCallback(
    (figure: LineFigure, row: MarginGridRow | null, inMonth: number | null) =>
      change({
        lines: {
          figure,
          from: inMonth ?? range.from,
          to: inMonth ?? range.to,
          row: row && row.kind === 'row' ? { dimension: by, key: row.key, label: row.label } : null,
        },
      }),
    [change, range, by],
  );
  const narrow = useCallback(
    (row: MarginGridRow) => {
      const next = nextDimension(MARGIN_GROUPS, trail, by);
      if (next === null) return openLines(figureOfMeasure(measure), row, null);
      setSorts([]);
      setFilters([]);
      setLimit(FIRST_ROWS);
      setWorking(null);
      change({ by: next, trail: [...trail, { dimension: by, key: row.key, label: row.label }] });
    },
    [change, trail, by, measure, openLines],
  );
  const onDrill = useCallback(
    (row: MarginGridRow, columnId: string) => {
      if (row.kind === 'other') return setLimit(MOST_ROWS);
      if (columnId === 'label' || columnId === 'trend') return narrow(row);
      const inMonth = monthOfColumn(columnId);
      if (inMonth !== null && !row.byMonth.has(inMonth)) return;
      openLines(inMonth === null ? (FIGURE_OF_COLUMN[columnId] ?? 'net') : figureOfMeasure(measure), row, inMonth);
    },
    [narrow, openLines, measure],
  );
  const up = useCallback(() => {
    const last = trail.at(-1);
    const group = last && GROUP_OPTIONS.find((option) => option.value === last.dimension);
    if (group) change({ trail: trail.slice(0, -1), by: group.value });
  }, [trail, change]);

  const steps = trail.length;
  const nextMeasure = after(
    measures.map((option) => option.value),
    measure,
  );
  const isWorking = working !== null;
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'drill', help: 'on a name: what it is made of; on a figure: its lines' },
      ...(steps > 0 ? [{ key: 'Backspace', cap: '⌫', word: 'back', run: up, everywhere: true }] : []),
      { key: '', cap: 'Space', word: 'working', help: 'the working behind the row, in the month of the cell' },
      { key: 'g', cap: 'G', word: 'group', run: () => change({ by: after(MARGIN_GROUPS, by) }, { replace: true }) },
      {
        key: 'm',
        cap: 'M',
        word: 'measure',
        run: () => change({ measure: nextMeasure }, { replace: true }),
      },
      { key: '', cap: 'Ctrl C', word: 'copy', help: 'copy the selected cells' },
      ...(isWorking
        ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => setWorking(null), quiet: true }]
        : []),
    ],
    [steps, up, change, by, nextMeasure, isWorking],
  );
  useKeys('Margin', keys);

  const shownRow = working
    ? working.key === 'total'
      ? total
      : (rows.find((row) => row.key === working.key) ?? null)
    : null;
  return (
    <ScreenFrame
      title={<Crumbs crumbs={[...crumbs, { label: `Margin by ${DIMENSION_WORDS[by].one}, ${spanWords(range)}` }]} />}
      headerRight={
        <>
          {answer ? <Coverage coverage={answer.provenance.coverage} /> : null}
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
      }
      tools={
        <div className={styles['tools']}>
          <SegmentedControl
            label="Group by"
            options={GROUP_OPTIONS}
            value={by}
            onChange={(value) => {
              setLimit(FIRST_ROWS);
              change({ by: value }, { replace: true });
            }}
          />
          <SegmentedControl
            label="Figure by month"
            options={measures}
            value={measure}
            onChange={(value) => change({ measure: value }, { replace: true })}
          />
          <span className={styles['toolsRight']}>
            <ViewsMenu
              screen="margin"
              screenName="Margin"
              viewIdOf={() => 'margin'}
              opens={trail.length === 0 && location === MARGIN_WORDS.path}
              state={{ sort: sorts, filters, settings: { by, measure, range: choice } }}
              onApply={({ sort, filters: kept, settings }) => {
                setSorts(sort);
                setFilters(kept);
                setLimit(FIRST_ROWS);
                change(
                  {
                    by: settingOf(settings, 'by', MARGIN_GROUPS) ?? MARGIN_GROUPS[0],
                    measure: settingOf(settings, 'measure', MARGIN_WORDS.measures) ?? 'net',
                    range: settingOf(settings, 'range', RANGES) ?? null,
                  },
                  { replace: true },
                );
              }}
            />
            <ColumnChooser viewId="margin" columns={columns} />
            <DensityButton />
            <ExportMenu<MarginGridRow>
              grid={{ viewId: 'margin', columns }}
              asked={{ query: 'marginByChannel', args: { ...args }, measure }}
              disabled={!answer}
            />
          </span>
        </div>
      }
      facts={
        <SelectionFacts summary={summary}>
          {answer ? (
            <span>
              {counted(answer.total.lines, 'order line')} · {integer(answer.provenance.elapsed_ms)} ms
              {answer.provenance.as_of_ms === null ? '' : ` · as of ${clock(answer.provenance.as_of_ms)}`}
            </span>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Working"
      panel={
        working && shownRow && answer ? (
          <MarginWorking
            title={shownRow.label}
            span={working.month === null ? monthSpan(range.from, range.to) : monthYearLong(working.month)}
            figures={working.month === null ? shownRow : (shownRow.byMonth.get(working.month) ?? null)}
            answer={answer}
            onLines={shownRow.kind === 'other' ? null : (figure) => openLines(figure, shownRow, working.month)}
            onClose={() => setWorking(null)}
          />
        ) : null
      }
    >
      {answer ? (
        <MarginWaterfall
          answer={answer}
          span={monthSpan(range.from, range.to)}
          onOpen={(figure) => openLines(figure, null, null)}
        />
      ) : null}
      <MemoryGrid<MarginGridRow>
        label={`Margin by ${DIMENSION_WORDS[by].one} and month`}
        viewId="margin"
        columns={columns}
        rows={sorted}
        rowKey={(row) => row.key}
        rowTone={(row) => (row.kind === 'other' ? 'quiet' : undefined)}
        totals={total ?? undefined}
        sorts={sorts}
        onSorts={setSorts}
        filters={filters}
        onFilters={setFilters}
        currentKey={working?.key ?? null}
        onDrill={onDrill}
        onWorking={(row, columnId) => setWorking({ key: row.key, month: monthOfColumn(columnId) })}
        onSelection={setSummary}
        overlay={
          answer && answer.rows.length > 0 ? null : error && !isPlaceholderData && !answer ? (
            <ErrorState
              title="This view could not be computed"
              text={errorMessage(error)}
              onRetry={() => void refetch()}
            />
          ) : answer ? (
            <Empty title="No order lines in these months" text="Choose more months, or step back up." />
          ) : (
            <LoadingRows rows={14} />
          )
        }
      />
    </ScreenFrame>
  );
}

const FIGURE_OF_COLUMN: Readonly<Record<string, LineFigure>> = {
  lines: 'all',
  gross: 'gross',
  discounts: 'discounts',
  returns: 'returns',
  net: 'net',
  other: 'other',
};

function gridRows(answer: MarginByChannel | undefined): {
  readonly rows: readonly MarginGridRow[];
  readonly total: MarginGridRow | null;
} {
  if (!answer) return { rows: [], total: null };
  const rows = answer.rows.map((row) => gridRow(row, 'row'));
  return {
    rows: answer.other ? [...rows, gridRow(answer.other, 'other')] : rows,
    total: gridRow(answer.total, 'total'),
  };
}

/** 'October 2026', 'Jan–Oct 2026' */
function spanWords(range: MonthRange): string {
  return range.from === range.to ? monthYearLong(range.to) : monthSpan(range.from, range.to);
}

function after<T>(all: readonly T[], one: T): T {
  return all[(all.indexOf(one) + 1) % all.length] ?? one;
}
