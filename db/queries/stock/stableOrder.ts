/** Orders rows by a column of numbers: by counting their bytes, whatever the numbers are; equal rows stay as they were. */

const BYTES = 8;
const DIGITS = 256;

/** The entries of `rows` in ascending order of `keys` (one an entry of `rows`); NaN last, in either direction. */
export function stableOrder(rows: Int32Array, keys: Float64Array, descending: boolean): Int32Array {
  const count = rows.length;
  const words = orderedBits(keys, descending);
  const sizes = countDigits(words);
  let from = new Int32Array(count);
  for (let index = 0; index < count; index++) from[index] = index;
  let to = new Int32Array(count);
  for (let byte = 0; byte < BYTES; byte++) {
    const starts = startsOf(sizes.subarray(byte * DIGITS, (byte + 1) * DIGITS), count);
    if (starts === null) continue;
    move(from, to, words, byte, starts);
    [from, to] = [to, from];
  }
  for (let at = 0; at < count; at++) from[at] = rows[from[at] as number] as number;
  return from;
}

/** Two words a key, low and high, that compare as unsigned numbers just as the keys do. */
function orderedBits(keys: Float64Array, descending: boolean): Uint32Array {
  const numbers = new Float64Array(keys.length);
  const words = new Uint32Array(numbers.buffer);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    // adding 0 turns −0 into 0
    numbers[i] = (descending ? -key : key) + 0;
    if (key !== key) {
      words[2 * i] = 0xffffffff;
      words[2 * i + 1] = 0xffffffff;
      continue;
    }
    const high = words[2 * i + 1] as number;
    if (high >>> 31 === 1) {
      words[2 * i] = ~(words[2 * i] as number);
      words[2 * i + 1] = ~high;
    } else {
      words[2 * i + 1] = high | 0x80000000;
    }
  }
  return words;
}

/** How often each byte occurs at each place. */
function countDigits(words: Uint32Array): Uint32Array {
  const sizes = new Uint32Array(BYTES * DIGITS);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    let at = (i & 1) * 4 * DIGITS;
    for (let shift = 0; shift < 32; shift += 8) {
      const digit = at + ((word >>> shift) & 255);
      sizes[digit] = (sizes[digit] as number) + 1;
      at += DIGITS;
    }
  }
  return sizes;
}

/** Where the rows of each digit begin; null when all rows have the same and nothing would move. */
function startsOf(sizes: Uint32Array, count: number): Uint32Array | null {
  const starts = new Uint32Array(DIGITS);
  let sum = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const size = sizes[digit] as number;
    if (size === count) return null;
    starts[digit] = sum;
    sum += size;
  }
  return starts;
}

function move(from: Int32Array, to: Int32Array, words: Uint32Array, byte: number, starts: Uint32Array): void {
  const word = byte >> 2;
  const shift = (byte & 3) * 8;
  for (let i = 0; i < from.length; i++) {
    const index = from[i] as number;
    const digit = ((words[2 * index + word] as number) >>> shift) & 255;
    const at = starts[digit] as number;
    to[at] = index;
    starts[digit] = at + 1;
  }
}
