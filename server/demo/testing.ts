/** For the tests of this folder: all generated rows at once, by table. */
import { dayNumber } from '#domain/calendar.ts';
import { generateDemo } from './generate.ts';
import type { DemoBatch, DemoRows, DemoTable } from './rows.ts';
import type { DemoOptions, DemoSize } from './size.ts';

/** Small enough for a second, large enough for every rule to bite. */
export const SMALL: DemoSize = { order_lines: 4_000, items: 180, customers: 110 };

export function optionsFor(size: DemoSize, seed = 7, today = '2026-11-23'): DemoOptions {
  const day = dayNumber(today);
  if (day === null) throw new Error(`${today} is not a date`);
  return { seed, size, today: day };
}

export type CollectedRows = { readonly [T in DemoTable]: readonly DemoRows[T][] };

export function collect(options: DemoOptions): CollectedRows {
  const rows: { [T in DemoTable]: DemoRows[T][] } = {
    company: [],
    site: [],
    channel: [],
    party: [],
    item: [],
    item_cost: [],
    policy: [],
    stock_balance: [],
    purchase_order: [],
    po_line: [],
    po_line_price: [],
    sales_order: [],
    order_line: [],
    order_line_cost: [],
    shipment_line: [],
    item_note: [],
    order_note: [],
    close_period: [],
    close_task: [],
    close_task_line: [],
    signoff: [],
  };
  const take = <T extends DemoTable>(table: T, more: readonly DemoRows[T][]): void => {
    for (const row of more) rows[table].push(row);
  };
  const takeBatch = <T extends DemoTable>(batch: Extract<DemoBatch, { table: T }> & { readonly table: T }): void => {
    take(batch.table, batch.rows as readonly DemoRows[T][]);
  };
  for (const batch of generateDemo(options)) takeBatch(batch);
  return rows;
}

export function byId<R extends { readonly id: number | string }>(rows: readonly R[]): ReadonlyMap<number | string, R> {
  return new Map(rows.map((row) => [row.id, row]));
}

export function groupBy<R, K>(rows: readonly R[], keyOf: (row: R) => K): ReadonlyMap<K, readonly R[]> {
  const groups = new Map<K, R[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
