/** A binder on the disk: laid down file by file, read again, and held against its manifest. */
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { ArchiveFile } from '#domain/close/binder/archive.ts';
import { lookAt } from '#domain/close/binder/archiveLook.ts';
import {
  type BinderJudgement,
  type BinderTexts,
  type FoundFile,
  judgeArchive,
  judgeBinder,
  noArchive,
} from '#domain/close/binder/judge.ts';
import { MANIFEST_FILE, SEAL_FILE } from '#domain/close/binder/manifest.ts';
import { trailFileIn } from '#domain/close/binder/sealedTrail.ts';
import { judgedTable } from '#domain/close/binder/trailTables.ts';
import { BinnacleError } from '#contract/errors.ts';

/** Throws `conflict` when the folder is there already and holds something. */
export function layDown(folder: string, files: readonly ArchiveFile[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0)
    throw new BinnacleError(
      'conflict',
      `${folder} is not empty. Name a new folder: a binder is never written over another.`,
    );
  // whole or not there: what is interrupted lies under a name of its own, and nothing that was there is touched
  const making = mkdtempSync(`${folder}.part-`);
  for (const { path: name, bytes } of files) {
    const file = path.join(making, ...name.split('/'));
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, bytes, { mode: 0o600, flag: 'wx' });
  }
  rmdirSync(folder);
  renameSync(making, folder);
}

/** Of a folder, or of the archive a screen saved. Throws `not_found` where there is neither. */
export function judgeBinderAt(place: string, known_hash: string | null): BinderJudgement {
  let folder: boolean;
  try {
    folder = lstatSync(place).isDirectory();
  } catch {
    throw new BinnacleError('not_found', `There is nothing at ${place}.`);
  }
  if (folder) {
    const files = filesIn(place, '');
    return judgeBinder(files.map(foundOf), textsOf(files), { sha256, known_hash });
  }
  const name = path.basename(place);
  const look = lookAt(readFileSync(place));
  if (look === null) return noArchive(name);
  return judgeArchive(name, look, look.files.map(foundOf), textsOf(look.files), { sha256, known_hash });
}

function foundOf({ path: name, bytes }: ArchiveFile): FoundFile {
  return { path: name, bytes: bytes.length, sha256: sha256(bytes) };
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

function textsOf(files: readonly ArchiveFile[]): BinderTexts {
  const textOf = (name: string): string | null => {
    const file = files.find((each) => each.path === name);
    return file === undefined ? null : Buffer.from(file.bytes).toString();
  };
  const trail = trailFileIn(files)?.path;
  return {
    manifest: textOf(MANIFEST_FILE),
    seal: textOf(SEAL_FILE),
    trail: trail === undefined ? null : textOf(trail),
    trail_tables: new Map(
      files.flatMap(({ path: at, bytes }) => {
        const id = judgedTable(at);
        return id === null ? [] : [[id, Buffer.from(bytes).toString()] as const];
      }),
    ),
  };
}

/** Links and empty folders are things that were added, so they count with no bytes. */
function filesIn(folder: string, under: string): readonly ArchiveFile[] {
  const entries = readdirSync(path.join(folder, under), { withFileTypes: true });
  if (entries.length === 0 && under !== '') return [{ path: `${under}/`, bytes: new Uint8Array() }];
  return entries.flatMap((entry) => {
    const name = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory()) return filesIn(folder, name);
    return [{ path: name, bytes: entry.isFile() ? readFileSync(path.join(folder, name)) : new Uint8Array() }];
  });
}
