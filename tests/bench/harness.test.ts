import { expect, test } from 'vitest';
import { createReport, type Line, median, sideBySide } from './harness.ts';

test('a ratio is taken between two figures of one run and one unit', () => {
  const lines: Line[] = [];
  const report = createReport((line) => lines.push(line));
  report.value('a', 300, 'ms');
  report.value('b', 200.04, 'ms');
  report.value('c', 5, 's');
  report.ratio('a', 'b');
  expect(lines).toEqual([
    { name: 'a', value: 300, unit: 'ms', ratio_to: null },
    { name: 'b', value: 200, unit: 'ms', ratio_to: null },
    { name: 'c', value: 5, unit: 's', ratio_to: null },
    { name: 'a', value: 1.5, unit: 'ratio', ratio_to: 'b' },
  ]);
  expect(() => report.ratio('a', 'c')).toThrow('in ms');
  expect(() => report.ratio('a', 'd')).toThrow('not measured');
});

test('contenders run in turn and each gets its median', async () => {
  const order: string[] = [];
  const values = { a: [9, 1, 2], b: [4, 4, 6] };
  const found = await sideBySide(
    3,
    (['a', 'b'] as const).map((name) => ({
      name,
      run: () => {
        order.push(name);
        return values[name].shift() ?? 0;
      },
    })),
  );
  expect(order.join('')).toBe('ababab');
  expect([...found]).toEqual([
    ['a', 2],
    ['b', 4],
  ]);
  expect(median([1, 2])).toBe(1.5);
  expect(() => median([])).toThrow('nothing');
});
