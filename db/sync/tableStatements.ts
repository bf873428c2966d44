/** The prepared statements that write one table of the copy. */
import type { ImageValue, RowImage } from '#contract/wire/image.ts';
import type { WireTable } from '#contract/wire/tables.ts';
import type { Connection } from '#db/connection.ts';
import type { ColumnBlock } from './columnBlock.ts';

/** Rows of one INSERT: fewer calls into SQLite, well below its limit of bound values. */
const ROWS_TOGETHER = 16;

export interface TableStatements {
  readonly upsert: (id: string | number, ver: number, bucket: number, image: RowImage) => void;
  /** The block's rows of wanted buckets; returns how many. */
  readonly upsertBlock: (block: ColumnBlock, wanted: ReadonlySet<number>) => number;
  readonly remove: (id: string | number, bucket: number) => number;
  readonly clear: (bucket: number) => number;
  readonly count: (bucket: number) => number;
}

export function tableStatements(replica: Connection, table: WireTable): TableStatements {
  const names = ['id', 'ver', 'bucket', ...table.columns.map((column) => column.name)];
  const values = `(${names.map(() => '?').join(', ')})`;
  const upsertSql = (rows: number): string =>
    `INSERT INTO ${table.name} (${names.join(', ')}) VALUES ${Array.from({ length: rows }, () => values).join(', ')}
     ON CONFLICT (id) DO UPDATE SET ${names
       .slice(1)
       .map((name) => `${name} = excluded.${name}`)
       .join(', ')}`;
  const one = replica.prepare(upsertSql(1));
  let several: typeof one | undefined;
  const remove = replica.prepare(`DELETE FROM ${table.name} WHERE id = ? AND bucket = ?`);
  const clear = replica.prepare(`DELETE FROM ${table.name} WHERE bucket = ?`);
  const count = replica.prepare(`SELECT count(*) FROM ${table.name} WHERE bucket = ?`).pluck();

  const upsertBlock = (block: ColumnBlock, wanted: ReadonlySet<number>): number => {
    several ??= replica.prepare(upsertSql(ROWS_TOGETHER));
    const { ids, vers, columns } = block;
    const width = names.length;
    const bound = Array.from({ length: width * ROWS_TOGETHER }, (): ImageValue => null);
    let filled = 0;
    let written = 0;
    let row = 0;
    for (const [bucket, rows] of block.runs) {
      const end = row + rows;
      if (!wanted.has(bucket)) {
        row = end;
        continue;
      }
      for (; row < end; row++) {
        bound[filled] = ids[row] ?? null;
        bound[filled + 1] = vers[row] ?? null;
        bound[filled + 2] = bucket;
        let at = filled + 3;
        for (const column of columns) bound[at++] = column[row] ?? null;
        filled = at;
        if (filled === bound.length) {
          several.run(bound);
          filled = 0;
        }
      }
      written += rows;
    }
    for (let at = 0; at < filled; at += width) one.run(bound.slice(at, at + width));
    return written;
  };

  return {
    upsert: (id, ver, bucket, image) => {
      one.run(id, ver, bucket, ...image);
    },
    upsertBlock,
    remove: (id, bucket) => remove.run(id, bucket).changes,
    clear: (bucket) => clear.run(bucket).changes,
    count: (bucket) => Number(count.get(bucket)),
  };
}
