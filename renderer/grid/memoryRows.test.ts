import { expect, test } from 'vitest';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import type { GridColumn } from './columns.ts';
import { filteredRows, sortedRows, withFilterKinds } from './memoryRows.ts';

interface Row {
  readonly name: string;
  readonly kind: string;
  readonly value: number | null;
  readonly rate: string;
}
const row = (name: string, kind: string, value: number | null, rate: string): Row => ({ name, kind, value, rate });
const ROWS = [
  row('Ghent', 'counter', 250, '96.2'),
  row('Rotterdam', 'warehouse', 12_000, '–'),
  row('Antwerp', 'warehouse', 12_000, '−1.5'),
  row('Essen', 'counter', null, '100'),
];
const COLUMNS: readonly GridColumn<Row>[] = [
  { id: 'name', header: 'Site', width: 80, sort: 'name', text: (each) => each.name },
  { id: 'kind', header: 'Kind', width: 80, sort: 'kind', text: (each) => each.kind },
  {
    id: 'value',
    header: 'Value, €',
    width: 80,
    align: 'right',
    sort: 'value',
    text: (each) => (each.value === null ? '–' : String(each.value / 100)),
    figure: (each) => (each.value === null ? null : { value: each.value, places: 2, unit: 'EUR' }),
  },
  { id: 'rate', header: 'Rate, %', width: 80, align: 'right', text: (each) => each.rate },
  { id: 'cost', header: 'Cost', width: 80, lockedFor: 'Finance', text: () => '–' },
];
const names = (rows: readonly Row[]) => rows.map((each) => each.name);

test('the first order decides, the next where it does not; rows without a figure come last', () => {
  const byValue = { column: 'value', descending: true };
  expect(names(sortedRows(ROWS, COLUMNS, [byValue]))).toEqual(['Rotterdam', 'Antwerp', 'Ghent', 'Essen']);
  expect(names(sortedRows(ROWS, COLUMNS, [byValue, { column: 'name', descending: false }]))).toEqual([
    'Antwerp',
    'Rotterdam',
    'Ghent',
    'Essen',
  ]);
  expect(names(sortedRows(ROWS, COLUMNS, [{ column: 'value', descending: false }])).at(-1)).toBe('Essen');
  expect(names(sortedRows(ROWS, COLUMNS, []))).toEqual(names(ROWS));
});

test('each column is narrowed as its rows suggest, a locked one not at all', () => {
  const kinds = withFilterKinds(COLUMNS, ROWS).map((column) => column.filter);
  expect(kinds).toEqual([
    { kind: 'text' },
    {
      kind: 'set',
      options: [
        { value: 'counter', label: 'counter' },
        { value: 'warehouse', label: 'warehouse' },
      ],
    },
    { kind: 'number', places: 2 },
    { kind: 'number', places: 1 },
    undefined,
  ]);
});

test('rows hold what every filter asks, numbers by their value and not their text', () => {
  const columns = withFilterKinds(COLUMNS, ROWS);
  const kept = (...filters: ColumnFilter[]) => names(filteredRows(ROWS, columns, filters));
  expect(kept({ column: 'value', op: 'between', value: { from: 300, to: null } })).toEqual(['Rotterdam', 'Antwerp']);
  expect(kept({ column: 'rate', op: 'between', value: { from: -20, to: 970 } })).toEqual(['Ghent', 'Antwerp']);
  expect(
    kept({ column: 'kind', op: 'in', value: ['warehouse'] }, { column: 'name', op: 'contains', value: 'ANT' }),
  ).toEqual(['Antwerp']);
  expect(kept({ column: 'gone', op: 'contains', value: 'x' })).toEqual(names(ROWS));
});
