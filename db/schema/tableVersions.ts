/**
 * A number a table that rises with every transaction that changes its rows: what a reader computed of some tables holds
 * as long as theirs stand still, whatever else is written to the file (a heartbeat, a note, a block of columns).
 */
import { WIRE_TABLES, type WireTableName, wireTable } from '#contract/wire/tables.ts';
import type { Connection } from '#db/connection.ts';

export function tableVersionDdl(): string[] {
  return [
    'CREATE TABLE table_version (tbl INTEGER PRIMARY KEY, version INTEGER NOT NULL) STRICT',
    `INSERT INTO table_version (tbl, version) VALUES ${WIRE_TABLES.map((table) => `(${table.id}, 1)`).join(', ')}`,
  ];
}

/** Called by whoever writes rows, in the transaction that writes them. */
export function raiseVersions(replica: Connection, tables: Iterable<WireTableName>): void {
  const raise = replica.prepare('UPDATE table_version SET version = version + 1 WHERE tbl = ?');
  for (const name of tables) {
    if (raise.run(wireTable(name).id).changes !== 1) throw new Error(`${name} has no version`);
  }
}
