import { expect, test } from 'vitest';
import { perOne } from '../../currency/rateValue.ts';
import { dayNumber, lastDayOfMonth } from '../../calendar.ts';
import { owing } from './intercompany.ts';
import { DocumentBooks } from './postings.ts';

test('a sister that keeps its books in yen is owed what those are worth here: yen have no smaller unit', () => {
  const cut_off = lastDayOfMonth(202610);
  const books = new DocumentBooks({ from: cut_off - 30, cut_off, until: cut_off, keeps: () => true });
  const delivered_on = dayNumber('2026-10-20') ?? 0;
  const delivery = { entry_id: 1, ref: 'IC 1', delivered_on, paid_on: null, amount_minor: 16_000 };
  // 160 yen a euro, and 200 at the end
  const months = new Map([[202610, { average: perOne(6_250), closing: perOne(5_000) }]]);
  owing(books, [delivery], { hers: 'JPY', ours: 'EUR', months }, cut_off);
  expect(books.postings.map(({ role, amount_minor }) => [role, amount_minor])).toEqual([
    ['intercompany', -10_000],
    ['intercompany', 2_000],
    ['fx_gain', -2_000],
  ]);
});
