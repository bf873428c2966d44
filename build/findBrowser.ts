/** Finds a Chromium or Chrome for the end-to-end tests, or installs Debian's when it may. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEBIAN_BROWSERS, installDebianBrowser, isDebianRoot } from './setupDebian.ts';

export type BrowserFinding =
  | { readonly path: string; readonly source: string }
  | { readonly path: null; readonly reason: string };

export interface BrowserSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
  /** Where Playwright keeps its own Chromium, installed or not. */
  readonly playwrightPath: () => Promise<string | null>;
  /** Installs the system's Chromium; null when it may not, otherwise null or a reason once done. */
  readonly install: (() => string | null) | null;
}

/** Tries BINNACLE_BROWSER, the usual places, Playwright's own, and then the installation. */
export async function findBrowser(surroundings: BrowserSurroundings = here()): Promise<BrowserFinding> {
  const { env, exists } = surroundings;
  const named = env['BINNACLE_BROWSER'];
  if (named !== undefined && named !== '') {
    if (exists(named)) return { path: named, source: 'BINNACLE_BROWSER' };
    return { path: null, reason: `BINNACLE_BROWSER names ${named}, and there is no such file.` };
  }
  for (const path of usualPlaces(surroundings.platform, env)) {
    if (exists(path)) return { path, source: 'installed on this machine' };
  }
  const own = await surroundings.playwrightPath();
  if (own !== null && exists(own)) return { path: own, source: "Playwright's own" };
  let attempted = '';
  if (surroundings.install !== null) {
    const failure = surroundings.install();
    const installed = DEBIAN_BROWSERS.find(({ path }) => exists(path));
    if (failure === null && installed !== undefined) return { path: installed.path, source: 'installed just now' };
    attempted = ` Installing Debian's chromium did not work: ${failure ?? 'no executable afterwards'}.`;
  }
  return {
    path: null,
    reason:
      `No Chromium or Chrome found.${attempted} Install one (Debian: apt-get install chromium; elsewhere: ` +
      'npx playwright install chromium), or name its executable in BINNACLE_BROWSER.',
  };
}

function usualPlaces(platform: NodeJS.Platform, env: BrowserSurroundings['env']): string[] {
  if (platform === 'darwin') {
    const roots = ['/Applications', ...(env['HOME'] ? [join(env['HOME'], 'Applications')] : [])];
    return roots.flatMap((root) => [
      `${root}/Google Chrome.app/Contents/MacOS/Google Chrome`,
      `${root}/Chromium.app/Contents/MacOS/Chromium`,
      `${root}/Microsoft Edge.app/Contents/MacOS/Microsoft Edge`,
    ]);
  }
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter(
      (root): root is string => root !== undefined && root !== '',
    );
    return roots.flatMap((root) => [
      `${root}\\Google\\Chrome\\Application\\chrome.exe`,
      `${root}\\Chromium\\Application\\chrome.exe`,
      `${root}\\Microsoft\\Edge\\Application\\msedge.exe`,
    ]);
  }
  return [
    ...DEBIAN_BROWSERS.map(({ path }) => path),
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/opt/google/chrome/chrome',
    '/snap/bin/chromium',
  ];
}

function here(): BrowserSurroundings {
  return {
    platform: process.platform,
    env: process.env,
    exists: existsSync,
    playwrightPath: async () => {
      const { chromium } = await import('@playwright/test');
      return chromium.executablePath() || null;
    },
    install: isDebianRoot() ? () => installDebianBrowser() : null,
  };
}

if (import.meta.main) {
  const found = await findBrowser();
  if (found.path === null) {
    console.error(found.reason);
    process.exitCode = 1;
  } else {
    console.log(found.path);
  }
}
