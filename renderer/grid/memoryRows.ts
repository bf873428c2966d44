/** Ordering and narrowing rows that are all at hand. Pure. */
import { type ColumnFilter, columnFilterTest } from '#domain/columnFilters.ts';
import { NO_DATA } from '#renderer/format/numbers.ts';
import { typedNumber } from './columnFilterWords.ts';
import type { ColumnFilterKind, GridColumn, GridSort } from './columns.ts';

/** By figure where the column has one (rows without come last), else by text; equal rows keep their order. */
export function sortedRows<Row>(
  rows: readonly Row[],
  columns: readonly GridColumn<Row>[],
  sorts: readonly GridSort[],
): Row[] {
  const comparisons = sorts.flatMap((sort) => {
    const column = columns.find((candidate) => candidate.sort === sort.column);
    return column ? [comparison(column, sort.descending)] : [];
  });
  return rows.toSorted((a, b) => {
    for (const compare of comparisons) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function comparison<Row>(column: GridColumn<Row>, descending: boolean): (a: Row, b: Row) => number {
  const sign = descending ? -1 : 1;
  return (a, b) => {
    if (column.figure) {
      const left = column.figure(a);
      const right = column.figure(b);
      if (!left || !right) return left ? -1 : right ? 1 : 0;
      return sign * (left.value / 10 ** left.places - right.value / 10 ** right.places);
    }
    return sign * column.text(a).localeCompare(column.text(b), 'en', { numeric: true });
  };
}

/** A column whose values are few is narrowed by choosing among them. */
const MOST_CHOICES = 24;

/** Columns with the filter their rows suggest, where they do not say one themselves. */
export function withFilterKinds<Row>(
  columns: readonly GridColumn<Row>[],
  rows: readonly Row[],
): readonly GridColumn<Row>[] {
  return columns.map((column) => {
    const filter = column.filter ?? suggestedFilter(column, rows);
    return filter ? { ...column, filter } : column;
  });
}

function suggestedFilter<Row>(column: GridColumn<Row>, rows: readonly Row[]): ColumnFilterKind | null {
  if (column.lockedFor) return null;
  let places: number | null = null;
  for (const row of rows) {
    const figure = column.figure?.(row);
    if (figure) places = Math.max(places ?? 0, figure.places);
  }
  if (column.figure) return places === null ? null : { kind: 'number', places };
  const numbers = numberPlaces(column, rows);
  if (numbers !== null) return { kind: 'number', places: numbers };
  const texts = new Set<string>();
  for (const row of rows) {
    texts.add(column.text(row));
    if (texts.size > MOST_CHOICES) return { kind: 'text' };
  }
  if (texts.size < 2) return null;
  const natural = new Intl.Collator('en', { numeric: true });
  return texts.size * 2 > rows.length
    ? { kind: 'text' }
    : {
        kind: 'set',
        options: [...texts].toSorted(natural.compare).map((text) => ({ value: text, label: text })),
      };
}

/** Decimals of a column that shows only numbers, and blanks or dashes where there is none; null for any other. */
function numberPlaces<Row>(column: GridColumn<Row>, rows: readonly Row[]): number | null {
  if (column.align !== 'right') return null;
  let places: number | null = null;
  for (const row of rows) {
    const text = column.text(row);
    if (text === '' || text === NO_DATA) continue;
    if (typedNumber(text, 0) === undefined) return null;
    places = Math.max(places ?? 0, text.split('.')[1]?.length ?? 0);
  }
  return places;
}

/** Rows that hold what every filter asks. */
export function filteredRows<Row>(
  rows: readonly Row[],
  columns: readonly GridColumn<Row>[],
  filters: readonly ColumnFilter[],
): readonly Row[] {
  if (filters.length === 0) return rows;
  const byName = new Map(columns.map((column) => [column.filter?.column ?? column.id, column]));
  const known = filters.filter((filter) => byName.has(filter.column));
  const holds = columnFilterTest(known);
  return rows.filter((row) =>
    holds((name) => {
      const column = byName.get(name);
      if (!column) return null;
      if (column.filter?.kind !== 'number') return column.text(row);
      if (!column.figure) return typedNumber(column.text(row), column.filter.places) ?? null;
      const figure = column.figure(row);
      return figure ? figure.value * 10 ** (column.filter.places - figure.places) : null;
    }),
  );
}
