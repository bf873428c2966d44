/**
 * Encoding `columns` of a snapshot. SQL answers each column as JSON text: the embedded engine does it twice as fast as
 * building rows, a client decodes whole columns several times as fast, and what repeats lies side by side for zstd.
 */
import { hash } from 'node:crypto';
import { sql } from 'kysely';
import type { SnapshotBlock } from '#contract/wire/protocol.ts';
import type { WireColumn, WireTable } from '#contract/wire/tables.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { wireValue } from './image.ts';

type Id = string | number;
type Run = readonly [bucket: number, rows: number];

export interface ColumnBlock {
  /** The two lines, with their line ends; empty when there are no more rows. */
  readonly text: string;
  readonly rows: number;
  /** In the order asked for. */
  readonly runs: readonly Run[];
  readonly last_id: Id | null;
}
const NOTHING: ColumnBlock = { text: '', rows: 0, runs: [], last_id: null };

/**
 * Up to `limit` rows of the buckets, in the order asked for and by id, the first bucket behind `after`. The nested loop
 * stops at the limit, so that a read is short however large the buckets are, and needs no counting beforehand.
 */
export async function readColumnBlock(
  db: Database,
  table: WireTable,
  buckets: readonly number[],
  after: Id | null,
  limit: number,
): Promise<ColumnBlock> {
  const isText = table.idType === 'text';
  if (after !== null && (typeof after === 'string') !== isText) {
    throw new HttpError(400, 'bad_arguments', `An id of ${table.name} is ${table.idType}.`);
  }
  const type = sql.raw(isText ? 'text' : 'bigint');
  const beforeAll = sql.raw(isText ? `''` : `'-9223372036854775808'::bigint`);
  const lists = ['t.ver::text', ...table.columns.map(valueSql)].map((value) => `string_agg(${value}, ',')`);
  const { rows } = await sql<{ rows: number; buckets: string; ids: string; rest: string }>`
    select count(*)::int as rows, string_agg(t.bucket::text, ',') as buckets,
      string_agg(${sql.raw(isText ? 'to_json(t.id)::text' : 't.id::text')}, ',') as ids,
      concat_ws('],[', ${sql.raw(lists.join(', '))}) as rest
    from (select t.* from unnest(${buckets}::int[]) with ordinality as b(bucket, nth)
      cross join lateral (select t.* from ${sql.table(table.name)} t
        where t.bucket = b.bucket
          and t.id > coalesce(case when b.nth = 1 then ${after}::${type} end, ${beforeAll})
        order by t.id limit ${limit}) t
      limit ${limit}) t`.execute(db);
  const part = rows[0];
  if (!part || part.rows === 0) return NOTHING;
  const runs = runsOf(part.buckets.split(','), buckets);
  const last_id = lastOf(part.ids);
  const line = `[[${part.ids}],[${part.rest}]]`;
  const end: SnapshotBlock = { block: { rows: part.rows, runs, last_id, hash: hash('sha256', line) } };
  return { text: `${line}\n${JSON.stringify(end)}\n`, rows: part.rows, runs, last_id };
}

/** A JSON value of a column; null is written out, since an aggregate passes over it. */
function valueSql(column: WireColumn): string {
  const value = wireValue('t', column);
  const text = column.type === 'text' || column.type === 'json' ? `to_json(${value})::text` : `(${value})::text`;
  return column.nullable ? `coalesce(${text}, 'null')` : text;
}

/** Asserted, because only the plan promises it: buckets follow each other as asked, and none comes twice. */
function runsOf(perRow: readonly string[], asked: readonly number[]): readonly Run[] {
  const runs: [number, number][] = [];
  let at = 0;
  for (let from = 0; from < perRow.length; ) {
    const text = perRow[from];
    let to = from + 1;
    while (to < perRow.length && perRow[to] === text) to++;
    const bucket = Number(text);
    while (at < asked.length && asked[at] !== bucket) at++;
    if (at === asked.length) throw new Error('a snapshot read its buckets out of order');
    at += 1;
    runs.push([bucket, to - from]);
    from = to;
  }
  return runs;
}

function lastOf(ids: string): Id {
  const text = ids.slice(ids.lastIndexOf(',') + 1);
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'string' && typeof value !== 'number') throw new Error('an id is neither text nor a number');
  return value;
}
