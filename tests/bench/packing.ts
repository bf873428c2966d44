/** The same lines for two hundred receivers: packed by a stream for each, or once and put into the frame of each. */
import { createHash } from 'node:crypto';
import { createZstdCompress } from 'node:zlib';
import { packedFrame, sharedPiece, type SharedText } from '#server/http/packing.ts';
import type { Report } from './harness.ts';

const RECEIVERS = 200;
const END = `${JSON.stringify({ end: true, rows: 0, hash: createHash('sha256').digest('hex') })}\n`;

export async function benchPacking(report: Report): Promise<void> {
  for (const rows of [20, 5_000]) {
    const lines = Array.from({ length: rows }, (_, row) => lineOf(row)).join('');
    const [each, once] = [`a delta of ${rows} rows packed for each`, `a delta of ${rows} rows packed once`];
    const apart_ms = await spent(async () => {
      await atOnce(async (number) => await streamed(`${headOf(number)}${lines}${END}`));
    });
    const together_ms = await spent(async () => {
      const middle = sharedPiece(lines);
      await atOnce(async (number) => await framed({ before: headOf(number), middle, after: END }));
    });
    report.value(`${each}: processor time to a receiver`, apart_ms / RECEIVERS, 'ms');
    report.value(`${once}: processor time to a receiver`, together_ms / RECEIVERS, 'ms');
    report.ratio(`${once}: processor time to a receiver`, `${each}: processor time to a receiver`);
  }
}

function headOf(number: number): string {
  const scope_hash = createHash('sha256').update(String(number)).digest('hex');
  return `${JSON.stringify({ epoch: '8f14e45f-ceea-467f-a8f1-9a0e2f1d7c11', from: number, to: number + 1, scope_hash })}\n`;
}

function lineOf(row: number): string {
  const hash = createHash('md5').update(String(row)).digest('hex');
  return `[${row % 60},"U",${row},${1_000_000 + row},[1,${row % 2},${row},${(row * 7_919) % 100_000},0,null],"${hash}"]\n`;
}

async function streamed(text: string): Promise<number> {
  const zstd = createZstdCompress();
  zstd.end(Buffer.from(text));
  let bytes = 0;
  for await (const chunk of zstd) bytes += (chunk as Buffer).length;
  return bytes;
}

async function framed(text: SharedText): Promise<number> {
  return Buffer.concat(await packedFrame(text)).length;
}

async function atOnce(answer: (number: number) => Promise<number>): Promise<void> {
  await Promise.all(Array.from({ length: RECEIVERS }, (_, number) => answer(number)));
}

/** Milliseconds of all threads. */
async function spent(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
