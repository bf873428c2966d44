import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chanceOf, chanceSet } from './chance.ts';

test('the same sources have the same chance wherever they lie; any change of them another', () => {
  const make = (): string => {
    const root = mkdtempSync(join(tmpdir(), 'binnacle-chance-'));
    mkdirSync(join(root, 'a/deep'), { recursive: true });
    mkdirSync(join(root, 'b'));
    writeFileSync(join(root, 'a/deep/one.ts'), '1');
    writeFileSync(join(root, 'a/two.tsx'), '2');
    writeFileSync(join(root, 'a/table.csv'), '3');
    return root;
  };
  const root = make();
  const chance = chanceOf(root, ['a', 'b']);
  expect(chanceOf(make(), ['b', 'a'])).toBe(chance);
  // what a test writes beside the sources is no change of them
  writeFileSync(join(root, 'a/table.csv'), '4');
  expect(chanceOf(root, ['a', 'b'])).toBe(chance);
  writeFileSync(join(root, 'b/three.ts'), '');
  const more = chanceOf(root, ['a', 'b']);
  writeFileSync(join(root, 'a/deep/one.ts'), '2');
  expect(new Set([chance, more, chanceOf(root, ['a', 'b'])]).size).toBe(3);
});

test('a chance that is set is a whole number', () => {
  expect(chanceSet({})).toBeUndefined();
  expect(chanceSet({ BINNACLE_CHANCE: '42' })).toBe(42);
  expect(() => chanceSet({ BINNACLE_CHANCE: '-1' })).toThrow('whole number');
});
