import { expect, test } from 'vitest';
import { viewLabel } from './claimChoices.ts';

test('while rows are loading none of them is no news, and some are', () => {
  const counts = { open: 1_200, too_long: 0, resolved: 3, all: 1_203 };
  expect(viewLabel('open', false, counts)).toBe('Open 1,200');
  expect(viewLabel('too_long', false, counts)).toBe('Too long');
  expect(viewLabel('too_long', true, counts)).toBe('Too long 0');
  expect(viewLabel('all', true, undefined)).toBe('All');
});
