/** Why the margin changed: the chart of effects, the same by row, and the working and lines behind each. */
import { useCallback, useMemo, useState } from 'react';
import type { PivotValues } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { counted } from '#renderer/format/numbers.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { DensityButton } from '#renderer/grid/DensityButton.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { AGAINST, type Against } from '#renderer/screens/figures/address.ts';
import { after } from '#renderer/screens/figures/after.ts';
import { Crumbs } from '#renderer/screens/figures/Crumbs.tsx';
import { FiguresGrid } from '#renderer/screens/figures/FiguresGrid.tsx';
import { FigureFacts, FigureTools } from '#renderer/screens/figures/FigureTools.tsx';
import { groupHeader } from '#renderer/screens/figures/figureGrid.tsx';
import { type FigureRow, sortedFigureRows, TOTAL_KEY } from '#renderer/screens/figures/pivotRows.ts';
import { DIMENSION_WORDS, hasLongNames } from '#renderer/screens/figures/trail.ts';
import type { Figures } from '#renderer/screens/figures/useFigures.ts';
import { nextBelow, useFigureTable, type Working } from '#renderer/screens/figures/useFigureTable.ts';
import { noneWords } from '#renderer/screens/figures/told.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { againstWords } from './against.ts';
import { BridgeChart } from './BridgeChart.tsx';
import { BridgeWorking } from './BridgeWorking.tsx';
import { bridgeColumns } from './bridgeColumns.tsx';
import { BRIDGE_VIEWS, type BridgeView, bridgeOf, bridgeValue, stepOf, toldEffects } from './bridgeView.ts';
import {
  effectFigureOf,
  LEVEL_WORDS,
  type MarginFigure,
  type MarginGroup,
  marginWords,
  type ShownMeasure,
} from './marginView.ts';

export function BridgeTable({
  month,
  figures,
  shown,
}: {
  readonly month: number;
  readonly figures: Figures<MarginGroup, ShownMeasure, MarginFigure>;
  readonly shown: BridgeView;
}) {
  const { scope } = useWorkplace();
  const words = marginWords(scope.all);
  const { view, change, span, spanWords, below, belows, tree, crumbs, up } = figures;
  const { by } = view;
  const step = stepOf(shown);
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const [panel, setPanel] = useState<Working | null>(null);

  const { from, to } = span === 'month' ? { from: month, to: month } : figures.range;
  const chosen = view.against ?? AGAINST[0];
  const args = useMemo(() => {
    const { columns: _columns, ...asked } = figures.asked;
    return { ...asked, from_month: from, to_month: to, against: chosen, step };
  }, [figures.asked, from, to, chosen, step]);
  const { data: answer, error, refetch } = useAsk('marginBridge', args);
  const against = useMemo(() => againstWords(chosen, { from, to }), [chosen, from, to]);
  const effects = useMemo(
    () => toldEffects(answer?.effects ?? [], answer?.conversion !== undefined && answer.conversion !== null),
    [answer],
  );
  const figureOfColumn = useCallback((id: string): MarginFigure => effectFigureOf(id, chosen) ?? step, [chosen, step]);
  const { rows, total, spanMonths, openFigure, onDrill, workingOf } = useFigureTable(figures, answer, {
    month,
    span,
    figure: step,
    figureOfColumn,
    hasLines,
  });
  const gridColumns = useMemo(
    () =>
      bridgeColumns({
        groupWord: groupHeader(by, below),
        labelWidth_px: hasLongNames([by, below]) ? 200 : 168,
        step,
        effects,
        against,
        rows: total ? [...rows, total] : rows,
        currency: scope.currency,
        mixed: scope.mixed,
      }),
    [by, below, step, effects, against, rows, total, scope.currency, scope.mixed],
  );
  const sorted = useMemo(
    () =>
      sortedFigureRows(rows, sorts, (row, column) => {
        const measure = answer?.measures.find((each) => each === column);
        return measure === undefined ? null : bridgeValue(row.total, measure);
      }),
    [rows, sorts, answer],
  );

  const setShown = useCallback((next: ShownMeasure) => change({ measure: next }, { replace: true }), [change]);
  const setAgainst = useCallback((next: Against | null) => change({ against: next }, { replace: true }), [change]);
  const leave = useCallback(() => setShown(`${step}_rate`), [setShown, step]);
  const unfoldsNext = nextBelow(belows, below);
  const isOpen = panel !== null;
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '←→', word: 'fold', help: 'on a name: fold and unfold what the row is made of' },
      { key: '', cap: '↵', word: 'drill', help: 'on a name: into the row; on an effect: its lines' },
      ...(up ? [{ key: 'Backspace', cap: '⌫', word: 'back', run: up, everywhere: true }] : []),
      { key: '', cap: 'Space', word: 'working', help: 'what each effect of the row says' },
      { key: 'm', cap: 'M', word: 'margin', run: () => setShown(after(BRIDGE_VIEWS, shown)) },
      { key: 'g', cap: 'G', word: 'then by', run: () => change({ below: unfoldsNext }, { replace: true }) },
      { key: 'c', cap: 'C', word: 'compare', run: () => setAgainst(after(AGAINST, chosen)) },
      { key: 'b', cap: 'B', word: 'figures', help: 'back to the figures by month', run: leave },
      { key: '', cap: 'Ctrl C', word: 'copy', help: 'copy the selected cells', quiet: true },
      ...(isOpen ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => setPanel(null), quiet: true }] : []),
    ],
    [up, setShown, shown, change, unfoldsNext, setAgainst, chosen, leave, isOpen],
  );
  useKeys('Margin bridge', keys);

  const title = `Why ${LEVEL_WORDS[step]} changed by ${DIMENSION_WORDS[by].one}, ${spanWords[span]}`;
  const place = panel === null ? null : workingOf(panel);
  const nothing = answer?.comparison.reason ?? null;
  return (
    <ScreenFrame
      title={<Crumbs crumbs={[...crumbs, { label: title }]} />}
      headerRight={
        <>
          <DensityButton />
          <Button kind="plain" onClick={() => setPanel({ key: TOTAL_KEY, column: null })}>
            Working
          </Button>
          <Button kind="plain" aria-pressed onClick={leave}>
            Bridge
          </Button>
        </>
      }
      tools={
        <FigureTools
          figures={figures}
          groups={words.groups}
          month={month}
          viewId="margin-bridge"
          columns={gridColumns}
          asked={{ query: 'marginBridge', args: { ...args } }}
          answered={answer !== undefined}
        >
          <SegmentedControl
            label="Margin"
            options={STEP_OPTIONS}
            value={step}
            onChange={(value) => setShown(bridgeOf(value))}
          />
        </FigureTools>
      }
      facts={
        <FigureFacts summary={summary} answer={answer} counts={total ? counted(answer?.lines ?? 0, 'line') : ''} />
      }
      panelLabel="Working"
      panel={
        place && answer ? (
          <BridgeWorking
            title={place.row.label}
            span={place.words}
            values={place.row.total}
            step={step}
            effects={effects}
            against={against}
            answer={answer}
            onLines={(figure) => openFigure(figure, place.row, null)}
            onClose={() => setPanel(null)}
          />
        ) : null
      }
    >
      {answer ? (
        <BridgeChart
          answer={answer}
          step={step}
          effects={effects}
          against={against}
          chosen={chosen}
          months={spanMonths}
          span={span}
          spanWords={spanWords}
          onAgainst={setAgainst}
          onSpan={(value) => change({ span: value }, { replace: true })}
          onOpen={(id) => openFigure(figureOfColumn(id), null, null)}
        />
      ) : null}
      <FiguresGrid
        label={title}
        viewId="margin-bridge"
        columns={gridColumns}
        periods={[]}
        rows={sorted}
        total={rows.length > 0 ? total : null}
        tree={tree}
        unfolds={below !== null}
        sorts={sorts}
        onSorts={setSorts}
        currentKey={panel?.key ?? null}
        onDrill={(row: FigureRow, columnId) => onDrill(row, columnId)}
        onWorking={setPanel}
        onSelection={setSummary}
        answered={answer !== undefined}
        error={error}
        onRetry={() => void refetch()}
        empty={
          nothing === null
            ? noneWords(answer, {
                title: 'No order lines in these months',
                text: 'Choose more months, or step back up.',
              })
            : { title: 'Nothing to compare with', text: `${nothing}.` }
        }
      />
      {error && answer !== undefined ? <span role="alert">{errorMessage(error)}</span> : null}
    </ScreenFrame>
  );
}

const hasLines = (values: PivotValues | null): boolean => values !== null;
const STEP_OPTIONS = (['gm1', 'gm2', 'gm3'] as const).map((value) => ({ value, label: LEVEL_WORDS[value] }));
