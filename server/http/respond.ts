/** Sending bodies: JSON or NDJSON, zstd-compressed when the caller accepts it and they are larger than 1 KiB. */
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createZstdCompress, zstdCompress } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { packedFrame, type SharedText } from './packing.ts';

const COMPRESS_FROM_BYTES = 1024;
const compress = promisify(zstdCompress);

function acceptsZstd(request: FastifyRequest): boolean {
  const accepted = request.headers['accept-encoding'];
  const text = Array.isArray(accepted) ? accepted.join(',') : (accepted ?? '');
  return text.split(',').some((part) => {
    const [name, quality] = part.trim().split(';q=');
    return name === 'zstd' && quality !== '0';
  });
}

export async function sendJson(request: FastifyRequest, reply: FastifyReply, value: unknown): Promise<FastifyReply> {
  const text = Buffer.from(JSON.stringify(value));
  reply.header('content-type', 'application/json; charset=utf-8').header('vary', 'accept-encoding');
  if (text.length <= COMPRESS_FROM_BYTES || !acceptsZstd(request)) return await reply.send(text);
  return await reply.header('content-encoding', 'zstd').send(await compress(text));
}

const LINES = 'application/x-ndjson; charset=utf-8';

/** Lines that are whole already and, but for their beginning and end, what others receive too. */
export async function sendShared(
  request: FastifyRequest,
  reply: FastifyReply,
  text: SharedText,
): Promise<FastifyReply> {
  reply.header('content-type', LINES).header('vary', 'accept-encoding');
  const { before, middle, after } = text;
  const characters = before.length + middle.text.length + after.length;
  if (characters <= COMPRESS_FROM_BYTES) return await reply.send(before + middle.text + after);
  const packs = acceptsZstd(request);
  if (packs) reply.header('content-encoding', 'zstd');
  const parts = packs ? await packedFrame(text) : [Buffer.from(before), middle.bytes(), Buffer.from(after)];
  return await reply.send(Buffer.concat(parts));
}

/**
 * Streams text lines (each chunk ends with a newline). The first KiB is gathered before the headers go out, so that a
 * failure at the start is an ordinary error answer; a later one breaks the connection and the missing end line shows it.
 */
export async function sendLines(
  request: FastifyRequest,
  reply: FastifyReply,
  lines: AsyncGenerator<string, void, undefined>,
): Promise<FastifyReply> {
  let start = '';
  let ended = false;
  while (!ended && start.length <= COMPRESS_FROM_BYTES) {
    const step = await lines.next();
    if (step.done) ended = true;
    else start += step.value;
  }
  reply.header('content-type', LINES).header('vary', 'accept-encoding');
  if (ended && start.length <= COMPRESS_FROM_BYTES) return await reply.send(start);
  const rest = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from(start);
    if (!ended) for await (const chunk of lines) yield Buffer.from(chunk);
  };
  const body = Readable.from(rest(), { objectMode: false, highWaterMark: 1 << 20 });
  if (!acceptsZstd(request)) return await reply.send(body);
  const zstd = createZstdCompress();
  body.on('error', (error) => zstd.destroy(error));
  zstd.on('close', () => body.destroy());
  return await reply.header('content-encoding', 'zstd').send(body.pipe(zstd));
}
