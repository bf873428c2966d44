/** One arrangement of the stock grid: its rows in order and their totals, the same for every block of it. */
import type { QueryArgs, StockRow } from '#contract/queries.ts';
import { branchSums, sumsOfBranch } from './branches.ts';
import { chosenPositions } from './chosenPositions.ts';
import type { StockColumns } from './stockColumns.ts';
import { itemsAmong, type StockRuns, stockRuns, weeksOf } from './stockRuns.ts';
import { type RowHead, stockRow } from './stockSums.ts';

export interface StockView {
  readonly runs: StockRuns;
  readonly totals: StockRow;
  readonly items: number;
  readonly sites: number;
}

export function stockView(columns: StockColumns, args: QueryArgs<'stockPositions'>, cost_visible: boolean): StockView {
  const positions = chosenPositions(columns, args, cost_visible);
  const items = itemsAmong(columns, positions);
  const starts = Int32Array.of(0, positions.length);
  const sums = sumsOfBranch(columns, { count: 1, positions, starts, sums: branchSums(columns, positions, starts) }, 0);
  const head: RowHead = {
    key: 'total',
    level: 0,
    kind: 'group',
    label: 'All items',
    code: null,
    children: items,
    expanded: false,
    item_id: null,
    site_id: null,
  };
  return {
    runs: stockRuns(columns, positions, args),
    totals: stockRow(head, () => weeksOf(columns, positions), sums, cost_visible),
    items,
    sites: sitesAmong(columns, positions),
  };
}

function sitesAmong({ ground, site }: StockColumns, positions: Int32Array): number {
  const met = new Uint8Array(ground.sites.length);
  for (let at = 0; at < positions.length; at++) met[site[positions[at] as number] as number] = 1;
  return met.reduce((sum, each) => sum + each, 0);
}
