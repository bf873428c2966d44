import { describe, expect, test } from 'vitest';
import { pastBreaks, valueChanges } from './events.ts';

describe('values that changed', () => {
  const versions = [
    { valid_from: null, valid_to: 99, value: 10 },
    { valid_from: 100, valid_to: 109, value: 12 },
    { valid_from: 110, valid_to: 119, value: 12 },
    { valid_from: 120, valid_to: 129, value: 8 },
  ];
  test('are told on their day, what goes on under another row is none', () => {
    expect(valueChanges(versions, 0, 200)).toEqual([
      { on: 100, before: 10, after: 12 },
      { on: 120, before: 12, after: 8 },
      { on: 130, before: 8, after: null },
    ]);
    expect(valueChanges(versions, 101, 129)).toEqual([{ on: 120, before: 12, after: 8 }]);
    expect(valueChanges([{ valid_from: 50, valid_to: null, value: 1 }], 0, 99)).toEqual([
      { on: 50, before: null, after: 1 },
    ]);
    expect(valueChanges([{ valid_from: null, valid_to: null, value: 1 }], 0, 99)).toEqual([]);
  });
});

describe('breaks of the past', () => {
  /** Even demand with a little noise that is the same every time. */
  const usual = Array.from({ length: 36 }, (_, at) => 100 + ((at * 37) % 11) - 5);
  const kinds = (values: readonly number[]) =>
    pastBreaks(Float64Array.from(values), 12).map(({ at, kind }) => [at, kind]);
  test('even demand has none', () => {
    expect(kinds(usual)).toEqual([]);
  });
  test('a month that stood out, and one in another unit of measure', () => {
    expect(kinds(usual.map((value, at) => (at === 20 ? value * 3 : value)))).toEqual([[20, 'spike']]);
    expect(kinds(usual.map((value, at) => (at === 20 ? value * 10 : value)))).toEqual([[20, 'unit_error']]);
  });
  test('a level that stayed is one shift, where it began', () => {
    expect(kinds(usual.map((value, at) => (at >= 24 ? value + 60 : value)))).toEqual([[24, 'level_shift']]);
  });
});
