/** Columns that did not change from one edition to the next are the same memory in both. */
import type { StockColumns } from './stockColumns.ts';

type Column = Int32Array | Float64Array | Uint8Array;

const COLUMNS = [
  'item',
  'site',
  'on_hand',
  'reserved',
  'incoming',
  'next_in_on',
  'next_comes_on',
  'min',
  'max',
  'usage',
  'usage_slot',
  'value',
  'usage_value',
  'rank',
] as const satisfies readonly (keyof StockColumns)[];

/** `next`, with every column of `before` that says the same. */
export function shareUnchanged(next: StockColumns, before: StockColumns | undefined): StockColumns {
  if (before === undefined || before.count !== next.count) return next;
  const shared: StockColumns = { ...next };
  for (const name of COLUMNS) if (same(next[name], before[name])) Object.assign(shared, { [name]: before[name] });
  return shared;
}

/** NaN, which stands for "none", is the same as NaN. */
function same(a: Column, b: Column): boolean {
  for (let at = 0; at < a.length; at++) if (!Object.is(a[at], b[at])) return false;
  return true;
}
