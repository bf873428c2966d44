/**
 * A backup is one file: a zstd tar of the manifest and either the embedded database's folder or PostgreSQL's dump. It is
 * written beside its place and renamed when it is whole. It holds everything the server holds, in plain: whoever has it
 * has the data.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { create } from 'tar';
import { BinnacleError } from '#contract/errors.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import type { OpenDatabase } from '#server/database.ts';
import { type BackupManifest, MANIFEST_NAME, standingOf, writeManifest } from './manifest.ts';
import { runPostgresProgram } from './postgresPrograms.ts';

export const DATA_FOLDER = 'data';
export const DUMP_FILE = 'database.dump';

const STAGING = '.partial';

function stagingOf(place: string): string {
  return join(dirname(place), `.${basename(place)}${STAGING}`);
}

/** True for the folder a backup is made in. */
export function isUnfinishedBackup(name: string): boolean {
  return name.startsWith('.') && name.endsWith(STAGING);
}

/** Removes what killed backups left in a folder. Call it while none is being made there. */
export async function clearKilledBackups(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (isUnfinishedBackup(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

export interface BackupOptions {
  readonly database: OpenDatabase;
  /** Of the same database; only PostgreSQL has one. */
  readonly databaseUrl?: string | undefined;
  /** Must not exist. */
  readonly file: string;
  readonly clock: () => number;
  readonly crashAt?: CrashAt | undefined;
}

/**
 * Everything committed at one moment while the server goes on: PostgreSQL's dump is of one snapshot; the embedded
 * database's files are copied between two statements, and only for that time other questions wait.
 */
export async function makeBackup({
  database,
  databaseUrl,
  file,
  clock,
  crashAt,
}: BackupOptions): Promise<BackupManifest> {
  const place = resolve(file);
  if (existsSync(place)) {
    throw new BinnacleError('conflict', `${place} is there already. Name another file: a backup replaces none.`);
  }
  if (!existsSync(dirname(place))) throw new BinnacleError('not_found', `There is no folder ${dirname(place)}.`);
  const staging = stagingOf(place);
  // what a backup of this name left that was killed: everything in it lies there in plain
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { mode: 0o700 });
  try {
    const standing = await standingOf(database);
    const made_at_ms = clock();
    let content: string;
    if (database.copyFiles) {
      content = DATA_FOLDER;
      await database.copyFiles(join(staging, DATA_FOLDER));
    } else {
      if (databaseUrl === undefined) throw new BinnacleError('bad_arguments', 'A database in memory has no backup.');
      content = DUMP_FILE;
      const dump = ['--format=custom', '--compress=0', '--no-owner', '--no-privileges'];
      await runPostgresProgram('pg_dump', databaseUrl, [...dump, `--file=${join(staging, DUMP_FILE)}`]);
    }
    const manifest = await writeManifest(staging, standing, made_at_ms);
    const packed = join(staging, 'packed');
    await create({ file: packed, cwd: staging, portable: true, zstd: true, strict: true, mode: 0o600 }, [
      MANIFEST_NAME,
      content,
    ]);
    crashAt?.('server.backup.before_rename');
    await rename(packed, place);
    return manifest;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
