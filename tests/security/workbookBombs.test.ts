/** Workbooks made to burst: what a person is sent and chooses to import may not take the memory of the machine. */
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
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
const workbook = (...parts: readonly Entry[]): File => workbookOf({ sheets: 1 }, ...parts);

/** All its sheets are the same part; it refers to these too, and says this of itself besides. */
function workbookOf(
  more: {
    readonly sheets: number;
    readonly says?: string;
    readonly refers?: readonly (readonly [type: string, target: string])[];
  },
  ...parts: readonly Entry[]
): File {
  const sheets = Array.from({ length: more.sheets }, (_, n) => `<sheet name="Items ${n}" sheetId="${n}" r:id="r0"/>`);
  const refers = [['worksheet', 'sheet1.xml'], ['sharedStrings', 'strings.xml'], ...(more.refers ?? [])] as const;
  return zip([
    text('[Content_Types].xml', '<Types/>'),
    text('_rels/.rels', relations(['officeDocument', 'xl/workbook.xml'])),
    text(
      'xl/workbook.xml',
      `<workbook xmlns:r="${TYPE}"><sheets>${sheets.join('')}</sheets>${more.says ?? ''}</workbook>`,
    ),
    text('xl/_rels/workbook.xml.rels', relations(...refers)),
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
    ['has one long text in every cell', () => workbook(...longTexts()), 'more than can be read at once'],
  ])('%s is refused in words, and takes no memory', async (_how, make, words) => {
    const file = make();
    expect(file.size).toBeLessThan(30 * MB);
    await expect(openTableFile(file)).rejects.toThrow(words);
    expect(Math.max(peak_bytes, process.memoryUsage.rss()) - before_bytes).toBeLessThan(MOST_GROWTH_BYTES);
  });

  describe('names one part again and again', () => {
    const TIMES = 5000;
    const times = <T>(make: (n: number) => T): T[] => Array.from({ length: TIMES }, (_, n) => make(n));
    const named = (type: string, target: string) => times(() => [type, target] as const);
    /** Nothing in it, at some length. */
    const long = (name: string, tag: string): Entry => text(name, `<${tag}>${' '.repeat(MB)}</${tag}>`);
    const ofSheet = (...refers: readonly (readonly [string, string])[]): Entry =>
      text('xl/_rels/sheet1.xml.rels', relations(...refers));
    const picture = `<twoCellAnchor><pic><blipFill><blip r:embed="r0"/></blipFill></pic></twoCellAnchor>`;

    let unpacked_parts = 0;
    beforeEach(() => {
      unpacked_parts = 0;
      vi.stubGlobal(
        'DecompressionStream',
        class extends DecompressionStream {
          constructor(...format: ConstructorParameters<typeof DecompressionStream>) {
            super(...format);
            unpacked_parts += 1;
          }
        },
      );
    });
    afterEach(() => vi.unstubAllGlobals());

    test.each<[string, File]>([
      ['a table of its sheet', workbook(sheet(ROWS), ofSheet(...named('table', 't.xml')), long('xl/t.xml', 'table'))],
      [
        'a picture of its drawing',
        workbook(
          sheet(ROWS),
          ofSheet(['drawing', 'd.xml']),
          text('xl/d.xml', `<wsDr>${picture.repeat(TIMES)}</wsDr>`),
          text('xl/_rels/d.xml.rels', relations(['image', 'p.png'])),
          long('xl/p.png', 'x'),
        ),
      ],
      [
        'another workbook',
        workbookOf(
          { sheets: 1, refers: named('externalLink', 'l.xml') },
          sheet(ROWS),
          long('xl/l.xml', 'externalLink'),
        ),
      ],
      [
        'what a pivot is made of',
        workbookOf(
          {
            sheets: 1,
            refers: [['pivotCacheDefinition', 'c.xml']],
            says: `<pivotCaches>${times((n) => `<pivotCache cacheId="${n}" r:id="r2"/>`).join('')}</pivotCaches>`,
          },
          sheet(ROWS),
          long('xl/c.xml', 'pivotCacheDefinition'),
        ),
      ],
      ['the sheet itself', workbookOf({ sheets: TIMES }, sheet(ROWS))],
    ])('%s: read, and each part once', async (_what, file) => {
      const table = await openTableFile(file);
      expect([table.header, table.lines]).toEqual([['code'], 1]);
      // its kinds, what it begins with, the workbook, what that refers to, the sheet; two of them for the names of sheets too
      expect(unpacked_parts).toBe(7);
    });

    test('an empty sheet: looked into a few times, then refused in words', async () => {
      const file = workbookOf({ sheets: TIMES }, sheet(''), long('xl/strings.xml', 'sst'));
      await expect(openTableFile(file)).rejects.toThrow('The first 20 sheets of items.xlsx hold nothing');
      expect(unpacked_parts).toBeLessThan(130);
      // whatever the others hold, it is read again for each
      const unread = { name: 'xl/more.xml', packed: blanks(1), says_bytes: 190 * MB };
      const large = workbookOf({ sheets: TIMES }, sheet(''), unread);
      await expect(openTableFile(large)).rejects.toThrow('The first 3 sheets of items.xlsx hold nothing');
    });
  });

  test('has cells far to the right in very many rows is refused before they are in memory', async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => `<row r="${n + 1}">${cell(`XFD${n + 1}`, 'far')}</row>`);
    await expect(openTableFile(workbook(sheet(rows.join(''))))).rejects.toThrow('more than can be read at once');
    expect(Math.max(peak_bytes, process.memoryUsage.rss()) - before_bytes).toBeLessThan(MOST_GROWTH_BYTES);
  });

  test('is as it should be is read, made in the same way', async () => {
    const table = await openTableFile(workbook(sheet(ROWS), text('xl/nothing.xml', '')));
    expect([table.header, table.lines]).toEqual([['code'], 1]);
  });

  test('has two cells as far apart as they can be is read, the far one as what is wrong with its line', async () => {
    const file = workbook(sheet(`${ROWS}<row r="1048576">${cell('XFD1048576', 'far')}</row>`));
    const batches = [];
    for await (const batch of (await openTableFile(file)).records()) batches.push(...batch);
    expect(batches).toMatchObject([
      { line_number: 2, problem: null },
      { line_number: 1_048_576, problem: 'The row has cells to the right of the header.' },
    ]);
  });
});
