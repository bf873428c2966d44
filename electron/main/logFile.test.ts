import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogFile, withoutSecrets } from './logFile.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'binnacle-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('lines have their time, and only their owner reads them', () => {
  const log = createLogFile(join(folder, 'logs'), () => 0);
  log.write('one');
  log.write('two');
  const file = join(folder, 'logs', 'binnacle.log');
  expect(readFileSync(file, 'utf8')).toBe('1970-01-01T00:00:00.000Z one\n1970-01-01T00:00:00.000Z two\n');
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('two megabytes are the most it takes', () => {
  const log = createLogFile(folder, () => 0);
  writeFileSync(join(folder, 'binnacle.log'), 'x'.repeat(1_048_570));
  log.write('the first of the next');
  expect(statSync(join(folder, 'binnacle.log.1')).size).toBe(1_048_570);
  log.write('y'.repeat(5000));
  expect(statSync(join(folder, 'binnacle.log')).size).toBeLessThan(2200);
});

test('a folder that cannot be written ends nothing', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => createLogFile(join(folder, 'file'), () => 0).write('one')).not.toThrow();
});

test('keys and tokens are left out, words and ids stay', () => {
  const key = 'a1'.repeat(32);
  const token = 'abcDEF0123456789-_abcDEF0123456789-_abcDEF0123456789';
  expect(withoutSecrets(`key = 'raw:${key}' token ${token}`)).toBe("key = 'raw:[left out]' token [left out]");
  const plain = 'code 139 at /home/a/b.js:12 for 7c9e6679-7425-40de-944b-e07fc1f90ae7';
  expect(withoutSecrets(plain)).toBe(plain);
});
