/**
 * Sums by cell over all lines of a view. A row's cell is the sum of what look-up tables say of its codes, so that any
 * combination of groups and filters costs one addition a column, and nothing is joined or hashed inside the loop.
 */
import type { FactPart } from './factMemory.ts';
import type { FactView } from './factView.ts';
import {
  addKeys,
  chooseRows,
  countAll,
  countChosen,
  LEFT_OUT,
  MAX_CELLS,
  MAX_KEY_COLUMNS,
  setKeys,
  sumAll,
  sumChosen,
  sumPacked,
} from './kernel.ts';
import { type CodeColumn, codeColumn, type Segment, valueColumn } from './segment.ts';

/** What each value of a column adds to a row's cell, by its number in the view; LEFT_OUT filters it away. */
export interface KeyColumn {
  readonly column: string;
  readonly cells: Int32Array;
}

/** Columns whose dictionary means the same in every block (classes, states): by the entry itself, not its number. */
export interface CodeKey {
  readonly column: string;
  readonly from: 'general' | 'cost';
  /** What the entry adds; a block without the column has `without`. */
  readonly cellOf: (entry: number) => number;
  readonly without: number;
}

export interface SumColumn {
  readonly column: string;
  readonly from: 'general' | 'cost';
  /** Set when the column holds only some rows: the column of their row numbers. */
  readonly rows?: string;
}

export interface ScanSpec {
  readonly cells: number;
  readonly keys: readonly KeyColumn[];
  readonly codes: readonly CodeKey[];
  readonly sums: readonly SumColumn[];
  readonly checkCancelled: () => void;
  /** May leave further rows out by writing LEFT_OUT; answers whether it did. */
  readonly leaveOut?: (part: FactPart, keys: Int32Array) => boolean;
  /** Sees the cell of every row of a part; negative = left out. */
  readonly visit?: (part: FactPart, keys: Int32Array) => void;
}

export interface ScanResult {
  readonly rows: Float64Array;
  /** One a column of the spec, in its order. */
  readonly sums: readonly Float64Array[];
}

/** Beyond this a sum could meet a number a double does not hold. */
const EXACT = 2 ** 52;

export function scanFacts(view: FactView, spec: ScanSpec): ScanResult {
  if (spec.cells > MAX_CELLS) throw new RangeError(`${spec.cells} cells are more than one scan adds up`);
  if (spec.keys.length + spec.codes.length > MAX_KEY_COLUMNS) throw new RangeError('too many columns in one scan');
  const longest = view.parts.reduce((most, part) => Math.max(most, part.general.rows), 0);
  const keys = new Int32Array(longest);
  const chosen = new Int32Array(longest + 1);
  const rows = new Float64Array(spec.cells);
  const sums = spec.sums.map(() => new Float64Array(spec.cells));
  const reach = spec.sums.map(() => 0);
  for (const part of view.parts) {
    spec.checkCancelled();
    const count = part.general.rows;
    const filled = fillKeys(part, spec, keys);
    if (filled === 'none') continue;
    let partial = filled === 'some';
    for (const [from, to] of part.dead) {
      keys.fill(LEFT_OUT, from, to);
      partial = true;
    }
    if (spec.leaveOut?.(part, keys) === true) partial = true;
    const stay = partial ? chooseRows(chosen, keys, count) : count;
    if (stay === 0) continue;
    spec.visit?.(part, keys);
    if (stay < count) countChosen(rows, keys, chosen, stay);
    else countAll(rows, keys, count);
    for (const [index, sum] of spec.sums.entries()) {
      const segment = sum.from === 'general' ? part.general : part.cost;
      const out = sums[index];
      if (!segment || !out) continue;
      const column = valueColumn(segment, sum.column);
      const { values } = column;
      if (values === null) continue;
      if (sum.rows !== undefined) addPacked(out, keys, segment, sum.rows, values);
      else if (stay < count) sumChosen(out, keys, values, chosen, stay);
      else sumAll(out, keys, values, count);
      reach[index] = (reach[index] ?? 0) + column.max_abs * column.length;
      if ((reach[index] ?? 0) > EXACT) provenExact(out);
    }
  }
  return { rows, sums };
}

/** Which rows of the part stay: every row has its cell in `keys`, unless none stays. */
function fillKeys(part: FactPart, spec: ScanSpec, keys: Int32Array): 'all' | 'some' | 'none' {
  let base = 0;
  let filtered = false;
  const tables: { readonly column: CodeColumn; readonly table: Int32Array }[] = [];
  const use = (column: CodeColumn, table: Int32Array): boolean => {
    if (column.codes === null) {
      base += table[0] ?? 0;
      return (table[0] ?? 0) >= 0;
    }
    let stay = 0;
    let same = true;
    for (const cell of table) {
      if (cell >= 0) stay += 1;
      if (cell !== table[0]) same = false;
    }
    if (stay < table.length) filtered = true;
    if (same) base += table[0] ?? 0;
    else tables.push({ column, table });
    return stay > 0;
  };
  for (const { column, cells } of spec.keys) {
    const numbers = part.numbering(column);
    const table = new Int32Array(numbers.length);
    for (let code = 0; code < table.length; code++) table[code] = cells[numbers[code] ?? 0] ?? LEFT_OUT;
    if (!use(codeColumn(part.general, column), table)) return 'none';
  }
  for (const { column, from, cellOf, without } of spec.codes) {
    const segment: Segment | null = from === 'general' ? part.general : part.cost;
    if (segment === null) {
      base += without;
      if (without < 0) return 'none';
      continue;
    }
    const found = codeColumn(segment, column);
    if (!(found.dictionary instanceof Float64Array)) throw new Error(`${column} is no column of codes`);
    if (!use(found, Int32Array.from(found.dictionary, cellOf))) return 'none';
  }
  const count = part.general.rows;
  const [first, ...others] = tables;
  if (!first?.column.codes) {
    keys.fill(base, 0, count);
    return 'all';
  }
  setKeys(keys, first.column.codes, first.table, count, base);
  for (const { column, table } of others) if (column.codes) addKeys(keys, column.codes, table, count);
  return filtered ? 'some' : 'all';
}

function addPacked(
  out: Float64Array,
  keys: Int32Array,
  segment: Segment,
  rowsName: string,
  values: Parameters<typeof sumPacked>[3],
): void {
  const rows = valueColumn(segment, rowsName);
  // a single row 0 is stored as "all zero"
  sumPacked(out, keys, rows.values ?? new Int8Array(rows.length), values);
}

function provenExact(sums: Float64Array): void {
  for (const sum of sums) {
    if (Math.abs(sum) > EXACT) throw new RangeError('a sum over order lines is beyond the exact range');
  }
}
