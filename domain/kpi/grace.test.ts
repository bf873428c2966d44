import { expect, test } from 'vitest';
import { Grace } from './grace.ts';

test('the rule of the committed date says the days; where none does, the channel has its own', () => {
  const grace = new Grace(
    [
      [1, 2],
      [2, 5],
    ],
    [
      { channel_id: 1, grace_days: 4, valid_from: 10, valid_to: 19 },
      { channel_id: 1, grace_days: null, valid_from: 20, valid_to: null },
    ],
  );
  expect([9, 10, 19, 20].map((day) => grace.days(1, day))).toEqual([2, 4, 4, 2]);
  expect([grace.days(2, 10), grace.days(3, 10), grace.days(null, 10), grace.days(1, null)]).toEqual([5, 0, 0, 0]);
  expect(grace.longest_days).toBe(5);
});
