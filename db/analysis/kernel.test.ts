import { expect, test } from 'vitest';
import { randomBelow } from '#db/queries/testing/randomOrders.ts';
import { addPacked, fillKeys, type KeyTable, LEFT_OUT } from './kernel.ts';

const ROWS = 500;
const below = randomBelow(31);
type Width = 'narrow' | 'middle' | 'wide';

function column(width: Width): KeyTable {
  const entries = width === 'narrow' ? 200 : 900;
  const random = Array.from({ length: ROWS }, () => below(entries));
  const table = Int32Array.from({ length: entries }, () => (below(9) === 0 ? LEFT_OUT : below(1000)));
  if (width === 'narrow') return { codes: Uint8Array.from(random), table };
  return { codes: width === 'middle' ? Uint16Array.from(random) : Uint32Array.from(random), table };
}

test('a key is the sum of what its columns add, however many there are and however wide their codes', () => {
  const keys = new Int32Array(ROWS);
  for (let narrow = 0; narrow <= 7; narrow++) {
    for (const others of [[], ['middle'], ['wide'], ['middle', 'wide', 'middle']] as const) {
      const widths: Width[] = [...others, ...Array.from({ length: narrow }, (): Width => 'narrow')];
      const tables = widths.map(column);
      fillKeys(keys, tables, ROWS, 17);
      const expected = Array.from({ length: ROWS }, (_, row) =>
        tables.reduce((sum, { codes, table }) => sum + (table[codes[row] ?? 0] ?? 0), 17),
      );
      expect([...keys], `${narrow} narrow, ${others.join()}`).toEqual(expected);
    }
  }
});

test('values of some rows are added beside their rows’ keys, one, two or three columns of them', () => {
  const keys = Int32Array.from({ length: ROWS }, () => (below(4) === 0 ? -1 : below(20) * 4));
  const rows = Int32Array.from({ length: 90 }, (_, at) => at * 5);
  for (const count of [1, 2, 3]) {
    const sums = Array.from({ length: count }, (_, at) => ({
      values: Int32Array.from(rows, () => below(1000) - 500),
      at: at + 1,
    }));
    const out = new Float64Array(84);
    addPacked(out, keys, rows, sums);
    const expected = new Float64Array(84);
    for (const [j, row] of rows.entries()) {
      const key = keys[row] ?? -1;
      if (key >= 0)
        for (const { values, at } of sums) expected[key + at] = (expected[key + at] ?? 0) + (values[j] ?? 0);
    }
    expect([...out]).toEqual([...expected]);
  }
});
