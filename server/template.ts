/**
 * A cached image of a freshly made PGlite directory: initdb costs seconds, unpacking the image less than one. It is made on
 * the first start and only ever an optimisation: whatever is wrong with it, the server makes the directory itself.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
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

/** The cached image, made when missing; undefined when neither works. `cacheDir` belongs to the user alone. */
export async function cachedTemplate(cacheDir: string): Promise<Blob | undefined> {
  const file = join(cacheDir, `pglite-${pgliteVersion()}.tar.zst`);
  const cached = await readTemplate(file);
  if (cached) return cached;
  await makeTemplateInChild(cacheDir, file);
  return await readTemplate(file);
}

/** A process of its own: initdb takes 300 MB that this one would keep for its whole life. */
async function makeTemplateInChild(cacheDir: string, file: string): Promise<void> {
  const child = fork(fileURLToPath(new URL('templateProcess.ts', import.meta.url)), [cacheDir, file], {
    stdio: 'ignore',
  });
  await new Promise<void>((resolve) => {
    // A child that fails leaves no file; the database is then made without one.
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
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

/** Makes the image and writes it to `file`, whole or not at all. */
export async function makeTemplate(cacheDir: string, file: string): Promise<void> {
  const pglite = await PGlite.create();
  const image = await pglite.dumpDataDir('none');
  await pglite.close();
  const packed = await compress(Buffer.from(await image.arrayBuffer()));
  await mkdir(cacheDir, { recursive: true, mode: 0o700 });
  // Also when two servers make it at once.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, Buffer.concat([createHash('sha256').update(packed).digest(), packed]), { mode: 0o600 });
  await rename(draft, file);
}

/** From the manifest beside the entry file: the package does not export it. */
function pgliteVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error('the PGlite package has no version');
}
