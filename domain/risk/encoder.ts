/** Factors of lines as columns of numbers: a number by how far it lies from its mean, a choice as 1 in a column of its own. */
import { type Factor, FACTORS, type Family, FAMILIES, type LineCase } from './lineCase.ts';
import type { Design } from './logistic.ts';

export interface Column {
  readonly factor: string;
  readonly family: Family;
  /** null = a number. */
  readonly choice: string | null;
  /** Of the lines it was made of: the mean number, or the share of the choice. */
  readonly mean: number;
  /** Of a number: its standard deviation; 1 of a choice. */
  readonly scale: number;
}

export interface Encoder {
  readonly columns: readonly Column[];
  readonly encode: (lines: readonly LineCase[]) => Design;
}

/** A choice of fewer lines has no column: it is judged as if nothing were known of it. */
const FEWEST_OF_A_CHOICE = 40;

export function createEncoder(lines: readonly LineCase[]): Encoder {
  const columns: Column[] = [];
  const places: { readonly factor: Factor; readonly at: number; readonly byChoice: ReadonlyMap<string, number> }[] = [];
  for (const factor of FACTORS) {
    const { name, family } = factor;
    const at = columns.length;
    const byChoice = new Map<string, number>();
    if ('numberOf' in factor) {
      const { mean, deviation } = momentsOf(lines.map(factor.numberOf));
      // a number that never differs says nothing, and would be divided by nothing
      if (deviation < 1e-9) continue;
      columns.push({ factor: name, family, choice: null, mean, scale: deviation });
    } else {
      const counts = new Map<string, number>();
      for (const line of lines) {
        const choice = factor.choiceOf(line);
        counts.set(choice, (counts.get(choice) ?? 0) + 1);
      }
      const known = [...counts].filter(([, count]) => count >= FEWEST_OF_A_CHOICE && count < lines.length);
      for (const [choice, count] of known.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
        byChoice.set(choice, columns.length);
        columns.push({ factor: name, family, choice, mean: count / lines.length, scale: 1 });
      }
    }
    places.push({ factor, at, byChoice });
  }
  const encode = (some: readonly LineCase[]): Design => {
    const starts = new Int32Array(some.length + 1);
    const column_of = new Int32Array(some.length * places.length);
    const values = new Float64Array(some.length * places.length);
    let end = 0;
    for (const [row, line] of some.entries()) {
      for (const { factor, at, byChoice } of places) {
        if ('numberOf' in factor) {
          const { mean, scale } = columns[at] as Column;
          column_of[end] = at;
          values[end] = (factor.numberOf(line) - mean) / scale;
          end += 1;
        } else {
          const column = byChoice.get(factor.choiceOf(line));
          if (column === undefined) continue;
          column_of[end] = column;
          values[end] = 1;
          end += 1;
        }
      }
      starts[row + 1] = end;
    }
    return { rows: some.length, columns: columns.length, starts, column_of, values };
  };
  return { columns, encode };
}

/**
 * What each family adds to a row's log-odds over what the usual line has; the rest is the same for every line. Together
 * with it they are the row's log-odds, to the last digit.
 */
export function contributionsOf(
  { columns }: Encoder,
  design: Design,
  row: number,
  weights: Float64Array,
): { readonly usual: number; readonly of: ReadonlyMap<Family, number> } {
  const of = new Map<Family, number>(FAMILIES.map((family) => [family, 0]));
  let usual = 0;
  const add = (column: number, times: number) => {
    const { family } = columns[column] as Column;
    of.set(family, (of.get(family) ?? 0) + (weights[column] ?? 0) * times);
  };
  for (const [column, { choice, mean }] of columns.entries()) {
    if (choice === null) continue;
    add(column, -mean);
    usual += (weights[column] ?? 0) * mean;
  }
  for (let at = design.starts[row] ?? 0; at < (design.starts[row + 1] ?? 0); at++) {
    add(design.column_of[at] ?? 0, design.values[at] ?? 0);
  }
  return { usual, of };
}

function momentsOf(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  if (values.length === 0) return { mean: 0, deviation: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}
