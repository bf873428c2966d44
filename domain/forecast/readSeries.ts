/** A line of a file of series: `id,v1,v2,…`, oldest first. Blank cells at either end are periods before or after the item's life. */
import { splitLine } from '../imports/text/records.ts';

export type SeriesLine =
  | { readonly id: string; readonly values: Float64Array; readonly problem: null }
  | { readonly id: string; readonly values: null; readonly problem: string };

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;
/** More than anything is ever ordered; a larger one is a code or a date in the wrong column. */
const LARGEST = 1e15;
const SHOWN_CHARACTERS = 40;

/** Whether a file's first line names columns: there is something after the id, and none of it is a number. */
export function isSeriesHeader(line: string): boolean {
  const [, ...cells] = splitLine(line, ',') ?? [];
  const written = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  return written.length > 0 && !written.some((cell) => NUMBER.test(cell) || /^[+-]?(nan|inf(inity)?|na)$/i.test(cell));
}

/** The series of a line, or in a sentence why it is none. */
export function readSeriesLine(line: string): SeriesLine {
  const cells = splitLine(line, ',');
  if (!cells) return refused('', 'the quotes do not fit together');
  const id = (cells[0] ?? '').trim();
  if (id === '') return refused(id, 'the id is blank');
  let first = 1;
  let end = cells.length;
  while (end > first && (cells[end - 1] ?? '').trim() === '') end -= 1;
  while (first < end && (cells[first] ?? '').trim() === '') first += 1;
  if (first === end) return refused(id, 'it has no values; a line is id,v1,v2,…');
  const values = new Float64Array(end - first);
  for (let at = first; at < end; at++) {
    const text = (cells[at] ?? '').trim();
    if (text === '') return refused(id, `v${at} is blank; a period without demand is 0`);
    if (!NUMBER.test(text)) return refused(id, `v${at} is ${shown(text)}, not a number such as 12 or 1.5`);
    const value = Number(text);
    if (Math.abs(value) > LARGEST) return refused(id, `v${at} is ${shown(text)}, beyond ±1e15`);
    // −0 would make 1/x infinite of the other sign, and an underflow to it is nothing
    values[at - first] = value === 0 ? 0 : value;
  }
  return { id, values, problem: null };
}

function refused(id: string, problem: string): SeriesLine {
  return { id, values: null, problem };
}

function shown(text: string): string {
  const plain = text.replaceAll(/\p{Cc}/gu, ' ');
  return `“${plain.length > SHOWN_CHARACTERS ? `${plain.slice(0, SHOWN_CHARACTERS)}…` : plain}”`;
}
