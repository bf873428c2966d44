/** The one folder in which a run of `npm test` keeps what is temporary: named at the end when something is left, and removed. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WORKER_FILE } from './workerFile.ts';

/** Names the folder of what tests of one run make once and share; without it each makes its own. */
export const SHARED_FOLDER = 'BINNACLE_TEST_SHARED';
/** Names the folder of this run in memory, for what writes to disk all the time; missing where there is no such place. */
export const MEMORY_FOLDER = 'BINNACLE_TEST_MEMORY';

const MEMORY = '/dev/shm';
/** What several test files at once may fill, and as much again for what else lies there. */
const ROOM_BYTES = 4 * 1024 ** 3;
const NAME = /^binnacle-run-(\d+)-/;

export interface RunFolder {
  /** For the tools of the run: their temporary files, and their tests', go below this run's folder. */
  readonly env: Readonly<Record<string, string>>;
  /** What tests left, by path; tools keep caches of their own there, which are nobody's fault. */
  readonly leftovers: () => readonly string[];
  readonly remove: () => void;
}

export function makeRunFolder(places = { disk: tmpdir(), memory: MEMORY }): RunFolder {
  const disk = freshIn(places.disk);
  const memory = existsSync(places.memory) ? freshIn(places.memory) : null;
  const shared = join(disk, 'shared');
  mkdirSync(shared);
  const folders = memory === null ? [disk] : [disk, memory];
  return {
    env: {
      TMPDIR: disk,
      [SHARED_FOLDER]: shared,
      ...(memory === null ? {} : { [MEMORY_FOLDER]: memory }),
    },
    leftovers: () =>
      folders.flatMap((folder) =>
        readdirSync(folder)
          .filter((name) => /^\.?binnacle/.test(name))
          .map((name) => join(folder, name))
          .filter((path) => !isUnused(path)),
      ),
    remove: () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Where a test keeps what it writes to all the time and needs only while it lives: making files on a disk that others write
 * to as well takes more of the processor than the tests. In memory where this run has a folder and room there.
 */
export function busyFolder(env: NodeJS.ProcessEnv = process.env, room_bytes = ROOM_BYTES): string {
  const memory = env[MEMORY_FOLDER];
  if (memory === undefined || !existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize < room_bytes ? tmpdir() : memory;
}

/** The folder of a file of which every test was skipped: vitest does not ask such a file to clear up. */
function isUnused(path: string): boolean {
  return statSync(path).isDirectory() && readdirSync(path).join() === WORKER_FILE;
}

function freshIn(place: string): string {
  removeAbandoned(place);
  const folder = mkdtempSync(join(place, `binnacle-run-${process.pid}-`));
  // PostgreSQL may run as another user than the tests: it passes through here
  chmodSync(folder, 0o711);
  return folder;
}

/** Folders of runs that were killed. */
function removeAbandoned(place: string): void {
  for (const name of readdirSync(place)) {
    const pid = NAME.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(place, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // somebody else's process lives
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
