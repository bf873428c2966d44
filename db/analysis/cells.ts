/** Lays groups and filters out as cells of one scan: each group has a stride, each filter takes values out. */
import type { FactView } from './factView.ts';
import { LEFT_OUT } from './kernel.ts';
import type { KeyColumn } from './scan.ts';

/** How a column's values fall into groups. */
export interface Grouping {
  readonly column: string;
  /** What each group stands for, by slot; '' = has none. */
  readonly keys: readonly string[];
  /** Slot of each value, by its number in the view; negative = left out. */
  readonly slots: Int32Array;
}

export interface CellLayout {
  cells(): number;
  keys(): KeyColumn[];
  /** The grouping's slots from here on; answers how many cells one slot is apart from the next. */
  group(grouping: { readonly column: string; readonly slots: Int32Array }, size: number): number;
  keep(column: string, test: (value: number | string) => boolean): void;
  /** The same by a value's number in the view. */
  keepNumbers(column: string, test: (number: number) => boolean): void;
  /** Takes a value in again that was left out; into the first group of its column. */
  allow(column: string, value: number | string): void;
}

export function createCellLayout(view: FactView): CellLayout {
  const tables = new Map<string, Int32Array>();
  let cells = 1;
  const tableOf = (column: string): Int32Array => {
    const found = tables.get(column) ?? new Int32Array(view.numbering(column).values.length);
    tables.set(column, found);
    return found;
  };
  return {
    cells: () => cells,
    keys: () => [...tables].map(([column, table]) => ({ column, cells: table })),
    group: ({ column, slots }, size) => {
      const table = tableOf(column);
      const stride = cells;
      for (let number = 0; number < table.length; number++) {
        const slot = slots[number] ?? -1;
        const before = table[number] ?? 0;
        table[number] = slot < 0 || before < 0 ? LEFT_OUT : before + slot * stride;
      }
      cells *= size;
      return stride;
    },
    keep: (column, test) => {
      const table = tableOf(column);
      for (const [number, value] of view.numbering(column).values.entries()) {
        if (!test(value)) table[number] = LEFT_OUT;
      }
    },
    allow: (column, value) => {
      const table = tableOf(column);
      const number = view.numbering(column).numberOf(value);
      if (number !== undefined && (table[number] ?? 0) < 0) table[number] = 0;
    },
    keepNumbers: (column, test) => {
      const table = tableOf(column);
      for (let number = 0; number < table.length; number++) if (!test(number)) table[number] = LEFT_OUT;
    },
  };
}

/** Groups by what `keyOf` says of each value; null leaves the value out. */
export function groupBy(view: FactView, column: string, keyOf: (value: number | string) => string | null): Grouping {
  const { values } = view.numbering(column);
  const slots = new Int32Array(values.length);
  const keys: string[] = [];
  const slotOf = new Map<string, number>();
  for (const [number, value] of values.entries()) {
    const key = keyOf(value);
    if (key === null) {
      slots[number] = -1;
      continue;
    }
    const slot = slotOf.get(key) ?? keys.length;
    if (slot === keys.length) {
      keys.push(key);
      slotOf.set(key, slot);
    }
    slots[number] = slot;
  }
  return { column, keys, slots };
}

/** The key of a value as rows of a screen name it: an id as text, '' for none. */
export function valueKey(value: number | string): string {
  if (typeof value === 'string') return value;
  return Number.isNaN(value) ? '' : String(value);
}

/** What the slot of all other groups is called; no group of a column is. */
const OTHERS = '\0others';

/** Only the wanted groups keep a slot of their own, in that order; all others share the slot after them. */
export function foldGroups(grouping: Grouping, wanted: readonly string[]): Grouping {
  const slotOf = new Map(wanted.map((key, slot) => [key, slot]));
  const bySlot = grouping.keys.map((key) => slotOf.get(key) ?? wanted.length);
  return {
    column: grouping.column,
    keys: [...wanted, OTHERS],
    slots: grouping.slots.map((slot) => (slot < 0 ? slot : (bySlot[slot] ?? wanted.length))),
  };
}
