/** One export from question to sealed file. Runs wherever a reader is: a child process, or a reader thread. */
import type { ExportFormat } from '#contract/actions.ts';
import type { Connection } from '#db/connection.ts';
import type { QueryContext } from '#db/queries/context.ts';
import { aboutRows, type MadeBy } from './about.ts';
import { csvChunks } from './csv.ts';
import { writeSealed } from './sealedFile.ts';
import type { Table } from './table.ts';
import type { TableQuestion } from './makeTable.ts';
import { rowsOfQuery } from './tables.ts';
import { xlsxChunks } from './xlsx/workbook.ts';

export interface ExportJob extends TableQuestion {
  readonly format: ExportFormat;
  readonly file: string;
  readonly key_hex: string;
  readonly made: MadeBy;
}

export interface ExportedFile {
  readonly rows: number;
  readonly bytes: number;
}

/** Throws `bad_arguments` as the query would. Nothing is held but the block of rows at hand. */
export async function writeExport(context: QueryContext, reader: Connection, job: ExportJob): Promise<ExportedFile> {
  const found = await rowsOfQuery(context, reader, job);
  const about = await aboutRows(context, job, found, job.made);
  let rows = 0;
  async function* counted() {
    for await (const block of found.blocks) {
      context.checkCancelled();
      rows += block.length;
      yield block;
    }
  }
  const table: Table = {
    name: found.name,
    columns: found.columns,
    blocks: counted(),
    about: () => [...about, ['Number of rows', String(rows)]],
  };
  const chunks = job.format === 'xlsx' ? xlsxChunks(table) : csvChunks(table);
  const bytes = await writeSealed(job.file, job.key_hex, chunks);
  return { rows, bytes };
}
