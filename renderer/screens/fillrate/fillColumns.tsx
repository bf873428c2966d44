import { minorDigits } from '#domain/money.ts';
import { currencySymbol, overviewAmount } from '#renderer/format/money.ts';
import { integer, NO_DATA, percentBare } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { widthFor } from '#renderer/screens/figures/columnWidth.ts';
import { labelColumn, type PeriodFigures, periodColumns, trendColumn } from '#renderer/screens/figures/figureGrid.tsx';
import type { FigureColumn, FigureRow } from '#renderer/screens/figures/pivotRows.ts';
import {
  askedOf,
  FILL_MEASURES,
  type FillFigure,
  type FillFiguresOf,
  type FillMeasure,
  MEASURE_MEANS,
  measureWord,
  placeOf,
} from './fillView.ts';

export interface FillColumnOptions {
  readonly groupWord: string;
  readonly longLabels: boolean;
  readonly measure: FillMeasure;
  readonly columns: readonly FigureColumn[];
  readonly currency: string;
  /** Converted amounts name their currency by its code. */
  readonly mixed: boolean;
  /** Index of the column of the month chosen. */
  readonly current: number;
  readonly figuresOf: (row: FigureRow) => FillFiguresOf | null;
}

/** The lines behind a column of the totals. */
export function figureOfFillColumn(id: string): FillFigure {
  return id === 'due' || id === 'due_lines' ? 'due' : 'incomplete';
}

export function fillColumns(options: FillColumnOptions): readonly GridColumn<FigureRow>[] {
  const { measure, columns, currency, figuresOf } = options;
  const places = minorDigits(currency);
  const value = (row: FigureRow, figure: keyof FillFiguresOf): number | null => figuresOf(row)?.[figure] ?? null;
  const money = (id: string, header: string, figure: 'due_value' | 'missing_value', help: string, hidden: boolean) => ({
    id,
    header: `${header}, ${options.mixed ? currency : currencySymbol(currency)}`,
    help,
    width: 88,
    align: 'right' as const,
    sort: id,
    hidden,
    text: (row: FigureRow) => overviewAmount(value(row, figure), currency),
    figure: (row: FigureRow) => {
      const amount = value(row, figure);
      return amount === null ? null : { value: amount, places, unit: currency };
    },
  });
  const count = (
    id: string,
    header: string,
    figure: 'due_lines' | 'incomplete_lines',
    help: string,
    hidden: boolean,
  ) => ({
    id,
    header,
    help,
    width: widthFor([header], 76),
    align: 'right' as const,
    sort: id,
    hidden,
    text: (row: FigureRow) => {
      const lines = value(row, figure);
      return lines === null ? NO_DATA : integer(lines);
    },
    figure: (row: FigureRow) => {
      const lines = value(row, figure);
      return lines === null ? null : { value: lines, places: 0, unit: 'lines' };
    },
  });
  const period: PeriodFigures = {
    word: `${measureWord(measure)} fill %`,
    width: 52,
    text: percentBare,
    signed: false,
    at: placeOf(measure),
  };
  return [
    labelColumn(options.groupWord, options.longLabels ? 220 : 184),
    ...FILL_MEASURES.map(
      (each): GridColumn<FigureRow> => ({
        id: askedOf(each),
        header: `${measureWord(each)}, %`,
        help: MEASURE_MEANS[each],
        width: widthFor([`${measureWord(each)}, %`], 66),
        align: 'right',
        sort: askedOf(each),
        hidden: each !== measure,
        text: (row) => percentBare(value(row, askedOf(each))),
        tone: () => (each === measure ? 'strong' : undefined),
      }),
    ),
    money('missing', 'Missing', 'missing_value', 'Value due less value shipped by the cut-off', false),
    count('lines', 'Incomplete', 'incomplete_lines', 'Lines not complete by their cut-off', false),
    count('due_lines', 'Lines due', 'due_lines', 'Lines whose cut-off has passed', true),
    money('due', 'Value due', 'due_value', 'Value of the lines whose cut-off has passed', true),
    ...periodColumns(columns, options.current, period),
    trendColumn(columns, period),
  ];
}

/** What a column's rows are ordered by. */
export function fillSortValueOf(
  columns: readonly FigureColumn[],
  measure: FillMeasure,
  figuresOf: (row: FigureRow) => FillFiguresOf | null,
): (row: FigureRow, column: string) => number | null {
  return (row, column) => {
    const index = columns.findIndex((each) => each.id === column);
    if (index >= 0) return row.cells[index]?.[placeOf(measure)] ?? null;
    const figures = figuresOf(row);
    if (!figures) return null;
    switch (column) {
      case 'missing':
        return figures.missing_value;
      case 'lines':
        return figures.incomplete_lines;
      case 'due_lines':
        return figures.due_lines;
      case 'due':
        return figures.due_value;
      default: {
        const rate = FILL_MEASURES.find((each) => askedOf(each) === column);
        return rate ? figures[askedOf(rate)] : null;
      }
    }
  };
}
