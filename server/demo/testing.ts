/** For the tests of this folder: all generated rows at once, by table. */
import { dayNumber } from '#domain/calendar.ts';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import { generateDemo } from './generate.ts';
import type { DemoRows, DemoTable } from './rows.ts';
import type { DemoOptions, DemoSize } from './size.ts';

/** Small enough for a second, large enough for every rule to bite. */
export const SMALL: DemoSize = { order_lines: 5_000, items: 180, customers: 110 };

export function optionsFor(size: DemoSize, seed = 7, today = '2026-11-23'): DemoOptions {
  const day = dayNumber(today);
  if (day === null) throw new Error(`${today} is not a date`);
  return { seed, size, today: day };
}

export type CollectedRows = { readonly [T in DemoTable]: readonly DemoRows[T][] };

export function collect(options: DemoOptions): CollectedRows {
  const rows = new Map<DemoTable, object[]>();
  for (const batch of generateDemo(options)) {
    const held = rows.get(batch.table) ?? [];
    rows.set(batch.table, held);
    for (const row of batch.rows) held.push(row);
  }
  const entries = WIRE_TABLES.map((table) => [
    table.name,
    table.name === 'mutation_outcome' ? [] : (rows.get(table.name) ?? []),
  ]);
  return Object.fromEntries(entries) as CollectedRows;
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
