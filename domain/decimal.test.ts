import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDecimals,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  scaledInteger,
  subtractDecimals,
} from './decimal.ts';

function decimal(text: string) {
  const value = parseDecimal(text);
  if (!value) throw new Error(`not a decimal: ${text}`);
  return value;
}

describe('decimal', () => {
  test('reads plain notation and nothing else', () => {
    expect(formatDecimal(decimal('-11062.06'))).toBe('-11062.06');
    expect(formatDecimal(decimal('.5'))).toBe('0.5');
    expect(formatDecimal(decimal('3.'))).toBe('3');
    expect(formatDecimal(decimal('+0.500'))).toBe('0.5');
    expect(formatDecimal(decimal('-0'))).toBe('0');
    for (const text of ['', '.', '1e5', '1,5', 'NaN', '--1', '1 000', '0x10', '9'.repeat(41)]) {
      expect(parseDecimal(text), text).toBeNull();
    }
  });

  test('adds and multiplies exactly where doubles would not', () => {
    expect(formatDecimal(addDecimals(decimal('0.1'), decimal('0.2')))).toBe('0.3');
    expect(formatDecimal(multiplyDecimals(decimal('3'), decimal('0.001')))).toBe('0.003');
    expect(formatDecimal(subtractDecimals(decimal('9747747.934'), decimal('9747747.93')))).toBe('0.004');
  });

  test('scales to an integer only when nothing is lost', () => {
    expect(scaledInteger(decimal('2.55'), 6)).toBe(2_550_000n);
    expect(scaledInteger(decimal('2.5500'), 2)).toBe(255n);
    expect(scaledInteger(decimal('2.555'), 2)).toBeNull();
  });

  test('formatting and parsing are inverse', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
        fc.integer({ min: 0, max: 12 }),
        (units, places) => {
          const again = decimal(formatDecimal({ units, places }));
          expect(again.units * 10n ** BigInt(places)).toBe(units * 10n ** BigInt(again.places));
        },
      ),
    );
  });
});
