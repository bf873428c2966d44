/**
 * The loops over a block's rows. One function a kind of array on purpose: an engine compiles a loop well only while it
 * always meets the same. Keys are places in the sums, so that a row costs one addition a column and one place in memory
 * for all its sums; a negative key leaves the row out.
 */
import type { CodeArray, ValueArray } from './segment.ts';

/** What a look-up table holds for codes that are filtered out; sums of up to 16 of them stay negative. */
export const LEFT_OUT = -(2 ** 26);
/** Keys stay below this, so that a filtered row cannot come out positive. */
export const MAX_KEYS = 2 ** 26;
/** How many columns may be combined to one key. */
export const MAX_KEY_COLUMNS = 16;

/** A column of codes and what each code adds to the key. */
export interface KeyTable {
  readonly codes: CodeArray;
  readonly table: Int32Array;
}

function set16(keys: Int32Array, codes: Uint16Array, table: Int32Array, rows: number, base: number): void {
  for (let i = 0; i < rows; i++) keys[i] = base + (table[codes[i] as number] as number);
}
function set32(keys: Int32Array, codes: Uint32Array, table: Int32Array, rows: number, base: number): void {
  for (let i = 0; i < rows; i++) keys[i] = base + (table[codes[i] as number] as number);
}

interface NarrowTable {
  readonly codes: Uint8Array;
  readonly table: Int32Array;
}
const isNarrowTable = (each: KeyTable): each is NarrowTable => each.codes instanceof Uint8Array;

/**
 * Sets or adds what up to four narrow columns add. All loops in one long function on purpose: the engine's quick compiler
 * copies a short one into its caller, where the thorough compiler never gets at its loop (half the speed).
 */
function narrowKeys(keys: Int32Array, tables: readonly NarrowTable[], rows: number, base: number, adds: boolean): void {
  const [one, two, three, four] = tables;
  if (!one) return;
  const { codes: a, table: ta } = one;
  if (!two) {
    if (adds) for (let i = 0; i < rows; i++) keys[i] = (keys[i] as number) + (ta[a[i] as number] as number);
    else for (let i = 0; i < rows; i++) keys[i] = base + (ta[a[i] as number] as number);
    return;
  }
  const { codes: b, table: tb } = two;
  if (!three) {
    if (adds) {
      for (let i = 0; i < rows; i++) {
        keys[i] = (keys[i] as number) + (ta[a[i] as number] as number) + (tb[b[i] as number] as number);
      }
    } else {
      for (let i = 0; i < rows; i++) keys[i] = base + (ta[a[i] as number] as number) + (tb[b[i] as number] as number);
    }
    return;
  }
  const { codes: c, table: tc } = three;
  if (!four) {
    if (adds) {
      for (let i = 0; i < rows; i++) {
        const most = (ta[a[i] as number] as number) + (tb[b[i] as number] as number);
        keys[i] = (keys[i] as number) + most + (tc[c[i] as number] as number);
      }
    } else {
      for (let i = 0; i < rows; i++) {
        const most = (ta[a[i] as number] as number) + (tb[b[i] as number] as number);
        keys[i] = base + most + (tc[c[i] as number] as number);
      }
    }
    return;
  }
  const { codes: d, table: td } = four;
  if (adds) {
    for (let i = 0; i < rows; i++) {
      const first = (ta[a[i] as number] as number) + (tb[b[i] as number] as number);
      keys[i] = (keys[i] as number) + first + (tc[c[i] as number] as number) + (td[d[i] as number] as number);
    }
  } else {
    for (let i = 0; i < rows; i++) {
      const first = (ta[a[i] as number] as number) + (tb[b[i] as number] as number);
      keys[i] = base + first + (tc[c[i] as number] as number) + (td[d[i] as number] as number);
    }
  }
}
function add16(keys: Int32Array, codes: Uint16Array, table: Int32Array, rows: number): void {
  for (let i = 0; i < rows; i++) keys[i] = (keys[i] as number) + (table[codes[i] as number] as number);
}
function add32(keys: Int32Array, codes: Uint32Array, table: Int32Array, rows: number): void {
  for (let i = 0; i < rows; i++) keys[i] = (keys[i] as number) + (table[codes[i] as number] as number);
}
/**
 * keys = base + what each column's code adds, of every row. Narrow columns go by up to four at once: writing the keys
 * and reading them again costs more than looking a code up.
 */
export function fillKeys(keys: Int32Array, tables: readonly KeyTable[], rows: number, base: number): void {
  const narrow = tables.filter(isNarrowTable);
  const wide = tables.filter((each) => !isNarrowTable(each));
  if (narrow.length > 0) narrowKeys(keys, narrow.slice(0, 4), rows, base, false);
  else {
    const first = wide.shift();
    if (first === undefined) keys.fill(base, 0, rows);
    else if (first.codes instanceof Uint16Array) set16(keys, first.codes, first.table, rows, base);
    else if (first.codes instanceof Uint32Array) set32(keys, first.codes, first.table, rows, base);
  }
  for (let at = 4; at < narrow.length; at += 4) narrowKeys(keys, narrow.slice(at, at + 4), rows, 0, true);
  for (const { codes, table } of wide) {
    if (codes instanceof Uint16Array) add16(keys, codes, table, rows);
    else if (codes instanceof Uint32Array) add32(keys, codes, table, rows);
  }
}

/** Writes the numbers of the rows that stay into `chosen` and answers how many they are. */
export function chooseRows(chosen: Int32Array, keys: Int32Array, rows: number): number {
  let count = 0;
  for (let i = 0; i < rows; i++) {
    chosen[count] = i;
    // without a branch: which rows stay is not for a processor to guess
    count += 1 + ((keys[i] as number) >> 31);
  }
  return count;
}

/** Rows left out get one place of their own, where their sums do no harm. */
export function sinkLeftOut(keys: Int32Array, rows: number, sink: number): void {
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    keys[i] = key < 0 ? sink : key;
  }
}

function count(out: Float64Array, keys: Int32Array, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    out[key] = (out[key] as number) + 1;
  }
}
function countAnd1(out: Float64Array, keys: Int32Array, a: Int32Array, atA: number, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    out[key] = (out[key] as number) + 1;
    out[key + atA] = (out[key + atA] as number) + (a[i] as number);
  }
}
function countAnd2(
  out: Float64Array,
  keys: Int32Array,
  a: Int32Array,
  atA: number,
  b: Int32Array,
  atB: number,
  rows: number,
): void {
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    out[key] = (out[key] as number) + 1;
    out[key + atA] = (out[key + atA] as number) + (a[i] as number);
    out[key + atB] = (out[key + atB] as number) + (b[i] as number);
  }
}
function countAnd3(
  out: Float64Array,
  keys: Int32Array,
  a: Int32Array,
  atA: number,
  b: Int32Array,
  atB: number,
  c: Int32Array,
  atC: number,
  rows: number,
): void {
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    out[key] = (out[key] as number) + 1;
    out[key + atA] = (out[key + atA] as number) + (a[i] as number);
    out[key + atB] = (out[key + atB] as number) + (b[i] as number);
    out[key + atC] = (out[key + atC] as number) + (c[i] as number);
  }
}
function sum32(out: Float64Array, keys: Int32Array, values: Int32Array, at: number, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const key = (keys[i] as number) + at;
    out[key] = (out[key] as number) + (values[i] as number);
  }
}
function sum64(out: Float64Array, keys: Int32Array, values: Float64Array, at: number, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const key = (keys[i] as number) + at;
    out[key] = (out[key] as number) + (values[i] as number);
  }
}

/** Values to be added at this distance from a row's key. */
export interface SumArray {
  readonly values: ValueArray;
  readonly at: number;
}

interface NarrowSum {
  readonly values: Int32Array;
  readonly at: number;
}
const isNarrow = (sum: SumArray): sum is NarrowSum => sum.values instanceof Int32Array;

/** Adds 1 at every row's key and its values beside; no key may be negative. */
export function addAll(out: Float64Array, keys: Int32Array, sums: readonly SumArray[], rows: number): void {
  const narrow = sums.filter(isNarrow);
  const [a, b, c] = narrow;
  if (a && b && c) countAnd3(out, keys, a.values, a.at, b.values, b.at, c.values, c.at, rows);
  else if (a && b) countAnd2(out, keys, a.values, a.at, b.values, b.at, rows);
  else if (a) countAnd1(out, keys, a.values, a.at, rows);
  else count(out, keys, rows);
  for (const { values, at } of narrow.slice(3)) sum32(out, keys, values, at, rows);
  for (const { values, at } of sums) if (values instanceof Float64Array) sum64(out, keys, values, at, rows);
}

function countChosen(out: Float64Array, keys: Int32Array, chosen: Int32Array, rows: number): void {
  for (let j = 0; j < rows; j++) {
    const key = keys[chosen[j] as number] as number;
    out[key] = (out[key] as number) + 1;
  }
}
function chosen32(
  out: Float64Array,
  keys: Int32Array,
  values: Int32Array,
  at: number,
  chosen: Int32Array,
  rows: number,
): void {
  for (let j = 0; j < rows; j++) {
    const i = chosen[j] as number;
    const key = (keys[i] as number) + at;
    out[key] = (out[key] as number) + (values[i] as number);
  }
}
function chosen64(
  out: Float64Array,
  keys: Int32Array,
  values: Float64Array,
  at: number,
  chosen: Int32Array,
  rows: number,
): void {
  for (let j = 0; j < rows; j++) {
    const i = chosen[j] as number;
    const key = (keys[i] as number) + at;
    out[key] = (out[key] as number) + (values[i] as number);
  }
}

/** The same of the chosen rows only. */
export function addChosen(
  out: Float64Array,
  keys: Int32Array,
  sums: readonly SumArray[],
  chosen: Int32Array,
  rows: number,
): void {
  countChosen(out, keys, chosen, rows);
  for (const { values, at } of sums) {
    if (values instanceof Int32Array) chosen32(out, keys, values, at, chosen, rows);
    else chosen64(out, keys, values, at, chosen, rows);
  }
}

/** Adds values[j] beside the key of row rows[j], for columns kept only for some rows; two of the same rows at once. */
export function addPacked(out: Float64Array, keys: Int32Array, rows: ValueArray, sums: readonly SumArray[]): void {
  for (let at = 0; at < sums.length; at += 2) {
    const [one, other] = sums.slice(at, at + 2);
    if (one && other) packedPair(out, keys, rows, one, other);
    else if (one) packedOne(out, keys, rows, one);
  }
}

function packedOne(out: Float64Array, keys: Int32Array, rows: ValueArray, { values, at }: SumArray): void {
  for (let j = 0; j < rows.length; j++) {
    const key = keys[rows[j] as number] as number;
    if (key >= 0) out[key + at] = (out[key + at] as number) + (values[j] as number);
  }
}

function packedPair(out: Float64Array, keys: Int32Array, rows: ValueArray, one: SumArray, other: SumArray): void {
  const { values: a, at: atA } = one;
  const { values: b, at: atB } = other;
  for (let j = 0; j < rows.length; j++) {
    const key = keys[rows[j] as number] as number;
    if (key < 0) continue;
    out[key + atA] = (out[key + atA] as number) + (a[j] as number);
    out[key + atB] = (out[key + atB] as number) + (b[j] as number);
  }
}
