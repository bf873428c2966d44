/**
 * A block of rows as columns in one buffer that threads share: for what is grouped by, a code a row and the dictionary
 * of the codes; for what is added up, whole numbers. Dictionaries are the block's own, so that a code
 * needs two bytes however many items there are. The same bytes rest as a BLOB in the encrypted replica.
 */

/** Rows of one block. A block may hold more when a single order does. */
export const BLOCK_ROWS = 65_536;

/** How bytes and header below lie; raised when either changes, so that older blocks are made afresh, never misread. */
export const SEGMENT_LAYOUT = 1;

export type CodeArray = Uint8Array | Uint16Array | Uint32Array;
export type ValueArray = Int32Array | Float64Array;

export interface CodeColumn {
  /** One code a row; null = every row has code 0. */
  readonly codes: CodeArray | null;
  /** What the codes stand for: numbers (NaN = none) or texts ('' = none). */
  readonly dictionary: Float64Array | readonly string[];
}

export interface ValueColumn {
  /** null = all zero. */
  readonly values: ValueArray | null;
  readonly length: number;
  /** Added to each stored number; 0 for whatever is added up. */
  readonly origin: number;
  /** The largest magnitude, for the proof that sums stay exact. */
  readonly max_abs: number;
}

export interface Segment {
  readonly rows: number;
  readonly buffer: SharedArrayBuffer;
  readonly codes: ReadonlyMap<string, CodeColumn>;
  readonly values: ReadonlyMap<string, ValueColumn>;
}

/** Columns as they are collected, one entry a row (`packed` ones may be shorter). */
export interface SegmentInput {
  readonly rows: number;
  /** Grouped by; NaN = none. */
  readonly numbers: Readonly<Record<string, Float64Array>>;
  readonly texts: Readonly<Record<string, readonly string[]>>;
  /** Added up; whole numbers. */
  readonly values: Readonly<Record<string, Float64Array>>;
  /** Kept as the distance from the smallest: identities, never added up. */
  readonly identities: Readonly<Record<string, Float64Array>>;
}

type CodeType = 'u8' | 'u16' | 'u32';
type ValueType = 'i32' | 'f64';

interface CodeHeader {
  readonly name: string;
  readonly type: CodeType | null;
  readonly at: number;
  readonly words: readonly string[] | null;
  readonly entries: number;
  readonly entries_at: number;
}
interface ValueHeader {
  readonly name: string;
  readonly type: ValueType | null;
  readonly at: number;
  readonly length: number;
  readonly origin: number;
  readonly max_abs: number;
}
interface Header {
  readonly rows: number;
  readonly codes: readonly CodeHeader[];
  readonly values: readonly ValueHeader[];
}

const BYTES: Readonly<Record<CodeType | ValueType, number>> = { u8: 1, u16: 2, u32: 4, i32: 4, f64: 8 };
/** The header's length and the layout, four bytes each. */
const LENGTH_BYTES = 8;

export function encodeSegment(input: SegmentInput): Segment {
  const codeHeaders: CodeHeader[] = [];
  const valueHeaders: ValueHeader[] = [];
  const writes: ((buffer: SharedArrayBuffer, start: number) => void)[] = [];
  let size = 0;
  const reserve = (bytes: number): number => {
    const at = size;
    size += Math.ceil(bytes / 8) * 8;
    return at;
  };
  const addCodes = (
    name: string,
    codes: Uint32Array,
    words: readonly string[] | null,
    numbers: Float64Array | null,
  ) => {
    const entries = words?.length ?? numbers?.length ?? 0;
    const type = entries <= 1 ? null : codeType(entries);
    const at = type === null ? 0 : reserve(input.rows * BYTES[type]);
    const entries_at = numbers === null ? 0 : reserve(numbers.length * 8);
    codeHeaders.push({ name, type, at, words, entries, entries_at });
    writes.push((buffer, start) => {
      if (type !== null) codeView(buffer, type, start + at, input.rows).set(codes);
      if (numbers !== null) new Float64Array(buffer, start + entries_at, numbers.length).set(numbers);
    });
  };
  for (const [name, column] of Object.entries(input.numbers)) {
    const { codes, dictionary } = numberCodes(checked(name, column, input.rows));
    addCodes(name, codes, null, dictionary);
  }
  for (const [name, column] of Object.entries(input.texts)) {
    if (column.length !== input.rows) throw new Error(`column ${name} has another length than its block`);
    const { codes, dictionary } = textCodes(column);
    addCodes(name, codes, dictionary, null);
  }
  const addValues = (name: string, column: Float64Array, origin: number) => {
    const { type, max_abs } = valueType(name, column, origin);
    const at = type === null ? 0 : reserve(column.length * BYTES[type]);
    valueHeaders.push({ name, type, at, length: column.length, origin, max_abs });
    writes.push((buffer, start) => {
      if (type === null) return;
      const view = valueView(buffer, type, start + at, column.length);
      for (let i = 0; i < column.length; i++) view[i] = (column[i] ?? 0) - origin;
    });
  };
  for (const [name, column] of Object.entries(input.values)) addValues(name, column, 0);
  for (const [name, column] of Object.entries(input.identities)) {
    addValues(name, checked(name, column, input.rows), smallest(column));
  }
  const header: Header = { rows: input.rows, codes: codeHeaders, values: valueHeaders };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = dataStart(text.length);
  const buffer = new SharedArrayBuffer(start + size);
  const start_of_block = new DataView(buffer);
  start_of_block.setUint32(0, text.length, true);
  start_of_block.setUint32(4, SEGMENT_LAYOUT, true);
  new Uint8Array(buffer, LENGTH_BYTES, text.length).set(text);
  for (const write of writes) write(buffer, start);
  return openSegment(buffer);
}

/** The columns of a buffer made by `encodeSegment`, without copying them. */
export function openSegment(buffer: SharedArrayBuffer): Segment {
  const start_of_block = new DataView(buffer);
  const length = start_of_block.getUint32(0, true);
  const layout = start_of_block.getUint32(4, true);
  if (layout !== SEGMENT_LAYOUT) throw new Error(`a block lies in layout ${layout}, not ${SEGMENT_LAYOUT}`);
  // a decoder takes no shared memory: the text is copied, the columns are not
  const header: Header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, LENGTH_BYTES, length).slice()));
  const start = dataStart(length);
  const codes = header.codes.map(({ name, type, at, words, entries, entries_at }): [string, CodeColumn] => [
    name,
    {
      codes: type === null ? null : codeView(buffer, type, start + at, header.rows),
      dictionary: words ?? new Float64Array(buffer, start + entries_at, entries),
    },
  ]);
  const values = header.values.map(({ name, type, at, length: count, origin, max_abs }): [string, ValueColumn] => [
    name,
    { values: type === null ? null : valueView(buffer, type, start + at, count), length: count, origin, max_abs },
  ]);
  return { rows: header.rows, buffer, codes: new Map(codes), values: new Map(values) };
}

/** A segment of bytes as they rest in the file. */
export function segmentOfBytes(bytes: Uint8Array): Segment {
  const buffer = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return openSegment(buffer);
}

export function codeColumn(segment: Segment, name: string): CodeColumn {
  const column = segment.codes.get(name);
  if (!column) throw new Error(`no column ${name} to group by`);
  return column;
}

export function valueColumn(segment: Segment, name: string): ValueColumn {
  const column = segment.values.get(name);
  if (!column) throw new Error(`no column ${name} to add up`);
  return column;
}

/** Row numbers of columns kept only for some rows; a single row 0 is stored as "all zero". */
export function rowsOfPacked(segment: Segment, name: string): ValueArray {
  const rows = valueColumn(segment, name);
  return rows.values ?? new Int32Array(rows.length);
}

function dataStart(header_bytes: number): number {
  return Math.ceil((LENGTH_BYTES + header_bytes) / 8) * 8;
}

function checked(name: string, column: Float64Array, rows: number): Float64Array {
  if (column.length !== rows) throw new Error(`column ${name} has another length than its block`);
  return column;
}

function numberCodes(column: Float64Array): { codes: Uint32Array; dictionary: Float64Array } {
  // typed arrays sort NaN last; none comes first here, so that it always has code 0
  const distinct = Float64Array.from(new Set(column)).toSorted();
  const last = distinct.at(-1);
  const dictionary =
    last !== undefined && Number.isNaN(last) ? Float64Array.of(Number.NaN, ...distinct.subarray(0, -1)) : distinct;
  const byValue = new Map<number, number>();
  for (let code = 0; code < dictionary.length; code++) byValue.set(dictionary[code] ?? 0, code);
  const codes = new Uint32Array(column.length);
  for (let i = 0; i < column.length; i++) codes[i] = byValue.get(column[i] ?? 0) ?? 0;
  return { codes, dictionary };
}

function textCodes(column: readonly string[]): { codes: Uint32Array; dictionary: string[] } {
  const dictionary = [...new Set(column)].toSorted();
  const byValue = new Map(dictionary.map((text, code) => [text, code]));
  return { codes: Uint32Array.from(column, (text) => byValue.get(text) ?? 0), dictionary };
}

function codeType(entries: number): CodeType {
  return entries <= 2 ** 8 ? 'u8' : entries <= 2 ** 16 ? 'u16' : 'u32';
}

function valueType(name: string, column: Float64Array, origin: number): { type: ValueType | null; max_abs: number } {
  let low = 0;
  let high = 0;
  for (const given of column) {
    if (!Number.isSafeInteger(given)) throw new RangeError(`${name} holds ${given}, which is no exact whole number`);
    const value = given - origin;
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  const max_abs = Math.max(-low, high);
  if (low === 0 && high === 0) return { type: null, max_abs };
  return { type: low >= -(2 ** 31) && high < 2 ** 31 ? 'i32' : 'f64', max_abs };
}

function smallest(column: Float64Array): number {
  let least = column[0] ?? 0;
  for (const value of column) if (value < least) least = value;
  return least;
}

function codeView(buffer: SharedArrayBuffer, type: CodeType, at: number, length: number): CodeArray {
  if (type === 'u8') return new Uint8Array(buffer, at, length);
  return type === 'u16' ? new Uint16Array(buffer, at, length) : new Uint32Array(buffer, at, length);
}

function valueView(buffer: SharedArrayBuffer, type: ValueType, at: number, length: number): ValueArray {
  return type === 'i32' ? new Int32Array(buffer, at, length) : new Float64Array(buffer, at, length);
}
