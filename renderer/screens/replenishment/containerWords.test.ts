import { expect, test } from 'vitest';
import type { OrderContainers } from '#contract/queries.ts';
import { fillShape, fillWords, loadWords } from './containerWords.ts';

const load: OrderContainers = {
  containers: 1,
  by: 'volume',
  last_fill_bp: 8_200,
  volume_ml: 23_440_000,
  weight_g: 9_000_000,
  unmeasured_lines: 0,
  least_fill_bp: 7_500,
  filling_lines: 3,
  below: null,
};
const plain = (text: string): string => text.replaceAll('\u00A0', ' ');

test('says how full the last container is, by what, and what fills it', () => {
  expect(plain(fillWords(load))).toBe('Container 82.0 % full');
  expect(plain(fillWords({ ...load, containers: 3 }))).toBe('3 containers, the last 82.0 % full');
  expect(plain(loadWords(load))).toBe('by volume, 23.4 m³; sent from 75.0 % on; 3 lines fill it');
  expect(plain(loadWords({ ...load, by: 'weight', filling_lines: 0, least_fill_bp: 0 }))).toBe('by weight, 9.0 t');
  expect(fillShape(load)).toBe('good');
});

test('says why it stays below', () => {
  const below = { ...load, last_fill_bp: 4_000, filling_lines: 0, unmeasured_lines: 2 };
  expect(fillShape(below)).toBe('warn');
  expect(plain(loadWords({ ...below, below: 'lasts_too_long' }))).toMatch(
    /not fuller: more of anything would lie too long; 2 lines without a size not counted$/,
  );
  for (const why of ['nothing_else', 'nothing_fits'] as const) {
    expect(loadWords({ ...below, below: why })).toContain('not fuller:');
  }
});
