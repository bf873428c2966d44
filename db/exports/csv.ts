/** A table as CSV, block by block as its rows are made. */
import { csvHead, csvLine } from '#domain/tables/csv.ts';
import type { Table } from './table.ts';

export { csvCell } from '#domain/tables/csv.ts';

export async function* csvChunks(table: Table): AsyncGenerator<Buffer> {
  yield Buffer.from(csvHead(table.columns));
  for await (const block of table.blocks) {
    let lines = '';
    for (const row of block) lines += csvLine(table.columns, row);
    yield Buffer.from(lines);
  }
}
