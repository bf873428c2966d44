/** Column filters as people read and type them. */
import type { ColumnFilter } from '#domain/columnFilters.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { scaled } from '#renderer/format/numbers.ts';
import type { ColumnFilterKind, GridColumn } from './columns.ts';

/** 'contains bolt', '≥ 1,000', '1 Nov to 30 Nov', 'is Short or Low', 'has none' */
export function filterWords(filter: ColumnFilter, kind: ColumnFilterKind): string {
  switch (filter.op) {
    case 'contains':
      return `contains ${filter.value}`;
    case 'excludes':
      return `without ${filter.value}`;
    case 'blank':
      return filter.value ? 'has none' : 'has any';
    case 'in': {
      const labels = filter.value.map((value) =>
        kind.kind === 'set' ? (kind.options.find((option) => option.value === value)?.label ?? value) : value,
      );
      return labels.length > 3 ? `is ${labels[0]} or ${labels.length - 1} others` : `is ${labels.join(' or ')}`;
    }
    case 'between': {
      const { from, to } = filter.value;
      if (from !== null && to !== null) return `${endWords(from, kind)} to ${endWords(to, kind)}`;
      return from !== null ? `≥ ${endWords(from, kind)}` : to !== null ? `≤ ${endWords(to, kind)}` : 'any';
    }
  }
}

/** Each filter of a grid's columns by name, with its way out. */
export function filtersByName<Row>(
  columns: readonly GridColumn<Row>[],
  filters: readonly ColumnFilter[],
  onFilters: (filters: readonly ColumnFilter[]) => void,
) {
  return filters.map((filter) => {
    const column = columns.find((each) => (each.filter?.column ?? each.id) === filter.column);
    const field = column?.header ?? filter.column;
    const value = filterWords(filter, column?.filter ?? { kind: 'text' });
    return {
      column: filter.column,
      field,
      value,
      name: `${field} ${value}`,
      onRemove: () => onFilters(filters.filter((each) => each !== filter)),
    };
  });
}

function endWords(end: number | string, kind: ColumnFilterKind): string {
  if (typeof end === 'string') return shortDate(end);
  const places = kind.kind === 'number' ? kind.places : 0;
  let shown = places;
  while (shown > 0 && end % 10 ** (places - shown + 1) === 0) shown -= 1;
  return scaled(end, places, shown);
}

/** '1,250.5' → 1250500 at three places; undefined for what is no number, null for nothing typed. */
export function typedNumber(text: string, places: number): number | null | undefined {
  const plain = text
    .trim()
    .replaceAll('−', '-')
    .replaceAll(/[,\s\u00A0]/g, '');
  if (plain === '') return null;
  if (!/^-?\d{1,15}(\.\d*)?$/.test(plain)) return undefined;
  const value = Math.round(Number(plain) * 10 ** places);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The number of a filter's end as it would be typed. */
export function numberToType(end: number | string | null, places: number): string {
  if (typeof end !== 'number') return '';
  return String(end / 10 ** places);
}
