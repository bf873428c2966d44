/** What both figure grids make of an answer: rows and columns, what the totals cover, and where Enter on a cell leads. */
import { useCallback, useMemo } from 'react';
import type { Pivot, PivotValues } from '#contract/queries.ts';
import type { Span } from './address.ts';
import { after } from './after.ts';
import type { MonthRange } from './monthRange.ts';
import { figureColumns, type FigureColumn, type FigureRow, figureRows, TOTAL_KEY } from './pivotRows.ts';
import { DIMENSION_WORDS, type Dimension } from './trail.ts';
import type { Figures } from './useFigures.ts';

export interface FigureTable<F extends string> {
  readonly columns: readonly FigureColumn[];
  /** Index of the month chosen in the top bar; −1 where it has no column. */
  readonly current: number;
  readonly rows: readonly FigureRow[];
  /** null until there is an answer. */
  readonly total: FigureRow | null;
  readonly spanMonths: MonthRange;
  /** The lines of a figure of a row, in a column or else in the span of the totals. */
  readonly openFigure: (figure: F, row: FigureRow | null, columnId: string | null) => void;
  readonly onDrill: (row: FigureRow, columnId: string) => void;
  /** The row and column whose working is open. */
  readonly workingOf: (working: Working | null) => WorkingPlace | null;
}

/** `column` null = the span of the totals. */
export interface Working {
  readonly key: string;
  readonly column: string | null;
}

export interface WorkingPlace {
  readonly row: FigureRow;
  /** Index of the column; negative = the span of the totals. */
  readonly at: number;
  readonly words: string;
}

export function useFigureTable<G extends Dimension, M extends string, F extends string>(
  { view, range, spanWords, tree, openLines, enter }: Figures<G, M, F>,
  answer: Pivot | undefined,
  {
    month,
    span,
    figure,
    figureOfColumn,
    hasLines,
  }: {
    readonly month: number;
    readonly span: Span;
    /** Whose lines a period's cell and a name open. */
    readonly figure: F;
    readonly figureOfColumn: (columnId: string) => F;
    readonly hasLines: (values: PivotValues | null) => boolean;
  },
): FigureTable<F> {
  const { by } = view;
  const columns = useMemo(() => figureColumns(answer?.columns ?? []), [answer]);
  const { rows, total } = useMemo(
    () => (answer ? figureRows(answer, `All ${DIMENSION_WORDS[by].many}`) : NOTHING),
    [answer, by],
  );
  const spanMonths = useMemo<MonthRange>(
    () => (span === 'month' ? { from: month, to: month } : range),
    [span, month, range],
  );
  const openFigure = useCallback<FigureTable<F>['openFigure']>(
    (wanted, row, columnId) =>
      openLines(wanted, row, columns.find((column) => column.id === columnId) ?? null, spanMonths),
    [openLines, columns, spanMonths],
  );
  const onDrill = useCallback(
    (row: FigureRow, columnId: string) => {
      if (columnId === 'label' || columnId === 'trend') {
        if (row.kind === 'other' && tree.foldable(row)) tree.onFold(row, true);
        else if (!enter(row)) openFigure(figure, row, null);
        return;
      }
      const column = columns.findIndex((each) => each.id === columnId);
      if (column < 0) return openFigure(figureOfColumn(columnId), row, null);
      if (hasLines(row.cells[column] ?? null)) openFigure(figure, row, columnId);
    },
    [tree, enter, openFigure, figure, figureOfColumn, hasLines, columns],
  );
  const workingOf = useCallback<FigureTable<F>['workingOf']>(
    (working) => {
      const row = working?.key === TOTAL_KEY ? total : rows.find((each) => each.key === working?.key);
      if (!working || !row) return null;
      const at = columns.findIndex((column) => column.id === working.column);
      return { row, at, words: columns[at]?.words ?? spanWords[span] };
    },
    [rows, total, columns, spanWords, span],
  );
  const current = columns.findIndex((column) => column.filter.from_month === month);
  return { columns, current, rows, total, spanMonths, openFigure, onDrill, workingOf };
}

const NOTHING: { readonly rows: readonly FigureRow[]; readonly total: null } = { rows: [], total: null };

/** What G goes to: the next grouping below, nothing after the last. */
export function nextBelow<G extends Dimension>(belows: readonly G[], below: G | null): G | 'none' {
  return after([...belows, 'none' as const], below ?? 'none');
}
