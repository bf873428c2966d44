import { expect, test } from 'vitest';
import { filterWords, numberToType, typedNumber } from './columnFilterWords.ts';

test('filters in words', () => {
  const quantity = { kind: 'number', places: 3 } as const;
  const between = (from: number | string | null, to: number | string | null) =>
    ({ column: 'c', op: 'between', value: { from, to } }) as const;
  expect(filterWords(between(1_000_000, null), quantity)).toBe('≥ 1,000');
  expect(filterWords(between(null, 1500), quantity)).toBe('≤ 1.5');
  expect(filterWords(between(-2000, 2000), quantity)).toBe('−2 to 2');
  expect(filterWords(between('2026-11-01', '2026-11-30'), { kind: 'date' })).toBe('1\u00A0Nov to 30\u00A0Nov');
  const set = { kind: 'set', options: [{ value: 'low', label: 'Below min' }] } as const;
  expect(filterWords({ column: 'c', op: 'in', value: ['low', 'x'] }, set)).toBe('is Below min or x');
  expect(filterWords({ column: 'c', op: 'blank', value: true }, { kind: 'text' })).toBe('has none');
});

test('numbers as people type them', () => {
  expect(typedNumber('1,250.5', 3)).toBe(1_250_500);
  expect(typedNumber(' −3 ', 2)).toBe(-300);
  expect(typedNumber('', 2)).toBeNull();
  for (const text of ['x', '1e9', '1.2.3', '--1', '9999999999999999']) expect(typedNumber(text, 2)).toBeUndefined();
  expect(numberToType(typedNumber('1,250.5', 3) ?? null, 3)).toBe('1250.5');
  expect(numberToType(null, 3)).toBe('');
});
