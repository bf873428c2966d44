/** What the places of the matrix are called, and what they mean. */
import type { MatrixCell } from '#domain/planning/classMatrix.ts';

export const CELL_WORDS: Readonly<Record<MatrixCell, string>> = {
  AX: 'AX',
  AY: 'AY',
  AZ: 'AZ',
  BX: 'BX',
  BY: 'BY',
  BZ: 'BZ',
  CX: 'CX',
  CY: 'CY',
  CZ: 'CZ',
  new: 'New',
  obsolete: 'Obsolete',
};

export const ABC_WORDS = { A: 'to 80 % of value', B: 'to 95 %', C: 'the rest' } as const;
export const XYZ_WORDS = { X: 'even, variation to .5', Y: 'to 1', Z: 'seldom, above 1' } as const;
