/**
 * Rows as a file wants them against rows as they are: made when missing, updated where they differ, else left alone.
 * Everything is a normal write, so it goes through the change log; what was written is read again and must be what was
 * wanted.
 */
import { sql } from 'kysely';
import type { Value } from '#domain/imports/engine/field.ts';
import type { ChangedField } from '#contract/wire/fileImports.ts';
import { type WireTableName, wireTable } from '#contract/wire/tables.ts';
import type { ImportTransaction } from '#server/imports/schema.ts';

export interface RowWriter {
  readonly tx: ImportTransaction;
  readonly company_id: number;
  readonly source: string;
  readonly now: Date;
}
export type Values = Readonly<Record<string, Value>>;
export interface WantedRow {
  /** What finds the row; the same columns in every row of a call. `null` finds rows without a value. */
  readonly key: Values;
  /** What the file says; undefined = it does not say, and the row keeps what it has. */
  readonly set: Readonly<Record<string, Value | undefined>>;
  /** For a new row: columns that `set` has no value for, and others. */
  readonly create?: Values;
  /** For a new row: the moment it is made. Another at each run, so it is no part of what a preview says would happen. */
  readonly stamp?: Values;
}
export interface SyncedRow {
  readonly id: number;
  readonly status: 'created' | 'changed' | 'unchanged';
  readonly fields: readonly ChangedField[];
}
interface StoredRow {
  readonly id: number;
  readonly values: Values;
}

const ROWS_AT_ONCE = 5000;
const SQL_TYPES = {
  integer: 'bigint',
  text: 'text',
  boolean: 'boolean',
  date: 'date',
  instant: 'timestamptz',
  json: 'jsonb',
} as const;

/** One result a wanted row, in order. Two wanted rows of one key are an error of the caller. */
export async function syncRows(
  writer: RowWriter,
  table: WireTableName,
  rows: readonly WantedRow[],
): Promise<SyncedRow[]> {
  const results: SyncedRow[] = [];
  // Rows that lack the same parts of the key are found together: "is null" and "=" can each use an index.
  const alike = new Map<string, number[]>();
  for (const [index, row] of rows.entries()) {
    const pattern = JSON.stringify(Object.entries(row.key).map(([name, value]) => [name, value === null]));
    const group = alike.get(pattern) ?? [];
    alike.set(pattern, group);
    group.push(index);
  }
  for (const group of alike.values()) {
    for (let at = 0; at < group.length; at += ROWS_AT_ONCE) {
      const indexes = group.slice(at, at + ROWS_AT_ONCE);
      const some = indexes.flatMap((index) => rows[index] ?? []);
      const synced = await syncSome(writer, table, some);
      for (const [place, index] of indexes.entries()) {
        const row = synced[place];
        if (row) results[index] = row;
      }
    }
  }
  return results;
}

async function syncSome(writer: RowWriter, table: WireTableName, rows: readonly WantedRow[]): Promise<SyncedRow[]> {
  const [first] = rows;
  if (!first) return [];
  const keys = Object.keys(first.key);
  const told = new Set(rows.flatMap((row) => [...Object.keys(row.set), ...Object.keys(row.create ?? {})]));
  const columns = [...new Set([...told, ...rows.flatMap((row) => Object.keys(row.stamp ?? {}))])];
  const compared = columns.filter((column) => rows.some((row) => row.set[column] !== undefined));
  const before = await storedRows(writer, table, rows, keys, columns);
  const wanted = rows.map((row, index) => wantedValues(row, before.get(index), columns));
  const fresh = rows.flatMap((_, index) => (before.has(index) ? [] : [index]));
  const differing = rows.flatMap((_, index) => {
    const stored = before.get(index);
    return stored && changedFields(stored.values, wanted[index] ?? {}, compared).length > 0 ? [index] : [];
  });
  await insertRows(
    writer,
    table,
    fresh.map((index) => ({ ...rows[index]?.key, ...wanted[index] })),
  );
  await updateRows(
    writer,
    table,
    differing.map((index) => ({ id: before.get(index)?.id ?? null, ...pick(wanted[index] ?? {}, compared) })),
  );
  const touched = new Set([...fresh, ...differing]);
  const after = touched.size === 0 ? before : await storedRows(writer, table, rows, keys, columns);
  return rows.map((_, index) => {
    const stored = after.get(index);
    const values = wanted[index] ?? {};
    if (!stored || changedFields(stored.values, values, compared).length > 0)
      throw new Error(`${table} does not hold what was written`);
    const old = before.get(index);
    if (!old) return { id: stored.id, status: 'created', fields: changedFields({}, values, [...told]) };
    const fields = changedFields(old.values, values, compared);
    return { id: stored.id, status: fields.length > 0 ? 'changed' : 'unchanged', fields };
  });
}

function wantedValues(row: WantedRow, stored: StoredRow | undefined, columns: readonly string[]): Values {
  return Object.fromEntries(
    columns.map((column) => [
      column,
      row.set[column] ??
        (row.set[column] === null
          ? null
          : stored
            ? stored.values[column]
            : (row.create?.[column] ?? row.stamp?.[column])) ??
        null,
    ]),
  );
}

function changedFields(before: Values, after: Values, columns: readonly string[]): ChangedField[] {
  return columns.flatMap((column) => {
    const old = before[column] ?? null;
    const now = after[column] ?? null;
    return old === now ? [] : [{ column, before: old, after: now }];
  });
}

function pick(values: Values, columns: readonly string[]): Values {
  return Object.fromEntries(columns.map((column) => [column, values[column] ?? null]));
}

/** Keyed by the position of the wanted row. */
async function storedRows(
  { tx, company_id }: RowWriter,
  table: WireTableName,
  rows: readonly WantedRow[],
  keys: readonly string[],
  columns: readonly string[],
): Promise<Map<number, StoredRow>> {
  const found = new Map<number, StoredRow>();
  const given = rows.map((row, i) => ({ i, ...row.key }));
  const on = keys.map((key) =>
    rows[0]?.key[key] === null ? sql`t.${sql.ref(key)} is null` : sql`t.${sql.ref(key)} = n.${sql.ref(key)}`,
  );
  const list = columns.length === 0 ? sql`` : sql`, ${sql.join(columns.map((column) => sql`t.${sql.ref(column)}`))}`;
  const { rows: stored } = await sql<Record<string, unknown> & { i: number; row_id: number }>`
    select n.i, t.id as row_id ${list}
    from jsonb_to_recordset(${JSON.stringify(given)}::text::jsonb) as n(i int, ${columnList(table, keys)})
    join ${sql.table(table)} t on t.company_id = ${company_id}::bigint and ${sql.join(on, sql` and `)}
    order by t.id`.execute(tx);
  for (const row of stored) {
    if (found.has(row.i)) continue;
    found.set(row.i, {
      id: row.row_id,
      values: Object.fromEntries(columns.map((column) => [column, plainValue(row[column])])),
    });
  }
  return found;
}

function plainValue(value: unknown): Value {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (value instanceof Date) return value.toISOString();
  throw new Error('a column holds a value that cannot be compared');
}

/** Rows that are new for certain. */
export async function insertRows(writer: RowWriter, table: WireTableName, rows: readonly Values[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first);
  const names = sql.join(columns.map((column) => sql.ref(column)));
  await sql`
    insert into ${sql.table(table)} (company_id, source, written_at, ${names})
    select ${writer.company_id}::bigint, ${writer.source}::text, ${writer.now}::timestamptz, ${names}
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as n(${columnList(table, columns)})`.execute(
    writer.tx,
  );
}

async function updateRows(writer: RowWriter, table: WireTableName, rows: readonly Values[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first).filter((column) => column !== 'id');
  const sets = sql.join(columns.map((column) => sql`${sql.ref(column)} = n.${sql.ref(column)}`));
  await sql`
    update ${sql.table(table)} t set ${sets}, written_at = ${writer.now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as n(id bigint, ${columnList(table, columns)})
    where t.id = n.id`.execute(writer.tx);
}

/** Names and types for a record set; `external_id` is the server's own, all others are the registry's. */
function columnList(table: WireTableName, columns: readonly string[]) {
  return sql.join(
    columns.map((name) => {
      const declared = wireTable(table).columns.find((column) => column.name === name);
      const type = name === 'id' ? 'bigint' : name === 'external_id' ? 'text' : declared && SQL_TYPES[declared.type];
      if (type === undefined) throw new Error(`${table} has no column ${name}`);
      return sql`${sql.ref(name)} ${sql.raw(type)}`;
    }),
  );
}
