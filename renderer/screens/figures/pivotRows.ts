/** A pivot's rows as the grid shows them: groups with what they unfold into, Other last, the total pinned. Pure. */
import type { ComparedValues, Pivot, PivotColumn, PivotRow, PivotValues } from '#contract/queries.ts';
import { firstDayOfMonth, isoDate, lastDayOfMonth } from '#domain/calendar.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { shortDate } from '#renderer/format/dates.ts';
import type { Span } from './address.ts';
import { monthHeader } from './monthRange.ts';
import { DIMENSIONS, type TrailStep } from './trail.ts';

export interface FigureRow {
  readonly key: string;
  readonly kind: 'group' | 'other' | 'total';
  readonly level: 0 | 1;
  readonly label: string;
  readonly channel_kind: string | null;
  /** What the query calls this row when it is open; null when nothing lies below. */
  readonly expands: string | null;
  readonly expanded: boolean;
  /** From the outermost row down to this one; none for the total. */
  readonly steps: readonly TrailStep[];
  /** Over every column. */
  readonly total: PivotValues;
  readonly cells: readonly PivotValues[];
  /** The months in view beside those they are compared with; null = not compared. */
  readonly compared: ComparedValues | null;
}

export const TOTAL_KEY = 'total';

export function figureRows(
  pivot: Pick<Pivot, 'rows' | 'total' | 'column_totals' | 'total_compared'>,
  totalLabel: string,
): { readonly rows: readonly FigureRow[]; readonly total: FigureRow } {
  const rows: FigureRow[] = [];
  let parent: { readonly key: string; readonly step: TrailStep } | null = null;
  for (const row of pivot.rows) {
    const above: typeof parent = row.level === 0 ? null : parent;
    const step = stepOf(row, above?.key ?? null);
    if (row.level === 0) parent = { key: row.key, step };
    rows.push({
      key: row.key,
      kind: row.others > 0 ? 'other' : 'group',
      level: row.level,
      label: row.label,
      channel_kind: row.channel_kind,
      expands: row.expands,
      expanded: row.expanded,
      steps: above ? [above.step, step] : [step],
      total: row.total,
      cells: row.cells,
      compared: row.compared,
    });
  }
  return {
    rows,
    total: {
      key: TOTAL_KEY,
      kind: 'total',
      level: 0,
      label: totalLabel,
      channel_kind: null,
      expands: null,
      expanded: false,
      steps: [],
      total: pivot.total,
      cells: pivot.column_totals,
      compared: pivot.total_compared,
    },
  };
}

/** Keys are 'channel:12', and below it 'channel:12/category:Bearings'. */
function stepOf(row: PivotRow, above: string | null): TrailStep {
  const dimension = DIMENSIONS.find((each) => each === row.dimension);
  if (!dimension) throw new Error(`rows of a figure are not grouped by ${row.dimension}`);
  if (row.others > 0) {
    return { dimension, key: '', label: row.label, except: row.filter.others?.at(-1)?.keys ?? [] };
  }
  const own = above === null ? row.key : row.key.slice(above.length + 1);
  return { dimension, key: own.slice(dimension.length + 1), label: row.label };
}

export interface FigureColumn extends PivotColumn {
  /** The grid's: 'm202610', 'w2026-W45'. */
  readonly id: string;
  readonly header: string;
  /** 'Oct 2026', '2–8 Nov' in words, for titles and tooltips. */
  readonly words: string;
  readonly from_on: string;
  readonly to_on: string;
}

export function figureColumns(columns: readonly PivotColumn[]): readonly FigureColumn[] {
  const months = columns.flatMap(({ filter }) => (filter.from_month === undefined ? [] : [filter.from_month]));
  return columns.map((column) => {
    const { from_month, to_month, from_on = '', to_on = '' } = column.filter;
    if (from_month !== undefined) {
      const header = monthHeader(from_month, months);
      return {
        ...column,
        id: `m${column.key}`,
        header,
        words: `${monthHeader(from_month, [from_month])} ${Math.floor(from_month / 100)}`,
        from_on: isoDate(firstDayOfMonth(from_month)),
        to_on: isoDate(lastDayOfMonth(to_month ?? from_month)),
      };
    }
    return {
      ...column,
      id: `w${column.key}`,
      header: column.key.slice(5),
      words: `week ${column.key.slice(6)}, ${shortDate(from_on)}–${shortDate(to_on)}`,
      from_on,
      to_on,
    };
  });
}

/** The figures of the month chosen, or of every column; null where the month has no column. */
export function spanValues(row: FigureRow, span: Span, monthAt: number): PivotValues | null {
  return span === 'all' ? row.total : (row.cells[monthAt] ?? null);
}

/** Groups in the chosen order, what each unfolds into below it in the same order; what has no figure last, then Other. */
export function sortedFigureRows(
  rows: readonly FigureRow[],
  sorts: readonly GridSort[],
  valueOf: (row: FigureRow, column: string) => number | null,
): readonly FigureRow[] {
  if (sorts.length === 0) return rows;
  const compare = (a: FigureRow, b: FigureRow): number => {
    if (a.kind !== b.kind) return a.kind === 'other' ? 1 : -1;
    for (const { column, descending } of sorts) {
      const sign = descending ? -1 : 1;
      if (column === 'label') {
        const order = sign * a.label.localeCompare(b.label, 'en', { numeric: true });
        if (order !== 0) return order;
        continue;
      }
      const left = valueOf(a, column);
      const right = valueOf(b, column);
      if (left === right) continue;
      if (left === null || right === null) return left === null ? 1 : -1;
      return sign * (left - right);
    }
    return 0;
  };
  const blocks: { readonly head: FigureRow; readonly below: FigureRow[] }[] = [];
  for (const row of rows) {
    if (row.level === 0) blocks.push({ head: row, below: [] });
    else blocks.at(-1)?.below.push(row);
  }
  return blocks
    .toSorted((a, b) => compare(a.head, b.head))
    .flatMap(({ head, below }) => [head, ...below.toSorted(compare)]);
}
