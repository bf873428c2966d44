/**
 * Installs what the tests use from Debian's own packages, on a machine where we are root: `node build/setupDebian.ts`.
 * Does nothing elsewhere, and nothing for what is already there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Chromium without windows: the same engine for a quarter less work, and all that end-to-end tests need. */
export const DEBIAN_BROWSERS = [
  { package: 'chromium-headless-shell', path: '/usr/bin/chromium-headless-shell' },
  { package: 'chromium', path: '/usr/bin/chromium' },
] as const;
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

/** Installs the first of Debian's browsers that its release has; returns null, or why none could be. */
export function installDebianBrowser(install = installDebianPackages): string | null {
  let failure: string | null = null;
  for (const browser of DEBIAN_BROWSERS) {
    failure = install([browser.package]);
    if (failure === null) return null;
  }
  return failure;
}

if (import.meta.main) {
  const missing: { readonly name: string; readonly install: () => string | null }[] = [];
  const browsers = [...DEBIAN_BROWSERS.map(({ path }) => path), '/usr/bin/google-chrome'];
  if (!browsers.some((path) => existsSync(path))) {
    missing.push({ name: 'a browser', install: () => installDebianBrowser() });
  }
  if (findPostgresBinaries() === null) {
    missing.push({ name: 'PostgreSQL', install: () => installDebianPackages(['postgresql']) });
  }
  const names = missing.map(({ name }) => name).join(', ');
  if (missing.length === 0) {
    console.log('Nothing to install: a browser and PostgreSQL are here.');
  } else if (!isDebianRoot()) {
    console.log(`Not root on Debian: not installed: ${names}.`);
  } else {
    console.log(`Installing ${names} from Debian…`);
    for (const { install } of missing) {
      const failure = install();
      if (failure === null) continue;
      console.error(failure);
      process.exitCode = 1;
    }
  }
}
