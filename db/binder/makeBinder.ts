/** A binder from the copy to one archive: PDF, workbook, the rows behind every figure, the manifest and its hash. */
import { isoMonth } from '#domain/calendar.ts';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { type ArchiveFile, writeArchive } from '#domain/close/binder/archive.ts';
import { type SinceKept, sinceKept } from '#domain/close/binder/kept.ts';
import { MOST_EVIDENCE_BYTES } from '#domain/close/evidence.ts';
import {
  type BinderManifest,
  byCharacters,
  MANIFEST_FILE,
  manifestText,
  NEWEST_FORMAT,
  SEAL_FILE,
  sealText,
} from '#domain/close/binder/manifest.ts';
import { csvChunks } from '#db/exports/csv.ts';
import { writeSealed } from '#db/exports/sealedFile.ts';
import type { QueryContext } from '#db/queries/context.ts';
import { type SealedFiles, sealedFiles } from '#db/evidence/sealedFiles.ts';
import { type LeftFile, writerOf } from '#db/evidence/shelfWriter.ts';
import { machineRandom } from '#db/machine.ts';
import type { ReadEvidence } from './evidence.ts';
import { binderGround } from './ground.ts';
import { keptRow, opened, packed } from './kept.ts';
import { binderPdf } from './pdf.ts';
import { allTables, type BinderTable, fileName, fileWord, rowsFile } from './section.ts';
import { binderSections } from './sections/all.ts';
import { trailFile } from './trail.ts';
import { binderWorkbook } from './workbook.ts';

export interface BinderJob {
  readonly company_id: number;
  readonly period: number;
  /** Where this person's files of evidence lie, sealed. */
  readonly evidence_folder: string;
  /** A final one is to be kept, if none is: this person's are recorded. */
  readonly keeps: boolean;
  readonly file: string;
  readonly key_hex: string;
}

export interface MadeBinder {
  readonly bytes: number;
  /** Of all files of rows. */
  readonly rows: number;
  readonly manifest_hash: string;
  readonly manifest: BinderManifest;
  /** What of the sealed trail and the month's rows does not agree as this copy holds them, in words; none = it all does. */
  readonly trail_faults: readonly string[];
  /** 'binder-hal-2026-10.zip', 'draft-binder-hal-2026-10.zip' */
  readonly file_name: string;
  /** Files of evidence that no binder of the month has room for. */
  readonly files_over: number;
  /** It is the one that is kept; beside it what one made anew of this machine's rows has otherwise. null = it was made anew. */
  readonly kept: (SinceKept & { readonly author: string; readonly written_at_ms: number }) | null;
  /** Who recorded one to be kept and sent something else: it was made anew instead. */
  readonly not_what_was_kept: string | null;
  /** What a record of it says, beside its hash. */
  readonly record: {
    readonly period_id: number;
    readonly moment_ms: number;
    readonly checkpoint: number;
    readonly checkpoint_id: string;
  };
  /** What is to be kept of it, written beside the evidence; null = nothing. */
  readonly left: LeftFile | null;
  /** How much it is packed, of one that would be kept and is too large for it. */
  readonly not_kept_bytes: number | null;
}

/**
 * `work_hex`: the key of work.db, which the files of evidence are sealed with.
 * @param most_kept_bytes of a binder packed; a larger one is not kept
 */
export async function makeBinder(
  context: QueryContext,
  job: BinderJob,
  work_hex: string,
  most_kept_bytes = MOST_EVIDENCE_BYTES,
): Promise<MadeBinder> {
  const evidence = sealedFiles(job.evidence_folder, work_hex);
  const { archive, files, ...made } = await binderArchive(context, job, evidence.whole);
  async function* whole() {
    yield Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  }
  const bytes = await writeSealed(job.file, job.key_hex, whole());
  const whole_packed = job.keeps && made.manifest.final && made.kept === null ? packed(files, made.rows) : null;
  const over = whole_packed !== null && whole_packed.length > most_kept_bytes;
  return {
    ...made,
    bytes,
    left: over ? null : whole_packed && leaveBeside(job.evidence_folder, evidence, whole_packed),
    not_kept_bytes: over ? whole_packed.length : null,
  };
}

function leaveBeside(folder: string, { key, placeOf }: SealedFiles, bytes: Buffer): LeftFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const writer = writerOf({ folder, key, random: machineRandom(), placeOf, onTakenOver: () => undefined });
  writer.add(bytes);
  return writer.leave();
}

interface Archived extends Omit<MadeBinder, 'bytes' | 'left' | 'not_kept_bytes'> {
  readonly archive: Uint8Array;
  readonly files: readonly ArchiveFile[];
}

/** The one that is kept of the month; without one, or before all of its bytes are here, one made anew. Throws as `binderGround`. */
export async function binderArchive(
  context: QueryContext,
  asked: Pick<BinderJob, 'company_id' | 'period'>,
  read: ReadEvidence = () => null,
): Promise<Archived> {
  const row = await keptRow(context, asked);
  const kept = row && opened(row, read);
  const draws = kept === null || kept === 'away' || kept === 'broken';
  // who is not to make binders is refused here, whatever is kept
  const anew = await madeAnew(context, asked, read, { kept_away: kept === 'away', draws });
  if (kept === 'broken') return { ...anew, not_what_was_kept: row && row.author };
  if (kept === null || kept === 'away') return anew;
  const { archive, manifest, manifest_hash, rows, author, written_at_ms } = kept;
  const since = sinceKept(manifest.parts, anew.manifest.parts);
  return { ...anew, archive, files: [], manifest, manifest_hash, rows, kept: { ...since, author, written_at_ms } };
}

interface Making {
  readonly kept_away: boolean;
  /** False: of the rows alone, to be compared. */
  readonly draws: boolean;
}

async function madeAnew(
  context: QueryContext,
  asked: Pick<BinderJob, 'company_id' | 'period'>,
  read: ReadEvidence,
  { kept_away, draws }: Making,
): Promise<Archived> {
  const ground = await binderGround(context, asked, read, kept_away);
  const sections = await binderSections(ground);
  const tables = allTables(sections);
  const { company, period, snapshot } = ground;
  const files: ArchiveFile[] = [];
  if (draws) {
    files.push({ path: fileName(snapshot, 'binder.pdf'), bytes: await binderPdf(ground, sections) });
    files.push({ path: fileName(snapshot, 'binder.xlsx'), bytes: binderWorkbook(ground, sections) });
  }
  for (const table of tables) {
    context.checkCancelled();
    files.push({ path: rowsFile(snapshot, table.id), bytes: await csvOf(table) });
  }
  files.push(trailFile(snapshot, ground.trail), ...ground.evidence.bytes);
  files.sort((a, b) => byCharacters(a.path, b.path));
  const manifest: BinderManifest = {
    format: NEWEST_FORMAT,
    company: company.name,
    company_id: company.id,
    period: period.period,
    final: snapshot.final,
    lacking: snapshot.lacking,
    moment: new Date(snapshot.moment_ms).toISOString(),
    checkpoint: snapshot.final ? null : snapshot.checkpoint,
    checkpoint_id: snapshot.final ? null : snapshot.checkpoint_id,
    parts: files.map(({ path, bytes }) => ({ path, bytes: bytes.length, sha256: sha256(bytes) })),
  };
  const text = Buffer.from(manifestText(manifest));
  const manifest_hash = sha256(text);
  const month = isoMonth(period.period);
  files.push({ path: MANIFEST_FILE, bytes: text }, { path: SEAL_FILE, bytes: Buffer.from(sealText(manifest_hash)) });
  return {
    archive: draws ? writeArchive(files) : new Uint8Array(),
    files,
    rows: tables.reduce((sum, { rows }) => sum + rows.length, 0),
    manifest_hash,
    manifest,
    trail_faults: ground.trail.faults,
    files_over: ground.evidence.over.size,
    kept: null,
    not_what_was_kept: null,
    record: {
      period_id: period.id,
      moment_ms: snapshot.moment_ms,
      checkpoint: snapshot.checkpoint,
      checkpoint_id: snapshot.checkpoint_id,
    },
    file_name: fileName(snapshot, `binder-${fileWord(company.code)}-${month}.zip`),
  };
}

async function csvOf({ title, columns, rows }: BinderTable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  async function* blocks() {
    yield rows;
  }
  for await (const chunk of csvChunks({ name: title, columns, blocks: blocks(), about: () => [] })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
