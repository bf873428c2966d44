/**
 * Every item in one place of a matrix: how much of the value it makes (A, B, C) by how evenly it is asked for (X, Y, Z), over
 * twelve whole months. New items, of which twelve months are not known, and items nobody asked for in them stand apart.
 */
import { abcClasses, xyzOfVariation } from './abcXyz.ts';

export const CLASS_MONTHS = 12;

export const MATRIX_CLASSES = ['AX', 'AY', 'AZ', 'BX', 'BY', 'BZ', 'CX', 'CY', 'CZ'] as const;
export const MATRIX_CELLS = [...MATRIX_CLASSES, 'new', 'obsolete'] as const;
export type MatrixCell = (typeof MATRIX_CELLS)[number];

export interface ItemsToClass {
  readonly count: number;
  /** Net sales of the months, any unit of money. */
  readonly value: Float64Array;
  /** Item by item, month by month: what was asked for. */
  readonly monthly: Float64Array;
  /** 1 = introduced within the months. */
  readonly is_new: Uint8Array;
}

export interface ClassedItems {
  /** Place in MATRIX_CELLS. */
  readonly cell: Uint8Array;
  /** Deviation (n) ÷ mean of demand a month; NaN = nothing was asked for. */
  readonly variation: Float64Array;
}

export function classItems({ count, value, monthly, is_new }: ItemsToClass): ClassedItems {
  const cell = new Uint8Array(count);
  const variation = new Float64Array(count);
  const ranked: number[] = [];
  for (let item = 0; item < count; item++) {
    const own = variationOf(monthly, item * CLASS_MONTHS);
    variation[item] = own;
    if (is_new[item] === 1) cell[item] = NEW;
    else if (Number.isNaN(own)) cell[item] = OBSOLETE;
    else ranked.push(item);
  }
  const abc = abcClasses(ranked.map((item) => value[item] as number));
  for (const [at, item] of ranked.entries()) {
    const xyz = xyzOfVariation(variation[item] as number);
    cell[item] = MATRIX_CLASSES.indexOf(`${abc[at] ?? 'C'}${xyz}`);
  }
  return { cell, variation };
}

const NEW = MATRIX_CELLS.indexOf('new');
const OBSOLETE = MATRIX_CELLS.indexOf('obsolete');

function variationOf(monthly: Float64Array, at: number): number {
  let sum = 0;
  for (let month = 0; month < CLASS_MONTHS; month++) sum += monthly[at + month] as number;
  if (!(sum > 0)) return Number.NaN;
  const mean = sum / CLASS_MONTHS;
  let squares = 0;
  for (let month = 0; month < CLASS_MONTHS; month++) squares += ((monthly[at + month] as number) - mean) ** 2;
  return Math.sqrt(squares / CLASS_MONTHS) / mean;
}
