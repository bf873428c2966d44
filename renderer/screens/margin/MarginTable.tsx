/** Waterfall, grid and panel of the Margin screen. */
import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { LeakageCause } from '#domain/pricing/leakage.ts';
import type { ErosionRow, MarginPivot, PivotValues } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { counted } from '#renderer/format/numbers.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { DensityButton } from '#renderer/grid/DensityButton.tsx';
import { settingOf } from '#renderer/grid/gridViews.ts';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { ViewsMenu } from '#renderer/grid/ViewsMenu.tsx';
import { AGAINST, type Against, SPANS } from '#renderer/screens/figures/address.ts';
import { after } from '#renderer/screens/figures/after.ts';
import { Crumbs } from '#renderer/screens/figures/Crumbs.tsx';
import { FiguresGrid } from '#renderer/screens/figures/FiguresGrid.tsx';
import { FigureFacts, FigureTools } from '#renderer/screens/figures/FigureTools.tsx';
import { groupHeader } from '#renderer/screens/figures/figureGrid.tsx';
import { rangeChoiceOf } from '#renderer/screens/figures/monthRange.ts';
import { type FigureRow, sortedFigureRows, spanValues, TOTAL_KEY } from '#renderer/screens/figures/pivotRows.ts';
import { noneOfMonths, noneWords } from '#renderer/screens/figures/told.ts';
import { DIMENSION_WORDS, hasLongNames } from '#renderer/screens/figures/trail.ts';
import type { Figures } from '#renderer/screens/figures/useFigures.ts';
import { nextBelow, useFigureTable } from '#renderer/screens/figures/useFigureTable.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { againstWords } from './against.ts';
import { bridgeOf } from './bridgeView.ts';
import { ErosionPanel } from './ErosionPanel.tsx';
import { EROSION_FIGURE, erosionSteps } from './erosionView.ts';
import { LeakagePanel } from './LeakagePanel.tsx';
import { figureOfColumn, marginColumns, sortValueOf } from './marginColumns.tsx';
import {
  ASKED,
  figureOfMeasure,
  isNothing,
  isRate,
  ladderOf,
  LEVEL_WORDS,
  LEVELS,
  levelOf,
  MARGIN_BELOW,
  marginWords,
  type MarginFigure,
  type MarginGroup,
  type MarginMeasure,
  type ShownMeasure,
  SHOWN_MEASURES,
  measureOf,
  placeOf,
} from './marginView.ts';
import { TiePanel } from './TiePanel.tsx';
import { MarginWaterfall } from './MarginWaterfall.tsx';
import { MarginWorking } from './MarginWorking.tsx';
import { PANEL_LABELS, type ShownPanel } from './shownPanel.ts';

export function MarginTable({
  month,
  figures,
  panel,
  onPanel,
}: {
  readonly month: number;
  readonly figures: Figures<MarginGroup, ShownMeasure, MarginFigure>;
  readonly panel: ShownPanel;
  readonly onPanel: (panel: ShownPanel) => void;
}) {
  const { scope } = useWorkplace();
  const words = marginWords(scope.all);
  const { view, change, choice, span, spanWords, below, belows, tree, crumbs, openLines, up } = figures;
  const { by, trail } = view;
  const [location] = useLocation();
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [summary, setSummary] = useState<RangeSummary | null>(null);

  const { from, to } = span === 'month' ? { from: month, to: month } : figures.range;
  // months only: the address may ask for weeks
  const against = view.each === 'month' ? view.against : null;
  const args = useMemo(
    () => ({
      ...figures.asked,
      measures: [...ASKED],
      ...(against === null ? {} : { compare: { with: against, from_month: from, to_month: to } }),
    }),
    [figures.asked, against, from, to],
  );
  const { data: answer, error, refetch } = useAsk('marginPivot', args);
  const cost = costOf(answer);
  const known = useMemo(() => knownMeasures(answer, cost), [answer, cost]);
  const measure = known.find((each) => each === view.measure) ?? known[0] ?? 'net';
  const level = levelOf(measure);
  const { columns, current, rows, total, spanMonths, openFigure, onDrill, workingOf } = useFigureTable(
    figures,
    answer,
    { month, span, figure: figureOfMeasure(measure), figureOfColumn: linesOfColumn, hasLines },
  );
  const compared = useMemo(
    () =>
      against !== null && answer?.comparison?.with === against && answer.comparison.reason === null
        ? againstWords(against, { from, to })
        : null,
    [against, answer, from, to],
  );
  const figuresOf = useCallback((row: FigureRow) => ladderOf(spanValues(row, span, current)), [span, current]);
  const gridColumns = useMemo(
    () =>
      marginColumns({
        groupWord: groupHeader(by, below),
        longLabels: hasLongNames([by, below]),
        measure,
        rows: total ? [...rows, total] : rows,
        columns,
        currency: scope.currency,
        mixed: scope.mixed,
        current,
        figuresOf,
        cost,
        against: compared,
      }),
    [by, below, measure, rows, total, columns, scope.currency, scope.mixed, current, figuresOf, cost, compared],
  );
  const sorted = useMemo(
    () => sortedFigureRows(rows, sorts, sortValueOf(columns, measure, figuresOf)),
    [rows, sorts, columns, measure, figuresOf],
  );
  const openLeak = useCallback(
    (cause: LeakageCause) => openLines(`leak-${cause}`, null, null, spanMonths),
    [openLines, spanMonths],
  );

  const openFall = useCallback(
    (row: ErosionRow, month: number) =>
      change({
        trail: [],
        lines: { figure: EROSION_FIGURE, from: month, to: month, days: null, rows: erosionSteps(row) },
      }),
    [change],
  );

  const setMeasure = useCallback((next: MarginMeasure) => change({ measure: next }, { replace: true }), [change]);
  const levels = useMemo(() => LEVELS.filter((each) => known.some((one) => levelOf(one) === each)), [known]);
  const rate = isRate(measure) || level === 'net';
  const setAgainst = useCallback((next: Against | null) => change({ against: next }, { replace: true }), [change]);
  const explain = useCallback(
    () => change({ measure: bridgeOf(level === 'net' ? 'gm3' : level), against: view.against ?? 'previous' }),
    [change, level, view.against],
  );
  const unfoldsNext = nextBelow(belows, below);
  const isOpen = panel !== null;
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '←→', word: 'fold', help: 'on a name: fold and unfold what the row is made of' },
      { key: '', cap: '↵', word: 'drill', help: 'on a name: into the row; on a figure: its lines' },
      ...(up ? [{ key: 'Backspace', cap: '⌫', word: 'back', run: up, everywhere: true }] : []),
      { key: '', cap: 'Space', word: 'working', help: 'the working behind the row, in the month of the cell' },
      { key: 'm', cap: 'M', word: 'measure', run: () => setMeasure(measureOf(after(levels, level), rate)) },
      ...(level === 'net'
        ? []
        : [
            {
              key: '%',
              cap: '%',
              word: 'rate',
              run: () => setMeasure(measureOf(level, !isRate(measure))),
              quiet: true,
            },
          ]),
      { key: 'g', cap: 'G', word: 'then by', run: () => change({ below: unfoldsNext }, { replace: true }) },
      {
        key: 'c',
        cap: 'C',
        word: 'compare',
        run: () => setAgainst(after([null, ...AGAINST], view.against)),
      },
      ...(cost === 'shown'
        ? [{ key: 'b', cap: 'B', word: 'bridge', help: 'why the margin changed', run: explain, quiet: true }]
        : []),
      ...(cost === 'shown'
        ? [
            {
              key: 't',
              cap: 'T',
              word: 'ledger',
              help: 'whether the month’s margin ties to the general ledger',
              run: () => onPanel({ kind: 'ledger' }),
              quiet: true,
            },
          ]
        : []),
      ...(cost === 'shown'
        ? [
            {
              key: 'u',
              cap: 'U',
              word: 'unusual',
              help: 'where the month’s margin fell below what is usual there, and why',
              run: () => onPanel({ kind: 'erosion', month: null }),
              quiet: true,
            },
          ]
        : []),
      { key: 'l', cap: 'L', word: 'leakage', run: () => onPanel({ kind: 'leakage' }), quiet: true },
      { key: '', cap: 'Ctrl C', word: 'copy', help: 'copy the selected cells', quiet: true },
      ...(isOpen ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => onPanel(null), quiet: true }] : []),
    ],
    [
      up,
      setMeasure,
      levels,
      rate,
      level,
      measure,
      change,
      unfoldsNext,
      setAgainst,
      view.against,
      onPanel,
      isOpen,
      cost,
      explain,
    ],
  );
  useKeys('Margin', keys);

  const totals = total ? figuresOf(total) : null;
  return (
    <ScreenFrame
      title={<Crumbs crumbs={[...crumbs, { label: `Margin by ${DIMENSION_WORDS[by].one}, ${spanWords[span]}` }]} />}
      headerRight={
        <>
          <ViewsMenu
            screen="margin"
            screenName="Margin"
            viewIdOf={() => 'margin'}
            opens={trail.length === 0 && location === words.path}
            state={{
              sort: sorts,
              filters: [],
              settings: { by, below: below ?? 'none', measure, range: choice, span, against: view.against },
            }}
            onApply={({ sort, settings }) => {
              setSorts(sort);
              change(
                {
                  by: settingOf(settings, 'by', words.groups) ?? words.groups[0],
                  below: settingOf(settings, 'below', MARGIN_BELOW) ?? null,
                  measure: settingOf(settings, 'measure', SHOWN_MEASURES) ?? SHOWN_MEASURES[0],
                  range: rangeChoiceOf(String(settings['range'] ?? '')),
                  span: settingOf(settings, 'span', SPANS) ?? SPANS[0],
                  against: settingOf(settings, 'against', AGAINST) ?? null,
                },
                { replace: true },
              );
            }}
          />
          <DensityButton />
          <Button kind="plain" onClick={() => onPanel({ kind: 'working', key: TOTAL_KEY, column: null })}>
            Working
          </Button>
          {cost === 'shown' ? (
            <Button kind="plain" title="Why the margin changed: price, volume and mix" onClick={explain}>
              Bridge
            </Button>
          ) : null}
          {cost === 'shown' ? (
            <Button
              kind="plain"
              aria-pressed={panel?.kind === 'ledger'}
              title="Whether the month’s margin ties to the general ledger"
              onClick={() => onPanel({ kind: 'ledger' })}
            >
              Ledger
            </Button>
          ) : null}
          {cost === 'shown' ? (
            <Button
              kind="plain"
              aria-pressed={panel?.kind === 'erosion'}
              title="Where the month’s margin fell below what is usual there, and why"
              onClick={() => onPanel({ kind: 'erosion', month: null })}
            >
              Unusual
            </Button>
          ) : null}
          <Button kind="plain" aria-pressed={panel?.kind === 'leakage'} onClick={() => onPanel({ kind: 'leakage' })}>
            Leakage
          </Button>
        </>
      }
      tools={
        <FigureTools
          figures={figures}
          groups={words.groups}
          month={month}
          viewId="margin"
          columns={gridColumns}
          asked={{
            query: 'marginPivot',
            args: { ...args },
            measure: ASKED[placeOf(measure)] ?? 'net_sales',
            ...(span === 'month' ? { totals_of: String(month) } : {}),
          }}
          answered={answer !== undefined}
        >
          <SegmentedControl
            label="Figure by month"
            options={levels.map((value) => ({ value, label: LEVEL_WORDS[value] }))}
            value={level}
            onChange={(value) => setMeasure(measureOf(value, rate))}
          />
          {level === 'net' ? null : (
            <SegmentedControl
              label="Amount or rate"
              options={RATE_OPTIONS}
              value={isRate(measure) ? 'rate' : 'amount'}
              onChange={(value) => setMeasure(measureOf(level, value === 'rate'))}
            />
          )}
        </FigureTools>
      }
      facts={
        <FigureFacts
          summary={summary}
          answer={answer}
          counts={totals ? counted(totals.lines ?? 0, 'order line') : ''}
        />
      }
      panelTakesFocus={panel?.kind === 'erosion'}
      panelLabel={panel === null ? 'Working' : PANEL_LABELS[panel.kind]}
      panel={panelOf()}
    >
      {answer ? (
        <MarginWaterfall
          figures={totals === null || (compared === null && isNothing(totals)) ? null : totals}
          none={noneOfMonths(answer, spanWords[span])}
          currency={answer.currency}
          cost_statement={answer.cost_statement}
          span={span}
          spanWords={spanWords}
          spanMonths={spanMonths}
          chosen={view.against}
          onAgainst={setAgainst}
          comparison={answer.comparison}
          against={compared}
          before={compared && total ? ladderOf(total.compared?.before ?? null) : null}
          level={level}
          onSpan={(value) => change({ span: value }, { replace: true })}
          onOpen={(figure) => openFigure(figure, null, null)}
        />
      ) : null}
      <FiguresGrid
        label={`Margin by ${DIMENSION_WORDS[by].one} and month`}
        viewId="margin"
        columns={gridColumns}
        periods={columns}
        rows={sorted}
        total={total}
        tree={tree}
        unfolds={below !== null}
        sorts={sorts}
        onSorts={setSorts}
        currentKey={panel?.kind === 'working' ? panel.key : null}
        onDrill={onDrill}
        onWorking={(working) => onPanel({ kind: 'working', ...working })}
        onSelection={setSummary}
        answered={answer !== undefined}
        error={error}
        onRetry={() => void refetch()}
        empty={noneWords(answer, NO_LINES)}
      />
    </ScreenFrame>
  );

  function panelOf() {
    if (panel === null) return null;
    if (panel.kind === 'leakage') {
      return (
        <LeakagePanel
          months={spanMonths}
          words={spanWords[span]}
          way={trail}
          onLines={openLeak}
          onTie={(figure) => openLines(figure, null, null, spanMonths)}
          onClose={() => onPanel(null)}
        />
      );
    }
    if (panel.kind === 'erosion') {
      const month = panel.month ?? to;
      return (
        <ErosionPanel
          month={month}
          narrowed={trail.length > 0}
          onLines={(row) => openFall(row, month)}
          onClose={() => onPanel(null)}
        />
      );
    }
    if (panel.kind === 'ledger') {
      return (
        <TiePanel
          month={to}
          onLines={(figure) => openLines(figure, null, null, { from: to, to })}
          onClose={() => onPanel(null)}
        />
      );
    }
    const place = workingOf(panel);
    if (!place || !answer) return null;
    const { row, at, words } = place;
    return (
      <MarginWorking
        title={row.label}
        span={words}
        figures={at < 0 ? figuresOf(row) : ladderOf(row.cells[at] ?? null)}
        changes={at < 0 && compared ? { row, against: compared } : null}
        answer={answer}
        onLines={(figure) => openFigure(figure, row, at < 0 ? null : panel.column)}
        onClose={() => onPanel(null)}
      />
    );
  }
}

const NO_LINES = { title: 'No order lines in these months', text: 'Choose more months, or step back up.' };
const linesOfColumn = (columnId: string): MarginFigure => figureOfColumn(columnId) ?? 'net';
const hasLines = (values: PivotValues | null): boolean => Boolean(ladderOf(values)?.lines);
const RATE_OPTIONS = [
  { value: 'amount', label: 'Amount' },
  { value: 'rate', label: '%' },
] as const;

function costOf(answer: MarginPivot | undefined): 'shown' | 'locked' | 'absent' {
  if (!answer || answer.cost_visible) return answer?.cost_statement === 'no cost data' ? 'absent' : 'shown';
  return 'locked';
}

/** A margin that nobody here can know is not offered, whatever the address says. The first is the screen's own. */
function knownMeasures(answer: MarginPivot | undefined, cost: 'shown' | 'locked' | 'absent'): readonly MarginMeasure[] {
  if (!answer || cost !== 'shown') return ['net'];
  const total = ladderOf(answer.total);
  // every row may know less or more than the whole: a step is offered when any part of it is known
  const known = (level: 'gm1' | 'gm2' | 'gm3') =>
    total?.[level] !== null || answer.rows.some((row) => ladderOf(row.total)?.[level] !== null);
  const levels = (['gm3', 'gm2', 'gm1'] as const).filter(known);
  return [...levels.map((level) => `${level}_rate` as const), 'net', ...levels];
}
