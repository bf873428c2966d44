import { describe, expect, test } from 'vitest';
import type { VerifyResult } from '#contract/actions.ts';
import { passWords, repairWords, verifyWords } from './verifyWords.ts';

const EQUAL: VerifyResult = {
  equal: true,
  tables: 4,
  rows: 5000,
  checkpoint: 9,
  unequal_tables: [],
  repaired_buckets: 0,
  repaired_rows: 0,
  repaired: [],
  repaired_words: '',
  stubborn: [],
  parts: { read: 1204, by_sum: 0, left: 0 },
};

describe('what a comparison says', () => {
  test('equal, with what was read and what is still to be read', () => {
    expect(verifyWords(EQUAL)).toEqual({ tone: 'good', text: 'Equal with the server: 1,204 parts read row by row.' });
    expect(verifyWords({ ...EQUAL, parts: { read: 1, by_sum: 3087, left: 12 } }).text).toBe(
      'Equal with the server: 1 part read row by row, 3,087 compared by their sums, 12 still to be read. ' +
        'Every row is being read again in the background.',
    );
  });
  test('of a copy that is mostly unread it does not say that it is equal', () => {
    expect(verifyWords({ ...EQUAL, parts: { read: 281, by_sum: 0, left: 3084 } }).text).toBe(
      'No difference so far: 281 parts read row by row, 3,084 still to be read. ' +
        'Every row is being read again in the background.',
    );
  });
  test('mended rows and parts, and what cannot be mended', () => {
    const mended = { ...EQUAL, equal: false, repaired_words: 'Order lines: 2 replaced', repaired_buckets: 1 };
    expect(verifyWords(mended)).toEqual({
      tone: 'warn',
      text:
        'Differed from the server and was mended. Order lines: 2 replaced; 1 part loaded again. ' +
        'Your own changes were not touched.',
    });
    expect(verifyWords({ ...mended, stubborn: ['Stock'] })).toMatchObject({
      tone: 'bad',
      text: expect.stringContaining('Load all data again'),
    });
  });
  test('how far the reading is', () => {
    const pass = { done_parts: 1204, total_parts: 4291, paused: false, left_ms: 118_000 };
    expect(passWords(pass)).toBe('1,204 of 4,291 parts, about 2\u00a0min left');
    expect(passWords({ ...pass, left_ms: null })).toBe('1,204 of 4,291 parts');
    expect(passWords({ ...pass, paused: true })).toBe('1,204 of 4,291 parts, held');
  });
  test('what was done to a row', () => {
    const row = { table_id: 1, label: 'Stock', id: '7', what: 'replaced' as const };
    expect(repairWords({ ...row, columns: ['on_hand_qty_milli', 'ver'] })).toBe('replaced: on hand qty milli differed');
    expect(repairWords({ ...row, columns: ['ver'] })).toBe('replaced: an older version');
    expect(repairWords({ ...row, columns: ['bucket'] })).toBe('lay in the wrong part, put back');
  });
});
