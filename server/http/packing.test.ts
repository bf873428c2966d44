import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createZstdDecompress, zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { randomStream } from '#server/demo/random.ts';
import { packedFrame, pieceJoiner, sharedPiece, type SharedText } from './packing.ts';

const random = randomStream(20_261_126, 'packing');
const lines = (count: number): string =>
  Array.from({ length: count }, (_, at) => {
    const hash = createHash('md5').update(String(at)).digest('hex');
    return `[${random.whole(1, 90)},"U",${at},${random.whole(1, 1e9)},["Ünique ${random.whole(1, 50)}",null],"${hash}"]\n`;
  }).join('');

const TEXTS: readonly SharedText[] = [
  { before: '{"head":1}\n', middle: sharedPiece(lines(1)), after: '{"end":true}\n' },
  { before: '{"head":2}\n', middle: sharedPiece(lines(40)), after: '{"end":true}\n' },
  { before: '{"head":3}\n', middle: sharedPiece(lines(30_000)), after: '{"end":true}\n' },
  { before: '', middle: sharedPiece(''), after: '' },
  { before: 'b', middle: sharedPiece(''), after: 'a' },
  // one byte said over and over is a block of another kind; a beginning may be longer than a block
  { before: 'x'.repeat(300_000), middle: sharedPiece('y'.repeat(400_000)), after: 'z'.repeat(262_144) },
  { before: 'b', middle: sharedPiece(randomBytesText(300_000)), after: 'a' },
];

function randomBytesText(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(random.whole(32, 126))).join('');
}

async function streamed(parts: readonly Buffer[]): Promise<string> {
  const unpacked = createZstdDecompress();
  for (const part of parts) unpacked.write(part);
  unpacked.end();
  const chunks: Buffer[] = [];
  for await (const chunk of unpacked) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test.each(TEXTS.map((text, number) => ({ number, text })))(
  'a frame put together is the text again: $number',
  async ({ text }) => {
    const whole = text.before + text.middle.text + text.after;
    const parts = await packedFrame(text);
    expect(zstdDecompressSync(Buffer.concat(parts)).toString() === whole).toBe(true);
    expect((await streamed(parts)) === whole).toBe(true);
    // the reference program, where there is one
    const asked = spawnSync('zstd', ['-d', '-c'], { input: Buffer.concat(parts), maxBuffer: 1e8 });
    if (asked.error === undefined) expect(asked.stdout.toString() === whole).toBe(true);
  },
);

test('two receivers are sent the same blocks, packed once, each between its own', async () => {
  const middle = sharedPiece(lines(2_000));
  const [one, other] = await Promise.all(
    ['one', 'other'].map(async (name) => await packedFrame({ before: name, middle, after: `${name}.` })),
  );
  expect(one?.some((part) => part.length > 1_000 && other?.includes(part))).toBe(true);
  expect(zstdDecompressSync(Buffer.concat(one ?? [])).toString()).toBe(`one${middle.text}one.`);
  expect(zstdDecompressSync(Buffer.concat(other ?? [])).toString()).toBe(`other${middle.text}other.`);
});

test('pieces are put together once for all who receive the very same, and only the newest few are kept', () => {
  const join = pieceJoiner();
  const [one, two, three] = ['one', 'two', 'three'].map(sharedPiece);
  if (!one || !two || !three) throw new Error('three pieces');
  expect(join([one])).toBe(one);
  const whole = join([one, two, three]);
  expect(whole.text).toBe('onetwothree');
  expect(join([one, two, three])).toBe(whole);
  // the same words of other rights are other pieces
  expect(join([one, sharedPiece('two'), three])).not.toBe(whole);
  expect(join([])).toBe(join([]));
  for (let at = 0; at < 20; at++) join([one, sharedPiece(String(at))]);
  expect(join([one, two, three])).not.toBe(whole);
  const large = [sharedPiece('x'.repeat(3_000_000)), one];
  const kept = join(large);
  expect(join(large)).toBe(kept);
  join([sharedPiece('y'.repeat(3_000_000)), one]);
  expect(join(large)).not.toBe(kept);
});
