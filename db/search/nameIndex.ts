/** The writing side of the search index: names put in by portions, and all of them taken out at once. */
import type { WireTable } from '#contract/wire/tables.ts';
import type { Connection } from '#db/connection.ts';
import {
  isNamedTable,
  keyRange,
  NAMED_TABLES,
  type NamedRow,
  namedRowsSql,
  type NameText,
  nameText,
  tableNumber,
} from './names.ts';

/** Beyond this, taking all out and reading the rest anew is faster than one by one (1:20). */
const LOST_AT_ONCE = 500;

interface NameEntry extends NameText {
  readonly key: number;
  readonly tbl: number;
  readonly row: NamedRow;
}

export interface NameIndex {
  /** Puts up to `rows` noted names in, in one transaction; answers how many are still noted. */
  putIn(rows: number): number;
}

export function createNameIndex(replica: Connection): NameIndex {
  const noted = replica.prepare<[number], { tbl: number; id: number }>('SELECT tbl, id FROM search_pending LIMIT ?');
  const unnote = replica.prepare('DELETE FROM search_pending WHERE tbl = ? AND id = ?');
  const left = replica.prepare<[], number>('SELECT count(*) FROM search_pending').pluck();
  const rowOf = new Map(
    NAMED_TABLES.map((table) => [
      tableNumber(table.name),
      replica.prepare<[number], NamedRow>(`${namedRowsSql(table)} WHERE id = ?`),
    ]),
  );
  const lastKey = replica
    .prepare<[number, number], number | null>('SELECT max(key) FROM search_name WHERE key BETWEEN ? AND ?')
    .pluck();
  const lastSeq = replica.prepare<[], number>('SELECT last_seq FROM search_state').pluck();
  const keepSeq = replica.prepare('UPDATE search_state SET last_seq = ?');
  const insertName = replica.prepare(
    'INSERT INTO search_name (key, seq, tbl, id, company_id, active, code, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertGrams = replica.prepare('INSERT INTO search_gram (rowid, text) VALUES (?, ?)');

  const putIn = (rows: number): void => {
    const taken = noted.all(rows);
    const lastKeys = new Map<number, number>();
    const entries: NameEntry[] = [];
    for (const { tbl, id } of taken) {
      const row = rowOf.get(tbl)?.get(id);
      if (!row) continue;
      const range = keyRange(row.kind, row.company_id, row.active !== 0);
      const key = (lastKeys.get(range.first) ?? lastKey.get(range.first, range.last) ?? range.first) + 1;
      lastKeys.set(range.first, key);
      entries.push({ key, tbl, row, ...nameText(row) });
    }
    let seq = lastSeq.get() ?? 0;
    // FTS5 gathers rows as long as their keys rise, and writes a piece of index whenever one does not
    for (const { key, tbl, row, code, text } of entries.toSorted((a, b) => a.key - b.key)) {
      seq += 1;
      insertName.run(key, seq, tbl, row.id, row.company_id, row.active, code, text);
      insertGrams.run(key, text);
    }
    for (const { tbl, id } of taken) unnote.run(tbl, id);
    keepSeq.run(seq);
  };

  return {
    putIn: (rows) => {
      if ((left.get() ?? 0) === 0) return 0;
      replica.transaction(putIn).immediate(rows);
      return left.get() ?? 0;
    },
  };
}

/**
 * To be called before rows of a table are removed by the bucket, in the same transaction: when they are many, every
 * name is taken out at once and what stays is noted to be put in again.
 */
export function beforeLosing(replica: Connection, table: WireTable, count: () => number): void {
  if (!isNamedTable(table.name)) return;
  const rows = count();
  if (rows === 0) return;
  if (rows <= LOST_AT_ONCE) replica.exec('UPDATE search_state SET life = life + 1');
  else forgetNames(replica);
}

/** Takes every name out and notes every row; inside the caller's transaction. */
export function forgetNames(replica: Connection): void {
  replica.exec("INSERT INTO search_gram (search_gram) VALUES ('delete-all')");
  replica.exec('DELETE FROM search_name');
  replica.exec('UPDATE search_state SET life = life + 1');
  for (const { name } of NAMED_TABLES) {
    replica.exec(
      `INSERT INTO search_pending (tbl, id) SELECT ${tableNumber(name)}, id FROM ${name} WHERE true ON CONFLICT DO NOTHING`,
    );
  }
}
