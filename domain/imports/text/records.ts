/**
 * Lines → records. A broken record (stray or unclosed quote, wrong number of columns) is reported with its text and
 * never takes others with it: reading goes on at the very next line.
 */
export type SourceRecord =
  | { readonly line_number: number; readonly fields: string[]; readonly problem: null }
  | {
      readonly line_number: number;
      readonly fields: string[];
      readonly problem: string;
      readonly raw: string;
      /** Its cells stand in their columns; what is refused is the whole it belongs to, so there is nothing to put right in it. */
      readonly whole?: true;
    };

export interface RecordReader {
  /** Takes the file's next lines; returns the records that are complete. */
  take(lines: readonly string[]): SourceRecord[];
  /** The rest, at the end of the file. */
  end(): SourceRecord[];
}

/** A quoted field spans at most this many lines; more is an unclosed quote. */
const MAX_LINES_OF_RECORD = 100;
const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** The delimiter that splits the header most; a header in one piece has the comma. */
export function guessDelimiter(headerLine: string): Delimiter {
  const unquoted = headerLine.replace(/"[^"]*"/g, '');
  let best: Delimiter = ',';
  let most = 0;
  for (const delimiter of DELIMITERS) {
    const count = unquoted.split(delimiter).length - 1;
    if (count > most) [best, most] = [delimiter, count];
  }
  return best;
}

/** Cells of one line; null when its quotes do not fit together. */
export function splitLine(text: string, delimiter: Delimiter): string[] | null {
  if (!text.includes('"')) return text.split(delimiter);
  const plain = text.split(delimiter);
  // A quote inside a field that does not begin with one is a character like any other: 15" PLATE.
  if (!plain.some((field) => field.trimStart().startsWith('"'))) return plain;
  return splitQuoted(text, delimiter);
}

/** Cells of a line in which quotes mean something: each stands around a whole cell, doubled within it. */
function splitQuoted(text: string, delimiter: Delimiter): string[] | null {
  const cells: string[] = [];
  for (let at = 0; ; ) {
    while (text[at] === ' ' || (text[at] === '\t' && delimiter !== '\t')) at += 1;
    let end: number;
    if (text[at] === '"') {
      let cell = '';
      for (let from = at + 1; ; ) {
        const quote = text.indexOf('"', from);
        if (quote < 0) return null;
        cell += text.slice(from, quote);
        end = quote + 1;
        if (text[end] !== '"') break;
        cell += '"';
        from = end + 1;
      }
      if (end < text.length && text[end] !== delimiter) return null;
      cells.push(cell);
    } else {
      const next = text.indexOf(delimiter, at);
      end = next < 0 ? text.length : next;
      const cell = text.slice(at, end);
      if (cell.includes('"')) return null;
      cells.push(cell);
    }
    if (end >= text.length) return cells;
    at = end + 1;
  }
}

/** `columns` = the header's width; `firstLineNumber` = number of the first line that will be taken. */
export function createRecordReader(delimiter: Delimiter, columns: number, firstLineNumber: number): RecordReader {
  let waiting: string[] = [];
  let number = firstLineNumber;

  const broken = (text: string, cells: string[] | null): SourceRecord => ({
    line_number: number,
    fields: cells ?? text.split(delimiter),
    problem: cells
      ? `The line has ${cells.length} columns, the header has ${columns}.`
      : 'The quotes of the line do not fit together.',
    raw: text,
  });

  const read = (lines: readonly string[], ended: boolean): SourceRecord[] => {
    const all = waiting.length > 0 ? waiting.concat(lines) : lines;
    const records: SourceRecord[] = [];
    let at = 0;
    while (at < all.length) {
      const first = all[at] ?? '';
      if (first.trim() === '') {
        at += 1;
        number += 1;
        continue;
      }
      const span = first.includes('"') ? recordSpan(all, at, delimiter) : 1;
      if (span === 'unfinished' && !ended && all.length - at < MAX_LINES_OF_RECORD) break;
      const whole =
        typeof span === 'number'
          ? splitLine(span === 1 ? first : all.slice(at, at + span).join('\n'), delimiter)
          : null;
      if (whole?.length === columns && typeof span === 'number') {
        records.push({ line_number: number, fields: whole, problem: null });
        at += span;
        number += span;
        continue;
      }
      records.push(broken(first, span === 1 ? whole : null));
      at += 1;
      number += 1;
    }
    waiting = all.slice(at);
    return records;
  };

  return { take: (lines) => read(lines, false), end: () => read([], true) };
}

/** Lines until the quotes are closed. Quotes count only when some field of the first line begins with one. */
function recordSpan(lines: readonly string[], at: number, delimiter: Delimiter): number | 'unfinished' {
  const first = lines[at] ?? '';
  if (!first.split(delimiter).some((field) => field.trimStart().startsWith('"'))) return 1;
  let open = false;
  for (let span = 1; span <= MAX_LINES_OF_RECORD; span++) {
    const line = lines[at + span - 1];
    if (line === undefined) return 'unfinished';
    for (let quote = line.indexOf('"'); quote >= 0; quote = line.indexOf('"', quote + 1)) open = !open;
    if (!open) return span;
  }
  return 'unfinished';
}
