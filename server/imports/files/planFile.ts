/** A staged file read whole: which of its lines can be read, and the parts it is stored in. Nothing is written. */
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { ImportKind } from '#domain/imports/engine/kind.ts';
import { partsOf } from '#domain/imports/engine/parts.ts';
import {
  lineReader,
  type LinesRead,
  type ReadLine,
  type RefusedLine,
  readLines,
  type SourceLine,
} from '#domain/imports/engine/readLines.ts';
import { importKind } from '#domain/imports/kinds/kinds.ts';
import { FILE_PART_LINES } from '#domain/imports/kinds/sizes.ts';
import { HttpError } from '#server/http/errors.ts';
import { integerArray } from '#server/imports/arrayText.ts';
import type { Importer } from '#server/imports/importer.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';
import { companyOfFile, type FileCompany } from './companyOfFile.ts';
import type { Line } from './job.ts';

/** Rows fetched in one statement. */
const LINES_AT_ONCE = 5000;

export type StagedFile = Awaited<ReturnType<typeof stagedFile>>;

export interface FilePlan {
  readonly file: StagedFile;
  readonly kind: ImportKind;
  /** null = it is made with the first part. */
  readonly company: FileCompany | null;
  /** Fields the file has a column for. */
  readonly columns: ReadonlySet<string>;
  readonly lines: readonly (ReadLine | RefusedLine)[];
  /** As far as the lines alone tell. */
  readonly read: LinesRead;
  readonly whole: readonly Line<ReadLine['row']>[];
  readonly parts: readonly (readonly ReadLine[])[];
  /** Line number → the refused line it corrects. */
  readonly corrects: ReadonlyMap<number, number>;
  /** Of what was read: another staged line makes another. */
  readonly fingerprint: string;
}

/** Throws HttpError 404, 409 or 400 when this person has no such file under way. */
export async function planFile(
  db: ImportDatabase,
  importer: Importer,
  import_id: number,
  lines_a_part = FILE_PART_LINES,
): Promise<FilePlan> {
  const file = await stagedFile(db, importer, import_id);
  const company = await companyOfFile(db, importer, file);
  const kind = importKind(file.kind);
  const staged = await readStaged(db, file, kind, company);
  const read = readLines(kind, staged.lines, staged.currency);
  return {
    file,
    kind,
    company,
    columns: new Set([...Object.keys(file.map?.columns ?? {}), ...staged.columns]),
    lines: staged.lines,
    read,
    whole: read.accepted.map(asLine),
    parts: partsOf(kind, read.accepted, lines_a_part),
    corrects: staged.corrects,
    fingerprint: fingerprintOf([staged.lines.length, reasonsOf(read.refused)]),
  };
}

export async function stagedFile(db: ImportDatabase, importer: Importer, import_id: number) {
  const file = await db
    .selectFrom('import_file')
    .selectAll()
    .where('id', '=', import_id)
    .where('user_name', '=', importer.user_name)
    .executeTakeFirst();
  if (!file) throw new HttpError(404, 'not_found', 'There is no such import under way for you.');
  if (file.applied_at !== null) throw new HttpError(409, 'conflict', 'This import is applied already.');
  if (file.lines === 0) throw new HttpError(400, 'bad_arguments', 'The file has no lines.');
  return file;
}

export function asLine({ line, label, row }: ReadLine): Line<ReadLine['row']> {
  return { line_number: line.line_number, label, row };
}

export function reasonsOf(refused: readonly RefusedLine[]): [line_number: number, reason: string][] {
  return refused.map(({ line, reason }) => [line.line_number, reason]);
}

export function fingerprintOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}

interface StagedLines {
  readonly currency: string;
  readonly lines: readonly (ReadLine | RefusedLine)[];
  /** Fields of the maps that corrected lines were refused under. */
  readonly columns: readonly string[];
  readonly corrects: ReadonlyMap<number, number>;
}
interface StagedRow {
  readonly line_number: number;
  readonly fields: readonly string[];
  readonly raw: string | null;
  readonly problem: string | null;
  readonly refused_id: number | null;
  readonly first_import: number | null;
  readonly of_whole: boolean;
  /** The line it corrects was refused with the whole it belongs to. */
  readonly first_whole: boolean | null;
}

const OF_A_WHOLE =
  'The line is part of a bank’s file that was refused, so it cannot be put right alone. Import the corrected file, or dismiss its lines.';

/** Corrected lines are read with the map and header of the file they came from. */
async function readStaged(
  db: ImportDatabase,
  file: StagedFile,
  kind: ImportKind,
  company: FileCompany | null,
): Promise<StagedLines> {
  const currency = company?.currency ?? file.new_company?.currency;
  if (currency === undefined) throw new Error('the company of a file is neither there nor to be made');
  const readers = new Map<number | null, (line: SourceLine) => ReadLine | RefusedLine>();
  if (file.map) readers.set(null, lineReader(kind, file.map, file.header, currency));
  const columns: string[] = [];
  const corrects = new Map<number, number>();
  const lines: (ReadLine | RefusedLine)[] = [];
  for (let after = 0; ; ) {
    const { rows } = await sql<StagedRow>`
      select l.line_number, l.fields, l.raw, l.problem, l.refused_id, l.of_whole,
        r.import_id as first_import, r.of_whole as first_whole
      from import_file_line l left join import_refused r on r.id = l.refused_id
        and r.company_id = ${company?.id ?? null}::bigint and r.kind = ${file.kind} and r.state = 'open'
      where l.import_id = ${file.id}::bigint and l.line_number > ${after}::int
      order by l.line_number limit ${LINES_AT_ONCE}`.execute(db);
    const firsts = new Set(rows.flatMap(({ first_import }) => first_import ?? []));
    const unread = [...firsts].filter((id) => !readers.has(id));
    if (unread.length > 0) {
      const origins = await sql<{ id: number; header: readonly string[]; map: NonNullable<StagedFile['map']> }>`
        select id, header, map from import_file where id = any(${integerArray(unread)}::text::bigint[])`.execute(db);
      for (const { id, map, header } of origins.rows) {
        readers.set(id, lineReader(kind, map, header, currency));
        columns.push(...Object.keys(map.columns));
      }
    }
    for (const { line_number, fields, raw, problem, refused_id, first_import, of_whole, first_whole } of rows) {
      const reader = readers.get(first_import);
      if (!reader)
        throw new HttpError(409, 'conflict', `Line ${line_number} corrects a line that is no longer in quarantine.`);
      if (refused_id !== null) corrects.set(line_number, refused_id);
      const why = first_whole === true ? OF_A_WHOLE : (problem ?? undefined);
      lines.push(reader({ line_number, fields, raw: raw ?? undefined, problem: why, whole: of_whole }));
      after = line_number;
    }
    if (rows.length < LINES_AT_ONCE) return { currency, lines, columns, corrects };
    // An embedded database answers within the turn: without a pause nobody else would be heard until the end.
    await turn();
  }
}
