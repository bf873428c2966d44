import { describe, expect, test } from 'vitest';
import type { LoadProgress } from '#contract/events.ts';
import { loadingWords } from './loadingWords.ts';

const progress: LoadProgress = {
  rows: 1_240_000,
  bytes: 182_000_000,
  buckets_done: 90,
  buckets_total: 1100,
  left_s: null,
  complete_from_month: null,
  oldest_month: 202510,
};
const plain = (text: string | null) => text?.replaceAll('\u00A0', ' ') ?? null;

describe('a load in words', () => {
  test('says how much is here', () => {
    expect(plain(loadingWords(progress).amount)).toBe('1,240,000 rows, 182 MB');
  });
  test.each([
    [null, null],
    [0, 'about 5 s left'],
    [41, 'about 45 s left'],
    [89, 'about 1 min left'],
    [200, 'about 3 min left'],
  ])('%s seconds are %s', (left_s, words) => {
    expect(plain(loadingWords({ ...progress, left_s }).left)).toBe(words);
  });
  test.each([
    [null, 202510, 'Months come newest first, back to Oct 2025'],
    [202609, 202510, 'Complete since Sep 2026; older months back to Oct 2025 are loading'],
    [202510, 202510, 'All months since Oct 2025 are here'],
    [null, null, null],
  ])('complete from %s of %s', (complete_from_month, oldest_month, words) => {
    expect(plain(loadingWords({ ...progress, complete_from_month, oldest_month }).months)).toBe(words);
  });
});
