/**
 * A month's first final binder as the server keeps it: its parts packed, without the files of evidence, which lie beside it.
 * Opened, it is the same archive to the byte, whatever became of the rows, of names or of the program since.
 */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type ArchiveFile, writeArchive } from '#domain/close/binder/archive.ts';
import { readArchive } from '#domain/close/binder/archiveLook.ts';
import {
  type BinderManifest,
  MANIFEST_FILE,
  parseManifest,
  SEAL_FILE,
  sealText,
} from '#domain/close/binder/manifest.ts';
import type { QueryContext } from '#db/queries/context.ts';
import type { ReadEvidence } from './evidence.ts';

const EVIDENCE = 'evidence/';
/** Beside the parts: how many rows they hold, which is told of every file that leaves. */
const ABOUT = 'about.json';
/** What a ZIP archive holds; more is no binder of ours. */
const MOST_OPENED_BYTES = 2 ** 32 - 1;

export interface KeptRow {
  readonly author: string;
  readonly written_at_ms: number;
  readonly manifest_hash: string;
  readonly archive_sha256: string;
}

export interface KeptBinder extends KeptRow {
  readonly archive: Uint8Array;
  readonly manifest: BinderManifest;
  readonly rows: number;
}

/** As the server took it; what this person recorded and the server did not see yet is not kept. */
export async function keptRow(
  { db }: Pick<QueryContext, 'db'>,
  { company_id, period }: { readonly company_id: number; readonly period: number },
): Promise<KeptRow | null> {
  const row = await db
    .selectFrom('binder')
    .innerJoin('close_period', 'close_period.id', 'binder.period_id')
    .select(['binder.author', 'binder.written_at', 'binder.manifest_hash', 'binder.archive_sha256'])
    .where('close_period.company_id', '=', company_id)
    .where('close_period.period', '=', period)
    .where('binder.archive_sha256', 'is not', null)
    .executeTakeFirst();
  if (!row || row.archive_sha256 === null) return null;
  const { author, written_at, manifest_hash, archive_sha256 } = row;
  return { author, written_at_ms: written_at, manifest_hash, archive_sha256 };
}

export function packed(files: readonly ArchiveFile[], rows: number): Buffer {
  const about = { path: ABOUT, bytes: Buffer.from(JSON.stringify({ rows })) };
  return gzipSync(writeArchive([about, ...files.filter(({ path }) => !path.startsWith(EVIDENCE))]));
}

/**
 * 'away': not all of its bytes are on this machine. 'broken': what was kept is not what was recorded; whoever recorded it sent
 * something else.
 */
export function opened(row: KeptRow, read: ReadEvidence): KeptBinder | 'away' | 'broken' {
  const bytes = read(row.archive_sha256);
  if (bytes === null) return 'away';
  const files = unpacked(bytes);
  const text = files?.find(({ path }) => path === MANIFEST_FILE);
  const manifest = text && parseManifest(Buffer.from(text.bytes).toString());
  if (!files || !text || !manifest || sha256(text.bytes) !== row.manifest_hash) return 'broken';
  const sent = new Map(files.map((file) => [file.path, file]));
  const rows = rowsOf(sent.get(ABOUT));
  const seal = Buffer.from(sealText(row.manifest_hash));
  if (rows === null || !seal.equals(sent.get(SEAL_FILE)?.bytes ?? Buffer.alloc(0))) return 'broken';
  // by the manifest alone: what it does not name was never part of the binder, whatever came with it
  const parts: ArchiveFile[] = [];
  for (const { path, sha256: hash } of manifest.parts) {
    const whole = path.startsWith(EVIDENCE) ? read(hash) : sent.get(path)?.bytes;
    if (whole === null) return 'away';
    if (whole === undefined || sha256(whole) !== hash) return 'broken';
    parts.push({ path, bytes: whole });
  }
  const archive = writeArchive([
    ...parts,
    { path: MANIFEST_FILE, bytes: text.bytes },
    { path: SEAL_FILE, bytes: seal },
  ]);
  return { ...row, manifest, archive, rows };
}

function unpacked(bytes: Buffer): readonly ArchiveFile[] | null {
  try {
    return readArchive(gunzipSync(bytes, { maxOutputLength: MOST_OPENED_BYTES }));
  } catch {
    // no archive at all
    return null;
  }
}

/** null = that is no number of rows. */
function rowsOf(about: ArchiveFile | undefined): number | null {
  const said = /^\{"rows":(\d{1,15})\}$/.exec(Buffer.from(about?.bytes ?? []).toString());
  return said ? Number(said[1]) : null;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
