import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SHARED_FOLDER } from '#build/checks/runFolder.ts';
import { onceARun } from './onceARun.ts';

const before = process.env[SHARED_FOLDER];
let shared = '';
beforeEach(() => {
  shared = mkdtempSync(join(tmpdir(), 'binnacle-once-'));
  process.env[SHARED_FOLDER] = shared;
});
afterEach(() => {
  if (before === undefined) delete process.env[SHARED_FOLDER];
  else process.env[SHARED_FOLDER] = before;
});

test('two who ask at once get the same, made once and seen only whole', async () => {
  let made = 0;
  const make = async (folder: string): Promise<void> => {
    made += 1;
    writeFileSync(join(folder, 'first'), 'x');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(existsSync(join(shared, 'thing'))).toBe(false);
    writeFileSync(join(folder, 'second'), 'y');
  };
  const [one, other] = await Promise.all([onceARun('thing', make), onceARun('thing', make)]);
  expect([made, one]).toEqual([1, other]);
  expect(readFileSync(join(one, 'second'), 'utf8')).toBe('y');
});

test('one who failed or was killed over it leaves it to the next', async () => {
  await expect(onceARun('thing', async () => await Promise.reject(new Error('no')))).rejects.toThrow('no');
  writeFileSync(join(shared, 'thing.maker'), String(spawnSync(process.execPath, ['-e', '']).pid));
  const place = await onceARun('thing', async (folder) => writeFileSync(join(folder, 'whole'), 'x'));
  expect(existsSync(join(place, 'whole'))).toBe(true);
});

test('a folder that is named and not there yet is made, not waited for', async () => {
  process.env[SHARED_FOLDER] = join(shared, 'not', 'yet');
  const place = await onceARun('thing', async (folder) => writeFileSync(join(folder, 'whole'), 'x'));
  expect(existsSync(join(place, 'whole'))).toBe(true);
});
