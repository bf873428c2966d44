import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openOrderFile } from './orderFile.ts';
import { createRecordReader, guessDelimiter, type SourceRecord } from '#domain/imports/text/records.ts';
import { fileLines, inspectFile } from './source.ts';

const dir = mkdtempSync(join(tmpdir(), 'binnacle-order-file-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let files = 0;
const write = (content: string | Buffer): string => {
  const path = join(dir, `${++files}.csv`);
  writeFileSync(path, content);
  return path;
};
const allRecords = async (path: string): Promise<SourceRecord[]> => {
  const records: SourceRecord[] = [];
  for await (const batch of (await openOrderFile(path)).records()) records.push(...batch);
  return records;
};
const HEADER = 'InvoiceNo,Description,Quantity';

describe('records', () => {
  const read = (text: string, step = 1000): SourceRecord[] => {
    const lines = text.split('\n');
    const reader = createRecordReader(',', 3, 2);
    const records: SourceRecord[] = [];
    for (let at = 0; at < lines.length; at += step) records.push(...reader.take(lines.slice(at, at + step)));
    return [...records, ...reader.end()];
  };
  const good = (line_number: number, ...fields: string[]) => ({ line_number, fields, problem: null });

  it.each([1, 2, 1000])('come out the same when lines arrive %i at a time', (step) => {
    const text = [
      '1,plain,2',
      '',
      '2,"with, comma and ""quotes""",3',
      '3,"over',
      'two lines",4',
      '4,15" PLATE,5',
      '5,last,6',
    ].join('\n');
    expect(read(text, step)).toEqual([
      good(2, '1', 'plain', '2'),
      good(4, '2', 'with, comma and "quotes"', '3'),
      good(5, '3', 'over\ntwo lines', '4'),
      good(7, '4', '15" PLATE', '5'),
      good(8, '5', 'last', '6'),
    ]);
  });

  it('a broken line takes no other with it', () => {
    const text = ['1,"never closed,2', '2,fine,3', '3,too,many,4', '4,few', '5,"stray"quote,1', '6,"fine, too",7'].join(
      '\n',
    );
    const records = read(text);
    expect(records.map(({ line_number, problem }) => [line_number, problem])).toEqual([
      [2, 'The quotes of the line do not fit together.'],
      [3, null],
      [4, 'The line has 4 columns, the header has 3.'],
      [5, 'The line has 2 columns, the header has 3.'],
      [6, 'The quotes of the line do not fit together.'],
      [7, null],
    ]);
    expect(records[0]).toMatchObject({ raw: '1,"never closed,2' });
  });

  it('an unclosed quote far from the end does not swallow the file', () => {
    const lines = ['1,"never closed,2', ...Array.from({ length: 5000 }, (_, index) => `${index},fine,1`)];
    const records = read(lines.join('\n'), 700);
    expect(records).toHaveLength(5001);
    expect(records.filter(({ problem }) => problem !== null).map(({ line_number }) => line_number)).toEqual([2]);
  });
});

describe('order files', () => {
  it('guesses the delimiter from the header', () => {
    expect(guessDelimiter('a;b;"c,d,e,f"')).toBe(';');
    expect(guessDelimiter('a\tb\tc')).toBe('\t');
    expect(guessDelimiter('alone')).toBe(',');
  });

  it.each([
    ['UTF-8', Buffer.from(`${HEADER}\n1,£40 gift,2\n`), 'utf-8'],
    ['UTF-8 with a mark and CRLF', Buffer.from(`\ufeff${HEADER}\r\n1,£40 gift,2`), 'utf-8'],
    ['gzip', gzipSync(`${HEADER}\n1,£40 gift,2\n`), 'utf-8'],
    ['Latin-1', Buffer.from(`${HEADER}\n1,£40 gift,2\n`, 'latin1'), 'windows-1252'],
    ['UTF-16', Buffer.from(`\ufeff${HEADER}\n1,£40 gift,2\n`, 'utf16le'), 'utf-16le'],
  ])('reads %s', async (_name, content, encoding) => {
    const path = write(content);
    const file = await openOrderFile(path);
    expect(file.header).toEqual(['InvoiceNo', 'Description', 'Quantity']);
    expect(file.inspected.encoding).toBe(encoding);
    expect(file.inspected.lines).toBe(2);
    expect(await allRecords(path)).toEqual([{ line_number: 2, fields: ['1', '£40 gift', '2'], problem: null }]);
  });

  it('keeps a character that two chunks share', async () => {
    const text = `${HEADER}\n${'1,££££££££££,2\n'.repeat(60_000)}`;
    const path = write(text);
    let lines = 0;
    for await (const batch of fileLines(await inspectFile(path))) {
      for (const line of batch) if (lines++ > 0) expect(line).toBe('1,££££££££££,2');
    }
    expect(lines).toBe(60_001);
  });

  it('samples evenly', async () => {
    const path = write(`${HEADER}\n${Array.from({ length: 100 }, (_, index) => `${index},x,1`).join('\n')}`);
    const sample = await (await openOrderFile(path)).sample(5, 20);
    expect(sample.map(([first]) => first)).toEqual(['0', '20', '40', '60', '80']);
  });

  it.each([
    ['empty', Buffer.alloc(0), 'it is empty'],
    ['blank', Buffer.from('\n\n  \n'), 'it holds only blank lines'],
    ['binary', Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 7)), 'it holds binary data'],
    ['without a header', Buffer.from('536365,HEART,6\n536366,LANTERN,2\n'), 'has no header'],
    ['a line without end', Buffer.alloc(17_000_000, 'x'), '16 million'],
    ['cut gzip', gzipSync('x'.repeat(100_000)).subarray(0, 60), 'Cannot read'],
    ['with a broken header', Buffer.from('"InvoiceNo,Quantity\n1,2\n'), 'quotes that do not fit'],
  ])('refuses a file that is %s', async (_name, content, words) => {
    await expect(openOrderFile(write(content))).rejects.toThrow(words);
  });

  it('refuses what is not there', async () => {
    await expect(openOrderFile(join(dir, 'nowhere.csv'))).rejects.toThrow('Cannot read');
    await expect(openOrderFile(dir)).rejects.toThrow('not a file');
  });
});
