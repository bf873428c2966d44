/** Rules as a file: its columns, and how its cells are read back to the last digit. */
import { type Decimal, formatDecimal, scaledInteger } from '#domain/decimal.ts';
import { type DecimalMark, decimalMarkOf, parseNumberText } from '#domain/imports/text/numberText.ts';
import { createRecordReader, guessDelimiter, splitLine } from '#domain/imports/text/records.ts';
import { isKpiId, kpiDefinition } from '#domain/kpi/definitions.ts';
import { minorDigits } from '#domain/money.ts';
import { datesText, weekdaysText } from '#domain/planning/buyingCalendar.ts';
import type { RuleLine } from './change.ts';
import {
  NO_KEY,
  type RuleField,
  type RuleKey,
  type RuleKeyPart,
  type RuleSubject,
  type RuleValues,
  SUBJECTS,
  TEXT_FIELDS,
} from './subjects.ts';

/** About ten thousand lines; what is larger is split. */
export const MOST_RULE_FILE_CHARS = 1_000_000;
/** More differences of one file nobody reads before they are drafted. */
export const MOST_DIFF_LINES = 5000;

/** Decimal places a figure is kept with; null = it is no number. */
export function placesOf({ type }: RuleField, currency: string, kpi: string | null): number | null {
  switch (type) {
    case 'name':
    case 'text':
    case 'choice':
    case 'weekdays':
    case 'dates':
      return null;
    case 'quantity':
      return 3;
    case 'percent':
      return 2;
    case 'price':
      return 6;
    case 'money':
      return minorDigits(currency);
    case 'days':
    case 'rank':
    case 'whole':
      return 0;
    case 'figure':
      return figurePlaces(kpi, currency);
  }
}

/** How a target is written: a rate in percent, a time in days, money in the company's currency. */
function figurePlaces(kpi: string | null, currency: string): number {
  if (kpi === null || !isKpiId(kpi)) return 0;
  const { format } = kpiDefinition(kpi);
  if (format === 'rate') return 2;
  if (format === 'times') return 4;
  return format === 'money' ? minorDigits(currency) : 3;
}

export function ruleCellText(
  field: RuleField,
  value: number | string | null,
  currency: string,
  kpi: string | null,
): string {
  if (value === null) return '';
  const places = placesOf(field, currency, kpi);
  return typeof value === 'string' || places === null ? String(value) : formatDecimal({ units: BigInt(value), places });
}

/** A column's name in a file, and the part of the rule it is. */
const KEY_COLUMNS: Readonly<Record<keyof RuleKey, string>> = {
  site_id: 'site',
  channel_id: 'channel',
  item_id: 'item',
  kpi: 'kpi',
  party_id: 'customer',
  category: 'category',
  name: 'fee',
};
export const UNIT_COLUMN = 'unit';
/** Told for whoever reads the file; what they say is not read. */
const TOLD = ['name', 'customer name', 'supplier name', 'since', 'until', 'changed by', 'approved by'];

export function keyColumn(part: keyof RuleKey, subject: RuleSubject): string {
  const { party, named } = SUBJECTS[subject];
  if (part === 'party_id') return party ?? KEY_COLUMNS.party_id;
  return part === 'name' ? (named ?? KEY_COLUMNS.name) : KEY_COLUMNS[part];
}

/** A text as it is kept. */
export function ruleText({ type }: RuleField, text: string): string {
  return type === 'weekdays' ? weekdaysText(text) : type === 'dates' ? datesText(text) : text;
}

export interface RuleFileFacts {
  readonly currency: string;
  /** null = the company has none of that code, or several have that name. */
  readonly site: (code: string) => number | null;
  readonly channel: (code: string) => number | null;
  readonly item: (code: string) => { readonly id: number; readonly uom: string } | null;
  /** Of the kind of party the rules are about. */
  readonly party: (code: string) => number | null;
  /** Of some item of the company. */
  readonly category: (name: string) => boolean;
  /** What holds on the day the file is to take effect. */
  readonly held: (key: RuleKey) => RuleValues | null;
}
export type RuleFileLine = { readonly line_number: number; readonly label: string } & (
  | { readonly problem: string; readonly line: null }
  | { readonly problem: null; readonly line: RuleLine }
);
export interface RuleFile {
  /** Why nothing of it can be read. */
  readonly problem: string | null;
  readonly not_read: readonly string[];
  readonly lines: readonly RuleFileLine[];
}

class Refused extends Error {}

export function readRuleFile(text: string, subject: RuleSubject, facts: RuleFileFacts): RuleFile {
  const entry = SUBJECTS[subject];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const first = lines.findIndex((line) => line.trim() !== '');
  const broken = (problem: string): RuleFile => ({ problem, not_read: [], lines: [] });
  if (first < 0) return broken('The file is empty. Export the rules, change what shall change, and bring that file.');
  const delimiter = guessDelimiter(lines[first] ?? '');
  const header = splitLine(lines[first] ?? '', delimiter);
  if (header === null) return broken('The quotes of the first line do not fit together. It names the columns.');
  const names = header.map((name) => name.trim().toLowerCase());
  const at = new Map<string, number>();
  const not_read: string[] = [];
  const wanted = [
    ...entry.key.map((part) => keyColumn(part, subject)),
    UNIT_COLUMN,
    ...entry.fields.map(({ label }) => label),
  ];
  for (const [index, name] of names.entries()) {
    const column = wanted.find((each) => each === name || name.startsWith(`${each},`));
    if (column === undefined) {
      if (!TOLD.includes(name)) not_read.push(header[index]?.trim() ?? '');
    } else if (at.has(column)) return broken(`The file has two columns “${column}”. Keep one of them.`);
    else at.set(column, index);
  }
  const missing = entry.key.filter((part) => !entry.key_optional.includes(part) && !at.has(keyColumn(part, subject)));
  if (missing.length > 0) {
    return broken(
      `The file has no column “${missing.map((part) => keyColumn(part, subject)).join('”, “')}”. Export the rules to see one that fits.`,
    );
  }
  if (!entry.fields.some(({ label }) => at.has(label))) {
    return broken('The file has no column that a rule is made of. Export the rules to see one that fits.');
  }
  const reader = createRecordReader(delimiter, header.length, first + 2);
  const records = [...reader.take(lines.slice(first + 1)), ...reader.end()];
  const numbers = entry.fields.flatMap(({ label, type }) => (TEXT_FIELDS.has(type) ? [] : (at.get(label) ?? [])));
  const mark = decimalMarkOf(
    records.flatMap(({ fields }) => numbers.map((index) => fields[index] ?? '')),
    delimiter === ';' ? ',' : '.',
  );
  const seen = new Map<string, number>();
  return {
    problem: null,
    not_read,
    lines: records.map((record): RuleFileLine => {
      const cell = (column: string): string | null => {
        const index = at.get(column);
        const value = index === undefined ? '' : withoutGuard((record.fields[index] ?? '').trim());
        return value === '' ? null : value;
      };
      const label = entry.key
        .map((part) => cell(keyColumn(part, subject)) ?? '')
        .filter(Boolean)
        .join(' · ')
        .slice(0, 120);
      const told = { line_number: record.line_number, label };
      if (record.problem !== null) return { ...told, problem: record.problem, line: null };
      try {
        const key = readKey(subject, cell, facts);
        const same = JSON.stringify(key);
        const earlier = seen.get(same);
        if (earlier !== undefined) throw new Refused(`Line ${earlier} is about the same. Keep one of them.`);
        seen.set(same, record.line_number);
        const before = facts.held(key);
        return {
          ...told,
          problem: null,
          line: { ...key, before, after: readAfter(subject, key, before, cell, at, mark, facts) },
        };
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return { ...told, problem: error.message, line: null };
      }
    }),
  };
}

const ID_OF = {
  site_id: (facts, code) => facts.site(code),
  channel_id: (facts, code) => facts.channel(code),
  party_id: (facts, code) => facts.party(code),
  item_id: (facts, code) => facts.item(code)?.id ?? null,
} satisfies Partial<Record<RuleKeyPart, (facts: RuleFileFacts, code: string) => number | null>>;

type Cell = (column: string) => string | null;

function readKey(subject: RuleSubject, cell: Cell, facts: RuleFileFacts): RuleKey {
  const { key, key_optional, one } = SUBJECTS[subject];
  const found: { -readonly [P in RuleKeyPart]: RuleKey[P] } = { ...NO_KEY };
  for (const part of key) {
    const column = keyColumn(part, subject);
    const code = cell(column);
    if (code === null) {
      if (key_optional.includes(part)) continue;
      throw new Refused(`The ${column} is empty. Name the one the ${one} is for.`);
    }
    const unknown = () => new Refused(`There is no ${column} ${code}. Check the code, or bring it in first.`);
    if (part === 'kpi') found.kpi = code;
    else if (part === 'name') found.name = code.slice(0, 100);
    else if (part === 'category') {
      if (!facts.category(code)) throw unknown();
      found.category = code;
    } else {
      const id = ID_OF[part](facts, code);
      if (id === null) throw unknown();
      found[part] = id;
      const unit = part === 'item_id' ? cell(UNIT_COLUMN) : null;
      const uom = part === 'item_id' ? facts.item(code)?.uom : undefined;
      if (unit !== null && uom !== undefined && unit !== uom) {
        throw new Refused(`The line counts in ${unit}, the item ${code} in ${uom}. Convert the quantities to ${uom}.`);
      }
    }
  }
  return found;
}

/** A column the file does not have leaves the figure as it is. */
function readAfter(
  subject: RuleSubject,
  { kpi }: RuleKey,
  before: RuleValues | null,
  cell: Cell,
  columns: ReadonlyMap<string, number>,
  mark: DecimalMark,
  { currency }: RuleFileFacts,
): RuleValues | null {
  const { fields, may_end } = SUBJECTS[subject];
  const after: Record<string, number | string | null> = {};
  for (const field of fields) {
    if (!columns.has(field.label)) after[field.name] = before?.[field.name] ?? null;
    else {
      const text = cell(field.label);
      after[field.name] = text === null ? null : readFigure(field, text, currency, kpi, mark);
    }
  }
  const figures = fields.filter(({ type }) => type !== 'name');
  return may_end && before !== null && figures.every(({ name }) => after[name] === null) ? null : after;
}

function readFigure(
  field: RuleField,
  text: string,
  currency: string,
  kpi: string | null,
  mark: DecimalMark,
): number | string {
  const places = placesOf(field, currency, kpi);
  if (places === null) return ruleText(field, text);
  const number: Decimal | null = parseNumberText(text.replace(/\s*%$/, ''), mark);
  if (number === null) throw new Refused(`The ${field.label} “${text.slice(0, 40)}” is no number.`);
  const scaled = scaledInteger(number, places);
  if (scaled === null) {
    throw new Refused(
      places === 0
        ? `The ${field.label} ${text} is no whole number.`
        : `The ${field.label} ${text} has more than ${places} decimal places. Round it.`,
    );
  }
  const value = Number(scaled);
  if (!Number.isSafeInteger(value))
    throw new Refused(`The ${field.label} ${text.slice(0, 40)} is larger than any rule can be.`);
  return value;
}

/** An export puts an apostrophe before what a spreadsheet would run. */
function withoutGuard(text: string): string {
  return /^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}
