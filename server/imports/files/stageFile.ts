/** The beginning of an import of a file: what it is, and its lines, staged until they are applied or forgotten. */
import { NO_CURRENCY } from '#domain/money.ts';
import { sql } from 'kysely';
import { lineReader } from '#domain/imports/engine/readLines.ts';
import { importKind } from '#domain/imports/kinds/kinds.ts';
import { MAX_FILE_LINES } from '#domain/imports/kinds/sizes.ts';
import type {
  FileImportBlock,
  FileImportOpened,
  FileImportStaged,
  OpenFileImport,
} from '#contract/wire/fileImports.ts';
import { HttpError } from '#server/http/errors.ts';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import type { Importer } from '#server/imports/importer.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';
import { companyOfFile } from './companyOfFile.ts';
import { storable } from './refusedLines.ts';

/** Staged lines nobody applied are forgotten after this time. */
export const FORGET_AFTER_MS = 24 * 3_600_000;

/** Nothing but the staged file is written; throws HttpError 400, 403 or 404 when it could never be applied. */
export async function openFile(
  db: ImportDatabase,
  importer: Importer,
  request: OpenFileImport,
  now: Date,
): Promise<FileImportOpened> {
  const kind = importKind(request.kind);
  if ((request.mode === 'file') !== (request.map !== null))
    throw new HttpError(400, 'bad_arguments', 'A file needs a map; corrected lines bring none.');
  if (new Set(request.header).size !== request.header.length)
    throw new HttpError(400, 'bad_arguments', 'Two columns of the file have the same name.');
  if (request.complete && request.kind !== 'stock')
    throw new HttpError(400, 'bad_arguments', 'Only a file of stock balances can be complete.');
  if (request.map) {
    for (const field of Object.keys(request.map.columns)) {
      if (!kind.fields.some(({ name }) => name === field))
        throw new HttpError(
          400,
          'bad_arguments',
          `The map names the field "${field}", which ${kind.many} do not have.`,
        );
    }
    const missing = kind.fields.find(
      ({ name, required }) => required === true && request.map?.columns[name] === undefined,
    );
    if (missing) throw new HttpError(400, 'bad_arguments', `The map has no column for the ${missing.label}.`);
    const lacks = kind.lacks?.(new Set(Object.keys(request.map.columns)));
    if (lacks != null) throw new HttpError(400, 'bad_arguments', lacks);
    try {
      lineReader(kind, request.map, request.header, NO_CURRENCY);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new HttpError(400, 'bad_arguments', `The map does not fit: ${error.message}.`);
    }
  }
  await companyOfFile(db, importer, request);
  await sql`delete from import_file where applied_at is null and opened_at < ${new Date(now.getTime() - FORGET_AFTER_MS)}::timestamptz`.execute(
    db,
  );
  const { id } = await db
    .insertInto('import_file')
    .values({
      kind: request.kind,
      company_code: request.company_code,
      company_id: null,
      new_company: request.new_company === null ? null : JSON.stringify(request.new_company),
      source: request.source,
      mode: request.mode,
      complete: request.complete,
      make_missing: request.make_missing,
      file_name: storable(request.file_name),
      header: JSON.stringify(request.header.map(storable)),
      map: request.map === null ? null : JSON.stringify(request.map),
      user_name: importer.user_name,
      opened_at: now,
      applied_at: null,
      outcome: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { import_id: id };
}

/** Throws HttpError 409 when the block is not the next one; the last one sent again is staged once. */
export async function stageBlock(
  db: ImportDatabase,
  user_name: string,
  import_id: number,
  block: FileImportBlock,
): Promise<FileImportStaged> {
  return await db.transaction().execute(async (tx) => {
    const file = await tx
      .selectFrom('import_file')
      .select(['last_block', 'lines', 'mode'])
      .where('id', '=', import_id)
      .where('user_name', '=', user_name)
      .where('applied_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (!file) throw new HttpError(404, 'not_found', 'There is no such import under way for you.');
    if (block.block === file.last_block) return { lines: file.lines };
    if (block.block !== file.last_block + 1)
      throw new HttpError(409, 'conflict', `The import expects block ${file.last_block + 1}, not ${block.block}.`);
    const lines = file.lines + block.lines.length;
    if (lines > MAX_FILE_LINES)
      throw new HttpError(
        413,
        'too_large',
        `A file of this kind has at most ${MAX_FILE_LINES.toLocaleString('en-GB')} lines. Split it; a complete file of stock only between sites.`,
      );
    if (block.lines.some(({ refused_id }) => (refused_id !== undefined) !== (file.mode === 'retry')))
      throw new HttpError(400, 'bad_arguments', 'Corrected lines, and only those, name the line they correct.');
    const { rows } = await sql<{ line_number: number }>`
      insert into import_file_line (import_id, line_number, fields, raw, problem, refused_id, of_whole)
      select ${import_id}::bigint, line_number, fields::jsonb, raw, problem, refused_id, of_whole = 1
      from unnest(${integerArray(block.lines.map(({ line_number }) => line_number))}::text::int[],
        ${textArray(block.lines.map(({ fields }) => JSON.stringify(fields.map(storable))))}::text::text[],
        ${textArray(block.lines.map(({ raw }) => (raw === undefined ? null : storable(raw))))}::text::text[],
        ${textArray(block.lines.map(({ problem }) => problem ?? null))}::text::text[],
        ${integerArray(block.lines.map(({ refused_id }) => refused_id ?? null))}::text::bigint[],
        ${integerArray(block.lines.map(({ whole }) => (whole === true ? 1 : 0)))}::text::int[])
        as n(line_number, fields, raw, problem, refused_id, of_whole)
      on conflict do nothing returning line_number`.execute(tx);
    if (rows.length !== block.lines.length)
      throw new HttpError(400, 'bad_arguments', 'Two lines of the file have the same number.');
    await tx.updateTable('import_file').set({ last_block: block.block, lines }).where('id', '=', import_id).execute();
    return { lines };
  });
}
