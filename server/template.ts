/**
 * A cached image of a freshly made PGlite directory: initdb costs seconds, unpacking the image less than one. It is made on
 * the first start and only ever an optimisation: whatever is wrong with it, the server makes the directory itself.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const DIGEST_BYTES = 32;

/** True for a data directory that has no database yet. */
export function isNewDataDir(dataDir: string): boolean {
  return !existsSync(dataDir) || readdirSync(dataDir).length === 0;
}

/**
 * Makes a new data directory in a process of its own: initdb and unpacking take 300 MB that this process would keep for
 * its whole life. Whole or not at all; when it does not work the directory stays new and the server makes it itself.
 */
export async function prepareDataDir(dataDir: string, cacheDir: string): Promise<void> {
  const child = fork(fileURLToPath(new URL('templateProcess.ts', import.meta.url)), [dataDir, cacheDir], {
    stdio: 'ignore',
  });
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
}

/** What the process of prepareDataDir does. `cacheDir` belongs to the user alone. */
export async function makeDataDir(dataDir: string, cacheDir: string): Promise<void> {
  const file = join(cacheDir, `pglite-${pgliteVersion()}.tar.zst`);
  const image = (await readTemplate(file)) ?? (await makeTemplate(cacheDir, file));
  const draft = `${dataDir}.new`;
  await rm(draft, { recursive: true, force: true });
  const pglite = await PGlite.create({ dataDir: draft, loadDataDir: image });
  await pglite.close();
  // The place may hold an empty directory, never more.
  await rmdir(dataDir).catch(() => undefined);
  await rename(draft, dataDir);
}

async function readTemplate(file: string): Promise<Blob | undefined> {
  try {
    const bytes = await readFile(file);
    const digest = bytes.subarray(0, DIGEST_BYTES);
    const packed = bytes.subarray(DIGEST_BYTES);
    if (!createHash('sha256').update(packed).digest().equals(digest)) return undefined;
    return new Blob([new Uint8Array(await decompress(packed))]);
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written costs time at the next start, nothing else. */
async function makeTemplate(cacheDir: string, file: string): Promise<Blob> {
  const pglite = await PGlite.create();
  const image = await pglite.dumpDataDir('none');
  await pglite.close();
  try {
    const packed = await compress(Buffer.from(await image.arrayBuffer()));
    await mkdir(cacheDir, { recursive: true, mode: 0o700 });
    // Whole or not at all, also when two servers make it at once.
    const draft = `${file}.${process.pid}`;
    await writeFile(draft, Buffer.concat([createHash('sha256').update(packed).digest(), packed]), { mode: 0o600 });
    await rename(draft, file);
  } catch {
    // as the comment above says
  }
  return image;
}

/** From the manifest beside the entry file: the package does not export it. */
function pgliteVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error('the PGlite package has no version');
}
