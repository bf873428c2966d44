import { describe, expect, test } from 'vitest';
import type { PivotRow } from '#contract/queries.ts';
import { figureColumns, figureRows, sortedFigureRows } from './pivotRows.ts';

const row = (part: Partial<PivotRow> & Pick<PivotRow, 'key' | 'label'>): PivotRow => ({
  level: 0,
  dimension: 'channel',
  channel_kind: null,
  expands: null,
  expanded: false,
  others: 0,
  filter: {},
  total: [0],
  cells: [],
  compared: null,
  ...part,
});
const pivot = {
  rows: [
    row({ key: 'channel:2', label: 'Counters', expands: '2', expanded: true, total: [5] }),
    row({ key: 'channel:2/category:A/B: c', label: 'A/B: c', level: 1, dimension: 'category', total: [1] }),
    row({ key: 'channel:2/category:', label: 'No category', level: 1, dimension: 'category', total: [3] }),
    row({
      key: 'channel:2/category:*',
      label: 'Other 2 categories',
      level: 1,
      dimension: 'category',
      others: 2,
      filter: { channel_id: 2, others: [{ dimension: 'category', keys: ['A/B: c', ''] }] },
      total: [1],
    }),
    row({ key: 'channel:', label: 'Unmapped', total: [null] }),
    row({ key: 'channel:9', label: 'Portal', total: [7] }),
  ],
  total: [12],
  column_totals: [],
  total_compared: null,
};

describe('rows of a pivot', () => {
  test('each knows its way down, Other included', () => {
    const { rows, total } = figureRows(pivot, 'All channels');
    expect(rows.map((each) => each.steps)).toEqual([
      [{ dimension: 'channel', key: '2', label: 'Counters' }],
      [
        { dimension: 'channel', key: '2', label: 'Counters' },
        { dimension: 'category', key: 'A/B: c', label: 'A/B: c' },
      ],
      [
        { dimension: 'channel', key: '2', label: 'Counters' },
        { dimension: 'category', key: '', label: 'No category' },
      ],
      [
        { dimension: 'channel', key: '2', label: 'Counters' },
        { dimension: 'category', key: '', label: 'Other 2 categories', except: ['A/B: c', ''] },
      ],
      [{ dimension: 'channel', key: '', label: 'Unmapped' }],
      [{ dimension: 'channel', key: '9', label: 'Portal' }],
    ]);
    expect(total).toMatchObject({ label: 'All channels', steps: [], total: [12] });
  });

  test('sorting keeps what a group unfolds into below it, Other last, unknown after known', () => {
    const { rows } = figureRows(pivot, 'All channels');
    const labels = (descending: boolean) =>
      sortedFigureRows(rows, [{ column: 'v', descending }], (each) => each.total[0] ?? null).map((each) => each.label);
    expect(labels(true)).toEqual(['Portal', 'Counters', 'No category', 'A/B: c', 'Other 2 categories', 'Unmapped']);
    expect(labels(false)).toEqual(['Counters', 'A/B: c', 'No category', 'Other 2 categories', 'Portal', 'Unmapped']);
  });
});

test('columns say their days: whole months, weeks as cut by the range', () => {
  expect(figureColumns([{ key: '202602', filter: { from_month: 202602, to_month: 202602 } }])).toMatchObject([
    { id: 'm202602', header: 'Feb', words: 'Feb 2026', from_on: '2026-02-01', to_on: '2026-02-28' },
  ]);
  expect(figureColumns([{ key: '2026-W05', filter: { from_on: '2026-02-01', to_on: '2026-02-01' } }])).toMatchObject([
    { id: 'w2026-W05', header: 'W05', from_on: '2026-02-01', to_on: '2026-02-01' },
  ]);
});
