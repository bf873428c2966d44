import { writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { CAMT_02, CAMT_08, MT940 } from '#domain/imports/bank/testing/files.ts';
import { openTableFile, sampleOf, type TableFile } from './tableFile.ts';

const file = (content: string | Uint8Array<ArrayBuffer>, name = 'items.csv') => new File([content], name);
const allOf = async (table: TableFile) => {
  const records = [];
  for await (const batch of table.records()) records.push(...batch);
  return records;
};
const CSV = 'code;name\r\nA;"Bolt; long"\r\n\r\nB;Nut;extra\r\nC;Washer';
const gzipped = new Response(new Blob([CSV]).stream().pipeThrough(new CompressionStream('gzip')))
  .arrayBuffer()
  .then((buffer) => new Uint8Array(buffer));

describe('a chosen file', () => {
  it.each([
    ['plain', file(CSV)],
    ['gzip', gzipped.then((bytes) => file(bytes, 'items.csv.gz'))],
    ['UTF-16', file(new Uint8Array(Uint16Array.from(`\uFEFF${CSV}`, (char) => char.charCodeAt(0)).buffer))],
  ])('is read the same when it is %s', async (_how, chosen) => {
    const table = await openTableFile(await chosen);
    expect([table.header, table.lines, table.read_as]).toEqual([['code', 'name'], 4, null]);
    expect(await allOf(table)).toEqual([
      { line_number: 2, fields: ['A', 'Bolt; long'], problem: null },
      {
        line_number: 4,
        fields: ['B', 'Nut', 'extra'],
        problem: 'The line has 3 columns, the header has 2.',
        raw: 'B;Nut;extra',
      },
      { line_number: 5, fields: ['C', 'Washer'], problem: null },
    ]);
    expect(await sampleOf(table, 1)).toEqual([['A', 'Bolt; long']]);
  });

  it('that is not UTF-8 is Latin-1, and says so', async () => {
    const table = await openTableFile(file(Uint8Array.from('code,name\nA,M\xfcller\n', (char) => char.charCodeAt(0))));
    expect(table.read_as).toBe('Latin-1');
    expect((await allOf(table))[0]?.fields).toEqual(['A', 'Müller']);
  });

  it('may be a workbook: the first filled sheet, dates in ISO, numbers plain', async () => {
    const workbook = await writeXlsx({
      sheets: [
        { name: 'Empty', rows: [] },
        {
          name: 'Items & “more” <1>',
          rows: [
            ['code', 'name', 'introduced on', 'unit cost'],
            ['A', 'Bolt', new Date(Date.UTC(2026, 0, 31)), 0.0832],
            [17850, null, null, null],
            ['B', 'Nut', null, 1, 'beyond'],
          ],
        },
      ],
    });
    const table = await openTableFile(file(new Uint8Array(workbook), 'items.xlsx'));
    expect([table.header, table.read_as]).toEqual([
      ['code', 'name', 'introduced on', 'unit cost'],
      'sheet “Items & “more” <1>”',
    ]);
    expect(await allOf(table)).toEqual([
      { line_number: 2, fields: ['A', 'Bolt', '2026-01-31', '0.0832'], problem: null },
      { line_number: 3, fields: ['17850', '', '', ''], problem: null },
      expect.objectContaining({ line_number: 4, problem: 'The row has cells to the right of the header.' }),
    ]);
  });

  it.each([
    ['CAMT.053', file(CAMT_02, 'october.csv'), 7, 'Meyer & Söhne DE89370400440532013000'],
    [
      'CAMT.053',
      file(new Uint8Array(Uint16Array.from(`\uFEFF${CAMT_02}`, (char) => char.charCodeAt(0)).buffer)),
      7,
      'Meyer & Söhne DE89370400440532013000',
    ],
    ['CAMT.053', file(CAMT_08), 2, 'Meyer'],
    ['MT940', file(MT940, 'x.txt'), 5, 'MEYER UND SOEHNE GMBH DE02120300000000202051'],
    [
      'CAMT.053, Latin-1',
      file(Uint8Array.from(CAMT_02.replace('UTF-8', 'ISO-8859-1'), (char) => char.charCodeAt(0))),
      7,
      'Meyer & Söhne DE89370400440532013000',
    ],
    [
      'MT940, Latin-1',
      file(Uint8Array.from(MT940.replace('MEYER UND SOEH', 'MEYER UND SÖH'), (char) => char.charCodeAt(0))),
      5,
      'MEYER UND SÖHNE GMBH DE02120300000000202051',
    ],
  ])('may be a bank’s own: %s, whatever its name', async (read_as, chosen, lines, counterparty) => {
    const table = await openTableFile(chosen);
    expect([table.read_as, table.lines, table.header.slice(0, 2)]).toEqual([read_as, lines, ['account', 'booked_on']]);
    const [first] = await allOf(table);
    expect([first?.problem, first?.fields[5]]).toEqual([null, counterparty]);
  });

  it.each([
    ['<html><body>Sign in</body></html>', 'items.csv: The XML is no bank statement'],
    [CAMT_02.slice(0, 1500), 'it is cut off. Fetch it again from the bank.'],
    ['', 'is empty'],
    ['\n\n  \n', 'holds only blank lines'],
    [new Uint8Array([0, 1, 2, 3, 0, 0, 0, 9]), 'holds binary data'],
    [new Uint8Array([0x50, 0x4b, 3, 4, 9, 9]), 'is no workbook that can be read'],
    [`code\n${'x'.repeat(1_100_000)}`, 'a line of more than a million characters'],
    [new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3]), 'could not be read to its end'],
  ])('%.20s is refused in words', async (content, words) => {
    const read = async () => await allOf(await openTableFile(file(content)));
    await expect(read()).rejects.toThrow(words);
  });
});
