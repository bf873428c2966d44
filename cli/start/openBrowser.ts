/** Opens the cockpit in the default browser without the single-use code ever standing in an argument list or a log. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a page only this user can read that forwards to the address; returns its path. */
export function writeOpenPage(dataDir: string, address: string): string {
  const file = join(dataDir, 'open.html');
  const target = address.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${target}"><title>Binnacle</title><a href="${target}">Open Binnacle</a>\n`,
    { mode: 0o600 },
  );
  return file;
}

/** Hands the page to the platform's opener; resolves to false when there is none. */
export function openInBrowser(file: string, platform: NodeJS.Platform): Promise<boolean> {
  const [command, args] = opener(file, platform);
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

function opener(file: string, platform: NodeJS.Platform): [command: string, args: string[]] {
  if (platform === 'win32') return ['cmd', ['/c', 'start', '', file]];
  if (platform === 'darwin') return ['open', [file]];
  return ['xdg-open', [file]];
}
