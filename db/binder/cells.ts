/** Cells as a reader of paper sees them: figures grouped by thousands, the same in every locale. */
import { formatDecimal } from '#domain/decimal.ts';
import { minorDigits } from '#domain/money.ts';
import type { Cell, CellKind } from '#db/exports/table.ts';
import { momentText } from './section.ts';

export function cellText(value: Cell, kind: CellKind): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  switch (kind.kind) {
    case 'decimal':
      // money always with its cents; what has more places shows them when they are there
      return grouped(fixed(formatDecimal({ units: BigInt(value), places: kind.places }), Math.min(kind.places, 2)));
    case 'percent':
      return grouped(fixed(formatDecimal({ units: BigInt(value), places: 2 }), 2));
    case 'moment':
      return momentText(value).replace(' UTC', '');
    default:
      return grouped(String(value));
  }
}

/** '1840.5' of 2 → '1840.50' */
function fixed(digits: string, places: number): string {
  const [whole = '', decimals = ''] = digits.split('.');
  return places === 0 ? digits : `${whole}.${decimals.padEnd(places, '0')}`;
}

/** 1840500 EUR → '18,405.00 EUR' */
export function moneyText(minor: number, currency: string): string {
  return `${cellText(minor, { kind: 'decimal', places: minorDigits(currency) })} ${currency}`;
}

/** '-1234567.50' → '-1,234,567.50' */
export function grouped(digits: string): string {
  const [whole = '', ...decimals] = digits.split('.');
  return [whole.replaceAll(/\B(?=(\d{3})+$)/g, ','), ...decimals].join('.');
}

/** Sum of a column; null when a cell of it is not known. */
export function columnSum(rows: readonly (readonly Cell[])[], at: number): number | null {
  let sum = 0;
  for (const row of rows) {
    const value = row[at];
    if (typeof value !== 'number') return null;
    sum += value;
  }
  return sum;
}
