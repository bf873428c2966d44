/** The views of the stock screen: each answers another question with the same query. */
import type { QueryInput, StockStatus } from '#contract/queries.ts';
import type { GridSort } from '#renderer/grid/columns.ts';

export type StockGrouping = NonNullable<QueryInput<'stockPositions'>['group_by']>;
export type StockViewId = 'balance' | 'coverage' | 'low' | 'excess';

export interface StockView {
  readonly value: StockViewId;
  readonly label: string;
  readonly columns: readonly string[];
  readonly status: readonly StockStatus[];
  readonly sort: readonly GridSort[];
}

const BALANCE = ['status', 'on_hand', 'reserved', 'free', 'incoming', 'next_in', 'weeks', 'days', 'policy', 'value'];

export const STOCK_VIEWS: readonly StockView[] = [
  { value: 'balance', label: 'Balance', columns: BALANCE, status: [], sort: [] },
  {
    value: 'coverage',
    label: 'Coverage',
    columns: ['status', 'days', 'free', 'incoming', 'next_in', 'policy', 'weeks'],
    status: [],
    sort: [{ column: 'days', descending: false }],
  },
  {
    value: 'low',
    label: 'Low',
    columns: BALANCE,
    status: ['negative', 'short', 'below_min'],
    sort: [{ column: 'status', descending: false }],
  },
  {
    value: 'excess',
    label: 'Excess',
    columns: ['status', 'on_hand', 'days', 'policy', 'weeks', 'value'],
    status: ['excess'],
    sort: [{ column: 'value', descending: true }],
  },
];

export const GROUPINGS: readonly { readonly value: StockGrouping; readonly label: string; readonly header: string }[] =
  [
    { value: 'category', label: 'Category', header: 'Category › item › site' },
    { value: 'site', label: 'Site', header: 'Site › item' },
    { value: 'supplier', label: 'Supplier', header: 'Supplier › item › site' },
    { value: 'none', label: 'None', header: 'Item and site' },
  ];

export const VIEW_IDS = STOCK_VIEWS.map((view) => view.value);
export const GROUPING_IDS = GROUPINGS.map((grouping) => grouping.value);
