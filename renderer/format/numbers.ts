/** Figures as text. Integers come in the contract's units; grouping is done on digits, never through a double. */
import { scaledInteger } from '#domain/decimal.ts';
import { parseNumberText } from '#domain/imports/text/numberText.ts';

/** U+2212: as wide as a figure, unlike the hyphen. */
export const MINUS = '\u2212';
/** U+00A0: a figure and its unit never part at a line end. */
export const NBSP = '\u00A0';
/** No data. Zero is written 0. */
export const NO_DATA = '–';

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** 1248300 → '1,248,300'; −4 → '−4'. */
export function integer(value: number): string {
  const rounded = Math.round(value);
  return (rounded < 0 ? MINUS : '') + grouped(String(Math.abs(rounded)));
}

/** A scaled integer as decimal text: (218000, 2, 2) → '2,180.00'. `shown` < `places` rounds half away from zero. */
export function scaled(value: number, places: number, shown: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not an exact integer`);
  let units = BigInt(Math.abs(value));
  if (shown < places) {
    const factor = 10n ** BigInt(places - shown);
    units = (units + factor / 2n) / factor;
  } else {
    units *= 10n ** BigInt(shown - places);
  }
  const digits = units.toString().padStart(shown + 1, '0');
  const whole = grouped(digits.slice(0, digits.length - shown));
  const text = shown === 0 ? whole : `${whole}.${digits.slice(-shown)}`;
  return value < 0 && units !== 0n ? MINUS + text : text;
}

/** Thousandths → '24,600' or '2.5': decimals only where they carry something. */
export function quantity(qty_milli: number | null): string {
  if (qty_milli === null) return NO_DATA;
  const places = qty_milli % 1000 === 0 ? 0 : qty_milli % 100 === 0 ? 1 : qty_milli % 10 === 0 ? 2 : 3;
  return scaled(qty_milli, 3, places);
}

/** A projection is not exact: decimals only where the quantities themselves are small. */
export function roughQuantity(qty_milli: number): string {
  return quantity(Math.abs(qty_milli) < 10_000 ? Math.round(qty_milli / 10) * 10 : Math.round(qty_milli / 1000) * 1000);
}

/** '24,000 pcs' */
export function quantityWithUnit(qty_milli: number | null, uom: string | null): string {
  return qty_milli === null || uom === null ? quantity(qty_milli) : `${quantity(qty_milli)}${NBSP}${uom}`;
}

/** Bounds of a policy in whole units: '600–1,000', '≥ 12'. */
export function quantityBounds(min_qty_milli: number | null, max_qty_milli: number | null): string {
  const whole = (qty_milli: number): string => integer(Math.round(qty_milli / 1000));
  if (min_qty_milli === null) return max_qty_milli === null ? NO_DATA : `≤ ${whole(max_qty_milli)}`;
  if (max_qty_milli === null) return `≥ ${whole(min_qty_milli)}`;
  return `${whole(min_qty_milli)}–${whole(max_qty_milli)}`;
}

/** 9620 → '96.2 %' */
export function percent(value_bp: number | null): string {
  return value_bp === null ? NO_DATA : `${scaled(Math.round(value_bp), 2, 1)}${NBSP}%`;
}

/** 9620 → '96.2', for columns whose header carries the %. */
export function percentBare(value_bp: number | null): string {
  return value_bp === null ? NO_DATA : scaled(Math.round(value_bp), 2, 1);
}

/** A difference of two rates: −520 → '−5.2 pp', 40 → '+0.4 pp'. */
export function points(difference_bp: number | null): string {
  if (difference_bp === null) return NO_DATA;
  return `${signed(scaled(Math.round(difference_bp), 2, 1), difference_bp)}${NBSP}pp`;
}

/** Puts '+' before a positive figure's text. */
export function signed(text: string, value: number): string {
  return value > 0 ? `+${text}` : text;
}

/** A locally computed prediction: '≈ 1,300'. */
export function predicted(text: string): string {
  return `≈${NBSP}${text}`;
}

/** Still running, so at least this long: '> 3.2 d'. */
export function censored(text: string): string {
  return `>${NBSP}${text}`;
}

/** '1 change', '3 changes', '2,567 items' */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${integer(count)} ${count === 1 ? one : many}`;
}

/** Bytes as people say them: '412 MB'. */
/** '13.6 days', '1 day': days that were measured or agreed, one decimal at most. */
export function leadDays(days: number): string {
  const tenths = Math.round(days * 10);
  return `${tenthsOfDays(days)} ${tenths === 10 ? 'day' : 'days'}`;
}

/** The same without their unit: '13.6', '14' */
export function tenthsOfDays(days: number): string {
  const tenths = Math.round(days * 10);
  return scaled(tenths, 1, tenths % 10 === 0 ? 0 : 1);
}

export function bytes(count: number): string {
  if (count < 1_000_000) return `${integer(Math.ceil(count / 1000))}${NBSP}kB`;
  if (count < 1_000_000_000) return `${integer(count / 1_000_000)}${NBSP}MB`;
  return `${scaled(Math.round(count / 100_000_000), 1, 1)}${NBSP}GB`;
}

/** Plain text a spreadsheet reads as a number: −24600 thousandths → '-24.6'. */
export function plainNumber(value: number, places: number): string {
  return scaled(value, places, places)
    .replaceAll(',', '')
    .replace(MINUS, '-')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** The way back, as a person types it: '1,200.5' or '12 %' in units of so many places; null for what is no such number. */
export function typedUnits(text: string, places: number): number | null {
  const number = parseNumberText(text.trim().replace(/\s*%$/, ''), '.');
  const units = number === null ? null : scaledInteger(number, places);
  return units === null ? null : Number(units);
}
