/** Fills an empty database with rows in wire form, past the change log. All or nothing, followed by a new epoch. */
import { sql } from 'kysely';
import {
  type Dimension,
  dimensionColumn,
  WIRE_TABLES,
  type WireColumn,
  type WireTable,
  wireTable,
} from '#contract/wire/tables.ts';
import type { Clock } from '#server/clock.ts';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import type { Database, ServerTransaction } from '#server/schema/database.ts';
import { withTriggersOff } from '#server/sync/bulkLoad.ts';
import { startNewEpoch } from '#server/sync/epoch.ts';
import type { DemoBatch } from './rows.ts';

/** Rows of one insert: large enough to be fast, small enough to stay in memory. */
const BLOCK_ROWS = 5_000;

/** Rows between two checkpoints of the embedded database, which makes none by itself: its log would keep every page. */
const WRITE_BACK_ROWS = 500_000;

type WireValue = string | number | null;
type WireRow = Readonly<Record<string, WireValue>>;

export interface BulkLoadOptions {
  readonly clock: Clock;
  /** Called after every block. `total` is what the caller expects, never less than `done`. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly expected_rows?: number;
  /** Runs in the same transaction when the rows are in: accounts and whatever must exist together with them. */
  readonly afterwards?: (tx: ServerTransaction) => Promise<void>;
}

export interface BulkLoaded {
  readonly rows: number;
  readonly epoch: string;
}

/** Loads the batches in one transaction. Throws when a synchronised table already has rows, or a reference points nowhere. */
export async function bulkLoad(
  db: Database,
  batches: Iterable<DemoBatch>,
  options: BulkLoadOptions,
): Promise<BulkLoaded> {
  return await withTriggersOff(db, async (tx) => {
    await assertEmpty(tx);
    const buckets = new Map<string, number>();
    const alone = await isStandalone(tx);
    let done = 0;
    let written_back = 0;
    let highest_id = 0;
    for (const batch of batches) {
      const table = wireTable(batch.table);
      const rows = batch.rows.map((row): WireRow => ({ ...row }));
      for (let from = 0; from < rows.length; from += BLOCK_ROWS) {
        const block = rows.slice(from, from + BLOCK_ROWS);
        await insertBlock(tx, table, block, await bucketsOf(tx, table, block, buckets));
        for (const row of block) if (typeof row['id'] === 'number' && row['id'] > highest_id) highest_id = row['id'];
        done += block.length;
        options.onProgress?.(done, Math.max(done, options.expected_rows ?? 0));
        if (alone && done - written_back >= WRITE_BACK_ROWS) {
          written_back = done;
          await sql`checkpoint`.execute(tx);
        }
      }
    }
    if (highest_id > 0) await sql`select setval('row_id', ${highest_id})`.execute(tx);
    await options.afterwards?.(tx);
    const epoch = await startNewEpoch(tx, options.clock);
    // an embedded database has no background statistics, and plans made for empty tables are slow
    for (const table of WIRE_TABLES) await sql`analyze ${sql.table(table.name)}`.execute(tx);
    options.onProgress?.(done, done);
    return { rows: done, epoch };
  });
}

async function isStandalone(tx: ServerTransaction): Promise<boolean> {
  const { rows } = await sql<{ backend_type: string | null }>`
    select backend_type from pg_stat_activity where pid = pg_backend_pid()`.execute(tx);
  return rows[0]?.backend_type === 'standalone backend';
}

async function assertEmpty(tx: ServerTransaction): Promise<void> {
  for (const table of WIRE_TABLES) {
    const { rows } = await sql`select 1 from ${sql.table(table.name)} limit 1`.execute(tx);
    if (rows.length > 0) {
      throw new Error(`bulk load: ${table.name} already has rows; demo data goes into an empty database only`);
    }
  }
}

/** The bucket of each row; keys not met before are resolved in one statement a block. */
async function bucketsOf(
  tx: ServerTransaction,
  table: WireTable,
  block: readonly WireRow[],
  known: Map<string, number>,
): Promise<readonly number[]> {
  const columnOf = (dimension: Dimension) =>
    table.dimensions.includes(dimension) ? dimensionColumn(table, dimension) : null;
  const company = columnOf('company');
  const site = columnOf('site');
  const channel = columnOf('channel');
  const month = columnOf('month');
  if (table.dimensions.includes('client')) throw new Error(`${table.name} belongs to clients and is never loaded`);
  const value = (row: WireRow, column: string | null): number => (column === null ? 0 : Number(row[column] ?? 0));
  const keyOf = (row: WireRow): string =>
    `${table.id}/${value(row, company)}/${value(row, site)}/${value(row, channel)}/${value(row, month)}`;

  const keys = block.map(keyOf);
  const unknown = [...new Set(keys)].filter((key) => !known.has(key));
  if (unknown.length > 0) {
    const parts = unknown.map((key) => key.split('/').map(Number));
    const column = (nth: number) => integerArray(parts.map((part) => part[nth] ?? 0));
    const { rows } = await sql<{ id: number }>`
      select sync_bucket_id(k.tbl::smallint, k.company, k.site, k.channel, k.month::int, '') as id
      from unnest(${column(0)}::text::bigint[], ${column(1)}::text::bigint[], ${column(2)}::text::bigint[],
        ${column(3)}::text::bigint[], ${column(4)}::text::bigint[]) with ordinality
        as k(tbl, company, site, channel, month, nth)
      order by k.nth`.execute(tx);
    if (rows.length !== unknown.length) throw new Error(`bulk load: ${rows.length} buckets for ${unknown.length} keys`);
    rows.forEach((row, nth) => {
      known.set(unknown[nth] ?? '', row.id);
    });
  }
  return keys.map((key) => {
    const bucket = known.get(key);
    if (bucket === undefined) throw new Error(`bulk load: no bucket for ${key}`);
    return bucket;
  });
}

/** One statement a block: a column travels as one array literal, and is turned into its resting type in SQL. */
async function insertBlock(
  tx: ServerTransaction,
  table: WireTable,
  block: readonly WireRow[],
  buckets: readonly number[],
): Promise<void> {
  const id: WireColumn = { name: 'id', type: table.idType, nullable: false };
  const columns = [id, ...table.columns];
  const arrays = columns.map((column) => {
    const values = block.map((row) => valueOf(table, column, row));
    return isText(column)
      ? sql`${textArray(values.map((value) => (value === null ? null : String(value))))}::text::text[]`
      : sql`${integerArray(values.map((value) => (value === null ? null : Number(value))))}::text::bigint[]`;
  });
  arrays.push(sql`${integerArray(buckets)}::text::int[]`);
  const names = [...columns.map((column) => column.name), 'bucket'];
  const results = [...columns.map(restingValue), sql`u.bucket`];
  await sql`insert into ${sql.table(table.name)} (${sql.join(names.map((name) => sql.ref(name)))})
    select ${sql.join(results)} from unnest(${sql.join(arrays)})
      as u(${sql.join(names.map((name) => sql.ref(name)))})`.execute(tx);
}

function isText(column: WireColumn): boolean {
  return column.type === 'text' || column.type === 'json';
}

function valueOf(table: WireTable, column: WireColumn, row: WireRow): WireValue {
  const value = row[column.name];
  if (value === undefined) throw new Error(`bulk load: a ${table.name} row has no ${column.name}`);
  if (value === null && !column.nullable) throw new Error(`bulk load: ${table.name}.${column.name} is null`);
  if (value !== null && (typeof value === 'string') !== isText(column)) {
    throw new Error(`bulk load: ${table.name}.${column.name} is ${typeof value}, not ${column.type}`);
  }
  return value;
}

function restingValue(column: WireColumn) {
  const value = sql`u.${sql.ref(column.name)}`;
  switch (column.type) {
    case 'date':
      return sql`date '1970-01-01' + ${value}::int`;
    case 'instant':
      return sql`timestamptz 'epoch' + ${value} * interval '1 millisecond'`;
    case 'boolean':
      return sql`${value} = 1`;
    case 'json':
      return sql`${value}::jsonb`;
    case 'integer':
    case 'text':
      return value;
  }
}
