/** What a backup says of itself, and the list of its files by which a damaged one is known. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BinnacleError } from '#contract/errors.ts';
import type { OpenDatabase } from '#server/database.ts';

export const MANIFEST_NAME = 'binnacle-backup.json';

const Manifest = z.strictObject({
  format: z.literal(1),
  /** `pglite`: the database's folder `data`; `postgres`: a dump of it in `database.dump`. */
  engine: z.enum(['pglite', 'postgres']),
  server_id: z.uuid(),
  epoch: z.uuid(),
  /** The last checkpoint in it; what was accepted after it is offered again by the workstations. */
  checkpoint: z.number().int().nonnegative(),
  made_at: z.iso.datetime(),
  files: z.array(z.strictObject({ name: z.string(), bytes: z.number().int().nonnegative(), sha256: z.string() })),
});
export type BackupManifest = z.infer<typeof Manifest>;
export type BackupStanding = Omit<BackupManifest, 'format' | 'files' | 'made_at'>;

/** Throws when the database is none of Binnacle's. */
export async function standingOf({ db, engine }: Pick<OpenDatabase, 'db' | 'engine'>): Promise<BackupStanding> {
  const meta = await db.selectFrom('server_meta').select('server_id').executeTakeFirst();
  const epoch = await db.selectFrom('sync_epoch').select('epoch').executeTakeFirst();
  const checkpoint = await db.selectFrom('sync_cp').select('number').executeTakeFirst();
  if (!meta || !epoch) throw new BinnacleError('not_found', 'This database is empty: there is nothing to back up.');
  return { engine, server_id: meta.server_id, epoch: epoch.epoch, checkpoint: checkpoint?.number ?? 0 };
}

/** Writes the manifest of everything in the folder into it. */
export async function writeManifest(folder: string, standing: BackupStanding, now_ms: number): Promise<BackupManifest> {
  const manifest: BackupManifest = {
    format: 1,
    ...standing,
    made_at: new Date(now_ms).toISOString(),
    files: await filesOf(folder),
  };
  await writeFile(join(folder, MANIFEST_NAME), JSON.stringify(manifest), { mode: 0o600 });
  return manifest;
}

/** Reads the manifest of an unpacked backup and holds every file against it. */
export async function checkManifest(folder: string): Promise<BackupManifest> {
  const text = await readFile(join(folder, MANIFEST_NAME), 'utf8').catch(() => null);
  if (text === null) throw damaged('it has no manifest');
  const parsed = Manifest.safeParse(jsonOf(text));
  if (!parsed.success) throw damaged('its manifest has another form');
  const found = new Map((await filesOf(folder)).map((file) => [file.name, file]));
  found.delete(MANIFEST_NAME);
  for (const file of parsed.data.files) {
    const here = found.get(file.name);
    if (here?.sha256 !== file.sha256 || here.bytes !== file.bytes)
      throw damaged(`${file.name} is not what was written`);
    found.delete(file.name);
  }
  const [extra] = found.keys();
  if (extra !== undefined) throw damaged(`${extra} was not there when it was written`);
  return parsed.data;
}

export function damaged(why: string): BinnacleError {
  return new BinnacleError(
    'bad_arguments',
    `This backup cannot be used: ${why}. Nothing was changed; take another one.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function filesOf(folder: string): Promise<BackupManifest['files']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: BackupManifest['files'] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1).replaceAll('\\', '/');
    files.push({ name, bytes: (await stat(path)).size, sha256: await sha256Of(path) });
  }
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
