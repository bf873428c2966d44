/**
 * The loops over a block's rows. One function a width on purpose: an engine compiles a loop well only while it always
 * meets the same kind of array. A negative key leaves the row out; keys add up over columns.
 */
import type { CodeArray, ValueArray } from './segment.ts';

/** What a look-up table holds for codes that are filtered out; sums of up to 16 of them stay negative. */
export const LEFT_OUT = -(2 ** 26);
/** Keys stay below this, so that a filtered row cannot come out positive. */
export const MAX_CELLS = 2 ** 26;
/** How many columns may be combined to one key. */
export const MAX_KEY_COLUMNS = 16;

function set8(keys: Int32Array, codes: Uint8Array, table: Int32Array, rows: number, base: number): void {
  for (let i = 0; i < rows; i++) keys[i] = base + (table[codes[i] as number] as number);
}
function set16(keys: Int32Array, codes: Uint16Array, table: Int32Array, rows: number, base: number): void {
  for (let i = 0; i < rows; i++) keys[i] = base + (table[codes[i] as number] as number);
}
function set32(keys: Int32Array, codes: Uint32Array, table: Int32Array, rows: number, base: number): void {
  for (let i = 0; i < rows; i++) keys[i] = base + (table[codes[i] as number] as number);
}
function add8(keys: Int32Array, codes: Uint8Array, table: Int32Array, rows: number): void {
  for (let i = 0; i < rows; i++) keys[i] = (keys[i] as number) + (table[codes[i] as number] as number);
}
function add16(keys: Int32Array, codes: Uint16Array, table: Int32Array, rows: number): void {
  for (let i = 0; i < rows; i++) keys[i] = (keys[i] as number) + (table[codes[i] as number] as number);
}
function add32(keys: Int32Array, codes: Uint32Array, table: Int32Array, rows: number): void {
  for (let i = 0; i < rows; i++) keys[i] = (keys[i] as number) + (table[codes[i] as number] as number);
}

/** keys = base + table[code] of every row. */
export function setKeys(keys: Int32Array, codes: CodeArray, table: Int32Array, rows: number, base: number): void {
  if (codes instanceof Uint8Array) set8(keys, codes, table, rows, base);
  else if (codes instanceof Uint16Array) set16(keys, codes, table, rows, base);
  else set32(keys, codes, table, rows, base);
}

/** keys += table[code] of every row. */
export function addKeys(keys: Int32Array, codes: CodeArray, table: Int32Array, rows: number): void {
  if (codes instanceof Uint8Array) add8(keys, codes, table, rows);
  else if (codes instanceof Uint16Array) add16(keys, codes, table, rows);
  else add32(keys, codes, table, rows);
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

export function countAll(out: Float64Array, keys: Int32Array, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    out[key] = (out[key] as number) + 1;
  }
}
export function countChosen(out: Float64Array, keys: Int32Array, chosen: Int32Array, count: number): void {
  for (let j = 0; j < count; j++) {
    const key = keys[chosen[j] as number] as number;
    out[key] = (out[key] as number) + 1;
  }
}

function sum8(out: Float64Array, keys: Int32Array, values: Int8Array, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    out[key] = (out[key] as number) + (values[i] as number);
  }
}
function sum16(out: Float64Array, keys: Int32Array, values: Int16Array, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    out[key] = (out[key] as number) + (values[i] as number);
  }
}
function sum32(out: Float64Array, keys: Int32Array, values: Int32Array, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    out[key] = (out[key] as number) + (values[i] as number);
  }
}
function sum64(out: Float64Array, keys: Int32Array, values: Float64Array, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    out[key] = (out[key] as number) + (values[i] as number);
  }
}

/** out[key] += value of every row; no key may be negative. */
export function sumAll(out: Float64Array, keys: Int32Array, values: ValueArray, rows: number): void {
  if (values instanceof Int32Array) sum32(out, keys, values, rows);
  else if (values instanceof Int16Array) sum16(out, keys, values, rows);
  else if (values instanceof Int8Array) sum8(out, keys, values, rows);
  else sum64(out, keys, values, rows);
}

function chosen8(out: Float64Array, keys: Int32Array, values: Int8Array, chosen: Int32Array, count: number): void {
  for (let j = 0; j < count; j++) {
    const i = chosen[j] as number;
    const key = keys[i] as number;
    out[key] = (out[key] as number) + (values[i] as number);
  }
}
function chosen16(out: Float64Array, keys: Int32Array, values: Int16Array, chosen: Int32Array, count: number): void {
  for (let j = 0; j < count; j++) {
    const i = chosen[j] as number;
    const key = keys[i] as number;
    out[key] = (out[key] as number) + (values[i] as number);
  }
}
function chosen32(out: Float64Array, keys: Int32Array, values: Int32Array, chosen: Int32Array, count: number): void {
  for (let j = 0; j < count; j++) {
    const i = chosen[j] as number;
    const key = keys[i] as number;
    out[key] = (out[key] as number) + (values[i] as number);
  }
}
function chosen64(out: Float64Array, keys: Int32Array, values: Float64Array, chosen: Int32Array, count: number): void {
  for (let j = 0; j < count; j++) {
    const i = chosen[j] as number;
    const key = keys[i] as number;
    out[key] = (out[key] as number) + (values[i] as number);
  }
}

/** out[key] += value of the chosen rows. */
export function sumChosen(
  out: Float64Array,
  keys: Int32Array,
  values: ValueArray,
  chosen: Int32Array,
  count: number,
): void {
  if (values instanceof Int32Array) chosen32(out, keys, values, chosen, count);
  else if (values instanceof Int16Array) chosen16(out, keys, values, chosen, count);
  else if (values instanceof Int8Array) chosen8(out, keys, values, chosen, count);
  else chosen64(out, keys, values, chosen, count);
}

/** out[key of rows[j]] += values[j], for columns kept only for some rows. */
export function sumPacked(out: Float64Array, keys: Int32Array, rows: ValueArray, values: ValueArray): void {
  for (let j = 0; j < rows.length; j++) {
    const key = keys[rows[j] as number] as number;
    if (key >= 0) out[key] = (out[key] as number) + (values[j] as number);
  }
}
