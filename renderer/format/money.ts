/** Amounts as text: two decimals in ledgers, none in overviews, thousands only on walls and axes. */
import { minorDigits } from '#domain/money.ts';
import { MINUS, NBSP, NO_DATA, scaled } from './numbers.ts';

const SYMBOLS: Readonly<Record<string, string>> = { EUR: '€', GBP: '£', USD: '$', JPY: '¥' };

/** '€', or 'CHF' where there is no symbol of its own. */
export function currencySymbol(currency: string): string {
  return SYMBOLS[currency] ?? currency;
}

function withSymbol(text: string, currency: string): string {
  const negative = text.startsWith(MINUS);
  const symbol = SYMBOLS[currency] ?? `${currency}${NBSP}`;
  return negative ? MINUS + symbol + text.slice(1) : symbol + text;
}

/** To the cent: '−€2,180.00' */
export function ledgerMoney(amount_minor: number | null, currency: string): string {
  return amount_minor === null ? NO_DATA : withSymbol(ledgerAmount(amount_minor, currency), currency);
}

/** Without decimals: '€318,240' */
export function overviewMoney(amount_minor: number | null, currency: string): string {
  return amount_minor === null ? NO_DATA : withSymbol(overviewAmount(amount_minor, currency), currency);
}

/** For columns whose header carries the currency: '184,220.15' */
export function ledgerAmount(amount_minor: number | null, currency: string): string {
  const places = minorDigits(currency);
  return amount_minor === null ? NO_DATA : scaled(amount_minor, places, places);
}

/** For columns whose header carries the currency: '184,220' */
export function overviewAmount(amount_minor: number | null, currency: string): string {
  return amount_minor === null ? NO_DATA : scaled(amount_minor, minorDigits(currency), 0);
}

/** A unit price from 10⁻⁶ of the major unit: two decimals, more where they carry something ('0.001'). */
export function unitPrice(price_micro: number | null): string {
  if (price_micro === null) return NO_DATA;
  let places = 6;
  let value = price_micro;
  while (places > 2 && value % 10 === 0) {
    value /= 10;
    places -= 1;
  }
  return scaled(value, places, places);
}
