import { expect, test } from 'vitest';
import type { FulfilmentRow } from '#contract/queries.ts';
import { wholeWords, whyWords } from './queueWords.ts';

const why = {
  rule: 'fair_share' as const,
  priority: 2,
  protected_qty_milli: 0,
  found_qty_milli: 10_000,
  before_qty_milli: 4_000,
  peers_qty_milli: 18_000,
};
const row = (more: Partial<FulfilmentRow>): FulfilmentRow =>
  ({
    why,
    standing: 'rule',
    standing_by: null,
    standing_until_on: null,
    on_hand_qty_milli: 10_000,
    waits_for: null,
    whole_on: null,
    state: 'short',
    ...more,
  }) as FulfilmentRow;

/** Dates hold together with a space that does not break. */
const plain = (words: string): string => words.replaceAll('\u00a0', ' ');

test('a rule is told with its numbers', () => {
  expect(plain(whyWords(row({})))).toBe('share of 6 among 18 wanted');
  expect(plain(whyWords(row({ why: { ...why, rule: 'priority', before_qty_milli: 12_000 } })))).toBe(
    'priority 2: those before want 12 of 10',
  );
  expect(plain(whyWords(row({ why: { ...why, rule: 'earlier_turn' }, on_hand_qty_milli: -2_000 })))).toBe(
    'nothing lies there',
  );
  expect(
    plain(whyWords(row({ why: { ...why, rule: 'held' }, standing_by: 'buyer', standing_until_on: '2026-12-03' }))),
  ).toBe('held by buyer until 3 Dec');
});

test('a line that is left out says so, and what to do', () => {
  const old = row({ state: 'left_out', why: { ...why, rule: 'left_out' } });
  expect(whyWords(old)).toBe('due more than 2 years ago or ahead: nothing is kept for it');
  expect(wholeWords(old)).toContain('Ship it, cancel it or correct its date where it comes from.');
});

test('how a line becomes whole', () => {
  const waits_for = { purchase_order_id: 6, number: 'PO-61', on: '2026-11-09' };
  expect(plain(wholeWords(row({})))).toBe('Nothing that is known to come makes it whole.');
  expect(plain(wholeWords(row({ waits_for })))).toBe(
    'PO-61 brings some of it on 9 Nov; nothing known brings the rest.',
  );
  expect(plain(wholeWords(row({ waits_for, state: 'late', whole_on: '2026-11-09' })))).toBe(
    'Whole on 9 Nov with PO-61, after its day.',
  );
});
