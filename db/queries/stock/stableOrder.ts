/** Orders rows by a column of numbers: eight passes of counting, whatever the numbers are, and equal rows stay as they were. */

/** The numbers of `rows` in ascending order of `keys` (one a row of `rows`); NaN last, in either direction. */
export function stableOrder(rows: Int32Array, keys: Float64Array, descending: boolean): Int32Array {
  const count = rows.length;
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  const bits = new Uint32Array(2);
  const number = new Float64Array(bits.buffer);
  for (let i = 0; i < count; i++) {
    const key = keys[i] as number;
    // adding 0 turns −0 into 0
    number[0] = (descending ? -key : key) + 0;
    const top = bits[1] as number;
    if (Number.isNaN(key)) {
      low[i] = 0xffffffff;
      high[i] = 0xffffffff;
    } else if (top >>> 31 === 1) {
      low[i] = ~(bits[0] as number);
      high[i] = ~top;
    } else {
      low[i] = bits[0] as number;
      high[i] = top | 0x80000000;
    }
  }
  let from: Int32Array = Int32Array.from({ length: count }, (_, index) => index);
  let to: Int32Array = new Int32Array(count);
  for (const word of [low, high]) {
    for (let shift = 0; shift < 32; shift += 8) {
      if (countingPass(from, to, word, shift)) [from, to] = [to, from];
    }
  }
  return from.map((index) => rows[index] as number);
}

/** One digit of eight bits; false when all rows have the same and nothing moved. */
function countingPass(from: Int32Array, to: Int32Array, word: Uint32Array, shift: number): boolean {
  const starts = new Uint32Array(256);
  for (let i = 0; i < from.length; i++) {
    const digit = ((word[i] as number) >>> shift) & 255;
    starts[digit] = (starts[digit] as number) + 1;
  }
  let sum = 0;
  for (let digit = 0; digit < 256; digit++) {
    const size = starts[digit] as number;
    if (size === from.length) return false;
    starts[digit] = sum;
    sum += size;
  }
  for (let i = 0; i < from.length; i++) {
    const index = from[i] as number;
    const digit = ((word[index] as number) >>> shift) & 255;
    const at = starts[digit] as number;
    to[at] = index;
    starts[digit] = at + 1;
  }
  return true;
}
