/** What the encrypted file costs, what a row's hash costs, and what the wire format costs. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { canonicalImage } from '#contract/wire/image.ts';
import { type Connection, openConnection } from '#db/connection.ts';
import { replicaDdl } from '#db/schema/replicaDdl.ts';
import { rowHash } from '#db/sync/rowHash.ts';
import { type Report, sideBySide, timed } from './harness.ts';
import { rowInserter, rowsOf, type WireRow } from './orders.ts';

const ROUNDS = 3;
const BATCH_ROWS = 10_000;
const KEY = 'c4'.repeat(32);

export async function benchStorage(report: Report, rows_wanted: number): Promise<void> {
  const rows = rowsOf('order_line', rows_wanted);
  const dir = mkdtempSync(join(tmpdir(), 'binnacle-bench-'));
  try {
    await insertsEncryptedAndPlain(report, rows, dir);
    await hashes(report, rows);
    await wireDecodeAndUpsert(report, rows, dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function insertsEncryptedAndPlain(report: Report, rows: readonly WireRow[], dir: string): Promise<void> {
  let file = 0;
  const sizes = { encrypted: 0, plain: 0 };
  const medians = await sideBySide(ROUNDS, [
    {
      name: 'insert into encrypted SQLite',
      run: async () => {
        const path = join(dir, `encrypted-${++file}.db`);
        const spent = await timed(() => load(openConnection(connectionOptions(path)), rows));
        sizes.encrypted = statSync(path).size;
        return spent;
      },
    },
    {
      name: 'insert into plain SQLite',
      run: async () => {
        const path = join(dir, `plain-${++file}.db`);
        const spent = await timed(() => load(plainConnection(path), rows));
        sizes.plain = statSync(path).size;
        return spent;
      },
    },
  ]);
  for (const [name, spent_ms] of medians) report.value(name, (rows.length / spent_ms) * 1000, 'rows/s');
  report.ratio('insert into encrypted SQLite', 'insert into plain SQLite');
  report.value('encrypted file', sizes.encrypted / 1e6, 'MB');
  report.value('plain file', sizes.plain / 1e6, 'MB');
  report.ratio('encrypted file', 'plain file');
}

async function hashes(report: Report, rows: readonly WireRow[]): Promise<void> {
  const medians = await sideBySide(ROUNDS, [
    {
      name: 'canonical image and md5',
      run: () =>
        timed(() => {
          for (const { id, image } of rows) rowHash(id, 1, image);
        }),
    },
    {
      name: 'canonical image alone',
      run: () =>
        timed(() => {
          for (const { image } of rows) canonicalImage(image);
        }),
    },
    {
      name: 'JSON.stringify alone',
      run: () =>
        timed(() => {
          for (const { image } of rows) JSON.stringify(image);
        }),
    },
  ]);
  for (const [name, spent_ms] of medians) report.value(name, (rows.length / spent_ms) * 1000, 'rows/s');
  report.ratio('canonical image and md5', 'JSON.stringify alone');
}

async function wireDecodeAndUpsert(report: Report, rows: readonly WireRow[], dir: string): Promise<void> {
  const text = rows.map(({ id, image }) => `[1,${JSON.stringify(id)},1,${canonicalImage(image)}]`).join('\n');
  let file = 0;
  const medians = await sideBySide(ROUNDS, [
    {
      name: 'decode NDJSON and insert',
      run: () =>
        timed(() => {
          const decoded = text.split('\n').map(decodeLine);
          load(openConnection(connectionOptions(join(dir, `wire-${++file}.db`))), decoded);
        }),
    },
    {
      name: 'insert decoded rows',
      run: () => timed(() => load(openConnection(connectionOptions(join(dir, `raw-${++file}.db`))), rows)),
    },
  ]);
  for (const [name, spent_ms] of medians) report.value(name, (rows.length / spent_ms) * 1000, 'rows/s');
  report.ratio('decode NDJSON and insert', 'insert decoded rows');
}

function decodeLine(line: string): WireRow {
  const value: unknown = JSON.parse(line);
  if (!Array.isArray(value) || !Array.isArray(value[3])) throw new Error('not a row of the wire');
  const [, id] = value;
  if (typeof id !== 'number' && typeof id !== 'string') throw new Error('a row without an id');
  return { id, image: value[3] };
}

function connectionOptions(file: string): Parameters<typeof openConnection>[0] {
  return { file, raw_hex: KEY, synchronous: 'NORMAL', cache_kib: 64_000 };
}

/** The same settings as the replica's, without the cipher. */
function plainConnection(file: string): Connection {
  const connection = new Database(file);
  for (const pragma of [
    'temp_store = MEMORY',
    'foreign_keys = ON',
    'cache_size = -64000',
    'journal_mode = WAL',
    'synchronous = NORMAL',
    'secure_delete = ON',
    'wal_autocheckpoint = 2000',
  ]) {
    connection.pragma(pragma);
  }
  return connection;
}

/** Makes the tables with their indexes, inserts in batches, and closes the file. */
function load(connection: Connection, rows: readonly WireRow[]): void {
  for (const statement of replicaDdl()) connection.exec(statement);
  const insert = rowInserter(connection, 'order_line');
  for (let from = 0; from < rows.length; from += BATCH_ROWS) {
    connection.transaction(() => insert(rows.slice(from, from + BATCH_ROWS)))();
  }
  connection.close();
}
