import { expect, test } from 'vitest';
import { segmentsOf } from './LineChart.tsx';

test('a month without data is a gap in the line', () => {
  expect(segmentsOf([null, 1, 2, null, null, 5]).map((run) => run.map((point) => [point.index, point.value]))).toEqual([
    [
      [1, 1],
      [2, 2],
    ],
    [[5, 5]],
  ]);
});
