import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { layDown } from './binderFiles.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'binder-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const files = [{ path: 'rows/a.csv', bytes: new TextEncoder().encode('a\n') }];

test('a binder is laid down whole, beside whatever else is there, and never over something', () => {
  const [out, mine] = [join(folder, 'october'), join(folder, 'october.part')];
  mkdirSync(mine);
  writeFileSync(join(mine, 'mine.txt'), 'not a binder');
  layDown(out, files);
  expect(readFileSync(join(out, 'rows', 'a.csv'), 'utf8')).toBe('a\n');
  expect(existsSync(join(mine, 'mine.txt'))).toBe(true);
  expect(readdirSync(folder).toSorted()).toEqual(['october', 'october.part']);
  expect(() => layDown(out, [{ path: 'b.csv', bytes: new Uint8Array() }])).toThrow('is not empty');
  expect(readdirSync(out)).toEqual(['rows']);
});
