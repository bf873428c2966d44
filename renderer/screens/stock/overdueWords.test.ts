import { expect, test } from 'vitest';
import { leftOutOrdersWords, leftOutReservedWords, nextInWords, overdueInBalance } from './overdueWords.ts';

const nothing = { lines: 0, qty_milli: 0, first_on: null, last_on: null, left_out_lines: 0, left_out_qty_milli: 0 };
const said = (overdue: Partial<typeof nothing> | object): string[] =>
  overdueInBalance({ overdue: { ...nothing, ...overdue }, uom: 'pcs' }).map((words) => words.replaceAll('\u00a0', ' '));

test('below the balance: when overdue receipts are counted, and which are not', () => {
  expect(said({})).toEqual([]);
  expect(said({ lines: 1, qty_milli: 400_000, first_on: '2026-11-29', last_on: '2026-11-29' })).toEqual([
    '1 receipt of 400 pcs is overdue and expected again about 29 Nov: see Incoming.',
  ]);
  expect(said({ lines: 2, qty_milli: 5_000, first_on: '2026-11-29', last_on: '2026-12-03' })).toEqual([
    '2 receipts of 5 pcs are overdue and expected again between 29 Nov and 3 Dec: see Incoming.',
  ]);
  expect(said({ left_out_lines: 1, left_out_qty_milli: 9_000 })).toEqual([
    'Left out: 1 receipt of 9 pcs, expected more than 2 years ago or ahead. Close or correct them.',
  ]);
});

test('below the balance: which open orders are not counted, and what to do', () => {
  const words = (lines: number) =>
    leftOutOrdersWords({ left_out_orders: { lines, qty_milli: 9_000 }, uom: 'pcs' })?.replaceAll('\u00a0', ' ');
  expect(words(0)).toBeUndefined();
  expect(words(1)).toBe(
    'Left out: 1 order line of 9 pcs, due more than 2 years ago or ahead. Ship, cancel or correct it.',
  );
  expect(words(2)).toContain(
    '2 order lines of 9 pcs, due more than 2 years ago or ahead. Ship, cancel or correct them.',
  );
});

test('in the grid: only of a receipt whose day has passed', () => {
  const row = { next_in_on: '2026-11-03', next_comes_on: '2026-11-29' };
  expect(nextInWords(row, '2026-11-03')).toBeNull();
  expect(nextInWords(row, null)).toBeNull();
  expect(nextInWords({ ...row, next_in_on: null }, '2026-11-05')).toBeNull();
  expect(nextInWords(row, '2026-11-05')?.replaceAll('\u00a0', ' ')).toBe(
    'Overdue since 3 Nov 2026; the next that is waited for is expected about 29 Nov',
  );
  expect(nextInWords({ ...row, next_comes_on: null }, '2026-11-05')).toContain('too long ago');
});

test('below what is reserved: how much may be kept for orders left out', () => {
  const free = { on_hand_qty_milli: 0, reserved_qty_milli: 9_000, free_qty_milli: -9_000, counted_on: null };
  const words = (left_out_reserved_qty_milli: number) =>
    leftOutReservedWords({ free_to_promise: { ...free, left_out_reserved_qty_milli }, uom: 'pcs' });
  expect(words(0)).toBeNull();
  expect(words(3_000)?.replaceAll('\u00a0', ' ')).toBe(
    'Up to 3 pcs of it for orders left out: nobody else can pick them until those are shipped or cancelled.',
  );
});
