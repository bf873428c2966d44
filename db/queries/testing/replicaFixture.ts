/** A real encrypted replica in a temporary folder, and a reader on it as query handlers are given one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import type { GrantView } from '#contract/wire/protocol.ts';
import { WIRE_TABLES, wireTable, type WireTableName } from '#contract/wire/tables.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { type Connection, openConnection, scanner } from '#db/connection.ts';
import { migrateWork } from '#db/migrations/migrate.ts';
import type { ReaderFiles } from '#db/replica.ts';
import { overlayViewsSql } from '#db/schema/overlayViews.ts';
import { replicaDdl } from '#db/schema/replicaDdl.ts';
import type { ReadSchema } from '#db/schema/tables.ts';
import type { QueryContext } from '../context.ts';
import { createReadCache } from '../readCache.ts';

const KEY = '5a'.repeat(32);

export type RowValues = Readonly<Record<string, number | string | null>>;

export interface TestReplica {
  readonly writer: Connection;
  readonly work: Connection;
  /** The connection contexts read on. */
  readonly reader: Connection;
  /** What worker threads open. */
  readonly files: ReaderFiles;
  /** Rows by column name; columns left out are null, 0 or '' by the registry. */
  insert(table: WireTableName, rows: readonly RowValues[]): void;
  /** A context whose user holds one role over every company. */
  context(options?: ContextOptions): QueryContext;
  close(): Promise<void>;
}

export interface ContextOptions {
  readonly role?: string;
  /** What the role is held for, where that is less than every company. */
  readonly grant?: Partial<GrantView>;
  readonly user_name?: string;
  readonly as_of_ms?: number;
  readonly loading?: readonly WireTableName[];
  readonly cached?: boolean;
  readonly checkCancelled?: () => void;
  readonly facts?: (patient?: boolean) => FactView | null;
}

export function createTestReplica(): TestReplica {
  const dir = mkdtempSync(join(tmpdir(), 'binnacle-queries-'));
  const replicaFile = join(dir, 'replica.db');
  const workFile = join(dir, 'work.db');
  const writer = openConnection({ file: replicaFile, raw_hex: KEY, synchronous: 'NORMAL', cache_kib: 32_000 });
  for (const statement of [...replicaDdl(), ...versionTriggers()]) writer.exec(statement);
  const work = openConnection({ file: workFile, raw_hex: KEY, synchronous: 'FULL', cache_kib: 2_000 });
  migrateWork(work);

  const reader = openConnection({
    file: replicaFile,
    raw_hex: KEY,
    synchronous: 'NORMAL',
    cache_kib: 64_000,
    readonly: true,
  });
  reader.exec(`ATTACH '${workFile}' AS work KEY 'raw:${KEY}'`);
  for (const statement of overlayViewsSql()) reader.exec(statement);
  reader.pragma('query_only = 1');
  const db = new Kysely<ReadSchema>({ dialect: new SqliteDialect({ database: reader }) });
  const cache = createReadCache();

  return {
    writer,
    work,
    reader,
    files: { replica_file: replicaFile, work_file: workFile, keys: { replica: KEY, work: KEY } },
    insert: (table, rows) => insertRows(writer, table, rows),
    context: (options = {}) => ({
      db,
      scan: scanner(reader),
      user: {
        name: options.user_name ?? 'tester',
        display_name: 'Tester',
        grants: [{ ...everyCompany(options.role ?? 'controller'), ...options.grant }],
      },
      replica: {
        checkpoint: 7,
        as_of_ms: options.as_of_ms ?? null,
        loading_tables: new Set(options.loading ?? []),
      },
      now_ms: options.as_of_ms ?? 0,
      checkCancelled: options.checkCancelled ?? (() => undefined),
      ...(options.cached ? { cache } : {}),
      ...(options.facts ? { facts: options.facts } : {}),
    }),
    close: async () => {
      await db.destroy();
      work.close();
      writer.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Tests write rows by hand: on their connection every row raises its table's version, as the copy's writer does. */
function versionTriggers(): string[] {
  return WIRE_TABLES.flatMap(({ id, name }) =>
    ['INSERT', 'UPDATE', 'DELETE'].map(
      (event) =>
        `CREATE TEMP TRIGGER version_${name}_${event} AFTER ${event} ON main.${name}
         BEGIN UPDATE table_version SET version = version + 1 WHERE tbl = ${id}; END`,
    ),
  );
}

function everyCompany(role: string): GrantView {
  return {
    id: 1,
    role,
    company_id: null,
    company_code: null,
    site_id: null,
    site_code: null,
    channel_id: null,
    channel_code: null,
  };
}

function insertRows(writer: Connection, name: WireTableName, rows: readonly RowValues[]): void {
  const { columns } = wireTable(name);
  const names = ['id', 'ver', 'bucket', ...columns.map((column) => column.name)];
  const known = new Set(names);
  const statement = writer.prepare(
    `INSERT INTO ${name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  );
  writer.transaction(() => {
    for (const row of rows) {
      for (const given of Object.keys(row)) if (!known.has(given)) throw new Error(`${name} has no column ${given}`);
      const values = columns.map((column) => {
        const isText = column.type === 'text' || column.type === 'json';
        // as the server's default has it: no month is the month 0
        const none = column.name === 'fiscal_year_start_month' ? 1 : 0;
        return row[column.name] ?? (column.nullable ? null : isText ? '' : none);
      });
      statement.run(row['id'], row['ver'] ?? 1, row['bucket'] ?? 1, ...values);
    }
  })();
}
