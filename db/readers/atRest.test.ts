import { expect, test } from 'vitest';
import { collectHeap, createAtRest } from './atRest.ts';

test('whoever is asked again and again does not rest; afterwards they tidy up once', () => {
  const waiting: (() => void)[] = [];
  let tidied = 0;
  const rest = createAtRest(
    {
      after: (_delay_ms, run) => {
        waiting.push(run);
        return { cancel: () => void waiting.splice(waiting.indexOf(run), 1) };
      },
    },
    () => (tidied += 1),
  );
  rest.again();
  rest.again();
  expect(waiting).toHaveLength(1);
  waiting.shift()?.();
  expect([tidied, waiting.length]).toEqual([1, 0]);
  rest.again();
  rest.stop();
  expect(waiting).toEqual([]);
});

test('what nobody holds any more is given back', () => {
  const held = { rows: Array.from({ length: 200_000 }, (_, id) => ({ id, name: `row ${id}` })) };
  const before = process.memoryUsage().heapUsed;
  held.rows = [];
  collectHeap();
  expect(before - process.memoryUsage().heapUsed).toBeGreaterThan(10_000_000);
});
