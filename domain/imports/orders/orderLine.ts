/**
 * One record of an order file → one order line, or the reason why it cannot be one. The server and the command line
 * call the same function; the server's answer counts. Only what cannot be represented is refused.
 */
import { dayNumber } from '#domain/calendar.ts';
import { type Decimal, multiplyDecimals, scaledInteger } from '#domain/decimal.ts';
import { divideRounded, lineAmountMinor, minorDigits } from '#domain/money.ts';
import { bookCurrencyProblem } from '#domain/imports/kinds/ownCurrency.ts';
import { type LineKind, lineClassifier } from '#domain/orders/lineKind.ts';
import { parseDateText, type WallTime } from '#domain/imports/text/dateText.ts';
import { parseNumberText } from '#domain/imports/text/numberText.ts';
import { fieldPositions, type OrderMap } from './orderMap.ts';

export interface ParsedOrderLine {
  readonly invoice: string;
  readonly item_code: string | null;
  readonly description: string | null;
  readonly customer_code: string | null;
  readonly customer_name: string | null;
  readonly country: string | null;
  /** null = the file does not say. */
  readonly channel: string | null;
  readonly site: string | null;
  readonly ordered_at: WallTime;
  readonly requested_day: number | null;
  readonly committed_day: number | null;
  readonly kind: LineKind;
  readonly qty_milli: number;
  readonly unit_price_micro: number;
  readonly gross_minor: number;
  readonly discount_minor: number;
  readonly net_minor: number;
  /** Quantity × unit price as the file says it, unrounded. */
  readonly exact_amount: Decimal;
}
export interface RefusedOrderLine {
  /** A sentence for the person who corrects the line. */
  readonly reason: string;
  /** Quantity × unit price where both can be read, null otherwise. */
  readonly exact_amount: Decimal | null;
}
export type OrderLineResult =
  | { readonly ok: true; readonly line: ParsedOrderLine }
  | { readonly ok: false; readonly refused: RefusedOrderLine };

/** Longest code or number that fits an index entry, and longest text kept. */
export const MAX_CODE_CHARS = 200;
export const MAX_TEXT_CHARS = 10_000;
const MAX_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

class Refusal extends Error {}

/** A parser for the records of one file. `currency` is the company's. Throws RangeError if the map does not fit the header. */
export function orderLineParser(
  map: OrderMap,
  header: readonly string[],
  currency: string,
): (fields: readonly string[]) => OrderLineResult {
  const at = fieldPositions(map, header);
  const kindOf = lineClassifier(map.kinds);
  const cell = (fields: readonly string[], position: number): string | null => {
    if (position < 0) return null;
    const value = (fields[position] ?? '').trim();
    return value === '' ? null : value;
  };
  const number = (text: string | null, what: string): Decimal => {
    if (text === null) throw new Refusal(`The ${what} is empty.`);
    const value = parseNumberText(text, map.decimal_mark);
    if (!value) throw new Refusal(`The ${what} ${quoted(text)} is not a number.`);
    return value;
  };

  const parse = (fields: readonly string[]): ParsedOrderLine => {
    if (fields.length !== header.length) {
      throw new Refusal(`The line has ${fields.length} columns, the header has ${header.length}.`);
    }
    for (const value of fields) checkText(value);
    const invoice = code(cell(fields, at.invoice), 'invoice number');
    if (invoice === null) throw new Refusal('The invoice number is empty.');
    const item_code = code(cell(fields, at.item), 'item code');
    const quantity = number(cell(fields, at.quantity), 'quantity');
    const price = number(cell(fields, at.unit_price), 'unit price');
    const qty_milli = scaled(quantity, 3, 'quantity', 'thousandths');
    const unit_price_micro = scaled(price, 6, 'unit price', 'millionths');
    const orderedText = cell(fields, at.ordered_at);
    if (orderedText === null) throw new Refusal('The date is empty.');
    const ordered_at = parseDateText(orderedText, map.date_order);
    if (!ordered_at) throw new Refusal(`The date ${quoted(orderedText)} is not a date from 1900 to 2999.`);
    const lineCurrency = cell(fields, at.currency);
    const otherMoney = lineCurrency === null ? null : bookCurrencyProblem(lineCurrency, currency);
    if (otherMoney !== null) throw new Refusal(otherMoney);
    const gross = bounded(lineAmountMinor(qty_milli, unit_price_micro, currency), 'amount');
    const discount = bounded(discountMinor(fields, gross, qty_milli * unit_price_micro), 'discount');
    const description = cell(fields, at.description);
    const customer = code(cell(fields, at.customer), 'customer code');
    return {
      invoice,
      item_code,
      description,
      // Data frames write whole numbers with gaps as floats: 17850.0 is customer 17850.
      customer_code: customer === null ? null : customer.replace(/^(\d+)\.0+$/, '$1'),
      customer_name: cell(fields, at.customer_name),
      country: code(cell(fields, at.country), 'country'),
      channel: code(cell(fields, at.channel), 'channel'),
      site: code(cell(fields, at.site), 'site'),
      ordered_at,
      requested_day: optionalDay(cell(fields, at.requested_on), 'requested date'),
      committed_day: optionalDay(cell(fields, at.committed_on), 'committed date'),
      kind: kindOf({ invoice, code: item_code, description, qty_milli, unit_price_micro }),
      qty_milli: Number(qty_milli),
      unit_price_micro: Number(unit_price_micro),
      gross_minor: Number(gross),
      discount_minor: Number(discount),
      net_minor: Number(bounded(gross - discount, 'net amount')),
      exact_amount: multiplyDecimals(quantity, price),
    };
  };

  const discountMinor = (fields: readonly string[], gross: bigint, gross_nano: bigint): bigint => {
    const amountText = cell(fields, at.discount_amount);
    if (amountText !== null) {
      const amount = number(amountText, 'discount');
      return divideRounded(amount.units * 10n ** BigInt(minorDigits(currency)), 10n ** BigInt(amount.places));
    }
    const percentText = cell(fields, at.discount_percent)?.replace(/\s*%$/, '') ?? null;
    if (percentText === null) return 0n;
    const percent = number(percentText, 'discount');
    // what is billed is the net, rounded once: the discount is what is left to the gross
    const whole = 100n * 10n ** BigInt(percent.places);
    const net_nano = gross_nano * (whole - percent.units) * 10n ** BigInt(minorDigits(currency));
    return gross - divideRounded(net_nano, whole * 1_000_000_000n);
  };

  const optionalDay = (text: string | null, what: string): number | null => {
    if (text === null) return null;
    const wall = parseDateText(text, map.date_order);
    if (!wall) throw new Refusal(`The ${what} ${quoted(text)} is not a date from 1900 to 2999.`);
    return wall.day;
  };

  const exactAmount = (fields: readonly string[]): Decimal | null => {
    const quantity = parseNumberText(cell(fields, at.quantity) ?? '', map.decimal_mark);
    const price = parseNumberText(cell(fields, at.unit_price) ?? '', map.decimal_mark);
    return quantity && price ? multiplyDecimals(quantity, price) : null;
  };

  return (fields) => {
    try {
      return { ok: true, line: parse(fields) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Cells of a record with too few or too many columns may stand under the wrong heading: no amount is read.
      const exact_amount = fields.length === header.length ? exactAmount(fields) : null;
      return { ok: false, refused: { reason: error.message, exact_amount } };
    }
  };
}

/** The invoice a record names, '' when it names none: the first half of a line's identity, refused lines included. */
export function invoiceOf(fields: readonly string[], position: number): string {
  const invoice = (fields[position] ?? '').trim();
  return invoice.length <= MAX_CODE_CHARS && !UNSTORABLE.test(invoice) ? invoice : '';
}

/**
 * Whether a line may name its item: words on lines without a price ('damaged', 'found', '?') are remarks of the
 * warehouse, not names.
 */
export function namesItem(line: ParsedOrderLine): boolean {
  return line.description !== null && line.unit_price_micro !== 0;
}

/** NUL and unpaired surrogates cannot be stored as text. */
const UNSTORABLE = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function checkText(value: string): void {
  if (value.length > MAX_TEXT_CHARS) throw new Refusal(`A field is longer than ${MAX_TEXT_CHARS} characters.`);
  if (UNSTORABLE.test(value)) throw new Refusal('A field holds bytes that are not text.');
}

function code(value: string | null, what: string): string | null {
  if (value !== null && value.length > MAX_CODE_CHARS) {
    throw new Refusal(`The ${what} is longer than ${MAX_CODE_CHARS} characters.`);
  }
  return value;
}

function scaled(value: Decimal, places: number, what: string, unit: string): bigint {
  const integer = scaledInteger(value, places);
  if (integer === null) throw new Refusal(`The ${what} is finer than ${unit}.`);
  return bounded(integer, what);
}

function bounded(value: bigint, what: string): bigint {
  if (value > MAX_EXACT || value < -MAX_EXACT) throw new Refusal(`The ${what} is too large to be kept exactly.`);
  return value;
}

function quoted(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}

/** Day numbers a line may carry; asserted before writing. */
export function isImportableDay(day: number): boolean {
  return day >= (dayNumber('1900-01-01') ?? 0) - 1 && day <= (dayNumber('2999-12-31') ?? 0) + 1;
}
