import { describe, expect, it } from 'vitest';
import { partsOf } from './parts.ts';
import type { ReadLine } from './readLines.ts';

const line = (line_number: number, order: string): ReadLine => ({
  line: { line_number, fields: [] },
  label: order,
  row: { order, place: line_number },
  amounts: [],
});
const parts = (orders: string, lines_a_part: number, together?: readonly string[]) =>
  partsOf(
    { key: ['place'], ...(together ? { together } : {}) },
    orders.split('').map((order, index) => line(index + 2, order)),
    lines_a_part,
  ).map((part) => part.map(({ label }) => label).join(''));

describe('parts of a file', () => {
  it('hold as many lines as they may, in the order of the file', () => {
    expect(parts('abcde', 2)).toEqual(['ab', 'cd', 'e']);
  });
  it('keep lines of one document together, wherever they stand, and a long document whole', () => {
    expect(parts('abcab', 2, ['order'])).toEqual(['aa', 'bb', 'c']);
    expect(parts('abbbbc', 2, ['order'])).toEqual(['a', 'bbbb', 'c']);
    expect(parts('abba', 4, ['order'])).toEqual(['abba']);
  });
  it('are one at least: a file of refused lines has them to keep', () => {
    expect(parts('', 2)).toEqual(['']);
  });
});
