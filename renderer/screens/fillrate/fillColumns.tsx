import { monthYear } from '#renderer/format/dates.ts';
import { integer, NO_DATA, percentBare, points } from '#renderer/format/numbers.ts';
import type { GridColumn, GridSort } from '#renderer/grid/columns.ts';
import { Sparkline } from '#renderer/grid/Sparkline.tsx';
import { monthHeader } from '#renderer/screens/figures/monthRange.ts';
import { ChannelMark, channelColour } from '#renderer/ui/Mark.tsx';
import { FILL_MEASURE_OPTIONS, type FillGridRow, type FillMeasure, MEASURE_PARTS, partText } from './fillView.ts';
import styles from './fillrate.module.css';

/** 'm202610' → 202610; null for the columns of the whole range. */
export function monthOfFillColumn(columnId: string): number | null {
  return /^m\d{6}$/.test(columnId) ? Number(columnId.slice(1)) : null;
}

export function fillColumns(options: {
  readonly groupWord: string;
  readonly measure: FillMeasure;
  readonly months: readonly number[];
  readonly currency: string;
  readonly month: number | null;
  /** Rows are items: a row's quantities have one unit. */
  readonly oneUnit: boolean;
}): readonly GridColumn<FillGridRow>[] {
  const { measure, months, currency } = options;
  const parts = MEASURE_PARTS[measure];
  const word = FILL_MEASURE_OPTIONS.find((option) => option.value === measure)?.label ?? '';
  // pieces, metres and kilos are not one quantity: their sum is a part of the rate and stands in the working
  const mixed = measure === 'unit' && !options.oneUnit;
  const part = (amount: number): string => (mixed ? 'mixed' : partText(measure, amount, currency));
  const partWidth = measure === 'value' ? 104 : 84;
  const lastTwo = months.slice(-2);
  return [
    {
      id: 'label',
      header: options.groupWord,
      width: 160,
      sort: 'label',
      text: (row) => row.label,
      cell: (row) => (
        <>
          {row.channel_kind !== null && !row.isTotal ? <ChannelMark kind={row.channel_kind} /> : null}
          <span className={styles['label']} title={row.label}>
            {row.label}
          </span>
        </>
      ),
    },
    {
      id: 'rate',
      header: `${word} fill, %`,
      help: `${parts.top} / ${parts.bottom.toLowerCase()}`,
      width: 92,
      align: 'right',
      sort: 'rate',
      text: (row) => percentBare(row[measure].value_bp),
      tone: () => 'strong',
    },
    {
      id: 'bottom',
      header:
        measure === 'value'
          ? 'Due'
          : measure === 'unit'
            ? 'Units due'
            : measure === 'order'
              ? 'Orders due'
              : 'Lines due',
      help: parts.bottom,
      width: partWidth,
      align: 'right',
      sort: 'bottom',
      text: (row) => (row.isTotal && measure === 'unit' ? 'mixed' : part(row[measure].denominator)),
      tone: () => (mixed ? 'quiet' : undefined),
    },
    {
      id: 'missing',
      header: 'Short',
      help: `${parts.bottom} less ${parts.top.toLowerCase()}`,
      width: partWidth,
      align: 'right',
      sort: 'missing',
      text: (row) =>
        row.isTotal && measure === 'unit' ? 'mixed' : part(row[measure].denominator - row[measure].numerator),
      tone: () => (mixed ? 'quiet' : undefined),
    },
    {
      id: 'lines',
      header: 'Incomplete',
      help: 'Lines not complete by their cut-off',
      width: 84,
      align: 'right',
      sort: 'lines',
      text: (row) => integer(row.line.denominator - row.line.numerator),
      figure: (row) => ({ value: row.line.denominator - row.line.numerator, places: 0, unit: 'lines' }),
    },
    ...months.map(
      (month): GridColumn<FillGridRow> => ({
        id: `m${month}`,
        header: monthHeader(month, months),
        help: `${word} fill, ${monthYear(month)}, %`,
        width: 58,
        align: 'right',
        sort: `m${month}`,
        text: (row) => {
          const figures = row.byMonth.get(month);
          return figures ? percentBare(figures[measure].value_bp) : NO_DATA;
        },
        cell: (row) => {
          const ratio = row.byMonth.get(month)?.[measure];
          if (!ratio) return <span title="Nothing was due: no data">{NO_DATA}</span>;
          return (
            <span
              title={`${row.label}, ${monthYear(month)}: ${partText(measure, ratio.numerator, currency)} of ${partText(measure, ratio.denominator, currency)}`}
            >
              {percentBare(ratio.value_bp)}
            </span>
          );
        },
        tone: () => (month === options.month ? 'strong' : undefined),
      }),
    ),
    {
      id: 'change',
      header: 'Change, pp',
      help: lastTwo.length === 2 ? `${monthYear(lastTwo[0] ?? 0)} to ${monthYear(lastTwo[1] ?? 0)}` : 'One month only',
      width: 84,
      align: 'right',
      sort: 'change',
      text: (row) => points(changeOf(row, measure, months)).replace(/\u00A0pp$/, ''),
    },
    {
      id: 'trend',
      onPaper: false,
      header: 'Trend',
      width: 78,
      text: (row) => months.map((month) => percentBare(row.byMonth.get(month)?.[measure].value_bp ?? null)).join(' '),
      cell: (row) => (
        <Sparkline
          values={months.map((month) => row.byMonth.get(month)?.[measure].value_bp ?? null)}
          label={`Trend of ${row.label} over ${months.length} months`}
          {...(row.channel_kind === null ? {} : { colour: channelColour(row.channel_kind) })}
        />
      ),
    },
  ];
}

/** Basis points from the month before the last to the last; null when one of them has no data. */
function changeOf(row: FillGridRow, measure: FillMeasure, months: readonly number[]): number | null {
  const [before, last] = months.slice(-2).map((month) => row.byMonth.get(month)?.[measure].value_bp ?? null);
  return before === null || last === null || before === undefined || last === undefined ? null : last - before;
}

export function sortedFillRows(
  rows: readonly FillGridRow[],
  sorts: readonly GridSort[],
  measure: FillMeasure,
  months: readonly number[],
): readonly FillGridRow[] {
  if (sorts.length === 0) return rows;
  const orders = sorts.map((sort) => fillOrder(sort, measure, months));
  return rows.toSorted((a, b) => {
    for (const order of orders) {
      const found = order(a, b);
      if (found !== 0) return found;
    }
    return 0;
  });
}

function fillOrder(
  sort: GridSort,
  measure: FillMeasure,
  months: readonly number[],
): (a: FillGridRow, b: FillGridRow) => number {
  const sign = sort.descending ? -1 : 1;
  if (sort.column === 'label') return (a, b) => sign * a.label.localeCompare(b.label, 'en', { numeric: true });
  const month = monthOfFillColumn(sort.column);
  const value = (row: FillGridRow): number | null => {
    if (month !== null) return row.byMonth.get(month)?.[measure].value_bp ?? null;
    switch (sort.column) {
      case 'rate':
        return row[measure].value_bp;
      case 'bottom':
        return row[measure].denominator;
      case 'missing':
        return row[measure].denominator - row[measure].numerator;
      case 'lines':
        return row.line.denominator - row.line.numerator;
      default:
        return changeOf(row, measure, months);
    }
  };
  return (a, b) => {
    const left = value(a);
    const right = value(b);
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return sign * (left - right);
  };
}
