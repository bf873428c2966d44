/**
 * Finds an Electron that can open a window here. `require('electron')` is never called: it would download a binary,
 * and behind a silent proxy it would hang.
 */
import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export type ElectronFinding = { readonly path: string } | { readonly path: null; readonly reason: string };

export interface ElectronSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of the installed `electron` package, or null. */
  readonly packageFolder: string | null;
}

const EXECUTABLE: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
  linux: 'electron',
  freebsd: 'electron',
  openbsd: 'electron',
};

/** The executable's path, or the reason why there is no window, in a sentence for the terminal. */
export function findElectron(surroundings: ElectronSurroundings = here()): ElectronFinding {
  const { platform, env, packageFolder } = surroundings;
  if (packageFolder === null) return { path: null, reason: 'The electron package is not installed.' };
  const executable = pathText(packageFolder) ?? EXECUTABLE[platform];
  if (executable === undefined) return { path: null, reason: `Electron does not run on ${platform}.` };
  const path = join(env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(packageFolder, 'dist'), executable);
  if (!isExecutable(path)) {
    return { path: null, reason: `No Electron binary at ${path}. To get one: npx install-electron` };
  }
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) {
    return { path: null, reason: 'No display (neither DISPLAY nor WAYLAND_DISPLAY is set).' };
  }
  return { path };
}

/** The environment for Electron's process: with ELECTRON_RUN_AS_NODE it would open no window. */
export function electronEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const { ELECTRON_RUN_AS_NODE: _removed, ...rest } = env;
  return rest;
}

function here(): ElectronSurroundings {
  return { platform: process.platform, env: process.env, packageFolder: electronFolder() };
}

function electronFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return null;
  }
}

function pathText(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'path.txt'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
