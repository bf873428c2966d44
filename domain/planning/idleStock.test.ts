import { expect, test } from 'vitest';
import { excessQtyMilli, isObsolete, OBSOLETE_DAYS } from './idleStock.ts';

const stock = { on_hand_qty_milli: 1_000, reserved_qty_milli: 0, max_qty_milli: 100, usage_qty_milli_in_window: 90 };

test('excess is what lies beyond the maximum, 180 days and what is promised, whichever is most', () => {
  // 90 in 90 days: 180 days are 180
  expect(excessQtyMilli(stock)).toBe(820);
  expect(excessQtyMilli({ ...stock, max_qty_milli: 400 })).toBe(600);
  expect(excessQtyMilli({ ...stock, reserved_qty_milli: 950 })).toBe(50);
  expect(excessQtyMilli({ ...stock, usage_qty_milli_in_window: 0 })).toBe(900);
});
test('what lasts 180 days or less is none, whatever the maximum says', () => {
  expect(excessQtyMilli({ ...stock, usage_qty_milli_in_window: 500 })).toBe(0);
  expect(excessQtyMilli({ ...stock, usage_qty_milli_in_window: 499 })).toBe(2);
  expect(excessQtyMilli({ ...stock, on_hand_qty_milli: -5 })).toBe(0);
});
test('obsolete is a year without anybody asking, of an item older than that', () => {
  expect(isObsolete({ introduced_on: null, last_asked_on: null }, 1000)).toBe(true);
  expect(isObsolete({ introduced_on: 1000 - OBSOLETE_DAYS + 1, last_asked_on: null }, 1000)).toBe(false);
  expect(isObsolete({ introduced_on: 10, last_asked_on: 1000 - OBSOLETE_DAYS }, 1000)).toBe(true);
  expect(isObsolete({ introduced_on: 10, last_asked_on: 1000 - OBSOLETE_DAYS + 1 }, 1000)).toBe(false);
});
