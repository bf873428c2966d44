/**
 * A staged file, run in one transaction: read, checked, written, quarantined, added up. A preview rolls it back; applying
 * commits it if it does exactly what the preview said.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import {
  type LinesRead,
  type ReadLine,
  type RefusedLine,
  lineReader,
  readLines,
  refuseMore,
  type SourceLine,
} from '#domain/imports/engine/readLines.ts';
import { tieOut } from '#domain/imports/engine/tie.ts';
import { importKind } from '#domain/imports/kinds/kinds.ts';
import { type FileImportOutcome, MAX_SHOWN_LINES } from '#contract/wire/fileImports.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import { HttpError } from '#server/http/errors.ts';
import { integerArray } from '#server/imports/arrayText.ts';
import { createCompany, mayImportArea } from '#server/imports/company.ts';
import { countReasons } from '#server/imports/importBlock.ts';
import type { Importer } from '#server/imports/importer.ts';
import type { ImportDatabase, ImportTransaction } from '#server/imports/schema.ts';
import { companyOfFile, type FileCompany } from './companyOfFile.ts';
import { createJob, type Line } from './job.ts';
import { kindStore } from './kindStores.ts';
import { keepRefusedLines, settleRefused } from './refusedLines.ts';

class RolledBack extends Error {
  readonly outcome: FileImportOutcome;
  constructor(outcome: FileImportOutcome) {
    super('a preview writes nothing');
    this.outcome = outcome;
  }
}

export interface FileRun {
  readonly db: ImportDatabase;
  readonly importer: Importer;
  readonly import_id: number;
  readonly now: Date;
  readonly crashAt: CrashAt;
}

export async function previewFile(run: FileRun): Promise<FileImportOutcome> {
  try {
    await run.db.transaction().execute(async (tx) => {
      throw new RolledBack(await runInTransaction(tx, run, null));
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.outcome;
    throw error;
  }
  throw new Error('a preview was committed');
}

/** Throws HttpError 409 when the file would do something else than the preview with that fingerprint said. */
export async function applyFile(run: FileRun, fingerprint: string): Promise<FileImportOutcome> {
  const outcome = await run.db.transaction().execute(async (tx) => {
    const done = await runInTransaction(tx, run, fingerprint);
    run.crashAt('server.import.before_commit');
    return done;
  });
  run.crashAt('server.import.committed');
  return outcome;
}

type StagedFile = Awaited<ReturnType<typeof stagedFile>>;

async function stagedFile(tx: ImportTransaction, { importer, import_id }: FileRun) {
  const file = await tx
    .selectFrom('import_file')
    .selectAll()
    .where('id', '=', import_id)
    .where('user_name', '=', importer.user_name)
    .forUpdate()
    .executeTakeFirst();
  if (!file) throw new HttpError(404, 'not_found', 'There is no such import under way for you.');
  if (file.applied_at !== null) throw new HttpError(409, 'conflict', 'This import is applied already.');
  if (file.lines === 0) throw new HttpError(400, 'bad_arguments', 'The file has no lines.');
  return file;
}

async function runInTransaction(
  tx: ImportTransaction,
  run: FileRun,
  expected: string | null,
): Promise<FileImportOutcome> {
  const { importer, import_id, now } = run;
  // Every look-up of an import is by key. Without statistics (a fresh table, no autovacuum in PGlite) the planner would
  // rather read whole tables.
  await sql`set local enable_seqscan = off`.execute(tx);
  const file = await stagedFile(tx, run);
  // Imports into one company take turns: each sees all of the other's rows or none.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`import-file:${file.company_code}`}, 0))`.execute(tx);
  const company = (await companyOfFile(tx, importer, file)) ?? (await newCompany(tx, importer, file, now));
  const kind = importKind(file.kind);
  const columns = new Set(Object.keys(file.map?.columns ?? {}));
  const writer = { tx, company_id: company.id, source: file.source, now };
  const lines = await readStaged(tx, file, company);
  for (const { columns: more } of lines.maps) for (const name of more) columns.add(name);
  const job = createJob(writer, {
    currency: company.currency,
    columns,
    complete: file.complete,
    make_missing: file.make_missing,
    see_cost: mayImportArea(importer, company.id, 'cost'),
  });
  const store = kindStore(file.kind);
  const readable = readLines(kind, lines.read);
  const read = refuseMore(kind, readable, await store.check(job, readable.accepted.map(asLine)));
  await store.store(job, read.accepted.map(asLine), read.refused.length);
  const settled_earlier = await settleQuarantine(tx, file, company, lines.corrects, read, now);
  const settled = await job.changes.finish(writer);
  const { created, changed, outside } = settled;
  const counts = {
    lines: lines.read.length,
    created: created.length,
    changed: changed.length,
    unchanged: read.accepted.length - created.length - changed.length,
    quarantined: read.refused.length,
    settled_earlier,
    outside: outside.length,
  };
  const tie = tieOut(
    kind,
    columns,
    lines.read.map(({ amounts }) => amounts),
    read,
  );
  const fingerprint = fingerprintOf([settled, read.refused.map(({ line, reason }) => [line.line_number, reason])]);
  if (expected !== null && expected !== fingerprint) {
    throw new HttpError(
      409,
      'conflict',
      'The data changed since the preview: this file would do something else now. Nothing was applied; look at the new preview.',
    );
  }
  if (expected !== null) await finishFile(tx, file.id, company.id, { counts, tie }, now);
  return {
    import_id,
    kind: file.kind,
    applied: expected !== null,
    file_name: file.file_name,
    company: { code: company.code, name: company.name, currency: company.currency, created: company.created },
    counts,
    made: [...job.lookups.made].map(([what, codes]) => ({ what: what.replace('gl_', ''), codes: codes.slice(0, 100) })),
    tie,
    flagged: job.changes.flags.slice(0, MAX_SHOWN_LINES),
    flags: job.changes.flags.length,
    reasons: Object.entries(
      countReasons(
        {},
        read.refused.map(({ reason }) => reason),
      ),
    )
      .map(([reason, count]) => ({ reason, lines: count }))
      .toSorted((a, b) => b.lines - a.lines),
    created: created.slice(0, MAX_SHOWN_LINES),
    changed: [...changed, ...outside].slice(0, MAX_SHOWN_LINES),
    quarantined: read.refused.slice(0, MAX_SHOWN_LINES).map(({ line, label, reason }) => ({
      line_number: line.line_number,
      label,
      reason,
      fields: line.fields.slice(0, 60).map((field) => field.slice(0, 200)),
    })),
    fingerprint,
  };
}

function asLine({ line, label, row }: ReadLine): Line<ReadLine['row']> {
  return { line_number: line.line_number, label, row };
}

async function newCompany(
  tx: ImportTransaction,
  importer: Importer,
  file: StagedFile,
  now: Date,
): Promise<FileCompany> {
  if (!file.new_company) throw new Error('the company of a file is neither there nor to be made');
  return await createCompany(tx, importer, { code: file.company_code, source: file.source, ...file.new_company }, now);
}

interface StagedLines {
  readonly read: readonly (ReadLine | RefusedLine)[];
  /** Fields of the maps that corrected lines were refused under. */
  readonly maps: readonly { readonly columns: readonly string[] }[];
  /** Line number → the refused line it corrects. */
  readonly corrects: ReadonlyMap<number, number>;
}

/** Corrected lines are read with the map and header of the file they came from. */
async function readStaged(tx: ImportTransaction, file: StagedFile, company: FileCompany): Promise<StagedLines> {
  const { rows } = await sql<{
    line_number: number;
    fields: readonly string[];
    raw: string | null;
    problem: string | null;
    refused_id: number | null;
    first_import: number | null;
  }>`
    select l.line_number, l.fields, l.raw, l.problem, l.refused_id, r.import_id as first_import
    from import_file_line l left join import_refused r on r.id = l.refused_id
      and r.company_id = ${company.id}::bigint and r.kind = ${file.kind} and r.state = 'open'
    where l.import_id = ${file.id}::bigint order by l.line_number`.execute(tx);
  const firsts = [...new Set(rows.flatMap(({ first_import }) => first_import ?? []))];
  const origins = await sql<{ id: number; header: readonly string[]; map: NonNullable<StagedFile['map']> }>`
    select id, header, map from import_file where id = any(${integerArray(firsts)}::text::bigint[])`.execute(tx);
  const kind = importKind(file.kind);
  const readers = new Map<number | null, (line: SourceLine) => ReadLine | RefusedLine>();
  if (file.map) readers.set(null, lineReader(kind, file.map, file.header, company.currency));
  for (const { id, map, header } of origins.rows) readers.set(id, lineReader(kind, map, header, company.currency));
  const corrects = new Map<number, number>();
  const read = rows.map(({ line_number, fields, raw, problem, refused_id, first_import }) => {
    const reader = readers.get(first_import);
    if (!reader)
      throw new HttpError(409, 'conflict', `Line ${line_number} corrects a line that is no longer in quarantine.`);
    if (refused_id !== null) corrects.set(line_number, refused_id);
    return reader({ line_number, fields, raw: raw ?? undefined, problem: problem ?? undefined });
  });
  return { read, maps: origins.rows.map(({ map }) => ({ columns: Object.keys(map.columns) })), corrects };
}

/** A correction that fails leaves the line in quarantine as its file had it. */
async function settleQuarantine(
  tx: ImportTransaction,
  file: StagedFile,
  company: FileCompany,
  corrects: ReadonlyMap<number, number>,
  read: LinesRead,
  now: Date,
): Promise<number> {
  if (file.mode === 'file')
    return await keepRefusedLines(tx, { company_id: company.id, kind: file.kind }, file.id, read, now);
  const corrected = read.accepted.flatMap(({ line }) => corrects.get(line.line_number) ?? []);
  await settleRefused(tx, corrected, 'corrected', now);
  return 0;
}

function fingerprintOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}

async function finishFile(
  tx: ImportTransaction,
  id: number,
  company_id: number,
  outcome: Pick<FileImportOutcome, 'counts' | 'tie'>,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('import_file')
    .set({ applied_at: now, company_id, outcome: JSON.stringify(outcome) })
    .where('id', '=', id)
    .execute();
  await tx.deleteFrom('import_file_line').where('import_id', '=', id).execute();
}
