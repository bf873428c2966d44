import { minorDigits } from '#domain/money.ts';
import { monthYear } from '#renderer/format/dates.ts';
import { widthFor } from '#renderer/screens/figures/columnWidth.ts';
import { monthHeader } from '#renderer/screens/figures/monthRange.ts';
import { currencySymbol, overviewAmount } from '#renderer/format/money.ts';
import { integer, NO_DATA, percentBare } from '#renderer/format/numbers.ts';
import type { Figure, GridColumn, GridSort } from '#renderer/grid/columns.ts';
import { Sparkline } from '#renderer/grid/Sparkline.tsx';
import { ChannelMark, channelColour } from '#renderer/ui/Mark.tsx';
import { type MarginGridRow, type MarginMeasure, MEASURE_OPTIONS, measured } from './marginView.ts';
import type { MarginFigures } from '#contract/queries.ts';
import styles from './margin.module.css';

export interface MarginColumnOptions {
  readonly groupWord: string;
  /** Items and customers: their names matter more than the last month in view. */
  readonly longLabels: boolean;
  readonly measure: MarginMeasure;
  /** All rows with the total: columns are as wide as their longest figure, so that months fit beside each other. */
  readonly rows: readonly MarginGridRow[];
  readonly months: readonly number[];
  readonly currency: string;
  /** The month chosen in the top bar: its figures are heavier. */
  readonly month: number | null;
  /** 'shown', or why not: without the right ('locked') or without data ('absent'). */
  readonly cost: 'shown' | 'locked' | 'absent';
}

const MONTH_PREFIX = 'm';

/** 'm202610' → 202610; null for the columns of the whole range. */
export function monthOfColumn(columnId: string): number | null {
  return /^m\d{6}$/.test(columnId) ? Number(columnId.slice(1)) : null;
}

export function marginColumns(options: MarginColumnOptions): readonly GridColumn<MarginGridRow>[] {
  const { measure, months, currency, cost } = options;
  const symbol = currencySymbol(currency);
  const places = minorDigits(currency);
  const money = (
    id: string,
    header: string,
    value: (figures: MarginFigures) => number | null,
    more: Partial<GridColumn<MarginGridRow>> = {},
  ): GridColumn<MarginGridRow> => ({
    id,
    header: `${header}, ${symbol}`,
    width: widthFor([`${header}, ${symbol}`, ...options.rows.map((row) => overviewAmount(value(row), currency))]),
    align: 'right',
    sort: id,
    text: (row) => overviewAmount(value(row), currency),
    figure: (row) => moneyFigure(value(row), places, currency),
    tone: (row) => ((value(row) ?? 0) < 0 && (id === 'net' || id === 'gm1_amount') ? 'bad' : undefined),
    ...more,
  });
  const cellText = (figures: MarginFigures | undefined): string => {
    if (!figures) return NO_DATA;
    const value = measured(figures, measure);
    return measure === 'gm1' ? percentBare(value) : overviewAmount(value, currency);
  };
  const cellFigure = (figures: MarginFigures | undefined): Figure | null => {
    const value = figures ? measured(figures, measure) : null;
    // rates are never added up
    return measure === 'gm1' ? null : moneyFigure(value, places, currency);
  };
  const monthWidth = widthFor([
    'Dec ’10',
    ...options.rows.flatMap((row) => months.map((month) => cellText(row.byMonth.get(month)))),
  ]);
  const locked = cost === 'locked' ? { lockedFor: 'Finance' } : {};

  return [
    {
      id: 'label',
      header: options.groupWord,
      width: options.longLabels ? 220 : 144,
      sort: 'label',
      text: (row) => row.label,
      cell: (row) => (
        <>
          {row.channel_kind !== null && row.kind === 'row' ? <ChannelMark kind={row.channel_kind} /> : null}
          <span className={styles['label']} title={row.label}>
            {row.label}
          </span>
        </>
      ),
    },
    {
      id: 'lines',
      header: 'Lines',
      width: 74,
      align: 'right',
      sort: 'lines',
      hidden: true,
      text: (row) => integer(row.lines),
      figure: (row) => ({ value: row.lines, places: 0, unit: 'lines' }),
    },
    money('gross', 'Gross', (row) => row.gross_minor, { hidden: true }),
    money('discounts', 'Discounts', (row) => row.discounts_minor, { hidden: true }),
    money('returns', 'Returns', (row) => row.returns_minor, { hidden: true }),
    money('net', 'Net sales', (row) => row.net_minor, { tone: (row) => (row.net_minor < 0 ? 'bad' : 'strong') }),
    money('other', 'Other', (row) => row.other_minor, {
      help: 'Freight, fees and adjustments billed on order lines, outside net sales',
    }),
    ...(cost === 'absent'
      ? []
      : [
          money('gm1_amount', 'GM1', (row) => row.gm1_minor, cost === 'locked' ? { ...locked, width: 84 } : {}),
          {
            id: 'gm1_rate',
            header: 'GM1, %',
            width: cost === 'locked' ? 88 : 64,
            align: 'right' as const,
            sort: 'gm1_rate',
            text: (row: MarginGridRow) => percentBare(row.gm1_bp),
            tone: (row: MarginGridRow) => ((row.gm1_bp ?? 0) < 0 ? ('bad' as const) : undefined),
            ...locked,
          },
        ]),
    ...months.map((month): GridColumn<MarginGridRow> => {
      const word = MEASURE_OPTIONS.find((option) => option.value === measure)?.label ?? '';
      return {
        id: `${MONTH_PREFIX}${month}`,
        header: monthHeader(month, months),
        help: `${word}, ${monthYear(month)}`,
        width: monthWidth,
        align: 'right',
        sort: `${MONTH_PREFIX}${month}`,
        text: (row) => cellText(row.byMonth.get(month)),
        figure: (row) => cellFigure(row.byMonth.get(month)),
        tone: (row) => {
          const figures = row.byMonth.get(month);
          const value = figures ? measured(figures, measure) : null;
          if (value !== null && value < 0 && (measure === 'net' || measure === 'gm1')) return 'bad';
          return month === options.month ? 'strong' : undefined;
        },
        ...(measure === 'gm1' ? locked : {}),
      };
    }),
    {
      id: 'trend',
      onPaper: false,
      header: 'Trend',
      width: 76,
      text: (row) => months.map((month) => cellText(row.byMonth.get(month))).join(' '),
      cell: (row) => (
        <Sparkline
          values={months.map((month) => {
            const figures = row.byMonth.get(month);
            return figures ? measured(figures, measure) : null;
          })}
          label={`Trend of ${row.label} over ${months.length} months`}
          {...(row.channel_kind === null ? {} : { colour: channelColour(row.channel_kind) })}
        />
      ),
    },
  ];
}

/** Rows in the chosen order; what has no figure comes last, and the row of all others after everything. */
export function sortedMarginRows(
  rows: readonly MarginGridRow[],
  sorts: readonly GridSort[],
  measure: MarginMeasure,
): readonly MarginGridRow[] {
  if (sorts.length === 0) return rows;
  const orders = sorts.map((sort) => marginOrder(sort, measure));
  return rows.toSorted((a, b) => {
    if (a.kind !== b.kind) return a.kind === 'other' ? 1 : -1;
    for (const order of orders) {
      const found = order(a, b);
      if (found !== 0) return found;
    }
    return 0;
  });
}

function marginOrder(sort: GridSort, measure: MarginMeasure): (a: MarginGridRow, b: MarginGridRow) => number {
  const sign = sort.descending ? -1 : 1;
  if (sort.column === 'label') return (a, b) => sign * a.label.localeCompare(b.label, 'en', { numeric: true });
  const month = monthOfColumn(sort.column);
  const value = (row: MarginGridRow): number | null => {
    if (month === null) return SORT_VALUE[sort.column]?.(row) ?? null;
    const figures = row.byMonth.get(month);
    return figures ? measured(figures, measure) : null;
  };
  return (a, b) => {
    const left = value(a);
    const right = value(b);
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return sign * (left - right);
  };
}

const SORT_VALUE: Readonly<Record<string, (row: MarginFigures) => number | null>> = {
  lines: (row) => row.lines,
  gross: (row) => row.gross_minor,
  discounts: (row) => row.discounts_minor,
  returns: (row) => row.returns_minor,
  net: (row) => row.net_minor,
  other: (row) => row.other_minor,
  gm1_amount: (row) => row.gm1_minor,
  gm1_rate: (row) => row.gm1_bp,
};

function moneyFigure(value: number | null, places: number, currency: string): Figure | null {
  return value === null ? null : { value, places, unit: currency };
}
