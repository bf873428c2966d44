/**
 * A line of a file of series: `id,v1,v2,…`, oldest first. Blank cells at either end, and what statistics programs write for
 * them (NA, NaN), are periods before or after the item's life: files of ragged series are filled up so.
 */
import { splitLine } from '../imports/text/records.ts';

export type SeriesLine =
  | { readonly id: string; readonly values: Float64Array; readonly problem: null }
  | { readonly id: string; readonly values: null; readonly problem: string };

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;
/** More than anything is ever ordered; a larger one is a code or a date in the wrong column. */
const LARGEST = 1e15;
const SHOWN_CHARACTERS = 40;
const NONE = /^(?:#?n\/?a|nan|null)?$/i;
/** 1,5 and 1.000 and 1 000: meant as a number, and written otherwise than here. */
const FOREIGN_NUMBER = /^[+-]?(?:\d{1,3}(?:[.,' \u00a0]\d{3})+(?:[.,]\d+)?|\d+,\d+)$/;
/** What the first column of a header is called whose others are numbers of periods. */
const ID_NAMES = /^(?:|id|series|series_id|unique_id|item|sku|name|v1)$/i;

/** Whether a file's first line names columns: there is something after the id, and none of it is meant as a number, or all are numbers of periods. */
export function isSeriesHeader(line: string): boolean {
  const [id = '', ...cells] = splitLine(line, ',') ?? [];
  const written = cells.map((cell) => cell.trim());
  if (ID_NAMES.test(id.trim()) && countsPeriods(written)) return true;
  return written.some((cell) => !NONE.test(cell)) && !written.some(isMeantAsNumber);
}

/** 1,2,3 … or 2014,2015 …: no series of demand rises by one for ever and is called id. */
function countsPeriods(cells: readonly string[]): boolean {
  const first = Number(cells[0] || Number.NaN);
  return cells.length > 1 && cells.every((cell, at) => /^\d+$/.test(cell) && Number(cell) === first + at);
}

function isMeantAsNumber(cell: string): boolean {
  if (NUMBER.test(cell) || FOREIGN_NUMBER.test(cell) || cell.includes(';')) return true;
  return cell !== '' && (NONE.test(cell) || /^[+-]?inf(inity)?$/i.test(cell));
}

/** The series of a line, or in a sentence why it is none. */
export function readSeriesLine(line: string): SeriesLine {
  const cells = splitLine(line, ',');
  if (!cells) return refused('', 'the quotes do not fit together');
  const id = (cells[0] ?? '').trim();
  const other = otherSeparator(line, cells);
  if (other !== null) return refused('', other);
  if (id === '') return refused(id, 'the id is blank');
  let first = 1;
  let end = cells.length;
  while (end > first && NONE.test((cells[end - 1] ?? '').trim())) end -= 1;
  while (first < end && NONE.test((cells[first] ?? '').trim())) first += 1;
  if (first === end) return refused(id, 'it has no values; a line is id,v1,v2,…');
  const values = new Float64Array(end - first);
  for (let at = first; at < end; at++) {
    const text = (cells[at] ?? '').trim();
    if (text === '') return refused(id, `v${at} is blank; a period without demand is 0`);
    if (NONE.test(text))
      return refused(id, `v${at} is ${shown(text)} between other values; a period without demand is 0`);
    if (FOREIGN_NUMBER.test(text)) {
      return refused(
        id,
        `v${at} is ${shown(text)}: write a point before decimals and nothing between thousands, 1234.5`,
      );
    }
    if (!NUMBER.test(text)) return refused(id, `v${at} is ${shown(text)}, not a number such as 12 or 1.5`);
    const value = Number(text);
    if (Math.abs(value) > LARGEST) return refused(id, `v${at} is ${shown(text)}, beyond ±1e15`);
    // −0 would make 1/x infinite of the other sign, and an underflow to it is nothing
    values[at - first] = value === 0 ? 0 : value;
  }
  return { id, values, problem: null };
}

/** What to do with a line that some other character separates; null = commas do. An id in quotes may hold any. */
function otherSeparator(line: string, cells: readonly string[]): string | null {
  if (cells.some((cell) => /[^\r]\r[^\r]/.test(cell)))
    return 'its lines end in carriage returns alone: save it with line feeds';
  const names = [
    [';', 'semicolons'],
    ['\t', 'tabs'],
    ['|', 'vertical bars'],
  ] as const;
  for (const [separator, name] of names) {
    const [, ...values] = line.split(separator);
    // it stands before the first comma, so that it may be part of an id only where what follows is no number
    if (values.length === 0 || line.trimStart().startsWith('"') || !(cells[0] ?? '').includes(separator)) continue;
    const numbers = values.map((cell) => cell.trim().replaceAll(/^"|"$/g, '').replace(',', '.'));
    if (numbers.every((cell) => NONE.test(cell) || NUMBER.test(cell))) {
      return `its values are separated by ${name}: save it with commas, and a point before decimals`;
    }
  }
  return null;
}

function refused(id: string, problem: string): SeriesLine {
  return { id, values: null, problem };
}

function shown(text: string): string {
  const plain = text.replaceAll(/\p{Cc}/gu, ' ');
  return `“${plain.length > SHOWN_CHARACTERS ? `${plain.slice(0, SHOWN_CHARACTERS)}…` : plain}”`;
}
