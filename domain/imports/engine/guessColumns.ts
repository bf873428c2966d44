/** Guesses which column is which field from names and a sample, and says where a guess would be a gamble. */
import { DATE_ORDERS, type DateOrder, parseDateText } from '#domain/imports/text/dateText.ts';
import { type DecimalMark, decimalMarkEvidence } from '#domain/imports/text/numberText.ts';
import { type ColumnMap, type Field, NUMBER_TYPES, type PartialColumnMap } from './field.ts';
import type { ImportKind } from './kind.ts';

export interface ColumnsGuess {
  readonly map: ColumnMap;
  /** Why the map cannot be used, each a sentence. */
  readonly problems: readonly string[];
  /** Two readings are equally good: a person must choose. */
  readonly ambiguities: readonly string[];
}

type Sample = readonly (readonly string[])[];

/** A column fits a type when nearly all of its filled values do: bad lines are for the quarantine, not for the map. */
const FIT = 0.8;

/** Column names are compared without case, spaces and marks. */
export function normalisedName(name: string): string {
  return name
    .replace(/%/g, 'percent')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * `given` is what a person said and wins over every guess. `sample` are records of the file, best spread over it: the
 * more, the surer the order of day and month.
 */
export function guessColumns(
  kind: Pick<ImportKind, 'fields' | 'lacks'>,
  header: readonly string[],
  sample: Sample,
  given: PartialColumnMap,
): ColumnsGuess {
  const problems: string[] = [];
  const ambiguities: string[] = [];
  const columns: Record<string, string> = {};
  const taken = new Set<string>();
  for (const field of kind.fields) {
    const column = given.columns?.[field.name];
    if (column === undefined) continue;
    if (!header.includes(column))
      problems.push(`The map names the column "${column}" for the ${field.label}, but the file has no such column.`);
    columns[field.name] = column;
    taken.add(column);
  }
  // A map that names columns is complete: optional columns it leaves out are left out.
  const toGuess = kind.fields.filter(
    (field) => !Object.hasOwn(columns, field.name) && (given.columns === undefined || field.required === true),
  );
  for (const field of toGuess) {
    const candidates = bestColumns(field, header, sample, taken);
    const [first, second] = candidates;
    if (first === undefined) continue;
    if (second !== undefined && field.required === true) {
      ambiguities.push(`${candidates.map((name) => `"${name}"`).join(' and ')} could each be the ${field.label}.`);
    }
    columns[field.name] = first;
    taken.add(first);
  }
  for (const field of kind.fields) {
    if (field.required === true && columns[field.name] === undefined)
      problems.push(`No column looks like the ${field.label}.`);
  }
  const lacks = kind.lacks?.(new Set(Object.keys(columns)));
  if (lacks != null) problems.push(lacks);
  const read = (wanted: (field: Field) => boolean): string[] =>
    kind.fields.filter(wanted).flatMap((field) => valuesOf(columns[field.name], header, sample));
  const decimal_mark =
    given.decimal_mark ??
    guessDecimalMark(
      read((field) => NUMBER_TYPES.includes(field.type)),
      ambiguities,
    );
  const date_order =
    given.date_order ??
    guessDateOrder(
      read((field) => field.type === 'date'),
      ambiguities,
    );
  return { map: { columns, date_order, decimal_mark }, problems, ambiguities };
}

/** True when some cell of the first record is a column name the kind knows: otherwise the file has no header. */
export function looksLikeHeaderOf(kind: Pick<ImportKind, 'fields'>, cells: readonly string[]): boolean {
  const names = new Set(cells.map(normalisedName));
  return kind.fields.some((field) => [...strongNames(field), ...(field.weak ?? [])].some((name) => names.has(name)));
}

/** A column called as the field itself, as in our templates, is always it. */
function strongNames(field: Field): readonly string[] {
  return [normalisedName(field.name), ...field.strong];
}

/** All columns that share the best claim on a field. */
function bestColumns(field: Field, header: readonly string[], sample: Sample, taken: ReadonlySet<string>): string[] {
  const named = (names: readonly string[]): string[] =>
    header.filter((column) => !taken.has(column) && names.includes(normalisedName(column)));
  const strong = named(strongNames(field));
  for (const columns of [strong, named(field.weak ?? [])]) {
    const fitting = columns.filter((column) => fits(field, valuesOf(column, header, sample)));
    if (fitting.length > 0) return fitting;
  }
  // A column that says what it is and holds something else is a mistake to be shown, not a column to be passed over.
  return strong;
}

/** The filled cells of a column. */
export function valuesOf(column: string | undefined, header: readonly string[], sample: Sample): string[] {
  if (column === undefined) return [];
  const position = header.indexOf(column);
  return sample.map((record) => (record[position] ?? '').trim()).filter((value) => value !== '');
}

function fits(field: Field, values: readonly string[]): boolean {
  const share = (accepts: (value: string) => boolean) =>
    values.length === 0 || values.filter(accepts).length >= values.length * FIT;
  if (NUMBER_TYPES.includes(field.type))
    return share((value) => decimalMarkEvidence(value.replace(/\s*%$/, '')) !== null);
  if (field.type === 'date') return share((value) => DATE_ORDERS.some((order) => parseDateText(value, order)));
  return true;
}

function guessDecimalMark(values: readonly string[], ambiguities: string[]): DecimalMark {
  let dot = 0;
  let comma = 0;
  let unclear = '';
  for (const value of values) {
    const evidence = decimalMarkEvidence(value);
    if (evidence === '.') dot += 1;
    else if (evidence === ',') comma += 1;
    else if (evidence === 'unclear') unclear = value;
  }
  if (dot === 0 && comma === 0 && unclear !== '') {
    ambiguities.push(`"${unclear}" could use the decimal mark "." or ",". Set decimal_mark.`);
  }
  return comma > dot ? ',' : '.';
}

function guessDateOrder(values: readonly string[], ambiguities: string[]): DateOrder {
  const read = new Map<DateOrder, number>(DATE_ORDERS.map((order) => [order, 0]));
  for (const value of values) {
    for (const order of DATE_ORDERS) if (parseDateText(value, order)) read.set(order, (read.get(order) ?? 0) + 1);
  }
  const best = Math.max(...read.values());
  const winners = DATE_ORDERS.filter((order) => read.get(order) === best);
  const [first] = winners;
  // Dates with a month's name read the same in every order: then there is nothing to choose.
  const differ =
    winners.length > 1 &&
    values.find((value) => new Set(winners.map((order) => parseDateText(value, order)?.day)).size > 1);
  if (differ)
    ambiguities.push(
      `"${differ}" could be day/month or month/day, and no date in the file decides. Set date_order to "dmy" or "mdy".`,
    );
  return first ?? 'ymd';
}
