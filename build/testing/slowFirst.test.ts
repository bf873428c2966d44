import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SLOW } from './slowFirst.ts';

test('every file that is named is there, once', () => {
  const root = join(import.meta.dirname, '..', '..');
  expect(SLOW.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  expect(new Set(SLOW).size).toBe(SLOW.length);
});
