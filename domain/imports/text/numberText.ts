/** Numbers as people and systems write them in order files, read exactly. */
import { type Decimal, parseDecimal } from '#domain/decimal.ts';

export type DecimalMark = '.' | ',';

const PLAIN = /^-?\d+(?:\.\d+)?$/;
const GROUPED: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^\d{1,3}(?:[, '’]\d{3})+(?:\.\d*)?$/,
  ',': /^\d{1,3}(?:[. '’]\d{3})+(?:,\d*)?$/,
};
const EXPONENT = /^([+-]?[\d.]+)e([+-]?\d{1,2})$/i;

/**
 * '2.55', '-1,234.50', '(12.50)', '12-', '£3', '1e-05' → exact decimal; null for anything else.
 * Only one mark is the decimal mark of a file: with ',' the text '1.234' is one thousand two hundred thirty-four.
 */
export function parseNumberText(text: string, mark: DecimalMark): Decimal | null {
  if (mark === '.' && PLAIN.test(text)) return parseDecimal(text);
  let rest = text.replace(/[\u00a0\u202f]/g, ' ').trim();
  let negative = false;
  if (rest.startsWith('(') && rest.endsWith(')')) {
    negative = true;
    rest = rest.slice(1, -1).trim();
  }
  rest = rest.replace(/^([+-]?)\s*[£$€]\s*/, '$1').replace(/\s*[£$€]$/, '');
  if (/^[\d.,]+-$/.test(rest)) rest = `-${rest.slice(0, -1)}`;
  const sign = rest.startsWith('-') ? '-' : '';
  if (/^[+-]/.test(rest)) rest = rest.slice(1);
  if (negative && sign === '-') return null;
  if (GROUPED[mark].test(rest)) rest = rest.replace(mark === '.' ? /[, '’]/g : /[. '’]/g, '');
  else if (mark === ',' && rest.includes('.') && !EXPONENT.test(rest)) return null;
  if (mark === ',') rest = rest.replace(',', '.');
  const value = withExponent(`${sign}${rest}`);
  return value && negative ? { units: -value.units, places: value.places } : value;
}

/** Spreadsheet and data-frame exports write small numbers as 1e-05. */
function withExponent(text: string): Decimal | null {
  const match = EXPONENT.exec(text);
  if (!match) return parseDecimal(text);
  const mantissa = parseDecimal(match[1] ?? '');
  if (!mantissa) return null;
  const places = mantissa.places - Number(match[2]);
  if (places > 40) return null;
  return places >= 0
    ? { units: mantissa.units, places }
    : { units: mantissa.units * 10n ** BigInt(-places), places: 0 };
}

/** One mark for all cells of a column or a file: what the first says that can be read one way only, else `otherwise`. */
export function decimalMarkOf(cells: Iterable<string>, otherwise: DecimalMark): DecimalMark {
  for (const cell of cells) {
    const evidence = decimalMarkEvidence(cell.trim().replace(/\s*%$/, ''));
    if (evidence === '.' || evidence === ',') return evidence;
  }
  return otherwise;
}

/**
 * What a value says about the file's decimal mark: '.' or ',' when it can only be one, 'either' when it has no mark,
 * 'unclear' when both readings make sense ('1,234'), null when it is no number at all.
 */
export function decimalMarkEvidence(text: string): DecimalMark | 'either' | 'unclear' | null {
  const dot = parseNumberText(text, '.');
  const comma = parseNumberText(text, ',');
  if (!dot && !comma) return null;
  if (!comma) return '.';
  if (!dot) return ',';
  const same = dot.units * 10n ** BigInt(comma.places) === comma.units * 10n ** BigInt(dot.places);
  return same ? 'either' : 'unclear';
}
