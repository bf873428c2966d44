import { expect, test } from 'vitest';
import { kpiBare, kpiDifference, kpiText } from './kpiText.ts';

const plain = (text: string): string => text.replaceAll('\u00A0', ' ');

test('a value carries its unit, a bound says it is one, no data is no zero', () => {
  expect(plain(kpiText(9620, 'rate', 'EUR'))).toBe('96.2 %');
  expect(plain(kpiText(31_824_000, 'money', 'EUR'))).toBe('€318,240');
  expect(plain(kpiText(1900, 'days', 'EUR'))).toBe('1.9 days');
  expect(plain(kpiText(3200, 'days', 'EUR', true))).toBe('> 3.2 days');
  expect(plain(kpiText(42_100, 'times', 'EUR'))).toBe('4.21 ×');
  expect(kpiText(null, 'money', 'EUR')).toBe('–');
  expect(kpiText(0, 'money', 'EUR')).toBe('€0');
});

test('a target beside a value has no unit of its own; a difference has a sign', () => {
  expect(kpiBare(9500, 'rate', 'EUR')).toBe('95.0');
  expect(kpiBare(4000, 'days', 'EUR')).toBe('4.0');
  expect(plain(kpiDifference(-130, 'rate', 'EUR'))).toBe('−1.3 pp');
  expect(plain(kpiDifference(400, 'days', 'EUR'))).toBe('+0.4 days');
});
