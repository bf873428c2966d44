/** What a person wants to see of a column, and whether a cell's value is among it. */
export type ColumnFilter<C extends string = string> =
  | { readonly column: C; readonly op: 'contains' | 'excludes'; readonly value: string }
  | {
      readonly column: C;
      readonly op: 'between';
      /** Both ends belong to the range; null = no end on that side. Numbers meet numbers, ISO dates ISO dates. */
      readonly value: { readonly from: number | string | null; readonly to: number | string | null };
    }
  | { readonly column: C; readonly op: 'in'; readonly value: readonly string[] }
  | { readonly column: C; readonly op: 'blank'; readonly value: boolean };

/** null = this row has no value there. */
export type FilteredValue = string | number | null;

/** The test of several filters, all of which must hold; it is prepared once and asked for every row. */
export function columnFilterTest<C extends string>(
  filters: readonly ColumnFilter<C>[],
): (valueOf: (column: C) => FilteredValue) => boolean {
  const tests = filters.map((filter) => ({ column: filter.column, holds: testOf(filter) }));
  return (valueOf) => tests.every(({ column, holds }) => holds(valueOf(column)));
}

function testOf(filter: ColumnFilter): (value: FilteredValue) => boolean {
  switch (filter.op) {
    case 'contains': {
      const words = wordsOf(filter.value);
      return (value) => value !== null && hasEvery(value, words);
    }
    case 'excludes': {
      const words = wordsOf(filter.value);
      return (value) => value === null || !hasEvery(value, words);
    }
    case 'between': {
      const { from, to } = filter.value;
      return (value) => value !== null && !isBelow(value, from) && !isBelow(to, value) && isComparable(value, from, to);
    }
    case 'in': {
      const wanted = new Set(filter.value);
      return (value) => value !== null && wanted.has(String(value));
    }
    case 'blank':
      return (value) => (value === null || value === '') === filter.value;
  }
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Every word somewhere in the text, in any order; % and _ are letters like any other. */
function hasEvery(value: string | number, words: readonly string[]): boolean {
  const text = String(value).toLowerCase();
  return words.every((word) => text.includes(word));
}

function isBelow(one: FilteredValue, other: FilteredValue): boolean {
  if (typeof one === 'number' && typeof other === 'number') return one < other;
  return typeof one === 'string' && typeof other === 'string' && one < other;
}

/** A range of dates says nothing of numbers: such a row is not in it. */
function isComparable(value: string | number, from: FilteredValue, to: FilteredValue): boolean {
  return [from, to].every((end) => end === null || typeof end === typeof value);
}
