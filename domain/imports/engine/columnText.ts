/** A stored column's name and value as a person reads them; the suffix of the name is its unit. */
import { formatDecimal } from '#domain/decimal.ts';
import { minorDigits } from '#domain/money.ts';
import type { Value } from './field.ts';

const UNITS = /_(qty_milli|milli|micro|minor|bp|days|on|at|g|id)$/;

/** Where the column's name is short for something. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  uom: 'unit of measure',
  moq_qty_milli: 'minimum order quantity',
  multiple_qty_milli: 'order multiple',
  introduced_on: 'first day sold',
  counted_on: 'date of the balance',
  valid_from: 'first day',
  valid_to: 'last day',
  list_price_micro: 'list price',
  max_discount_bp: 'highest discount (%)',
  qty_milli: 'quantity',
  ref: 'reference',
  memo: 'text',
  exchange_minor: 'exchange difference',
  per_units: 'units the rates are for',
  depends_on: 'waits for',
  needs_evidence: 'needs a file',
  due_day: 'due on working day',
};

/** 'on_hand_qty_milli' → 'on hand', 'payment_terms_days' → 'payment terms (days)'. */
export function columnLabel(column: string): string {
  const own = OWN_WORDS[column];
  if (own !== undefined) return own;
  const unit = UNITS.exec(column)?.[1];
  const words = column.replace(UNITS, '').replaceAll('_', ' ');
  if (unit === 'days' || unit === 'g') return `${words} (${unit})`;
  return unit === 'bp' ? `${words} (%)` : words;
}

export function isFigureColumn(column: string): boolean {
  return /_(milli|micro|minor|bp|days|g)$/.test(column);
}

/** Exact and plain, as it could stand in a file: '12.5', '−' never; null for an empty value. */
export function columnText(column: string, value: Value, currency: string): string | null {
  if (value === null) return null;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  const places = decimalPlaces(column, currency);
  return formatDecimal({ units: BigInt(value), places });
}

function decimalPlaces(column: string, currency: string): number {
  if (column.endsWith('_milli')) return 3;
  if (column.endsWith('_micro')) return 6;
  if (column.endsWith('_minor')) return minorDigits(currency);
  return column.endsWith('_bp') ? 2 : 0;
}
