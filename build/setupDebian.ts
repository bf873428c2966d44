/**
 * Installs what the tests use from Debian's own packages, on a machine where we are root: `node build/setupDebian.ts`.
 * Does nothing elsewhere, and nothing for what is already there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const POSTGRES_ROOT = '/usr/lib/postgresql';

/** Folder with PostgreSQL's initdb and postgres, the newest version first; null when there is none. */
export function findPostgresBinaries(root: string = POSTGRES_ROOT): string | null {
  if (!existsSync(root)) return null;
  const versions = readdirSync(root).filter((name) => /^\d+$/.test(name));
  for (const version of versions.toSorted((a, b) => Number(b) - Number(a))) {
    const folder = join(root, version, 'bin');
    if (existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) return folder;
  }
  return null;
}

export function isDebianRoot(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** Installs the packages; returns null, or why it did not work. */
export function installDebianPackages(packages: readonly string[]): string | null {
  if (!isDebianRoot()) return 'Only root on Debian can install packages here.';
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    // Single-user mode, for the package's own scripts: they then start no service.
    RUNLEVEL: '1',
  };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const run = spawnSync('apt-get', args, { env, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
    if (run.error !== undefined) return `apt-get did not start: ${run.error.message}`;
    if (run.status !== 0) return `apt-get ${args.join(' ')} failed:\n${run.stderr.trim()}`;
  }
  return null;
}

if (import.meta.main) {
  const missing: string[] = [];
  if (!existsSync('/usr/bin/chromium') && !existsSync('/usr/bin/google-chrome')) missing.push('chromium');
  if (findPostgresBinaries() === null) missing.push('postgresql');
  if (missing.length === 0) {
    console.log('Nothing to install: a browser and PostgreSQL are here.');
  } else if (!isDebianRoot()) {
    console.log(`Not root on Debian: ${missing.join(', ')} not installed.`);
  } else {
    console.log(`Installing ${missing.join(', ')} from Debian…`);
    const failure = installDebianPackages(missing);
    if (failure !== null) {
      console.error(failure);
      process.exitCode = 1;
    }
  }
}
