/** Workbooks made to burst: what a person is sent and chooses to import may not take the memory of the machine. */
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTableFile } from '#renderer/screens/imports/tableFile.ts';

const MB = 1024 * 1024;
/** What the process may grow by: the bombs below would be gigabytes. */
const MOST_GROWTH_BYTES = 400 * MB;

interface Entry {
  readonly name: string;
  readonly packed: Uint8Array;
  /** As the directory says it. */
  readonly says_bytes: number;
  readonly crc?: number;
  /** Its size stands with the packed bytes alone. */
  readonly said_beside?: boolean;
  /** In the part for large archives. */
  readonly large?: boolean;
}

const text = (name: string, content: string): Entry => ({
  name,
  packed: deflateRawSync(content),
  says_bytes: Buffer.byteLength(content),
  crc: crc32(content),
});

/** Blanks, a block of them again and again: it takes no time to make. */
function blanks(megabytes: number): Uint8Array {
  const block = deflateRawSync(Buffer.alloc(MB, ' '), { finishFlush: constants.Z_SYNC_FLUSH, level: 9 });
  return Buffer.concat([...Array.from({ length: megabytes }, () => block), Buffer.from([3, 0])]);
}

function zip(entries: readonly Entry[], says_entries = entries.length): File {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, packed, says_bytes, crc, said_beside, large } of entries) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    if (said_beside === true) {
      local.writeUInt32LE(packed.length, 18);
      local.writeUInt32LE(0, 22);
    }
    local.writeUInt16LE(name.length, 26);
    const extra = Buffer.alloc(large === true ? 12 : 0);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(said_beside === true ? 8 : 0, 8);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(crc ?? 0, 16);
    entry.writeUInt32LE(said_beside === true ? 0 : packed.length, 20);
    entry.writeUInt32LE(large === true ? 0xffffffff : says_bytes, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt16LE(extra.length, 30);
    entry.writeUInt32LE(at, 42);
    if (large === true) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(8, 2);
      extra.writeBigUInt64LE(BigInt(says_bytes), 4);
    }
    pieces.push(local, Buffer.from(name), Buffer.from(packed));
    directory.push(entry, Buffer.from(name), extra);
    at += local.length + name.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(says_entries, 8);
  end.writeUInt16LE(says_entries, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return new File([new Uint8Array(Buffer.concat([...pieces, listed, end]))], 'items.xlsx');
}

const TYPE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relations = (...targets: readonly (readonly [type: string, target: string])[]): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${targets
    .map(([type, target], n) => `<Relationship Id="r${n}" Type="${TYPE}/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`;

/** A workbook of one sheet, with these parts in it. */
function workbook(...parts: readonly Entry[]): File {
  const sheets = `<workbook xmlns:r="${TYPE}"><sheets><sheet name="Items" sheetId="1" r:id="r0"/></sheets></workbook>`;
  return zip([
    text('[Content_Types].xml', '<Types/>'),
    text('_rels/.rels', relations(['officeDocument', 'xl/workbook.xml'])),
    text('xl/workbook.xml', sheets),
    text('xl/_rels/workbook.xml.rels', relations(['worksheet', 'sheet1.xml'], ['sharedStrings', 'strings.xml'])),
    ...parts,
  ]);
}
const sheet = (rows: string): Entry => text('xl/sheet1.xml', `<worksheet><sheetData>${rows}</sheetData></worksheet>`);
const cell = (ref: string, value: string): string => `<c r="${ref}" t="inlineStr"><is><t>${value}</t></is></c>`;
const ROWS = `<row r="1">${cell('A1', 'code')}</row><row r="2">${cell('A2', 'FA-1')}</row>`;

let before_bytes: number;
let peak_bytes: number;
let looking: NodeJS.Timeout;
beforeEach(() => {
  before_bytes = process.memoryUsage.rss();
  peak_bytes = before_bytes;
  looking = setInterval(() => {
    peak_bytes = Math.max(peak_bytes, process.memoryUsage.rss());
  }, 5);
});
afterEach(() => clearInterval(looking));

describe('a workbook that', () => {
  const large_bytes = 3000 * MB;
  const burst = blanks(3000);
  const inSheet = (entry: Omit<Entry, 'name' | 'packed'>): Entry => ({
    name: 'xl/sheet1.xml',
    packed: burst,
    ...entry,
  });
  /** One long text, in so many cells. */
  const longTexts = (): readonly Entry[] => [
    text('xl/strings.xml', `<sst><si><t>${'x'.repeat(MB)}</t></si></sst>`),
    sheet(
      Array.from({ length: 1000 }, (_, n) => `<row r="${n + 1}"><c r="A${n + 1}" t="s"><v>0</v></c></row>`).join(''),
    ),
  ];

  test.each<[string, () => File, string]>([
    [
      'unpacks to three gigabytes and says so',
      () => workbook(inSheet({ says_bytes: large_bytes })),
      'larger than 200 MB once it is unpacked. Save the sheet as CSV',
    ],
    [
      'says so where large archives do',
      () => workbook(inSheet({ says_bytes: large_bytes, large: true })),
      'larger than 200 MB once it is unpacked',
    ],
    ['says it is small', () => workbook(inSheet({ says_bytes: 5000 })), 'is no workbook that can be read'],
    ['says it is nothing', () => workbook(inSheet({ says_bytes: 0 })), 'is no workbook that can be read'],
    [
      'says nothing before it is unpacked',
      () => workbook(inSheet({ says_bytes: 0, said_beside: true })),
      'is no workbook that can be read',
    ],
    [
      'has it in many parts, none of them too large',
      () =>
        workbook(
          ...Array.from({ length: 30 }, (_, n) => ({
            name: `xl/sheet${n}.xml`,
            packed: blanks(150),
            says_bytes: 150 * MB,
          })),
        ),
      'larger than 200 MB once it is unpacked',
    ],
    [
      'has very many parts',
      () => workbook(sheet(ROWS), ...Array.from({ length: 20_000 }, (_, n) => text(`xl/media/${n}`, ''))),
      'more than 10,000 parts',
    ],
    ['says it has more parts than there are', () => zip([sheet(ROWS)], 60_000), 'is no workbook that can be read'],
    [
      'has two cells as far apart as they can be',
      () => workbook(sheet(`${ROWS}<row r="1048576">${cell('XFD1048576', 'far')}</row>`)),
      'is no workbook that can be read',
    ],
    ['has one long text in every cell', () => workbook(...longTexts()), 'more text than can be read at once'],
  ])('%s is refused in words, and takes no memory', async (_how, make, words) => {
    const file = make();
    expect(file.size).toBeLessThan(30 * MB);
    await expect(openTableFile(file)).rejects.toThrow(words);
    expect(Math.max(peak_bytes, process.memoryUsage.rss()) - before_bytes).toBeLessThan(MOST_GROWTH_BYTES);
  });

  test('is as it should be is read, made in the same way', async () => {
    const table = await openTableFile(workbook(sheet(ROWS), text('xl/nothing.xml', '')));
    expect([table.header, table.lines]).toEqual([['code'], 1]);
  });
});
