import { expect, test } from 'vitest';
import { type PriceFloor, priceFloorOf } from './priceFloor.ts';

const floor = (floor_price_micro: number, valid_from: number, more: Partial<PriceFloor> = {}): PriceFloor => ({
  channel_id: null,
  floor_price_micro,
  valid_from,
  valid_to: null,
  ...more,
});
const on = (ordered_on: number, floors: readonly PriceFloor[], channel_id: number | null = 1) =>
  priceFloorOf(floors, { channel_id, ordered_on })?.floor_price_micro;

test('a later floor takes the place of one a file left open, as the rules in force say', () => {
  const floors = [floor(5, 10), floor(6, 20)];
  for (const given of [floors, floors.toReversed()]) {
    expect([9, 10, 19, 20].map((day) => on(day, given))).toEqual([undefined, 5, 5, 6]);
  }
});

test('the channel’s own counts before everybody’s, also where it is the older one', () => {
  const floors = [floor(6, 20), floor(7, 10, { channel_id: 1, valid_to: 25 }), floor(9, 1, { channel_id: 2 })];
  expect([15, 20, 26].map((day) => on(day, floors))).toEqual([7, 7, 6]);
  expect(on(20, floors, null)).toBe(6);
  expect(priceFloorOf(undefined, { channel_id: 1, ordered_on: 20 })).toBeUndefined();
});
