import { expect, test } from 'vitest';
import { lineState } from './purchaseLineColumns.tsx';

test('a line is whole, on time or late against its first promise', () => {
  const line = {
    ordered_qty_milli: 5000,
    received_qty_milli: 0,
    promised_on: '2026-11-02',
    expected_on: '2026-11-02',
    received_on: null,
  };
  expect(lineState(line, '2026-11-02')).toEqual({ shape: 'waiting', word: 'On time' });
  expect(lineState({ ...line, expected_on: '2026-11-06' }, '2026-11-02')).toEqual({
    shape: 'bad',
    word: '4 days late',
  });
  expect(lineState({ ...line, received_qty_milli: 1 }, '2026-11-02')).toEqual({ shape: 'warn', word: 'In part' });
  expect(lineState(line, '2026-11-08')).toEqual({ shape: 'bad', word: '6 days late' });
  expect(lineState({ ...line, received_qty_milli: 1 }, '2026-11-03')).toEqual({ shape: 'bad', word: '1 day late' });
  expect(lineState(line, null)).toEqual({ shape: 'refused', word: 'Not coming' });
  const whole = { ...line, received_qty_milli: 5000, expected_on: '2026-11-06' };
  expect(lineState({ ...whole, received_on: '2026-11-02' }, '2026-11-02')).toEqual({ shape: 'good', word: 'Received' });
  expect(lineState({ ...whole, received_on: '2026-11-03' }, '2026-11-02')).toEqual({
    shape: 'warn',
    word: 'Came 1 day late',
  });
});
