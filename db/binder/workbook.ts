/**
 * The sections as a workbook: a sheet per table that a person works with, real numbers, and formulas where one expects
 * them (totals, differences) with their values beside, so that a reader that does not reckon shows them too.
 */
import { formatDecimal } from '#domain/decimal.ts';
import { writeArchive } from '#domain/close/binder/archive.ts';
import type { Cell, CellKind } from '#db/exports/table.ts';
import { HEADER, HEADER_RIGHT, isRightAligned, PLAIN, styleOf, stylesXml } from '#db/exports/xlsx/styles.ts';
import {
  cellXml,
  columnLetters,
  contentTypes,
  literalOr,
  rootRels,
  sheetStart,
  textCell,
  workbookRels,
  workbookXml,
  xmlText,
} from '#db/exports/xlsx/workbook.ts';
import { columnSum } from './cells.ts';
import {
  allTables,
  asOfWords,
  type BinderColumn,
  type BinderGround,
  type BinderSection,
  type BinderTable,
  standingWords,
} from './section.ts';

/** Characters that spreadsheets take for the head of a page. */
const MOST_HEAD = 220;

export function binderWorkbook({ snapshot }: BinderGround, sections: readonly BinderSection[]): Uint8Array {
  const head = printedHead(standingWords(snapshot), asOfWords(snapshot));
  const tables = allTables(sections).filter(({ shown, rows }) => shown === 'everywhere' && rows.length > 0);
  const names = ['About', ...sheetNames(tables)];
  const texts: readonly (readonly [string, string])[] = [
    ['xl/worksheets/sheet1.xml', aboutSheet(sections, head)],
    ...tables.map((table, nth) => [`xl/worksheets/sheet${nth + 2}.xml`, tableSheet(table, head)] as const),
    ['xl/styles.xml', stylesXml()],
    ['xl/workbook.xml', workbookXml(names, 0)],
    ['xl/_rels/workbook.xml.rels', workbookRels(names.length)],
    ['_rels/.rels', rootRels()],
    ['[Content_Types].xml', contentTypes(names.length)],
  ];
  return writeArchive(texts.map(([path, xml]) => ({ path, bytes: Buffer.from(xml) })));
}

/** On every printed page of a sheet; & stands before its codes. */
function printedHead(head: string, foot: string): string {
  const escaped = (text: string) => xmlText(text.slice(0, MOST_HEAD).replaceAll('&', '&&'));
  return `<headerFooter><oddHeader>&amp;R${escaped(head)}</oddHeader><oddFooter>&amp;L${escaped(foot)}&amp;R&amp;P / &amp;N</oddFooter></headerFooter>`;
}

/** At most 31 characters; each once. */
function sheetNames(tables: readonly BinderTable[]): readonly string[] {
  const taken = new Set<string>(['about']);
  return tables.map(({ id }) => {
    let name = id.slice(0, 31);
    for (let nth = 2; taken.has(name); nth++) name = `${id.slice(0, 27)} ${nth}`;
    taken.add(name);
    return name;
  });
}

function aboutSheet(sections: readonly BinderSection[], head: string): string {
  const columns: readonly BinderColumn[] = [
    { id: 'name', title: '', kind: { kind: 'text' }, width: 30 },
    { id: 'value', title: '', kind: { kind: 'text' }, width: 100 },
  ];
  const facts: (readonly [string, string])[] = [];
  const tell = (list: readonly BinderSection[]): void => {
    for (const section of list) {
      facts.push([section.title, section.words.join(' ')], ...section.facts);
      tell(section.sections ?? []);
    }
  };
  tell(sections);
  const rows = facts.map(
    ([name, value], nth) =>
      `<row r="${nth + 1}">${textCell(`A${nth + 1}`, name, HEADER)}${textCell(`B${nth + 1}`, value, literalOr(value, PLAIN))}</row>`,
  );
  return `${sheetStart(columns, true)}${rows.join('')}</sheetData>${head}</worksheet>`;
}

function tableSheet({ columns, rows }: BinderTable, printed: string): string {
  const letters = columns.map((_, at) => columnLetters(at));
  const head = columns.map(({ title, kind }, at) =>
    textCell(`${letters[at]}1`, title, isRightAligned(kind) ? HEADER_RIGHT : HEADER),
  );
  const body = rows.map((row, nth) => rowXml(columns, letters, row, nth + 2));
  const total = totalXml(columns, letters, rows);
  return `${sheetStart(columns, true)}<row r="1">${head.join('')}</row>${body.join('')}${total}</sheetData>${printed}</worksheet>`;
}

function rowXml(
  columns: readonly BinderColumn[],
  letters: readonly string[],
  row: readonly Cell[],
  nth: number,
): string {
  const cells = columns.map(({ kind, difference }, at) => {
    const value = row[at] ?? null;
    if (value === null) return '';
    const place = `${letters[at]}${nth}`;
    if (difference === undefined || typeof value !== 'number') return cellXml(place, value, kind, styleOf(kind));
    const [from, less] = difference.map((id) => letters[columns.findIndex((column) => column.id === id)]);
    return formulaCell(place, `${from}${nth}-${less}${nth}`, value, kind);
  });
  return `<row r="${nth}">${cells.join('')}</row>`;
}

function totalXml(
  columns: readonly BinderColumn[],
  letters: readonly string[],
  rows: readonly (readonly Cell[])[],
): string {
  if (!columns.some(({ total }) => total !== undefined)) return '';
  const nth = rows.length + 2;
  const cells = columns.map(({ total, kind }, at) => {
    const place = `${letters[at]}${nth}`;
    const sum = total === undefined ? null : columnSum(rows, at);
    if (sum !== null) return formulaCell(place, `SUM(${letters[at]}2:${letters[at]}${nth - 1})`, sum, kind);
    return at === 0 ? textCell(place, 'Total', HEADER) : '';
  });
  return `<row r="${nth}">${cells.join('')}</row>`;
}

function formulaCell(place: string, formula: string, value: number, kind: CellKind): string {
  const places = kind.kind === 'decimal' ? kind.places : 0;
  return `<c r="${place}" s="${styleOf(kind)}"><f>${formula}</f><v>${formatDecimal({ units: BigInt(value), places })}</v></c>`;
}
