/**
 * Lines of a file → rows of its kind, and lines that cannot be, each with its reason. Client and server read with the
 * same function; the server's reading counts.
 */
import { isoDate } from '#domain/calendar.ts';
import { RATE_PLACES } from '#domain/currency/rateValue.ts';
import { type Decimal, formatDecimal, scaledInteger } from '#domain/decimal.ts';
import { bookCurrencyProblem } from '#domain/imports/kinds/ownCurrency.ts';
import { parseDateText } from '#domain/imports/text/dateText.ts';
import { parseNumberText } from '#domain/imports/text/numberText.ts';
import { minorDigits } from '#domain/money.ts';
import type { AnyRow, ColumnMap, Field, Value } from './field.ts';
import type { ImportKind } from './kind.ts';
import { lineMeasures } from './tie.ts';

/** A line as the client cut it out of the file. `problem` = it could not be split into the header's columns. */
export interface SourceLine {
  readonly line_number: number;
  readonly fields: readonly string[];
  readonly raw?: string | undefined;
  readonly problem?: string | undefined;
  /** Its cells stand in their columns; the problem is of the whole it belongs to. */
  readonly whole?: boolean | undefined;
}
export interface ReadLine {
  readonly line: SourceLine;
  /** The cells of the key, as a person names the line. */
  readonly label: string;
  readonly row: AnyRow;
  /** One a measure of the kind; null where the file has no such column. */
  readonly amounts: readonly (Decimal | null)[];
}
export interface RefusedLine {
  readonly line: SourceLine;
  /** '' when the key itself cannot be read. */
  readonly label: string;
  /** A sentence for the person who corrects the line. */
  readonly reason: string;
  readonly amounts: readonly (Decimal | null)[];
  /** Of a kind whose names come again: the day it speaks of, ISO text, where it can be read. */
  readonly day?: string | null;
}
export interface LinesRead {
  /** What the company keeps its books in. */
  readonly currency: string;
  readonly accepted: readonly ReadLine[];
  readonly refused: readonly RefusedLine[];
}

/** Longest code that fits an index entry, and longest text kept. */
const MAX_CODE_CHARS = 200;
const MAX_TEXT_CHARS = 10_000;
const MAX_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

class Refusal extends Error {}

/** A reader of one file. Throws RangeError when the map names a column the header lacks. */
export function lineReader(
  kind: ImportKind,
  map: ColumnMap,
  header: readonly string[],
  currency: string,
): (line: SourceLine) => ReadLine | RefusedLine {
  const at = fieldPositions(kind, map, header);
  const mapped = kind.fields.filter((field) => at.has(field.name));
  const cell = (fields: readonly string[], name: string): string | null => {
    const position = at.get(name);
    const value = position === undefined ? '' : (fields[position] ?? '').trim();
    return value === '' ? null : value;
  };
  const labelOf = (fields: readonly string[]): string => {
    const parts = kind.key.map((name) => cell(fields, name)).filter((part) => part !== null);
    const label = parts.join(' · ');
    return label.length <= MAX_CODE_CHARS && !UNSTORABLE.test(label) ? label : '';
  };
  const dayOf = (fields: readonly string[]): string | null => {
    const text = kind.day === undefined ? null : cell(fields, kind.day);
    const wall = text === null ? null : parseDateText(text, map.date_order);
    return wall ? isoDate(wall.day) : null;
  };
  const read = (fields: readonly string[]): AnyRow => {
    for (const value of fields) checkText(value);
    const row: Record<string, Value> = {};
    for (const field of mapped) {
      const text = cell(fields, field.name);
      if (text === null && field.required === true) throw new Refusal(`The ${field.label} is empty.`);
      const own = field.currency_field === undefined ? null : cell(fields, field.currency_field);
      row[field.name] = text === null ? null : readCell(field, text, map, own?.toUpperCase() ?? currency);
    }
    const wrong = otherMoney(kind, row, currency) ?? kind.check?.(row);
    if (wrong != null) throw new Refusal(wrong);
    return row;
  };
  return (line) => {
    const { fields } = line;
    // Cells of a line with too few or too many columns may stand under the wrong heading: no amount is read.
    const amounts =
      line.problem === undefined && fields.length === header.length
        ? lineMeasures(kind, (name) => (at.has(name) ? decimalOf(cell(fields, name), map) : null))
        : kind.measures.map(() => null);
    if (line.problem !== undefined && (line.whole !== true || fields.length !== header.length))
      return { line, label: '', reason: line.problem, amounts };
    if (fields.length !== header.length) {
      const reason = `The line has ${fields.length} columns, the header has ${header.length}.`;
      return { line, label: '', reason, amounts };
    }
    const label = labelOf(fields);
    if (line.problem !== undefined) return { line, label, reason: line.problem, amounts, day: dayOf(fields) };
    try {
      return { line, label, row: read(fields), amounts };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { line, label, reason: error.message, amounts, day: dayOf(fields) };
    }
  };
}

/** An amount of nothing is the same in every currency. */
function otherMoney({ fields }: ImportKind, row: AnyRow, currency: string): string | null {
  const said = fields.find(({ of_books }) => of_books === true);
  const code = said === undefined ? null : row[said.name];
  if (typeof code !== 'string') return null;
  const amounts = fields.filter(({ type }) => type === 'money' || type === 'price');
  return amounts.some(({ name }) => row[name] != null && row[name] !== 0) ? bookCurrencyProblem(code, currency) : null;
}

export function isRefused(read: ReadLine | RefusedLine): read is RefusedLine {
  return 'reason' in read;
}

/** Reads all lines of a file; lines of one key that do not say the same all wait, and what belongs together is refused together. */
export function readLines(kind: ImportKind, lines: readonly (ReadLine | RefusedLine)[], currency: string): LinesRead {
  const accepted: ReadLine[] = [];
  const refused: RefusedLine[] = [];
  const told = new Map<string, ReadLine[]>();
  for (const each of lines) {
    if (isRefused(each)) refused.push(each);
    else if (kind.whole !== undefined || (kind.apart !== undefined && each.row[kind.apart] == null))
      accepted.push(each);
    else {
      const key = keyOf(kind, each.row);
      const same = told.get(key);
      if (same) same.push(each);
      else told.set(key, [each]);
    }
  }
  for (const same of told.values()) {
    const [first] = same;
    if (!first) continue;
    const otherwise = same.find((each) => !isSameRow(each.row, first.row));
    if (otherwise === undefined) accepted.push(first);
    else refused.push(refusal(kind, first, contradicts(kind, otherwise)));
    for (const each of same.slice(1))
      refused.push(refusal(kind, each, otherwise === undefined ? repeats(kind, first) : contradicts(kind, first)));
  }
  accepted.sort((a, b) => a.line.line_number - b.line.line_number);
  return settleWholes(kind, { currency, accepted, refused });
}

const contradicts = (kind: ImportKind, { line }: ReadLine): string =>
  `Line ${line.line_number} is for the same ${kind.one}; only one of them can be right.`;
const repeats = (kind: ImportKind, { line }: ReadLine): string =>
  `Line ${line.line_number} says the same of the same ${kind.one}: once is enough.`;

function isSameRow(a: AnyRow, b: AnyRow): boolean {
  return Object.keys(a).every((name) => a[name] === b[name]);
}

/** Refuses accepted lines for reasons found later, by line number, and with them what belongs together. */
export function refuseMore(kind: ImportKind, read: LinesRead, reasons: ReadonlyMap<number, string>): LinesRead {
  if (reasons.size === 0) return read;
  const refused = [...read.refused];
  const accepted = read.accepted.filter((each) => {
    const reason = reasons.get(each.line.line_number);
    if (reason !== undefined) refused.push(refusal(kind, each, reason));
    return reason === undefined;
  });
  return settleWholes(kind, { ...read, accepted, refused });
}

/** The identity of a row within its kind. */
export function keyOf(kind: Pick<ImportKind, 'key'>, row: AnyRow): string {
  return JSON.stringify(kind.key.map((name) => row[name] ?? null));
}

function settleWholes(kind: ImportKind, read: LinesRead): LinesRead {
  const { whole } = kind;
  if (!whole) return { ...read, refused: inFileOrder(read.refused) };
  const groups = new Map<string, ReadLine[]>();
  for (const each of read.accepted) {
    const group = groups.get(each.label) ?? [];
    group.push(each);
    groups.set(each.label, group);
  }
  const broken = new Map<string, RefusedLine>();
  for (const each of read.refused) if (!broken.has(each.label)) broken.set(each.label, each);
  const accepted: ReadLine[] = [];
  const refused = [...read.refused];
  for (const [label, group] of groups) {
    const other = broken.get(label);
    const reason =
      other === undefined
        ? whole.check(
            group.map(({ row }) => row),
            read.currency,
          )
        : `Line ${other.line.line_number} of this ${whole.what} is refused, so the ${whole.what} waits whole.`;
    if (reason === null) accepted.push(...group);
    else refused.push(...group.map((each) => refusal(kind, each, reason)));
  }
  return { ...read, accepted, refused: inFileOrder(refused) };
}

function inFileOrder(refused: readonly RefusedLine[]): RefusedLine[] {
  return refused.toSorted((a, b) => a.line.line_number - b.line.line_number);
}

function refusal(kind: ImportKind, { line, label, amounts, row }: ReadLine, reason: string): RefusedLine {
  return { line, label, reason, amounts, day: dayOfRow(kind, row) };
}

/** The day a row of a kind whose names come again speaks of, ISO text. */
export function dayOfRow(kind: Pick<ImportKind, 'day'>, row: AnyRow): string | null {
  const day = kind.day === undefined ? null : row[kind.day];
  return typeof day === 'string' ? day : null;
}

function fieldPositions(kind: ImportKind, map: ColumnMap, header: readonly string[]): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  for (const field of kind.fields) {
    const column = map.columns[field.name];
    if (column === undefined) continue;
    const position = header.indexOf(column);
    if (position < 0) throw new RangeError(`the file has no column "${column}" (${field.label})`);
    positions.set(field.name, position);
  }
  return positions;
}

function decimalOf(text: string | null, map: ColumnMap): Decimal | null {
  return text === null ? { units: 0n, places: 0 } : parseNumberText(text.replace(/\s*%$/, ''), map.decimal_mark);
}

const DECIMAL_PLACES = { quantity: 3, price: 6, percent: 2, whole: 0 } as const;
const FINEST = {
  quantity: 'thousandths',
  price: 'millionths',
  percent: 'hundredths of a percent',
  whole: 'whole numbers',
  money: 'the currency’s smallest unit',
} as const;

function readCell(field: Field, text: string, map: ColumnMap, currency: string): Value {
  const { type, label } = field;
  if (type === 'text') return text;
  if (type === 'code') return code(text, label);
  if (type === 'date') {
    const wall = parseDateText(text, map.date_order);
    if (!wall) throw new Refusal(`The ${label} ${quoted(text)} is not a date from 1900 to 2999.`);
    return isoDate(wall.day);
  }
  if (type === 'flag') return flag(text, label);
  if (type === 'choice') return choice(field, text);
  const number = decimalOf(text, map);
  if (!number) throw new Refusal(`The ${label} ${quoted(text)} is not a number.`);
  if (type === 'rate') return rate(number, label, text);
  const places = type === 'money' ? minorDigits(currency) : DECIMAL_PLACES[type];
  const scaled = scaledInteger(number, places);
  if (scaled === null) throw new Refusal(`The ${label} ${quoted(text)} is finer than ${FINEST[type]}.`);
  if (scaled > MAX_EXACT || scaled < -MAX_EXACT)
    throw new Refusal(`The ${label} ${quoted(text)} is too large to be kept exactly.`);
  const value = Number(scaled);
  if (field.min !== undefined && value < field.min * 10 ** places)
    throw new Refusal(`The ${label} ${quoted(text)} is less than ${field.min}.`);
  if (field.max !== undefined && value > field.max * 10 ** places)
    throw new Refusal(`The ${label} ${quoted(text)} is more than ${field.max}.`);
  return value;
}

/** Exact, as plain decimal text. */
function rate(number: Decimal, label: string, text: string): string {
  if (number.units < 0n) throw new Refusal(`The ${label} ${quoted(text)} is less than 0.`);
  if (scaledInteger(number, RATE_PLACES) === null)
    throw new Refusal(
      `The ${label} ${quoted(text)} has more than ${RATE_PLACES} decimals. Round it to ${RATE_PLACES}.`,
    );
  return formatDecimal(number);
}

/** Data frames write whole numbers with gaps as floats: 17850.0 is customer 17850. */
function code(text: string, label: string): string {
  if (text.length > MAX_CODE_CHARS) throw new Refusal(`The ${label} is longer than ${MAX_CODE_CHARS} characters.`);
  return text.replace(/^(\d+)\.0+$/, '$1');
}

const YES = new Set([
  '1',
  'y',
  'yes',
  'true',
  't',
  'x',
  'active',
  'j',
  'ja',
  'wahr',
  'aktiv',
  'oui',
  'o',
  'vrai',
  'actif',
  'si',
  'sí',
  's',
  'actief',
  'activo',
  'attivo',
]);
const NO = new Set([
  '0',
  'n',
  'no',
  'false',
  'f',
  '-',
  'inactive',
  'nein',
  'falsch',
  'inaktiv',
  'non',
  'faux',
  'inactif',
  'nee',
  'onwaar',
  'inactief',
  'inactivo',
  'inattivo',
  'discontinued',
]);

function flag(text: string, label: string): boolean {
  const word = text.toLowerCase();
  if (YES.has(word)) return true;
  if (NO.has(word)) return false;
  throw new Refusal(`The ${label} ${quoted(text)} is neither yes nor no.`);
}

function choice(field: Field, text: string): string {
  const word = text.toLowerCase();
  for (const [value, words] of Object.entries(field.choices ?? {})) {
    if (value === word || words.includes(word)) return value;
  }
  throw new Refusal(`The ${field.label} ${quoted(text)} is none of ${Object.keys(field.choices ?? {}).join(', ')}.`);
}

/** NUL and unpaired surrogates cannot be stored as text. */
const UNSTORABLE = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function checkText(value: string): void {
  if (value.length > MAX_TEXT_CHARS) throw new Refusal(`A field is longer than ${MAX_TEXT_CHARS} characters.`);
  if (UNSTORABLE.test(value)) throw new Refusal('A field holds bytes that are not text.');
}

function quoted(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}
