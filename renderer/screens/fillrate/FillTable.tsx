/** Chart, grid and working of the Fill rate screen. */
import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { FillPivot, PivotValues } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { DensityButton } from '#renderer/grid/DensityButton.tsx';
import { settingOf } from '#renderer/grid/gridViews.ts';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { ViewsMenu } from '#renderer/grid/ViewsMenu.tsx';
import { PERIODS, SPANS } from '#renderer/screens/figures/address.ts';
import { after } from '#renderer/screens/figures/after.ts';
import { Crumbs } from '#renderer/screens/figures/Crumbs.tsx';
import { FiguresGrid } from '#renderer/screens/figures/FiguresGrid.tsx';
import { FigureFacts, FigureTools } from '#renderer/screens/figures/FigureTools.tsx';
import { groupHeader } from '#renderer/screens/figures/figureGrid.tsx';
import styles from '#renderer/screens/figures/figures.module.css';
import { rangeChoiceOf } from '#renderer/screens/figures/monthRange.ts';
import { type FigureRow, sortedFigureRows, spanValues, TOTAL_KEY } from '#renderer/screens/figures/pivotRows.ts';
import { DIMENSION_WORDS, hasLongNames } from '#renderer/screens/figures/trail.ts';
import type { Figures } from '#renderer/screens/figures/useFigures.ts';
import { nextBelow, useFigureTable, type Working } from '#renderer/screens/figures/useFigureTable.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { Empty } from '#renderer/ui/States.tsx';
import { FillChart } from './FillChart.tsx';
import { figureOfFillColumn, fillColumns, fillSortValueOf } from './fillColumns.tsx';
import fillStyles from './fillrate.module.css';
import {
  ASKED,
  askedOf,
  FILL_MEASURES,
  FILL_BELOW,
  fillWords,
  type FillFigure,
  type FillGroup,
  type FillMeasure,
  fillOf,
  MEASURE_OPTIONS,
  missingWords,
} from './fillView.ts';
import { FillWorking } from './FillWorking.tsx';

export function FillTable({
  month,
  figures,
}: {
  readonly month: number;
  readonly figures: Figures<FillGroup, FillMeasure, FillFigure>;
}) {
  const { scope } = useWorkplace();
  const words = fillWords(scope.all);
  const { view, change, choice, spanWords, below, belows, tree, crumbs, up } = figures;
  const { by, measure, trail, each } = view;
  // A week is no month: beside weeks the totals are of all that is shown.
  const span = each === 'week' ? 'all' : figures.span;
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [location] = useLocation();
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [working, setWorking] = useState<Working | null>(null);

  const args = useMemo(() => ({ ...figures.asked, measures: [...ASKED] }), [figures.asked]);
  const { data: answer, error, refetch } = useAsk('fillPivot', args);
  const { columns, current, rows, total, openFigure, onDrill, workingOf } = useFigureTable(figures, answer, {
    month,
    span,
    figure: 'incomplete',
    figureOfColumn: figureOfFillColumn,
    hasLines,
  });
  const figuresOf = useCallback((row: FigureRow) => fillOf(spanValues(row, span, current)), [span, current]);
  const gridColumns = useMemo(
    () =>
      fillColumns({
        groupWord: groupHeader(by, below),
        longLabels: hasLongNames([by, below]),
        measure,
        columns,
        currency: scope.currency,
        mixed: scope.mixed,
        current,
        figuresOf,
      }),
    [by, below, measure, columns, scope.currency, scope.mixed, current, figuresOf],
  );
  const sorted = useMemo(
    () => sortedFigureRows(rows, sorts, fillSortValueOf(columns, measure, figuresOf)),
    [rows, sorts, columns, measure, figuresOf],
  );

  const unfoldsNext = nextBelow(belows, below);
  const isWorking = working !== null;
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '←→', word: 'fold', help: 'on a name: fold and unfold what the row is made of' },
      { key: '', cap: '↵', word: 'drill', help: 'on a name: into the row; on a rate: the incomplete lines' },
      ...(up ? [{ key: 'Backspace', cap: '⌫', word: 'back', run: up, everywhere: true }] : []),
      { key: '', cap: 'Space', word: 'working', help: 'every rate and its parts, in the period of the cell' },
      {
        key: 'm',
        cap: 'M',
        word: 'measure',
        run: () => change({ measure: after(FILL_MEASURES, measure) }, { replace: true }),
      },
      { key: 'g', cap: 'G', word: 'then by', run: () => change({ below: unfoldsNext }, { replace: true }) },
      {
        key: 'w',
        cap: 'W',
        word: each === 'week' ? 'by month' : 'by week',
        run: () => change({ each: after(PERIODS, each) }, { replace: true }),
      },
      { key: '', cap: 'Ctrl C', word: 'copy', help: 'copy the selected cells', quiet: true },
      ...(isWorking
        ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => setWorking(null), quiet: true }]
        : []),
    ],
    [up, change, measure, unfoldsNext, each, isWorking],
  );
  useKeys('Fill rate', keys);

  const lacking = answer !== undefined && answer.missing.length > 0 && answer.rows.length === 0;
  const totals = total ? figuresOf(total) : null;
  const title = (
    <Crumbs crumbs={[...crumbs, { label: `Fill rate by ${DIMENSION_WORDS[by].one}, ${spanWords[span]}` }]} />
  );
  if (lacking) {
    return (
      <ScreenFrame title={title}>
        <MissingData company={scope.name} answer={answer} />
      </ScreenFrame>
    );
  }
  return (
    <ScreenFrame
      title={title}
      headerRight={
        <>
          <ViewsMenu
            screen="fill-rate"
            screenName="Fill rate"
            viewIdOf={() => 'fill-rate'}
            opens={trail.length === 0 && location === words.path}
            state={{
              sort: sorts,
              filters: [],
              settings: { by, below: below ?? 'none', measure, each, range: choice, span: view.span },
            }}
            onApply={({ sort, settings }) => {
              setSorts(sort);
              change(
                {
                  by: settingOf(settings, 'by', words.groups) ?? words.groups[0],
                  below: settingOf(settings, 'below', FILL_BELOW) ?? null,
                  measure: settingOf(settings, 'measure', FILL_MEASURES) ?? FILL_MEASURES[0],
                  each: settingOf(settings, 'each', PERIODS) ?? PERIODS[0],
                  range: rangeChoiceOf(String(settings['range'] ?? '')),
                  span: settingOf(settings, 'span', SPANS) ?? SPANS[0],
                },
                { replace: true },
              );
            }}
          />
          <DensityButton />
          <Button kind="plain" onClick={() => setWorking({ key: TOTAL_KEY, column: null })}>
            Working
          </Button>
        </>
      }
      tools={
        <FigureTools
          figures={figures}
          groups={words.groups}
          month={month}
          viewId="fill-rate"
          columns={gridColumns}
          asked={{
            query: 'fillPivot',
            args: { ...args },
            measure: askedOf(measure),
            ...(span === 'month' ? { totals_of: String(month) } : {}),
          }}
          answered={answer !== undefined}
        >
          <SegmentedControl
            label="Measure"
            options={MEASURE_OPTIONS}
            value={measure}
            onChange={(value) => change({ measure: value }, { replace: true })}
          />
          <SegmentedControl
            label="Columns"
            options={EACH_OPTIONS}
            value={each}
            onChange={(value) => change({ each: value }, { replace: true })}
          />
        </FigureTools>
      }
      facts={
        <FigureFacts summary={summary} answer={answer} counts={totals ? missingWords(totals, scope.currency) : ''} />
      }
      panelLabel="Working"
      panel={workingPanel()}
    >
      {answer && total && columns.length > 1 ? (
        <FillChart
          rows={rows}
          total={total}
          columns={columns}
          current={current}
          measure={measure}
          focused={focused}
          each={each}
          month={month}
          as_of_date={answer.as_of_date}
          span={span}
          spanWords={each === 'week' ? { ...spanWords, month: spanWords.all } : spanWords}
          onSpan={(value) => change({ span: value }, { replace: true })}
        />
      ) : null}
      <FiguresGrid
        label={`Fill rate by ${DIMENSION_WORDS[by].one} and ${each}`}
        viewId="fill-rate"
        columns={gridColumns}
        periods={columns}
        rows={sorted}
        total={total}
        tree={tree}
        unfolds={below !== null}
        sorts={sorts}
        onSorts={setSorts}
        currentKey={working?.key ?? null}
        onDrill={onDrill}
        onWorking={setWorking}
        onFocusRow={(row) => setFocused(row.kind === 'group' ? row.key : null)}
        onSelection={setSummary}
        answered={answer !== undefined}
        error={error}
        onRetry={() => void refetch()}
        empty={{
          title: 'Nothing was due in these months',
          text: 'No data is not 100 %: choose other months, or step back up.',
        }}
      />
    </ScreenFrame>
  );

  function workingPanel() {
    const place = workingOf(working);
    if (!working || !place || !answer) return null;
    const { row, at, words } = place;
    return (
      <FillWorking
        title={row.label}
        span={words}
        figures={at < 0 ? figuresOf(row) : fillOf(row.cells[at] ?? null)}
        measure={measure}
        answer={answer}
        onLines={(figure) => openFigure(figure, row, at < 0 ? null : working.column)}
        onClose={() => setWorking(null)}
      />
    );
  }
}

const hasLines = (values: PivotValues | null): boolean => fillOf(values) !== null;
const EACH_OPTIONS = [
  { value: 'month', label: 'Months' },
  { value: 'week', label: 'Weeks' },
] as const;

/** The rate cannot be computed: says what of the data is lacking, and never 0 % or 100 %. */
function MissingData({ company, answer }: { readonly company: string; readonly answer: FillPivot }) {
  return (
    <Empty
      title={`Fill rate cannot be computed for ${company}`}
      text={
        <>
          <ul className={fillStyles['lacking']}>
            {answer.missing.map((lack) => (
              <li key={lack}>{lack}</li>
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
