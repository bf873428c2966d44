/** What verification reads of the stored rows, on a reading connection. Never what was received: what lies there. */
import type { ImageValue } from '#contract/wire/image.ts';
import { WIRE_TABLES, type WireTable, wireTableById } from '#contract/wire/tables.ts';
import type { Connection } from '#db/connection.ts';
import { addRowHash, bucketHashHex, rowHash } from '#db/sync/rowHash.ts';

const STRAYS_AT_ONCE = 1000;
/** No row has it: a number that was never on the wire cannot be hashed, and is different from whatever is. */
const UNREADABLE = '0'.repeat(16);

/** What the stored rows of some buckets add up to. Plain data: it crosses from a worker thread. */
export interface CopyHashes {
  readonly checkpoint: number;
  /** [bucket, table id, rows, hash], empty buckets too. Of those asked for, the ones that are here. */
  readonly buckets: readonly (readonly [number, number, number, string])[];
}

/** The rows of one bucket by id, each with its hash. */
export interface CopyRows {
  readonly checkpoint: number;
  readonly rows: readonly (readonly [id: string | number, hash: string])[];
}

export type Strays = readonly (readonly [table: number, id: string | number])[];

type StoredRow = [string | number, number, ...ImageValue[]];

/** Reads every row of the buckets asked for. Call it inside one read transaction. */
export function copyHashes(reader: Connection, wanted: readonly number[], checkCancelled: () => void): CopyHashes {
  const checkpoint = checkpointOf(reader);
  const stateOf = reader.prepare<[number], { tbl: number; state: string }>(
    'SELECT tbl, state FROM main.bucket WHERE id = ?',
  );
  const buckets: CopyHashes['buckets'][number][] = [];
  const statements = new Map<number, ReturnType<typeof rowsOf>>();
  for (const bucket of wanted) {
    checkCancelled();
    const entry = stateOf.get(bucket);
    const table = entry && wireTableById(entry.tbl);
    if (!table || entry.state !== 'complete') continue;
    const statement = statements.get(table.id) ?? rowsOf(reader, table);
    statements.set(table.id, statement);
    let rows = 0;
    let sum = 0n;
    for (const row of statement.iterate(bucket)) {
      rows += 1;
      sum = addRowHash(sum, storedHash(row));
    }
    buckets.push([bucket, table.id, rows, bucketHashHex(sum)]);
  }
  return { checkpoint, buckets };
}

/** Call it inside one read transaction. */
export function copyRows(reader: Connection, bucket: number, table_id: number): CopyRows {
  const table = wireTableById(table_id);
  if (!table) throw new Error(`bucket ${bucket} belongs to unknown table ${table_id}`);
  const rows: CopyRows['rows'][number][] = [];
  for (const row of rowsOf(reader, table, 'ORDER BY id').iterate(bucket)) rows.push([row[0], storedHash(row)]);
  return { checkpoint: checkpointOf(reader), rows };
}

/** Rows that lie in no bucket of their table and would be compared with nothing. At most STRAYS_AT_ONCE of a table. */
export function findStrays(reader: Connection, checkCancelled: () => void): Strays {
  return WIRE_TABLES.flatMap((table) => {
    checkCancelled();
    // leaps from bucket to bucket along the index: no row is read but strays
    const ids = reader
      .prepare<[number, number], string | number>(
        `WITH RECURSIVE lying (bucket) AS (
           SELECT min(bucket) FROM main.${table.name}
           UNION ALL
           SELECT (SELECT min(bucket) FROM main.${table.name} WHERE bucket > lying.bucket) FROM lying
           WHERE lying.bucket IS NOT NULL
         )
         SELECT t.id FROM lying JOIN main.${table.name} t ON t.bucket = lying.bucket
         WHERE lying.bucket NOT IN (SELECT id FROM main.bucket WHERE tbl = ?) LIMIT ?`,
      )
      .pluck()
      .all(table.id, STRAYS_AT_ONCE);
    return ids.map((id): Strays[number] => [table.id, id]);
  });
}

/** One row as it lies in its table; undefined when there is none. */
export function storedRow(
  reader: Connection,
  table: WireTable,
  id: string | number,
): { readonly bucket: number; readonly ver: number; readonly image: readonly ImageValue[] } | undefined {
  const row = reader
    .prepare<[string | number], [number, number, ...ImageValue[]]>(
      `SELECT ${['bucket', 'ver', ...table.columns.map((column) => column.name)].join(', ')} FROM main.${table.name} WHERE id = ?`,
    )
    .raw()
    .get(id);
  if (!row) return undefined;
  const [bucket, ver, ...image] = row;
  return { bucket, ver, image };
}

function rowsOf(reader: Connection, table: WireTable, order = '') {
  const names = ['id', 'ver', ...table.columns.map((column) => column.name)];
  return reader
    .prepare<[number], StoredRow>(`SELECT ${names.join(', ')} FROM main.${table.name} WHERE bucket = ? ${order}`)
    .raw();
}

function storedHash([id, ver, ...image]: StoredRow): string {
  try {
    return rowHash(id, ver, image);
  } catch (error) {
    if (error instanceof RangeError) return UNREADABLE;
    throw error;
  }
}

function checkpointOf(reader: Connection): number {
  const checkpoint = reader.prepare('SELECT checkpoint_number FROM main.replica_meta').pluck().get();
  if (typeof checkpoint !== 'number') throw new Error('a copy without a checkpoint has nothing to verify');
  return checkpoint;
}
