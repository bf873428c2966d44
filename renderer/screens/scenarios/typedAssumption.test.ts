import { expect, test } from 'vitest';
import { assumed, NOTHING_TYPED, wrongWords } from './typedAssumption.ts';

test('a figure that cannot be read says so at its own field, in as many decimals as it takes', () => {
  const typed = {
    ...NOTHING_TYPED,
    kind: 'class_policy' as const,
    min: 'abc',
    max: '150.123',
    target: '97.5',
    days: '2.5',
  };
  expect(wrongWords(typed, 'min', 2)).toContain('at most 2 decimals');
  expect(wrongWords(typed, 'max', 2)).toContain('at most 2 decimals');
  expect(wrongWords({ ...typed, kind: 'policy' }, 'max', 2)).toBeNull();
  expect(wrongWords(typed, 'target', 2)).toBeNull();
  expect(wrongWords(typed, 'days', 2)).toContain('whole number');
  expect(wrongWords({ ...typed, value: '12.5' }, 'value', 0)).toContain('whole number');
  expect(wrongWords({ ...typed, category: 'abc' }, 'category', 2)).toBeNull();
  expect(wrongWords({ ...typed, min: ' ' }, 'min', 2)).toBeNull();
});

test('of a class: percent of today’s minimum and maximum, in hundredths', () => {
  const typed = { ...NOTHING_TYPED, kind: 'class_policy' as const, abc: 'A', min: '120', max: '99.5', target: '' };
  expect(assumed(typed, 2)).toEqual({
    kind: 'class_policy',
    abc: 'A',
    site_id: null,
    target_bp: null,
    min_factor_bp: 12_000,
    max_factor_bp: 9_950,
  });
  expect(assumed({ ...typed, abc: '' }, 2)).toBeNull();
});
