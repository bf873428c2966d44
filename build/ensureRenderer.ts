/**
 * Builds what `npm start` needs, and only when its sources changed since the last build: a later start takes no build
 * time. Two processes that start at once build once; the second waits for the first.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Part } from './bundle.ts';

const PROJECT_ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const LOCK_WAIT_MS = 120_000;
const LOCK_POLL_MS = 100;
/** A lock without a process id this long after it was made: its maker died in between. */
const LOCK_UNCLAIMED_MS = 5_000;

const INPUTS: Readonly<Record<Part, readonly string[]>> = {
  renderer: ['renderer', 'contract', 'domain', 'build/vite.config.ts', 'package-lock.json'],
  main: ['electron', 'contract', 'domain', 'build/vite.config.ts', 'package-lock.json'],
  preload: ['electron', 'contract', 'build/vite.config.ts', 'package-lock.json'],
  replica: ['db', 'contract', 'domain', 'build/vite.config.ts', 'package-lock.json'],
};

export interface EnsureOptions {
  readonly root?: string;
  /** Called once, before a build that takes seconds. */
  readonly say?: (message: string) => void;
  /** Makes the parts in `outDir`; the default runs build/bundle.ts in a process of its own. */
  readonly build?: (parts: readonly Part[], outDir: string) => Promise<void>;
}

export interface BuiltScreens {
  /** The folder of the renderer. */
  readonly rendererDir: string;
  /** The program of the service's reader threads. */
  readonly readerProgram: URL;
}

/** What a browser's screens need, made first when it is missing or older than its sources. */
export async function ensureScreens(options: EnsureOptions = {}): Promise<BuiltScreens> {
  const dist = await ensureBuilt(['renderer', 'replica'], options);
  return { rendererDir: join(dist, 'renderer'), readerProgram: pathToFileURL(join(dist, 'replica', 'worker.js')) };
}

/** The `dist` folder with everything the Electron window needs. */
export async function ensureDesktop(options: EnsureOptions = {}): Promise<string> {
  return await ensureBuilt(['renderer', 'main', 'preload', 'replica'], options);
}

async function ensureBuilt(parts: readonly Part[], options: EnsureOptions): Promise<string> {
  const root = options.root ?? PROJECT_ROOT;
  const dist = join(root, 'dist');
  if ((await stale(root, dist, parts)).length === 0) return dist;
  await mkdir(dist, { recursive: true });
  const release = await takeLock(join(dist, '.build-lock'));
  try {
    // Another process may have built while this one waited for the lock.
    const toBuild = await stale(root, dist, parts);
    if (toBuild.length === 0) return dist;
    options.say?.(toBuild.includes('main') ? 'Building the desktop window…' : 'Building the screens…');
    const staging = join(dist, `.staging-${process.pid}`);
    await rm(staging, { recursive: true, force: true });
    // Digests are taken before the build: a source saved meanwhile makes the next start build again.
    const digests = new Map<Part, string>();
    for (const part of toBuild) digests.set(part, await inputDigest(root, INPUTS[part]));
    try {
      await (options.build ?? buildInChild)(toBuild, staging);
      for (const part of toBuild) await swapIn(staging, dist, part, digests.get(part) ?? '');
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
    return dist;
  } finally {
    await release();
  }
}

async function stale(root: string, dist: string, parts: readonly Part[]): Promise<Part[]> {
  const found: Part[] = [];
  for (const part of parts) {
    const recorded = await readFile(digestFile(dist, part), 'utf8').catch(() => '');
    if (recorded === '' || recorded !== (await inputDigest(root, INPUTS[part]))) found.push(part);
  }
  return found;
}

function digestFile(dist: string, part: Part): string {
  return join(dist, part, '.inputs');
}

/** sha-256 over path and content of every input; tests and readmes do not count. */
async function inputDigest(root: string, inputs: readonly string[]): Promise<string> {
  const files: string[] = [];
  for (const input of inputs) await collect(join(root, input), files);
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    hash.update(`${relative(root, file)}\0`);
    hash.update(await readFile(file));
  }
  return hash.digest('hex');
}

async function collect(path: string, into: string[]): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (entries === null) {
    if (existsSync(path)) into.push(path);
    return;
  }
  for (const entry of entries) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await collect(inner, into);
    else if (entry.isFile() && !/\.test\.tsx?$|\.md$/.test(entry.name)) into.push(inner);
  }
}

/** A half-made folder is never in place: the new one is renamed in, with its digest already inside. */
async function swapIn(staging: string, dist: string, part: Part, digest: string): Promise<void> {
  const built = join(staging, part);
  if (!existsSync(built)) throw new Error(`the build made no ${part}`);
  await writeFile(digestFile(staging, part), digest);
  const target = join(dist, part);
  const old = join(dist, `.old-${part}-${process.pid}`);
  await rm(old, { recursive: true, force: true });
  if (existsSync(target)) await rename(target, old);
  await rename(built, target);
  await rm(old, { recursive: true, force: true });
}

/** A folder is the lock, for making one is atomic everywhere; a lock of a process that is gone is taken over. */
async function takeLock(path: string): Promise<() => Promise<void>> {
  const owner = join(path, 'pid');
  const deadline = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    const made = await mkdir(path).then(
      () => true,
      (error: unknown) => {
        if (isCode(error, 'EEXIST')) return false;
        throw error;
      },
    );
    if (made) {
      await writeFile(owner, String(process.pid));
      return () => rm(path, { recursive: true, force: true });
    }
    const pid = Number(await readFile(owner, 'utf8').catch(() => '0'));
    const ownerDied = pid > 0 ? !isAlive(pid) : await isOlderThan(path, LOCK_UNCLAIMED_MS);
    if (ownerDied) {
      // Renamed before it is removed, so that of two waiting processes only one takes the dead lock away.
      const dead = `${path}-dead-${process.pid}`;
      await rename(path, dead).then(
        () => rm(dead, { recursive: true, force: true }),
        () => undefined,
      );
      continue;
    }
    if (performance.now() > deadline) {
      throw new Error(`Another build (process ${pid}) is still running. If it is not, remove ${path} and start again.`);
    }
    await sleep(LOCK_POLL_MS);
  }
}

async function isOlderThan(path: string, age_ms: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > age_ms;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** In a child, so that the bundler's memory is given back before the cockpit runs. */
async function buildInChild(parts: readonly Part[], outDir: string): Promise<void> {
  const script = fileURLToPath(new URL('./bundle.ts', import.meta.url));
  const child = spawn(process.execPath, [script, '--only', parts.join(','), '--out-dir', outDir, '--quiet'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its errors are quoted in ours, where colours would be noise.
    env: { ...process.env, FORCE_COLOR: '0' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`The build of ${parts.join(', ')} failed:\n${output.trim()}`);
}
