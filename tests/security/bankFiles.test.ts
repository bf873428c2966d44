/** A bank's file is text from outside that a person chooses: it opens nothing, expands nothing, and takes no more than its size. */
import { gzipSync } from 'node:zlib';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAMT_02, MT940 } from '#domain/imports/bank/testing/files.ts';
import { openBankFile } from '#cli/import/file/bankFile.ts';
import { openTableFile } from '#renderer/screens/imports/tableFile.ts';

const MB = 1024 * 1024;
const MOST_GROWTH_BYTES = 400 * MB;

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'binnacle-bank-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Both ways a person brings it. */
async function bothWays(content: string | Buffer): Promise<readonly string[]> {
  const path = join(dir, 'file');
  writeFileSync(path, content);
  const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
  const window = openTableFile(new File([new Uint8Array(Buffer.from(content))], 'file')).then(
    ({ lines }) => `${lines} lines`,
    said,
  );
  const line = openBankFile(path).then((file) => (file ? `${file.inspected.lines} lines` : 'no bank file'), said);
  return await Promise.all([window, line]);
}

const LAUGHS = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">${Array.from(
  { length: 20 },
  (_, nth) => `<!ENTITY a${nth} "${`&a${nth === 0 ? '' : nth - 1};`.repeat(10)}">`,
).join('')}]>`;
const body = CAMT_02.slice(CAMT_02.indexOf('<Document'));

describe('a bank’s file made to do harm', () => {
  test.each([
    ['entities in entities', `${LAUGHS}${body.replace('S-17', '&a19;')}`, 'document type (DOCTYPE)'],
    [
      'a file of the machine',
      `<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>${body.replace('S-17', '&f;')}`,
      'document type (DOCTYPE)',
    ],
    ['an entity nobody defined', body.replace('S-17', '&f;'), '“&f;”, which is not defined'],
    [
      'a hundred thousand elements deep',
      body.replace('<GrpHdr>', `<GrpHdr>${'<a>'.repeat(100_000)}`),
      'nested more than 60 deep',
    ],
    [
      'a tag that never ends',
      body.replace('<GrpHdr>', `<GrpHdr a="${'x'.repeat(3 * MB)}`),
      'a million characters without a tag',
    ],
    ['a field that never ends', `${MT940}:86:${'x\r\n'.repeat(5000)}`, 'does not end'],
    [
      'more entries than a file may have',
      MT940.replace(':62M:', `${':61:261231C0,NTRFX\r\n'.repeat(200_001)}:62M:`),
      'more than 200,000 entries',
    ],
  ])('%s is refused in words, in the window and on the command line', async (_what, content, words) => {
    for (const said of await bothWays(content)) expect(said).toContain(words);
  });

  test('packed blanks in gigabytes take no memory, and end', async () => {
    const head = gzipSync(body.slice(0, body.indexOf('<GrpHdr>')));
    const blanks = gzipSync(Buffer.alloc(64 * MB, `<a>${'1'.repeat(60_000)}</a>`));
    const before = process.memoryUsage().rss;
    for (const said of await bothWays(Buffer.concat([head, ...Array.from({ length: 4 }, () => blanks)])))
      expect(said).toMatch(/200 million characters|could not be read to its end/);
    expect(process.memoryUsage().rss - before).toBeLessThan(MOST_GROWTH_BYTES);
  }, 120_000);

  test('what it says in its texts is a text: formulas and tags stay as they are', async () => {
    const tricky = body.replace('thank you', '=HYPERLINK(1) &lt;script&gt;');
    const table = await openTableFile(new File([tricky], 'file.xml'));
    const texts = [];
    for await (const batch of table.records()) texts.push(...batch.map(({ fields }) => fields[4]));
    expect(texts).toContain('INV-1002 =HYPERLINK(1) <script>');
  });
});
