/** A binder from the copy to one archive: PDF, workbook, the rows behind every figure, the manifest and its hash. */
import { createHash } from 'node:crypto';
import { writeArchive } from '#domain/close/binder/archive.ts';
import {
  type BinderManifest,
  byCharacters,
  MANIFEST_FILE,
  manifestText,
  SEAL_FILE,
  sealText,
} from '#domain/close/binder/manifest.ts';
import { csvChunks } from '#db/exports/csv.ts';
import { writeSealed } from '#db/exports/sealedFile.ts';
import type { QueryContext } from '#db/queries/context.ts';
import { sealedFiles } from '#db/evidence/sealedFiles.ts';
import type { ReadEvidence } from './evidence.ts';
import { binderGround } from './ground.ts';
import { binderPdf } from './pdf.ts';
import { allTables, type BinderTable, fileName, fileWord, rowsFile } from './section.ts';
import { binderSections } from './sections/all.ts';
import { binderWorkbook } from './workbook.ts';

export interface BinderJob {
  readonly company_id: number;
  readonly period: number;
  /** Where this person's files of evidence lie, sealed. */
  readonly evidence_folder: string;
  readonly file: string;
  readonly key_hex: string;
}

export interface MadeBinder {
  readonly bytes: number;
  /** Of all files of rows. */
  readonly rows: number;
  readonly manifest_hash: string;
  readonly manifest: BinderManifest;
  /** 'binder-hal-2026-10.zip', 'draft-binder-hal-2026-10.zip' */
  readonly file_name: string;
  /** What a record of it says, beside its hash. */
  readonly record: {
    readonly period_id: number;
    readonly moment_ms: number;
    readonly checkpoint: number;
    readonly checkpoint_id: string;
  };
}

/** `work_hex`: the key of work.db, which the files of evidence are sealed with. */
export async function makeBinder(context: QueryContext, job: BinderJob, work_hex: string): Promise<MadeBinder> {
  const evidence = sealedFiles(job.evidence_folder, work_hex);
  const { archive, ...made } = await binderArchive(context, job, evidence.whole);
  async function* whole() {
    yield Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  }
  const bytes = await writeSealed(job.file, job.key_hex, whole());
  return { ...made, bytes };
}

/** Throws as `binderGround`. */
export async function binderArchive(
  context: QueryContext,
  asked: Pick<BinderJob, 'company_id' | 'period'>,
  read: ReadEvidence = () => null,
): Promise<Omit<MadeBinder, 'bytes'> & { readonly archive: Uint8Array }> {
  const ground = await binderGround(context, asked, read);
  const sections = await binderSections(ground);
  const tables = allTables(sections);
  const { company, period, snapshot } = ground;
  const files: { readonly path: string; readonly bytes: Uint8Array }[] = [
    { path: fileName(snapshot, 'binder.pdf'), bytes: await binderPdf(ground, sections) },
    { path: fileName(snapshot, 'binder.xlsx'), bytes: binderWorkbook(ground, sections) },
  ];
  for (const table of tables) {
    context.checkCancelled();
    files.push({ path: rowsFile(snapshot, table.id), bytes: await csvOf(table) });
  }
  files.push(...ground.evidence.bytes);
  files.sort((a, b) => byCharacters(a.path, b.path));
  const manifest: BinderManifest = {
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
  const month = `${Math.floor(period.period / 100)}-${String(period.period % 100).padStart(2, '0')}`;
  return {
    archive: writeArchive([
      ...files,
      { path: MANIFEST_FILE, bytes: text },
      { path: SEAL_FILE, bytes: Buffer.from(sealText(manifest_hash)) },
    ]),
    rows: tables.reduce((sum, { rows }) => sum + rows.length, 0),
    manifest_hash,
    manifest,
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
