/** Guesses an order file's map from its header and a sample of its records, and says where a guess would be a gamble. */
import { guessColumns, looksLikeHeaderOf, normalisedName, valuesOf } from '#domain/imports/engine/guessColumns.ts';
import { UNCLEAR_DISCOUNT_NAMES } from './columnNames.ts';
import { ORDERS } from './orderKind.ts';
import { kindRulesWith, type OrderField, type OrderMap, type PartialOrderMap } from './orderMap.ts';

export interface MapGuess {
  /** null when a required field has no column or an unknown column is named. */
  readonly map: OrderMap | null;
  /** Why there is no map, each a sentence. */
  readonly problems: readonly string[];
  /** Two readings are equally good: the guess must be confirmed by a map file. */
  readonly ambiguities: readonly string[];
}

/**
 * `given` is what a map file says and wins over every guess. `sample` are records of the file, best spread over it:
 * the more, the surer the order of day and month.
 */
export function guessOrderMap(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  given: PartialOrderMap,
): MapGuess {
  const guess = guessColumns(ORDERS, header, sample, given);
  const columns: Readonly<Partial<Record<OrderField, string>>> = guess.map.columns;
  const unclear = given.columns ? [] : unclearDiscounts(header, sample, new Set(Object.values(guess.map.columns)));
  const map: OrderMap = { ...guess.map, columns, kinds: kindRulesWith(given.kinds) };
  return {
    map: guess.problems.length === 0 ? map : null,
    problems: guess.problems,
    ambiguities: [...unclear, ...guess.ambiguities],
  };
}

/** True when some name of the first record is a known column name: otherwise the file has no header. */
export function looksLikeHeader(cells: readonly string[]): boolean {
  return looksLikeHeaderOf(ORDERS, cells);
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
