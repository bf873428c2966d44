import { expect, test } from 'vitest';
import { isTransfersPlace, transferAt, transferPlace } from './transferPlace.ts';

test('an address names a transfer whatever its id is made of', () => {
  expect(transferAt(transferPlace('8f/0'))).toBe('8f/0');
  expect(transferAt('/approvals/transfers/8f/0')).toBe('8f/0');
  expect(transferAt('/approvals/transfers')).toBeNull();
  expect(transferAt('/approvals/transfers/%')).toBeNull();
  expect(isTransfersPlace('/approvals/transfers')).toBe(true);
  expect(isTransfersPlace(transferPlace('8f/0'))).toBe(true);
  expect(isTransfersPlace('/approvals')).toBe(false);
});
