import { expect, it } from 'vitest';
import { leadTimeError } from './leadTimeError.ts';

it('is nothing where demand is as it always was, and nothing is said of a short past', () => {
  expect(leadTimeError(new Float64Array(24).fill(50), 12, 3)).toBeCloseTo(0, 9);
  expect(leadTimeError(new Float64Array(11).fill(50), 12, 3)).toBeNull();
});

it('grows with the time ahead where demand moves to another level', () => {
  const stepped = Float64Array.from({ length: 30 }, (_, at) => (at < 22 ? 50 : 150));
  expect(leadTimeError(stepped, 12, 4) ?? 0).toBeGreaterThan(leadTimeError(stepped, 12, 1) ?? 0);
});
