/**
 * A table as an Excel workbook, written row by row: real numbers, dates as dates, rates as percentages, a header that
 * stays in view, and a last sheet that says what the rows are. Memory does not grow with the rows.
 */
import { formatDecimal } from '#domain/decimal.ts';
import { runsInSpreadsheet } from '#domain/csvText.ts';
import type { Cell, CellKind, Table, TableColumn } from '../table.ts';
import { HEADER, HEADER_RIGHT, isRightAligned, LITERAL, PLAIN, styleOf, stylesXml } from './styles.ts';
import { type ZipEntry, zipChunks } from './zip.ts';

/** Rows of one sheet, its header included: the format's own limit. */
export const MOST_SHEET_ROWS = 1_048_576;
/** Rows turned into one piece of text: few enough to hold little, enough to pack well. */
const ROWS_AT_ONCE = 250;
const ABOUT = 'About these rows';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

export function xlsxChunks(table: Table, sheet_rows = MOST_SHEET_ROWS): AsyncGenerator<Buffer> {
  return zipChunks(entriesOf(table, sheet_rows));
}

async function* entriesOf(table: Table, sheet_rows: number): AsyncGenerator<ZipEntry> {
  const rows = createRowCursor(table.blocks);
  const names: string[] = [];
  // Rows beyond one sheet go on in the next; a table without rows still has its header.
  while (names.length === 0 || (await rows.hasMore())) {
    names.push(names.length === 0 ? sheetName(table.name) : `${sheetName(table.name)} ${names.length + 1}`);
    yield {
      path: `xl/worksheets/sheet${names.length}.xml`,
      chunks: sheetChunks(table.columns, rows, sheet_rows - 1),
    };
  }
  names.push(ABOUT);
  yield { path: `xl/worksheets/sheet${names.length}.xml`, chunks: aboutChunks(table.about()) };
  const parts: readonly (readonly [string, string])[] = [
    ['xl/styles.xml', stylesXml()],
    ['xl/workbook.xml', workbookXml(names, table.columns.length)],
    ['xl/_rels/workbook.xml.rels', workbookRels(names.length)],
    ['_rels/.rels', rootRels()],
    ['[Content_Types].xml', contentTypes(names.length)],
  ];
  for (const [path, xml] of parts) yield { path, chunks: [Buffer.from(xml)] };
}

interface RowCursor {
  hasMore(): Promise<boolean>;
  /** The rest of the block at hand, at most this many rows; empty at the end. */
  take(most: number): Promise<readonly (readonly Cell[])[]>;
}

function createRowCursor(blocks: Table['blocks']): RowCursor {
  const iterator = blocks[Symbol.asyncIterator]();
  let block: readonly (readonly Cell[])[] = [];
  let at = 0;
  const fill = async (): Promise<boolean> => {
    while (at >= block.length) {
      const next = await iterator.next();
      if (next.done === true) return false;
      block = next.value;
      at = 0;
    }
    return true;
  };
  return {
    hasMore: fill,
    take: async (most) => {
      if (most <= 0 || !(await fill())) return [];
      const part = block.slice(at, at + most);
      at += part.length;
      return part;
    },
  };
}

async function* sheetChunks(columns: readonly TableColumn[], rows: RowCursor, most: number): AsyncGenerator<Buffer> {
  const letters = columns.map((_, index) => columnLetters(index));
  yield Buffer.from(sheetStart(columns, true));
  yield Buffer.from(
    `<row r="1">${columns
      .map(({ title, kind }, at) => textCell(`${letters[at]}1`, title, isRightAligned(kind) ? HEADER_RIGHT : HEADER))
      .join('')}</row>`,
  );
  const styles = columns.map(({ kind }) => styleOf(kind));
  let number = 1;
  for (let left = most; left > 0; ) {
    const part = await rows.take(Math.min(left, ROWS_AT_ONCE));
    if (part.length === 0) break;
    let xml = '';
    for (const row of part) {
      number += 1;
      xml += `<row r="${number}">`;
      for (let at = 0; at < columns.length; at++) {
        const column = columns[at];
        const cell = row[at] ?? null;
        if (column && cell !== null) xml += cellXml(`${letters[at]}${number}`, cell, column.kind, styles[at] ?? PLAIN);
      }
      xml += '</row>';
    }
    yield Buffer.from(xml);
    left -= part.length;
  }
  const last = letters.at(-1);
  const filter = last !== undefined && number > 1 ? `<autoFilter ref="A1:${last}${number}"/>` : '';
  yield Buffer.from(`</sheetData>${filter}</worksheet>`);
}

function* aboutChunks(about: ReturnType<Table['about']>): Generator<Buffer> {
  const columns: readonly TableColumn[] = [
    { id: 'name', title: ABOUT, kind: { kind: 'text' }, width: 22 },
    { id: 'value', title: '', kind: { kind: 'text' }, width: 100 },
  ];
  const lines = about.map(
    ([name, value], index) =>
      `<row r="${index + 1}">${textCell(`A${index + 1}`, name, HEADER)}${textCell(`B${index + 1}`, value, literalOr(value, PLAIN))}</row>`,
  );
  yield Buffer.from(`${sheetStart(columns, false)}${lines.join('')}</sheetData></worksheet>`);
}

export function sheetStart(columns: readonly TableColumn[], frozen: boolean): string {
  const widths = columns.map(
    ({ width, title }, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="${Math.max(width, title.length + 4)}" customWidth="1"/>`,
  );
  const pane = frozen
    ? '<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/><selection pane="bottomRight" activeCell="B2" sqref="B2"/>'
    : '';
  return (
    `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"${frozen ? ' tabSelected="1"' : ''}>${pane}</sheetView></sheetViews>` +
    `<sheetFormatPr defaultRowHeight="15"/><cols>${widths.join('')}</cols><sheetData>`
  );
}

export function cellXml(place: string, value: Exclude<Cell, null>, kind: CellKind, style: number): string {
  if (typeof value === 'boolean') return textCell(place, value ? 'yes' : 'no', PLAIN);
  if (typeof value === 'string') {
    if (kind.kind !== 'date') return textCell(place, value, literalOr(value, PLAIN));
    const serial = Date.parse(`${value}T00:00:00Z`) / DAY_MS + UNIX_EPOCH_SERIAL;
    return Number.isFinite(serial) ? numberCell(place, String(serial), style) : textCell(place, value, PLAIN);
  }
  switch (kind.kind) {
    case 'decimal':
      return numberCell(place, formatDecimal({ units: BigInt(value), places: kind.places }), style);
    case 'percent':
      return numberCell(place, formatDecimal({ units: BigInt(value), places: 4 }), style);
    case 'moment':
      return numberCell(place, String(value / DAY_MS + UNIX_EPOCH_SERIAL), style);
    default:
      return numberCell(place, String(value), style);
  }
}

const DAY_MS = 86_400_000;
/** 1 January 1970 as a spreadsheet counts days. */
const UNIX_EPOCH_SERIAL = 25_569;

export function numberCell(place: string, digits: string, style: number): string {
  return `<c r="${place}" s="${style}"><v>${digits}</v></c>`;
}

export function textCell(place: string, value: string, style: number): string {
  return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${xmlText(value)}</t></is></c>`;
}

export function literalOr(value: string, style: number): number {
  return runsInSpreadsheet(value) ? LITERAL : style;
}

/** Most characters one cell holds. */
const MAX_CELL_CHARACTERS = 32_767;
// XML 1.0 knows no control characters but tab and line ends, and no half of a surrogate pair.
const NOT_IN_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

// Most texts have nothing to change: one look says so.
const NEEDS_CARE = /[&<>\u0000-\u0008\u000B\u000C\u000E-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/;

export function xmlText(value: string): string {
  if (value.length <= MAX_CELL_CHARACTERS && !NEEDS_CARE.test(value)) return value;
  return value
    .slice(0, MAX_CELL_CHARACTERS)
    .replaceAll(NOT_IN_XML, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** 0 → A, 25 → Z, 26 → AA */
export function columnLetters(index: number): string {
  let letters = '';
  for (let left = index + 1; left > 0; left = Math.floor((left - 1) / 26)) {
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  }
  return letters;
}

/** At most 31 characters, none of : \ / ? * [ ]. Room is left for a number. */
export function sheetName(name: string): string {
  return name.replaceAll(/[:\\/?*[\]]/g, ' ').slice(0, 26) || 'Rows';
}

export function workbookXml(names: readonly string[], columns: number): string {
  const sheets = names.map(
    (name, index) =>
      `<sheet name="${xmlText(name).replaceAll('"', '&quot;')}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  const titles = names
    .slice(0, -1)
    .map(
      (name, index) =>
        `<definedName name="_xlnm.Print_Titles" localSheetId="${index}">'${xmlText(name).replaceAll("'", "''")}'!$1:$1</definedName>`,
    );
  return `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${DOCUMENT}/relationships"><bookViews><workbookView/></bookViews><sheets>${sheets.join('')}</sheets>${columns > 0 ? `<definedNames>${titles.join('')}</definedNames>` : ''}</workbook>`;
}

export function workbookRels(sheets: number): string {
  const types = `${DOCUMENT}/relationships`;
  const relations = Array.from(
    { length: sheets },
    (_, index) =>
      `<Relationship Id="rId${index + 1}" Type="${types}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
  );
  return `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relations.join('')}<Relationship Id="rId${sheets + 1}" Type="${types}/styles" Target="styles.xml"/></Relationships>`;
}

export function rootRels(): string {
  return `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${DOCUMENT}/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`;
}

export function contentTypes(sheets: number): string {
  const kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const parts = Array.from(
    { length: sheets },
    (_, index) => `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${kind}.worksheet+xml"/>`,
  );
  return `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${kind}.styles+xml"/>${parts.join('')}</Types>`;
}
