/**
 * Putting a backup in an empty place. Every file is held against the manifest before anything is made of it, and the
 * database begins a new epoch: workstations that know more than the backup load afresh and offer again what was accepted
 * after it, by the same ids.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { extract } from 'tar';
import { sql } from 'kysely';
import { BinnacleError } from '#contract/errors.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import { lockDataDir } from '#server/dataDirLock.ts';
import { THE_OPERATOR, writeAudit } from '#server/audit/trail.ts';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { migrate } from '#server/migrations/migrate.ts';
import { startNewEpoch } from '#server/sync/epoch.ts';
import { installTriggers } from '#server/sync/triggers.ts';
import { isNewDataDir } from '#server/template.ts';
import { DATA_FOLDER, DUMP_FILE } from './backup.ts';
import { type BackupManifest, checkManifest, damaged, MANIFEST_NAME } from './manifest.ts';
import { runPostgresProgram } from './postgresPrograms.ts';

export interface RestoreOptions {
  readonly file: string;
  /** A new folder of an embedded database, or the address of an empty PostgreSQL database: what the backup is of. */
  readonly dataDir?: string | undefined;
  readonly databaseUrl?: string | undefined;
  readonly clock: () => number;
  readonly crashAt?: CrashAt | undefined;
  /** See DatabaseOptions. */
  readonly onPanic?: ((why: string) => void) | undefined;
}

/** Whole, or nothing was changed. Returns what the backup says of itself. */
export async function restoreBackup(options: RestoreOptions): Promise<BackupManifest> {
  const { dataDir, databaseUrl } = options;
  if (dataDir !== undefined) await mkdir(dirname(resolve(dataDir)), { recursive: true, mode: 0o700 });
  const beside = dataDir === undefined ? null : `${resolve(dataDir)}.restoring`;
  return await unpacked(options.file, beside, async (folder, manifest) => {
    options.crashAt?.('server.restore.unpacked');
    if (manifest.engine === 'pglite') await restoreFolder(join(folder, DATA_FOLDER), manifest, options);
    else await restoreDump(join(folder, DUMP_FILE), databaseUrl, manifest, options.clock);
    return manifest;
  });
}

/** Reads the whole file and holds it against its manifest; changes nothing. */
export async function checkBackup(file: string): Promise<BackupManifest> {
  return await unpacked(file, null, async (_folder, manifest) => manifest);
}

async function unpacked<T>(
  file: string,
  /** A place of its own name, where the next restore finds what a killed one left; null = any. */
  place: string | null,
  use: (folder: string, manifest: BackupManifest) => Promise<T>,
): Promise<T> {
  if (!(await isFile(file))) throw new BinnacleError('not_found', `There is no file ${resolve(file)}.`);
  const folder = place ?? join(tmpdir(), `binnacle-restore-${randomUUID()}`);
  const release = await lockDataDir(folder);
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    await unpack(file, folder);
    return await use(folder, await checkManifest(folder));
  } finally {
    // files of a backup that turned out damaged may still be on their way to the disk
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    await release();
  }
}

/** Plain files and folders of the two names only: links and places elsewhere are refused. */
async function unpack(file: string, folder: string): Promise<void> {
  let stranger: string | undefined;
  const expected = (path: string, type: string): boolean => {
    const [top] = path.split('/');
    const known = top === DATA_FOLDER || path === MANIFEST_NAME || path === DUMP_FILE;
    return known && !path.split('/').includes('..') && ['File', 'OldFile', 'Directory'].includes(type);
  };
  try {
    await extract({
      file,
      cwd: folder,
      strict: true,
      preserveOwner: false,
      filter: (path, entry) => {
        const type = 'type' in entry ? entry.type : 'File';
        if (expected(path, type)) return true;
        stranger ??= path;
        return false;
      },
    });
  } catch {
    throw damaged('it cannot be unpacked');
  }
  if (stranger !== undefined) throw damaged(`${stranger} does not belong into it`);
}

async function restoreFolder(
  folder: string,
  manifest: BackupManifest,
  { dataDir, clock, crashAt, onPanic }: RestoreOptions,
): Promise<void> {
  if (dataDir === undefined) {
    throw new BinnacleError('bad_arguments', 'This is the backup of an embedded database: name a new --data-dir.');
  }
  if (!isNewDataDir(dataDir)) {
    throw new BinnacleError('conflict', `${dataDir} is in use. Name a new folder: a restore replaces no database.`);
  }
  const database = await openDatabase({ dataDir: folder, onPanic });
  try {
    await beginAnew(database, manifest, clock);
  } finally {
    await database.close();
  }
  crashAt?.('server.restore.before_rename');
  await rmdir(dataDir).catch(() => undefined);
  await rename(folder, dataDir);
}

async function restoreDump(
  dump: string,
  databaseUrl: string | undefined,
  manifest: BackupManifest,
  clock: () => number,
): Promise<void> {
  if (databaseUrl === undefined) {
    throw new BinnacleError(
      'bad_arguments',
      'This is the backup of a PostgreSQL database: name an empty --database-url.',
    );
  }
  const database = await openDatabase({ databaseUrl });
  try {
    const { rows } = await sql<{ tables: number }>`
      select count(*)::int as tables from pg_tables where schemaname not in ('pg_catalog', 'information_schema')
    `.execute(database.db);
    if ((rows[0]?.tables ?? 0) > 0) {
      throw new BinnacleError('conflict', 'That database is not empty. Create a new one: a restore replaces none.');
    }
    await runPostgresProgram('pg_restore', databaseUrl, [
      '--no-owner',
      '--no-privileges',
      '--exit-on-error',
      '--single-transaction',
      `--dbname=${decodeURIComponent(new URL(databaseUrl).pathname.slice(1))}`,
      dump,
    ]);
    await beginAnew(database, manifest, clock);
  } finally {
    await database.close();
  }
}

/** The schema of this version, and an epoch no workstation has seen. */
async function beginAnew({ db }: OpenDatabase, manifest: BackupManifest, clock: () => number): Promise<void> {
  await migrate(db);
  await installTriggers(db, async (tx) => startNewEpoch(tx, clock));
  await startNewEpoch(db, clock);
  const detail = { checkpoint: manifest.checkpoint, made_at: manifest.made_at };
  await writeAudit(db, clock(), { kind: 'restored', by: THE_OPERATOR, detail });
}

async function isFile(file: string): Promise<boolean> {
  if (!existsSync(file)) return false;
  return (await stat(file)).isFile();
}
