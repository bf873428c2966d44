import { expect, test } from 'vitest';
import { changedSides, mostMovedMinor } from './changedSides.ts';

test('changes come to what each side moved; an item that went and came again is one', () => {
  const change = { ref: 'INV 7', before_minor: null, after_minor: null };
  const changed = changedSides([
    { ...change, side: 'subledger', before_minor: 560_444, after_minor: 280_000 },
    { ...change, side: 'item', before_minor: 100 },
    { ...change, side: 'item', after_minor: 280_544 },
    { ...change, side: 'item', ref: 'Rest of the balance', after_minor: -5 },
  ]);
  expect(changed).toEqual({ ledger_minor: 0, subledger_minor: -280_444, items_minor: 280_439, items: 2 });
  expect(mostMovedMinor(changed)).toBe(280_444);
  expect(changedSides([])).toEqual({ ledger_minor: 0, subledger_minor: 0, items_minor: 0, items: 0 });
});
