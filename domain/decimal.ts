/** Exact decimals: a BigInt with a number of decimal places. Enough for control totals that tie to the last digit. */
export interface Decimal {
  readonly units: bigint;
  readonly places: number;
}

const PATTERN = /^([+-]?)(\d+)(?:\.(\d*))?$|^([+-]?)\.(\d+)$/;

/** Parses plain decimal notation ('-12.50', '.5', '3.'); null for anything else, exponents and separators included. */
export function parseDecimal(text: string): Decimal | null {
  const match = PATTERN.exec(text.trim());
  if (!match) return null;
  const sign = (match[1] ?? match[4]) === '-' ? -1n : 1n;
  const whole = match[2] ?? '0';
  const fraction = match[3] ?? match[5] ?? '';
  if (whole.length + fraction.length > 40) return null;
  return { units: sign * BigInt(whole + fraction), places: fraction.length };
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const places = Math.max(a.places, b.places);
  return { units: rescaleUp(a, places) + rescaleUp(b, places), places };
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, { units: -b.units, places: b.places });
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, places: a.places + b.places };
}

/** The value as an integer × 10^-places; null when it has more decimal places than that. */
export function scaledInteger(value: Decimal, places: number): bigint | null {
  if (value.places <= places) return rescaleUp(value, places);
  const factor = 10n ** BigInt(value.places - places);
  return value.units % factor === 0n ? value.units / factor : null;
}

/** Canonical text without trailing zeros: '-12.5', '0'. */
export function formatDecimal(value: Decimal): string {
  const negative = value.units < 0n;
  const digits = (negative ? -value.units : value.units).toString().padStart(value.places + 1, '0');
  const whole = digits.slice(0, digits.length - value.places);
  const fraction = value.places === 0 ? '' : digits.slice(-value.places).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}

function rescaleUp(value: Decimal, places: number): bigint {
  return value.units * 10n ** BigInt(places - value.places);
}
