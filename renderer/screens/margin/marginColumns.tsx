import { minorDigits } from '#domain/money.ts';
import { currencySymbol, overviewAmount } from '#renderer/format/money.ts';
import { integer, NO_DATA, percentBare } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { widthFor } from '#renderer/screens/figures/columnWidth.ts';
import { labelColumn, type PeriodFigures, periodColumns, trendColumn } from '#renderer/screens/figures/figureGrid.tsx';
import type { FigureColumn, FigureRow } from '#renderer/screens/figures/pivotRows.ts';
import type { AgainstWords } from './against.ts';
import { changeColumns, changeOf } from './changeColumns.tsx';
import {
  isRate,
  type LadderFigures,
  LEVEL_WORDS,
  LEVELS,
  levelOf,
  type MarginFigure,
  type MarginMeasure,
  placeOf,
} from './marginView.ts';

export interface MarginColumnOptions {
  readonly groupWord: string;
  /** Items and customers: their names matter more than the last month in view. */
  readonly longLabels: boolean;
  readonly measure: MarginMeasure;
  /** All rows with the total: columns are as wide as their longest figure, so that months fit beside each other. */
  readonly rows: readonly FigureRow[];
  readonly columns: readonly FigureColumn[];
  readonly currency: string;
  /** Converted amounts name their currency by its code. */
  readonly mixed: boolean;
  /** Index of the month chosen in the top bar: its figures are heavier. */
  readonly current: number;
  /** The figures of a row in the span chosen. */
  readonly figuresOf: (row: FigureRow) => LadderFigures | null;
  /** 'shown', or why not: without the right ('locked') or without data ('absent'). */
  readonly cost: 'shown' | 'locked' | 'absent';
  /** null = nothing is compared. */
  readonly against: AgainstWords | null;
}

/** Columns of amounts besides the periods: id, header, figure, the lines behind it. */
const AMOUNTS: readonly {
  readonly id: string;
  readonly header: string;
  readonly figure: keyof LadderFigures;
  readonly lines: MarginFigure;
  readonly help?: string;
  readonly cost?: true;
}[] = [
  { id: 'gross', header: 'Gross', figure: 'gross_sales', lines: 'gross' },
  { id: 'discounts', header: 'Discounts', figure: 'discounts', lines: 'discounts' },
  {
    id: 'returns',
    header: 'Returns',
    figure: 'returns',
    lines: 'returns',
    help: 'Returned goods, and credit notes without a claim',
  },
  { id: 'net', header: 'Net sales', figure: 'net_sales', lines: 'net' },
  {
    id: 'other',
    header: 'Other',
    figure: 'other_billed',
    lines: 'other',
    help: 'Freight, fees and adjustments billed on order lines, outside net sales',
  },
  { id: 'cost', header: 'Landed cost', figure: 'landed_cost', lines: 'gm1', cost: true },
  { id: 'gm1_amount', header: 'GM1', figure: 'gm1', lines: 'gm1', help: 'Net sales less landed cost', cost: true },
  { id: 'freight', header: 'Freight out', figure: 'outbound_freight', lines: 'gm2', cost: true },
  { id: 'gm2_amount', header: 'GM2', figure: 'gm2', lines: 'gm2', help: 'GM1 less outbound freight', cost: true },
  { id: 'rebates', header: 'Rebates', figure: 'rebates', lines: 'gm3', cost: true },
  { id: 'fees', header: 'Channel fees', figure: 'channel_fees', lines: 'gm3', cost: true },
  { id: 'claims', header: 'Claims', figure: 'claims', lines: 'claims', cost: true },
  {
    id: 'gm3_amount',
    header: 'GM3',
    figure: 'gm3',
    lines: 'gm3',
    help: 'GM2 less rebates, channel fees and claims',
    cost: true,
  },
];

/** What a column's lines are; null for those that have none of their own. */
export function figureOfColumn(id: string): MarginFigure | null {
  if (id === 'lines') return 'all';
  const rate = RATES.find((level) => id === `${level}_rate`);
  return rate ?? AMOUNTS.find((amount) => amount.id === id)?.lines ?? null;
}

const RATES = LEVELS.filter((level) => level !== 'net');

export function marginColumns(options: MarginColumnOptions): readonly GridColumn<FigureRow>[] {
  const { measure, columns, currency, cost, figuresOf } = options;
  const symbol = options.mixed ? currency : currencySymbol(currency);
  const places = minorDigits(currency);
  const level = levelOf(measure);
  // The step that is looked at, or the first one, whose column says whose it is.
  const shown = level === 'net' ? (cost === 'locked' ? 'gm1' : 'gm3') : level;
  const locked = cost === 'locked' ? { lockedFor: 'Finance' } : {};
  const amounts = AMOUNTS.filter((amount) => !(amount.cost && cost === 'absent')).map(
    ({ id, header, figure, help, cost: ofCost }): GridColumn<FigureRow> => {
      const value = (row: FigureRow): number | null => figuresOf(row)?.[figure] ?? null;
      return {
        id,
        header: `${header}, ${symbol}`,
        width: widthFor([`${header}, ${symbol}`, ...options.rows.map((row) => overviewAmount(value(row), currency))]),
        align: 'right',
        sort: id,
        hidden: id !== 'net' && id !== `${shown}_amount`,
        text: (row) => overviewAmount(value(row), currency),
        figure: (row) => moneyFigure(value(row), places, currency),
        tone: (row) => (isResult(figure) && (value(row) ?? 0) < 0 ? 'bad' : id === 'net' ? 'strong' : undefined),
        ...(help === undefined ? {} : { help }),
        ...(ofCost ? locked : {}),
        ...(ofCost && cost === 'locked' ? { width: 92 } : {}),
      };
    },
  );
  const rates = (cost === 'absent' ? [] : RATES).map((each): GridColumn<FigureRow> => {
    const value = (row: FigureRow): number | null => figuresOf(row)?.[`${each}_rate`] ?? null;
    return {
      id: `${each}_rate`,
      header: `${LEVEL_WORDS[each]}, %`,
      help: `${LEVEL_WORDS[each]} of net sales`,
      width: cost === 'locked' ? 92 : 66,
      align: 'right',
      sort: `${each}_rate`,
      hidden: each !== shown || (isRate(measure) && cost === 'shown'),
      text: (row) => percentBare(value(row)),
      tone: (row) => ((value(row) ?? 0) < 0 ? 'bad' : undefined),
      ...locked,
    };
  });
  const period = periodFigures(options);
  const [label, lines] = [
    labelColumn(options.groupWord, options.longLabels ? 200 : 168),
    linesColumn((row) => figuresOf(row)?.lines ?? null),
  ];
  return [
    label,
    lines,
    ...amounts,
    ...rates,
    ...(options.against === null
      ? []
      : changeColumns({ level, against: options.against, currency, mixed: options.mixed, rows: options.rows })),
    ...periodColumns(columns, options.current, period),
    trendColumn(columns, period),
  ];
}

function periodFigures({ measure, rows, columns, currency }: MarginColumnOptions): PeriodFigures {
  const rate = isRate(measure);
  const at = placeOf(measure);
  const text = (value: number | null): string => (rate ? percentBare(value) : overviewAmount(value, currency));
  return {
    word: `${LEVEL_WORDS[levelOf(measure)]}${rate ? ' %' : ''}`,
    width: widthFor(
      rows.flatMap((row) => columns.map((_, index) => text(row.cells[index]?.[at] ?? null))),
      48,
    ),
    text,
    ...(rate ? {} : { figure: (value: number) => ({ value, places: minorDigits(currency), unit: currency }) }),
    signed: true,
    at,
  };
}

function linesColumn(value: (row: FigureRow) => number | null): GridColumn<FigureRow> {
  return {
    id: 'lines',
    header: 'Lines',
    width: 74,
    align: 'right',
    sort: 'lines',
    hidden: true,
    text: (row) => textOf(value(row)),
    figure: (row) => {
      const lines = value(row);
      return lines === null ? null : { value: lines, places: 0, unit: 'lines' };
    },
  };
}

function textOf(lines: number | null): string {
  return lines === null ? NO_DATA : integer(lines);
}

const isResult = (figure: keyof LadderFigures): boolean =>
  figure === 'net_sales' || figure === 'gm1' || figure === 'gm2' || figure === 'gm3';

function moneyFigure(value: number | null, places: number, currency: string) {
  return value === null ? null : { value, places, unit: currency };
}

/** What a column's rows are ordered by. */
export function sortValueOf(
  columns: readonly FigureColumn[],
  measure: MarginMeasure,
  figuresOf: (row: FigureRow) => LadderFigures | null,
): (row: FigureRow, column: string) => number | null {
  const at = placeOf(measure);
  return (row, column) => {
    const index = columns.findIndex((each) => each.id === column);
    if (index >= 0) return row.cells[index]?.[at] ?? null;
    const changed = changeOf(row, levelOf(measure));
    if (column === 'before') return changed.before;
    if (column === 'change') return changed.change;
    if (column === 'change_rate') return changed.rate;
    const figures = figuresOf(row);
    if (!figures) return null;
    if (column === 'lines') return figures.lines;
    const rate = RATES.find((level) => column === `${level}_rate`);
    if (rate) return figures[`${rate}_rate`];
    const amount = AMOUNTS.find((each) => each.id === column);
    return amount ? figures[amount.figure] : null;
  };
}
