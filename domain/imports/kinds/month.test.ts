import { expect, test } from 'vitest';
import { monthOfText } from './month.ts';

test('a month is read as people write it, and nothing else is', () => {
  const said = ['2026-10', '2026/10', '202610', '10.2026', '10/2026', '2026-10-31', '31.10.2026'];
  expect(said.map(monthOfText)).toEqual(said.map(() => 202610));
  expect(['2026-13', '2026', 'October', '', '13.2026', '0.2026'].map(monthOfText)).toEqual(Array(6).fill(null));
});
