/**
 * Sums by cell over all lines of a view. A row's cell is the sum of what look-up tables say of its codes, so that any
 * combination of groups and filters costs one addition a column, and nothing is joined or hashed inside the loop.
 */
import type { FactPart } from './factMemory.ts';
import type { FactView } from './factView.ts';
import {
  addAll,
  addChosen,
  addPacked,
  chooseRows,
  fillKeys,
  type KeyTable,
  LEFT_OUT,
  MAX_KEY_COLUMNS,
  MAX_KEYS,
  sinkLeftOut,
  type SumArray,
} from './kernel.ts';
import { type CodeColumn, codeColumn, rowsOfPacked, type Segment, type ValueArray, valueColumn } from './segment.ts';

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
  /** Sees every row's cell times `width`; negative = left out. */
  readonly visit?: (part: FactPart, keys: Int32Array, width: number) => void;
}

export interface ScanResult {
  /** Cell by cell: its rows, then its sums in the order of the spec's columns. */
  readonly values: Float64Array;
  readonly width: number;
}

/** Beyond this a sum could meet a number a double does not hold. */
const EXACT = 2 ** 52;

export function scanFacts(view: FactView, spec: ScanSpec): ScanResult {
  const width = 1 + spec.sums.length;
  const sink = spec.cells * width;
  if (sink > MAX_KEYS) throw new RangeError(`${spec.cells} cells are more than one scan adds up`);
  if (spec.keys.length + spec.codes.length > MAX_KEY_COLUMNS) throw new RangeError('too many columns in one scan');
  const longest = view.parts.reduce((most, part) => Math.max(most, part.general.rows), 0);
  const keys = new Int32Array(longest);
  const chosen = new Int32Array(longest + 1);
  const values = new Float64Array(sink + width);
  let reach = 0;
  for (const part of view.parts) {
    spec.checkCancelled();
    const count = part.general.rows;
    const stays = keysOfPart(part, spec, keys, width);
    if (stays === 'none') continue;
    let partial = stays === 'some';
    for (const [from, to] of part.dead) {
      keys.fill(LEFT_OUT, from, to);
      partial = true;
    }
    if (spec.leaveOut?.(part, keys) === true) partial = true;
    const stay = partial ? chooseRows(chosen, keys, count) : count;
    if (stay === 0) continue;
    spec.visit?.(part, keys, width);
    const sums: SumArray[] = [];
    const packed = new Map<string, { readonly rows: ValueArray; readonly sums: SumArray[] }>();
    for (const [index, sum] of spec.sums.entries()) {
      const segment = sum.from === 'general' ? part.general : part.cost;
      if (!segment) continue;
      const column = valueColumn(segment, sum.column);
      if (column.values === null) continue;
      reach += column.max_abs * column.length;
      const added = { values: column.values, at: index + 1 };
      if (sum.rows === undefined) sums.push(added);
      else {
        const place = `${sum.from} ${sum.rows}`;
        const of = packed.get(place) ?? { rows: rowsOfPacked(segment, sum.rows), sums: [] };
        of.sums.push(added);
        packed.set(place, of);
      }
    }
    for (const { rows, sums: some } of packed.values()) addPacked(values, keys, rows, some);
    // when most rows stay, one straight pass over all is faster than picking them
    if (stay * 2 < count) addChosen(values, keys, sums, chosen, stay);
    else {
      if (stay < count) sinkLeftOut(keys, count, sink);
      addAll(values, keys, sums, count);
    }
    if (reach > EXACT) provenExact(values);
  }
  return { values: values.subarray(0, sink), width };
}

/** Which rows of the part stay: every row has its key in `keys`, unless none stays. */
function keysOfPart(part: FactPart, spec: ScanSpec, keys: Int32Array, width: number): 'all' | 'some' | 'none' {
  let base = 0;
  let filtered = false;
  const tables: KeyTable[] = [];
  const use = (column: CodeColumn, table: Int32Array): boolean => {
    let stay = 0;
    let same = true;
    for (let code = 0; code < table.length; code++) {
      const cell = table[code] ?? LEFT_OUT;
      if (cell >= 0) stay += 1;
      table[code] = cell < 0 ? LEFT_OUT : cell * width;
      if (table[code] !== table[0]) same = false;
    }
    if (stay < table.length) filtered = true;
    if (column.codes === null || same) base += table[0] ?? 0;
    else tables.push({ codes: column.codes, table });
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
      if (without < 0) return 'none';
      base += without * width;
      continue;
    }
    const found = codeColumn(segment, column);
    if (!(found.dictionary instanceof Float64Array)) throw new Error(`${column} is no column of codes`);
    if (!use(found, Int32Array.from(found.dictionary, cellOf))) return 'none';
  }
  fillKeys(keys, tables, part.general.rows, base);
  return filtered ? 'some' : 'all';
}

function provenExact(sums: Float64Array): void {
  for (const sum of sums) {
    if (Math.abs(sum) > EXACT) throw new RangeError('a sum over order lines is beyond the exact range');
  }
}
