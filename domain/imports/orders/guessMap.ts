/** Guesses an order file's map from its header and a sample of its records, and says where a guess would be a gamble. */
import { COLUMN_NAMES, normalisedName, UNCLEAR_DISCOUNT_NAMES } from './columnNames.ts';
import { DATE_ORDERS, type DateOrder, parseDateText } from './dateText.ts';
import { type DecimalMark, decimalMarkEvidence } from './numberText.ts';
import {
  FIELD_LABELS,
  kindRulesWith,
  ORDER_FIELDS,
  type OrderField,
  type OrderMap,
  type PartialOrderMap,
  REQUIRED_FIELDS,
} from './orderMap.ts';

export interface MapGuess {
  /** null when a required field has no column or an unknown column is named. */
  readonly map: OrderMap | null;
  /** Why there is no map, each a sentence. */
  readonly problems: readonly string[];
  /** Two readings are equally good: the guess must be confirmed by a map file. */
  readonly ambiguities: readonly string[];
}

const NUMBER_FIELDS: readonly OrderField[] = ['quantity', 'unit_price', 'discount_amount', 'discount_percent'];
const DATE_FIELDS: readonly OrderField[] = ['ordered_at', 'requested_on', 'committed_on'];
/** A column fits a type when nearly all of its filled values do: bad lines are for the quarantine, not for the map. */
const FIT = 0.8;

/**
 * `given` is what a map file says and wins over every guess. `sample` are records of the file, best spread over it:
 * the more, the surer the order of day and month.
 */
export function guessOrderMap(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  given: PartialOrderMap,
): MapGuess {
  const problems: string[] = [];
  const ambiguities: string[] = [];
  const columns: Partial<Record<OrderField, string>> = {};
  const taken = new Set<string>();
  for (const field of ORDER_FIELDS) {
    const column = given.columns?.[field];
    if (column === undefined) continue;
    if (!header.includes(column))
      problems.push(
        `The map names the column "${column}" for the ${FIELD_LABELS[field]}, but the file has no such column.`,
      );
    columns[field] = column;
    taken.add(column);
  }
  // A map that names columns is complete: optional columns it leaves out are left out.
  const fieldsToGuess = given.columns ? REQUIRED_FIELDS.filter((field) => !(field in columns)) : ORDER_FIELDS;
  for (const field of fieldsToGuess) {
    const candidates = bestColumns(field, header, sample, taken);
    const [first, second] = candidates;
    if (first === undefined) continue;
    if (second !== undefined && isRequired(field)) {
      ambiguities.push(
        `${candidates.map((name) => `"${name}"`).join(' and ')} could each be the ${FIELD_LABELS[field]}.`,
      );
    }
    columns[field] = first;
    taken.add(first);
  }
  for (const field of REQUIRED_FIELDS) {
    if (columns[field] === undefined) problems.push(`No column looks like the ${FIELD_LABELS[field]}.`);
  }
  if (!given.columns) ambiguities.push(...unclearDiscounts(header, sample, taken));
  const read = (fields: readonly OrderField[]) => fields.flatMap((field) => valuesOf(columns[field], header, sample));
  const decimal_mark = given.decimal_mark ?? guessDecimalMark(read(NUMBER_FIELDS), ambiguities);
  const date_order = given.date_order ?? guessDateOrder(read(DATE_FIELDS), ambiguities);
  const map = { columns, date_order, decimal_mark, kinds: kindRulesWith(given.kinds) };
  return { map: problems.length === 0 ? map : null, problems, ambiguities };
}

/** True when some name of the first record is a known column name: otherwise the file has no header. */
export function looksLikeHeader(cells: readonly string[]): boolean {
  const names = new Set(cells.map(normalisedName));
  return ORDER_FIELDS.some((field) => {
    const { strong, weak } = COLUMN_NAMES[field];
    return strong.some((name) => names.has(name)) || weak.some((name) => names.has(name));
  });
}

function isRequired(field: OrderField): boolean {
  return (REQUIRED_FIELDS as readonly OrderField[]).includes(field);
}

/** All columns that share the best claim on a field. */
function bestColumns(
  field: OrderField,
  header: readonly string[],
  sample: readonly (readonly string[])[],
  taken: ReadonlySet<string>,
): string[] {
  const names = COLUMN_NAMES[field];
  for (const tier of [names.strong, names.weak]) {
    const found = header.filter(
      (column) =>
        !taken.has(column) && tier.includes(normalisedName(column)) && fits(field, valuesOf(column, header, sample)),
    );
    if (found.length > 0) return found;
  }
  return [];
}

function valuesOf(
  column: string | undefined,
  header: readonly string[],
  sample: readonly (readonly string[])[],
): string[] {
  if (column === undefined) return [];
  const position = header.indexOf(column);
  return sample.map((record) => (record[position] ?? '').trim()).filter((value) => value !== '');
}

function fits(field: OrderField, values: readonly string[]): boolean {
  const share = (accepts: (value: string) => boolean) =>
    values.length === 0 || values.filter(accepts).length >= values.length * FIT;
  if (NUMBER_FIELDS.includes(field)) return share((value) => decimalMarkEvidence(value) !== null);
  if (DATE_FIELDS.includes(field)) return share((value) => DATE_ORDERS.some((order) => parseDateText(value, order)));
  return true;
}

function unclearDiscounts(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  taken: ReadonlySet<string>,
): string[] {
  return header
    .filter((column) => !taken.has(column) && UNCLEAR_DISCOUNT_NAMES.includes(normalisedName(column)))
    .filter((column) => valuesOf(column, header, sample).some((value) => !/^[-+]?0*[.,]?0*$/.test(value)))
    .map((column) => `"${column}" could be an amount (discount_amount) or a percentage (discount_percent).`);
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
