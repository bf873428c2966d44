/** What a binder's files are judged by, without a disk. */
import { createHash } from 'node:crypto';
import type { ArchiveFile } from '#domain/close/binder/archive.ts';
import type { BinderTexts, FoundFile } from '#domain/close/binder/judge.ts';
import { MANIFEST_FILE, SEAL_FILE } from '#domain/close/binder/manifest.ts';
import { trailFileIn } from '#domain/close/binder/sealedTrail.ts';
import { judgedTable } from '#domain/close/binder/trailTables.ts';

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

export function foundOf({ path, bytes }: ArchiveFile): FoundFile {
  return { path, bytes: bytes.length, sha256: sha256(bytes) };
}

export function textsIn(files: readonly ArchiveFile[]): BinderTexts {
  const text = (of: ArchiveFile | undefined): string | null => (of ? Buffer.from(of.bytes).toString() : null);
  const named = (name: string): string | null => text(files.find(({ path }) => path === name));
  const tables = files.flatMap((file) => {
    const id = judgedTable(file.path);
    return id === null ? [] : [[id, text(file) ?? ''] as const];
  });
  return {
    manifest: named(MANIFEST_FILE),
    seal: named(SEAL_FILE),
    trail: text(trailFileIn(files)),
    trail_tables: new Map(tables),
  };
}
