/** What many test files begin with is made by the first that needs it and copied by the others. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SHARED_FOLDER } from '#build/checks/runFolder.ts';

const ASK_EVERY_MS = 50;
let alone: string | undefined;

/**
 * The folder that `make` filled, whole, once for all files of a run of `npm test` (a single vitest run makes it for each
 * file). Nobody changes it: copy it first.
 */
export async function onceARun(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const place = join(sharedFolder(), name);
  while (!existsSync(place)) {
    if (!claim(`${place}.maker`)) {
      await sleep(ASK_EVERY_MS);
      continue;
    }
    try {
      const draft = `${place}.draft`;
      // of one who was killed over it
      rmSync(draft, { recursive: true, force: true });
      mkdirSync(draft);
      await make(draft);
      renameSync(draft, place);
    } finally {
      rmSync(`${place}.maker`, { force: true });
    }
  }
  return place;
}

function sharedFolder(): string {
  const shared = process.env[SHARED_FOLDER];
  if (shared !== undefined) {
    // named by hand it may not be there yet, and nothing could be claimed in it
    mkdirSync(shared, { recursive: true });
    return shared;
  }
  // of the file before this one in the same process it went with that file's folder
  if (alone === undefined || !existsSync(alone)) {
    const folder = mkdtempSync(join(tmpdir(), 'binnacle-shared-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    alone = folder;
  }
  return alone;
}

/** False while another process that lives is making it. */
function claim(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!makerLives(file)) rmSync(file, { force: true });
    return false;
  }
}

function makerLives(file: string): boolean {
  try {
    const pid = readFileSync(file, 'utf8');
    // written a moment from now
    if (pid === '') return true;
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH' && error.code !== 'ENOENT';
  }
}
