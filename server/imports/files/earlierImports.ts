/** What was imported before: applied files, and orders in the blocks they came in. */
import { importKind, KIND_NAMES } from '#domain/imports/kinds/kinds.ts';
import type { EarlierImport, FileImportPage } from '#contract/wire/fileImports.ts';
import { mayImport, mayImportArea } from '#server/imports/company.ts';
import type { Importer } from '#server/imports/importer.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';

/** Imports into companies this person may import into, newest first. */
export async function earlierImports(db: ImportDatabase, importer: Importer, limit: number): Promise<FileImportPage> {
  const companies = await db.selectFrom('company').select('id').execute();
  const mine = companies.map(({ id }) => id).filter((id) => mayImport(importer, id));
  if (mine.length === 0) return { imports: [] };
  const some = [...(await appliedFiles(db, importer, mine, limit)), ...(await finishedOrders(db, mine, limit))];
  const imports = some.toSorted((a, b) => b.applied_at_ms - a.applied_at_ms || b.import_id - a.import_id);
  return { imports: imports.slice(0, limit) };
}

async function appliedFiles(
  db: ImportDatabase,
  importer: Importer,
  mine: readonly number[],
  limit: number,
): Promise<EarlierImport[]> {
  const books = mine.filter((id) => mayImportArea(importer, id, 'finance'));
  const costs = new Set(mine.filter((id) => mayImportArea(importer, id, 'cost')));
  const open = KIND_NAMES.filter((name) => importKind(name).area === 'general');
  const rows = await db
    .selectFrom('import_file')
    .select(['id', 'kind', 'mode', 'file_name', 'company_id', 'company_code', 'user_name', 'applied_at', 'outcome'])
    .where('applied_at', 'is not', null)
    .where((eb) =>
      eb.or([
        eb('company_id', 'in', mine).and('kind', 'in', open),
        ...(books.length > 0 ? [eb('company_id', 'in', books)] : []),
      ]),
    )
    .orderBy('applied_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.flatMap(({ id, company_id, applied_at, outcome, ...rest }) => {
    if (!applied_at || !outcome) return [];
    const tie = costs.has(company_id ?? 0) ? outcome.tie : [];
    return [{ import_id: id, ...rest, counts: outcome.counts, tie, applied_at_ms: applied_at.getTime() }];
  });
}

async function finishedOrders(db: ImportDatabase, mine: readonly number[], limit: number): Promise<EarlierImport[]> {
  const rows = await db
    .selectFrom('import_batch as b')
    .innerJoin('company as c', 'c.id', 'b.company_id')
    .selectAll('b')
    .select('c.code')
    .where('b.company_id', 'in', mine)
    .where('b.finished_at', 'is not', null)
    .orderBy('b.finished_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map((batch) => ({
    import_id: batch.id,
    kind: 'orders',
    mode: batch.mode,
    file_name: batch.file_name,
    company_code: batch.code,
    user_name: batch.user_name,
    applied_at_ms: batch.finished_at?.getTime() ?? 0,
    counts: {
      lines: batch.lines,
      created: batch.created,
      changed: batch.changed,
      unchanged: batch.imported - batch.created - batch.changed,
      quarantined: batch.quarantined,
      settled_earlier: batch.corrected_earlier,
      outside: 0,
    },
    tie: [
      {
        label: 'Amount',
        source: batch.source_total,
        imported: batch.imported_total,
        quarantined: batch.quarantined_total,
        unreadable: 0,
      },
    ],
  }));
}
