import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type CellValue, readXlsx } from 'hucre/xlsx';
import { expect, test } from 'vitest';
import { machineRandom } from '#db/machine.ts';
import { freshFolder } from '#db/testing/testService.ts';
import { readExport } from '#db/testing/readExport.ts';
import { csvChunks } from './csv.ts';
import { readSealed, writeSealed } from './sealedFile.ts';
import { createExportShelf, PART_BYTES } from './shelf.ts';
import {
  type Cell,
  cellsOf,
  chosenColumns,
  type Column,
  date,
  decimal,
  integer,
  moment,
  percent,
  quantity,
  type Table,
  text,
  yesNo,
} from './table.ts';
import { columnLetters, xlsxChunks } from './xlsx/workbook.ts';

interface Row {
  readonly code: string;
  readonly qty_milli: number | null;
  readonly net_minor: number;
  readonly rate_bp: number | null;
  readonly on: string | null;
  readonly at_ms: number;
  readonly lines: number;
  readonly open: boolean;
}
const COLUMNS: readonly Column<Row>[] = [
  text('code', 'Code', (row) => row.code),
  quantity('qty', 'On hand', (row) => row.qty_milli),
  decimal('net', 'Net, EUR', 2, (row) => row.net_minor),
  percent('rate', 'Fill', (row) => row.rate_bp),
  date('on', 'Due on', (row) => row.on),
  moment('at', 'Made at', (row) => row.at_ms),
  integer('lines', 'Lines', (row) => row.lines),
  yesNo('open', 'Open', (row) => row.open),
];
const row = (changes: Partial<Row>): Row => ({
  code: 'FA-0840',
  qty_milli: -12_500,
  net_minor: -105,
  rate_bp: 9620,
  on: '2026-11-05',
  at_ms: Date.UTC(2026, 10, 5, 12),
  lines: 7,
  open: true,
  ...changes,
});

const TRICKY = ['=HYPERLINK("http://x")', '+1', '-M8', '@x', '\tx', 'a,"b"', 'two\nlines', '<&> \u0001 😀 \uD800'];

function table(blocks: readonly (readonly Row[])[], columns = COLUMNS): Table {
  async function* cells() {
    for (const block of blocks) yield cellsOf(block, columns);
  }
  return {
    name: 'Stock',
    columns,
    blocks: cells(),
    about: () => [
      ['User', 'planner'],
      ['Filter', '=cmd'],
    ],
  };
}

async function bytesOf(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
const workbook = async (from: Table, sheet_rows?: number) =>
  await readXlsx(await bytesOf(xlsxChunks(from, sheet_rows)), { readStyles: true });

test('CSV: exact decimals, dates as text, and nothing a spreadsheet would run', async () => {
  const rows = [row({}), ...TRICKY.map((code) => row({ code }))];
  const lines = (await bytesOf(csvChunks(table([rows])))).toString().split('\r\n');
  expect(lines.slice(0, 2)).toEqual([
    'Code,On hand,"Net, EUR","Fill, %",Due on,"Made at, UTC",Lines,Open',
    'FA-0840,-12.5,-1.05,96.2,2026-11-05,2026-11-05T12:00:00.000Z,7,yes',
  ]);
  const starts = (await bytesOf(csvChunks(table([TRICKY.slice(0, 5).map((code) => row({ code }))])))).toString();
  for (const line of starts.split('\r\n').slice(1, -1)) expect(line.slice(0, 2)).toBe(`"'`);
  const empty = row({ qty_milli: null, rate_bp: null, on: null, open: false });
  expect((await bytesOf(csvChunks(table([[empty]])))).toString()).toContain(
    'FA-0840,,-1.05,,,2026-11-05T12:00:00.000Z,7,no',
  );
});

test('a workbook read back: numbers are numbers, dates dates, rates percentages, text text', async () => {
  const rows = [
    row({}),
    row({ net_minor: 9_007_199_254_740_991, rate_bp: null, on: null }),
    ...TRICKY.map((code) => row({ code })),
  ];
  const { sheets } = await workbook(table([rows.slice(0, 1), [], rows.slice(1)]));
  expect(sheets.map((sheet) => sheet.name)).toEqual(['Stock', 'About these rows']);
  const [stock, about] = sheets;
  expect(stock?.rows[0]).toEqual(['Code', 'On hand', 'Net, EUR', 'Fill', 'Due on', 'Made at, UTC', 'Lines', 'Open']);
  expect(stock?.rows[1]).toEqual([
    'FA-0840',
    -12.5,
    -1.05,
    0.962,
    new Date('2026-11-05T00:00:00Z'),
    new Date('2026-11-05T12:00:00Z'),
    7,
    'yes',
  ]);
  expect(stock?.rows[2]?.slice(2, 5)).toEqual([90_071_992_547_409.91, null, null]);
  expect(stock?.rows.slice(3).map((cells: CellValue[]) => cells[0])).toEqual(
    TRICKY.map((value) => value.replaceAll(/[\u0001\uD800]/g, '\uFFFD')),
  );
  const cell = (at: string) => stock?.cells?.get(at);
  expect(cell('1,3')?.style?.numFmt).toBe('0.00%');
  expect(cell('1,2')?.style?.numFmt).toBe('#,##0.00');
  expect([...(stock?.cells?.values() ?? [])].some((each) => each.formula !== undefined)).toBe(false);
  expect(stock?.freezePane).toMatchObject({ rows: 1, columns: 1 });
  expect(stock?.columns?.[0]?.width).toBe(16);
  expect(about?.rows).toEqual([
    ['User', 'planner'],
    ['Filter', '=cmd'],
  ]);
});

test('more rows than a sheet holds go on in the next, each with its header', async () => {
  const rows = Array.from({ length: 7 }, (_, index) => row({ lines: index }));
  const { sheets } = await workbook(table([rows.slice(0, 5), rows.slice(5)]), 4);
  expect(sheets.map((sheet) => [sheet.name, sheet.rows.length])).toEqual([
    ['Stock', 4],
    ['Stock 2', 4],
    ['Stock 3', 2],
    ['About these rows', 2],
  ]);
  expect(sheets.slice(0, 3).flatMap((sheet) => sheet.rows.slice(1).map((cells) => cells[6]))).toEqual([
    0, 1, 2, 3, 4, 5, 6,
  ]);
  expect((await workbook(table([]))).sheets.map((sheet) => sheet.rows.length)).toEqual([1, 2]);
  expect([0, 25, 26, 701, 702].map(columnLetters)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
});

test('the columns a person shows, in their order, the first one always', () => {
  const titles = (shown: string[] | undefined) => chosenColumns(COLUMNS, shown).map((column) => column.title);
  expect(titles(['net', 'qty', 'gone'])).toEqual(['Code', 'Net, EUR', 'On hand']);
  expect(titles(undefined)).toHaveLength(8);
});

test('rows are asked for only as the file is written', async () => {
  let made = 0;
  async function* endless() {
    for (;;) {
      made += 1;
      yield Array.from({ length: 1000 }, (_, index): Cell[] => [
        `${made} ${index} ${Math.imul(made * 31 + index, 2_654_435_761)}`,
      ]);
    }
  }
  const columns = COLUMNS.slice(0, 1);
  const source: Table = { name: 'Endless', columns, blocks: endless(), about: () => [] };
  const chunks = xlsxChunks(source);
  let bytes = 0;
  while (bytes < 300_000) bytes += (await chunks.next()).value?.length ?? 0;
  await chunks.return(undefined);
  // what lies in the packer's own buffers, not the whole of an endless table
  expect(made).toBeLessThan(120);
});

test('a failing source fails the file', async () => {
  async function* broken() {
    yield [['x']];
    throw new Error('the reader stopped');
  }
  const source: Table = { name: 'x', columns: COLUMNS.slice(0, 1), blocks: broken(), about: () => [] };
  await expect(bytesOf(xlsxChunks(source))).rejects.toThrow('the reader stopped');
});

test('between being made and taken away no row lies on the disk as text', async () => {
  const folder = freshFolder();
  const file = path.join(folder, 'x');
  const content = Buffer.from('PLAINTEXT row,1\r\n'.repeat(200_000));
  async function* chunks() {
    for (let at = 0; at < content.length; at += 65_537) yield content.subarray(at, at + 65_537);
  }
  expect(await writeSealed(file, 'ab'.repeat(32), chunks())).toBe(content.length);
  expect(readFileSync(file).includes('PLAINTEXT')).toBe(false);
  expect(await readSealed(file, 'ab'.repeat(32), PART_BYTES, 64)).toEqual(
    content.subarray(PART_BYTES, PART_BYTES + 64),
  );
});

test('the shelf: parts in order, once; a few wait; nothing is left behind', async () => {
  const folder = path.join(freshFolder(), 'exports');
  const shelf = createExportShelf(folder, machineRandom());
  const content = Buffer.alloc(PART_BYTES * 2 + 5, 'x');
  const put = async () => {
    const target = shelf.target();
    await writeSealed(
      target.file,
      target.key_hex,
      (async function* () {
        yield content;
      })(),
    );
    shelf.keep(target, content.length);
    return target;
  };
  const first = await put();
  await expect(shelf.part(first.id, 7)).rejects.toThrow('one after the other');
  expect((await readExport(first.id, ({ id, offset }) => shelf.part(id, offset))).equals(content)).toBe(true);
  await expect(shelf.part(first.id, 0)).rejects.toThrow('not here any more');
  const kept = [await put(), await put(), await put(), await put(), await put()];
  expect(readdirSync(folder)).toHaveLength(4);
  await expect(shelf.part(kept[0]?.id ?? '', 0)).rejects.toThrow('not here any more');
  // a later start finds what an earlier one left
  createExportShelf(folder, machineRandom());
  expect(existsSync(folder)).toBe(false);
});
