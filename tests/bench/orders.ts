/** The demo distributor's rows as a replica stores them, for benches that need no server. */
import { dayNumber } from '#domain/calendar.ts';
import type { ImageValue, RowImage } from '#contract/wire/image.ts';
import { wireTable, type WireTableName } from '#contract/wire/tables.ts';
import type { Connection } from '#db/connection.ts';
import { generateDemo } from '#server/demo/generate.ts';
import type { DemoBatch, DemoTable } from '#server/demo/rows.ts';
import type { DemoSize } from '#server/demo/size.ts';

/** What the wire carries of a row. */
export interface WireRow {
  readonly id: string | number;
  readonly image: RowImage;
}

export const SEED = 11;
/** Who synchronises: sees everything of the demo. */
export const BENCH_USER = 'controller';
const TODAY = dayNumber('2026-11-20');

export function demoBatches(order_lines: number): Generator<DemoBatch> {
  if (TODAY === null) throw new Error('no such day');
  return generateDemo({ seed: SEED, today: TODAY, size: sizeFor(order_lines) });
}

export function sizeFor(order_lines: number): DemoSize {
  const items = Math.max(400, Math.round(order_lines / 100));
  return { order_lines, items: Math.min(items, 20_000), customers: Math.max(200, Math.round(order_lines / 300)) };
}

export function wireRows(batch: DemoBatch): WireRow[] {
  const columns = wireTable(batch.table).columns.map((column) => column.name);
  return batch.rows.map((row) => ({ id: row.id, image: columns.map((name) => valueOf(row, name)) }));
}

function valueOf(row: object, name: string): ImageValue {
  const value: unknown = Reflect.get(row, name);
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  throw new Error(`${name} is ${typeof value} in a generated row`);
}

/** The first `count` rows of one table. */
export function rowsOf(table: DemoTable, count: number): WireRow[] {
  const rows: WireRow[] = [];
  for (const batch of demoBatches(count)) {
    if (batch.table === table) rows.push(...wireRows(batch));
    if (rows.length >= count) break;
  }
  return rows.slice(0, count);
}

/** Prepared `INSERT` of wire rows, with version 1 in bucket 1; the caller holds the transaction. */
export function rowInserter(connection: Connection, table: WireTableName): (rows: readonly WireRow[]) => void {
  const names = ['id', 'ver', 'bucket', ...wireTable(table).columns.map((column) => column.name)];
  const statement = connection.prepare(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  );
  return (rows) => {
    for (const { id, image } of rows) statement.run([id, 1, 1, ...image]);
  };
}
