import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal } from '#domain/decimal.ts';
import {
  type DecimalMark,
  decimalMarkEvidence,
  decimalMarkOf,
  parseNumberText,
} from '#domain/imports/text/numberText.ts';

const read = (text: string, mark: DecimalMark = '.') => {
  const value = parseNumberText(text, mark);
  return value ? formatDecimal(value) : null;
};

describe('parseNumberText', () => {
  it.each([
    ['2.55', '2.55'],
    ['-11062.06', '-11062.06'],
    ['0.001', '0.001'],
    ['17850.0', '17850'],
    ['+3', '3'],
    ['1,234.50', '1234.5'],
    ['1 234 567', '1234567'],
    ['1\u00a0234.5', '1234.5'],
    ['(12.50)', '-12.5'],
    ['12-', '-12'],
    ['£3.10', '3.1'],
    ['-£3.10', '-3.1'],
    ['3.10 €', '3.1'],
    ['1e-05', '0.00001'],
    ['1E2', '100'],
    ['-1.5e3', '-1500'],
  ])('%s → %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each(['', 'ten', '1.2.3', '1,23', '12,34,567', '--1', '(-5)', '1e400', 'NaN', '0x10', '£', '1 2'])(
    'refuses %s',
    (text) => {
      expect(read(text)).toBeNull();
    },
  );

  it('reads the other decimal mark only when it is the file’s', () => {
    expect(read('1.234,5', ',')).toBe('1234.5');
    expect(read('1.234', ',')).toBe('1234');
    expect(read('12,5', ',')).toBe('12.5');
    expect(read('12.5', ',')).toBeNull();
    expect(read('-0,125', ',')).toBe('-0.125');
  });

  it('is exact for every amount with any mark', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.integer({ min: 0, max: 6 }),
        (units, places) => {
          const text = formatDecimal({ units, places });
          expect(read(text)).toBe(text);
          expect(read(text.replace('.', ','), ',')).toBe(text);
        },
      ),
    );
  });
});

describe('decimalMarkEvidence', () => {
  it.each([
    ['2.55', '.'],
    ['2,55', ','],
    ['12', 'either'],
    ['1,234.5', '.'],
    ['1.234,5', ','],
    ['1,234', 'unclear'],
    ['1.234', 'unclear'],
    ['word', null],
  ] as const)('%s: %s', (text, expected) => {
    expect(decimalMarkEvidence(text)).toBe(expected);
  });
});

it('what was copied together has one decimal mark: the first number that can be read one way only says it', () => {
  expect(decimalMarkOf(['1.248', '', '2,5', '7.25'], '.')).toBe(',');
  expect(decimalMarkOf(['12', '1,248', '2.5 %'], ',')).toBe('.');
  expect(decimalMarkOf(['12', '1,248', 'x'], '.')).toBe('.');
  expect(decimalMarkOf([], ',')).toBe(',');
});
