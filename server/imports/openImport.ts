/** The beginning and the end of an import. */
import { NO_CURRENCY } from '#domain/money.ts';
import { sql } from 'kysely';
import { reportedTotals } from '#domain/imports/orders/totals.ts';
import type { OpenOrderImport, OrderImportOpened, OrderImportReport } from '#contract/wire/imports.ts';
import { HttpError } from '#server/http/errors.ts';
import { companyForImport, importableCompany, ownCompanyCode } from './company.ts';
import { batchTotals, type ImportSession } from './importBlock.ts';
import type { Importer } from './importer.ts';
import { tellImport } from './importTrail.ts';
import { lineParsers } from './readLines.ts';
import type { ImportDatabase } from './schema.ts';

/** Finds or makes the company and records the batch; nothing is written when the map does not fit the header. */
export async function openImport(
  db: ImportDatabase,
  importer: Importer,
  request: OpenOrderImport,
  now: Date,
): Promise<OrderImportOpened> {
  if ((request.mode === 'file') !== (request.map !== null)) {
    throw new HttpError(400, 'bad_arguments', 'A file needs a map; corrected lines bring none.');
  }
  if (new Set(request.header).size !== request.header.length) {
    throw new HttpError(400, 'bad_arguments', 'Two columns of the file have the same name.');
  }
  if (request.map) lineParsers(request.header, NO_CURRENCY)('file', request.map);
  return await db.transaction().execute(async (tx) => {
    const company =
      request.mode === 'retry'
        ? await importableCompany(tx, importer, request.company_code ?? ownCompanyCode(request.source))
        : await companyForImport(tx, importer, request, now);
    const { id } = await tx
      .insertInto('import_batch')
      .values({
        company_id: company.id,
        source: request.source,
        mode: request.mode,
        file_name: request.file_name,
        header: JSON.stringify(request.header),
        map: request.map === null ? null : JSON.stringify(request.map),
        user_name: importer.user_name,
        opened_at: now,
        finished_at: null,
        last_answer: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { file_name: file, source, mode } = request;
    const detail = { file, source, mode, import: id };
    await tellImport(tx, importer, now, { kind: 'import_begun', company_id: company.id, what: 'orders', detail });
    return { import_id: id, company };
  });
}

/** Smaller imports do not change what the planner should do. */
const ANALYZE_FROM_LINES = 5000;

/** The report, exact to the last digit. */
export async function finishImport(
  db: ImportDatabase,
  session: ImportSession,
  importer: Importer,
  now: Date,
): Promise<OrderImportReport> {
  const batch = await db.transaction().execute(async (tx) => {
    const finished = await tx
      .updateTable('import_batch')
      .set({ finished_at: now })
      .where('id', '=', session.batch_id)
      .where('finished_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (finished) {
      const { id, company_id, file_name: file, source, mode, lines, created, changed, quarantined } = finished;
      const detail = { file, source, mode, lines, created, changed, quarantined, import: id };
      await tellImport(tx, importer, now, { kind: 'file_imported', company_id, what: 'orders', detail });
    }
    return finished;
  });
  if (!batch) throw new HttpError(409, 'conflict', 'This import is finished.');
  // PGlite has no autovacuum: the planner learns here what the tables hold now.
  if (batch.created >= ANALYZE_FROM_LINES) await sql`analyze sales_order, order_line, item, party`.execute(db);
  return {
    totals: reportedTotals(batchTotals(batch)),
    changed: batch.changed,
    corrected_earlier: batch.corrected_earlier,
    reasons: Object.entries(batch.reasons)
      .map(([reason, lines]) => ({ reason, lines }))
      .toSorted((a, b) => b.lines - a.lines),
  };
}
