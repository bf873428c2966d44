import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { busyFolder, makeRunFolder, MEMORY_FOLDER, SHARED_FOLDER } from './runFolder.ts';

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'binnacle-run-folder-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));
const inDisk = () => makeRunFolder({ disk: place, memory: join(place, 'nowhere') });

test('what tests leave is named, what tools keep is not, and all of it goes', () => {
  const run = inDisk();
  const folder = run.env['TMPDIR'] ?? '';
  expect(dirname(folder)).toBe(place);
  expect(run.env[MEMORY_FOLDER]).toBeUndefined();
  expect(run.leftovers()).toEqual([]);
  mkdirSync(join(folder, 'node-compile-cache'));
  mkdirSync(join(folder, 'binnacle-world-x'));
  writeFileSync(join(folder, 'binnacle.log'), '');
  // of a file of which every test was skipped
  mkdirSync(join(folder, 'binnacle-skipped'));
  writeFileSync(join(folder, 'binnacle-skipped', 'worker.json'), '{}');
  writeFileSync(join(run.env[SHARED_FOLDER] ?? '', 'image'), '');
  expect(run.leftovers().toSorted()).toEqual([join(folder, 'binnacle-world-x'), join(folder, 'binnacle.log')]);
  run.remove();
  expect(readdirSync(place)).toEqual([]);
});

test('a place in memory is used, named and left empty too', () => {
  const memory = join(place, 'memory');
  mkdirSync(memory);
  const run = makeRunFolder({ disk: place, memory });
  const folder = run.env[MEMORY_FOLDER] ?? '';
  expect(dirname(folder)).toBe(memory);
  mkdirSync(join(folder, 'binnacle-simulation-x'));
  expect(run.leftovers()).toEqual([join(folder, 'binnacle-simulation-x')]);
  run.remove();
  expect(readdirSync(memory)).toEqual([]);
});

test('what is written to all the time lies in memory where there is room, else on the disk', () => {
  const env = { [MEMORY_FOLDER]: place };
  expect(busyFolder(env, 1)).toBe(place);
  expect(busyFolder(env, Number.MAX_SAFE_INTEGER)).toBe(tmpdir());
  expect(busyFolder({ [MEMORY_FOLDER]: join(place, 'nowhere') }, 1)).toBe(tmpdir());
  expect(busyFolder({}, 1)).toBe(tmpdir());
});

test('the folder of a run that was killed goes with the next run; one that still runs keeps its own', () => {
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  const abandoned = join(place, `binnacle-run-${ended}-abc`);
  mkdirSync(join(abandoned, 'deep'), { recursive: true });
  const other = inDisk();
  expect(existsSync(abandoned)).toBe(false);
  const run = inDisk();
  expect(existsSync(other.env['TMPDIR'] ?? '')).toBe(true);
  run.remove();
  other.remove();
});

test.skipIf(process.platform === 'win32')('another user may pass through to a folder of its own', () => {
  const run = inDisk();
  expect(statSync(run.env['TMPDIR'] ?? '').mode & 0o777).toBe(0o711);
  run.remove();
});
