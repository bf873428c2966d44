/** The few looks a cell of an exported workbook has, numbered as styles.xml lists them. */
import type { CellKind } from '../table.ts';

export const PLAIN = 0;
export const HEADER = 1;
export const HEADER_RIGHT = 2;
/** Text that looks like a formula: it stays text even when somebody edits the cell. */
export const LITERAL = 3;
const DATE = 4;
const MOMENT = 5;
const PERCENT = 6;
const INTEGER = 7;
/** Decimals by their places, 0 to MAX_PLACES, follow each other. */
const DECIMAL = 8;
const MAX_PLACES = 6;

export function styleOf(kind: CellKind): number {
  switch (kind.kind) {
    case 'date':
      return DATE;
    case 'moment':
      return MOMENT;
    case 'percent':
      return PERCENT;
    case 'integer':
      return INTEGER;
    case 'decimal':
      return DECIMAL + Math.min(kind.places, MAX_PLACES);
    default:
      return PLAIN;
  }
}

export function isRightAligned(kind: CellKind): boolean {
  return kind.kind !== 'text' && kind.kind !== 'yes_no';
}

/** Ids below 164 are a spreadsheet's own formats. */
const FIRST_OWN_FORMAT = 164;
const FORMATS = [
  'yyyy\\-mm\\-dd',
  'yyyy\\-mm\\-dd\\ hh:mm',
  '0.00%',
  '#,##0',
  ...Array.from({ length: MAX_PLACES + 1 }, (_, places) => (places === 0 ? '#,##0' : `#,##0.${decimals(places)}`)),
];

/** Money always with its cents; what has more places shows them when they are there. */
function decimals(places: number): string {
  return places <= 2 ? '0'.repeat(places) : '#'.repeat(places);
}

export function stylesXml(): string {
  const formats = FORMATS.map(
    (code, index) => `<numFmt numFmtId="${FIRST_OWN_FORMAT + index}" formatCode="${code.replaceAll('"', '&quot;')}"/>`,
  ).join('');
  const xf = (format: number, font: number, fill: number, more = ''): string =>
    `<xf numFmtId="${format}" fontId="${font}" fillId="${fill}" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"${more}`;
  const cells = [
    `${xf(0, 0, 0)}/>`,
    `${xf(0, 1, 2)}/>`,
    `${xf(0, 1, 2, ' applyAlignment="1"')}><alignment horizontal="right"/></xf>`,
    `${xf(49, 0, 0, ' quotePrefix="1"')}/>`,
    ...FORMATS.map((_, index) => `${xf(FIRST_OWN_FORMAT + index, 0, 0)}/>`),
  ];
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
    `<numFmts count="${FORMATS.length}">${formats}</numFmts>` +
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' +
    '<fill><patternFill patternType="solid"><fgColor rgb="FFECEFF1"/><bgColor indexed="64"/></patternFill></fill></fills>' +
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    `<cellXfs count="${cells.length}">${cells.join('')}</cellXfs>` +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
  );
}
