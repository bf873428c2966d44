/**
 * A server, or somebody in its place, that answers what it should not: answers that unpack without end, that hold more than
 * was asked for, that are cut, bent or hostile. The client refuses each with what is wrong, in bounded memory.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { machineTimers } from '#db/machine.ts';
import type { SnapshotPiece } from '#db/sync/columnBlock.ts';
import { WireFailure } from '#db/sync/failure.ts';
import { rowHash } from '#db/sync/rowHash.ts';
import { createWireClient, type WireClient } from '#db/sync/wireClient.ts';
import { PGLITE } from '#server/testing/engines.ts';
import type { TestReplica } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

/** The answers below unpack to gigabytes. */
const MOST_GROWTH_BYTES = 450 * 1024 * 1024;
const SEED = Number(process.env['BINNACLE_FUZZ_SEED'] ?? Date.now() % 1_000_000_000);

const EPOCH = '00000000-0000-4000-8000-000000000001';
const CLIENT = '00000000-0000-4000-8000-000000000002';
const AT = { number: 1, id: '00000000-0000-4000-8000-000000000003' };
const DELTA = { client_id: CLIENT, epoch: EPOCH, from: AT, reloads: true };
const SNAPSHOT = {
  client_id: CLIENT,
  epoch: EPOCH,
  buckets: [{ bucket: 7, after: null }],
  limit_rows: 1000,
  encoding: 'rows' as const,
};
const DELTA_HEADER = `${JSON.stringify({ epoch: EPOCH, from: AT, to: { ...AT, number: 2 }, head: { ...AT, number: 2 } })}\n`;

let evil: Server;
let client: WireClient;
/** What it answers: parts, sent as fast as they are taken. */
let parts: () => Iterable<Buffer>;
let sent_bytes = 0;
let rss_before = 0;
let peak = 0;
let watch: NodeJS.Timeout;

beforeAll(async () => {
  evil = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/x-ndjson', 'content-encoding': 'zstd' });
    response.on('error', () => {});
    const iterator = parts()[Symbol.iterator]();
    const more = (): void => {
      for (;;) {
        const next = iterator.next();
        if (next.done === true) {
          response.end();
          return;
        }
        sent_bytes += next.value.length;
        if (response.destroyed) return;
        if (!response.write(next.value)) {
          response.once('drain', more);
          return;
        }
      }
    };
    more();
  });
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
  client = clientOf(`http://127.0.0.1:${(evil.address() as AddressInfo).port}`, fetch);
});
afterAll(async () => {
  evil.closeAllConnections();
  await new Promise((resolve) => evil.close(resolve));
});
beforeEach(() => {
  sent_bytes = 0;
  rss_before = process.memoryUsage.rss();
  peak = rss_before;
  watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
});
afterEach(() => {
  clearInterval(watch);
  expect(Math.max(peak, process.memoryUsage.rss()) - rss_before).toBeLessThan(MOST_GROWTH_BYTES);
});

function clientOf(server_url: string, fetchFn: typeof fetch): WireClient {
  const session = {
    adopt: () => {},
    resume: () => {},
    accessToken: async () => 'A'.repeat(43),
    refused: () => {},
    signedIn: () => true,
    logout: async () => {},
  };
  return createWireClient({ server_url, fetch: fetchFn, timers: machineTimers(), session });
}

const never = new AbortController().signal;
const failure = async (work: Promise<unknown>): Promise<WireFailure> => {
  const error: unknown = await work.then(
    () => new Error('it was taken'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof WireFailure)) throw error;
  return error;
};
function* repeated(first: string, unit: Buffer, times: number): Generator<Buffer> {
  yield zstdCompressSync(Buffer.from(first));
  // frames one behind the other are one stream
  const frame = zstdCompressSync(unit);
  for (let n = 0; n < times; n++) yield frame;
}
const MIB = 1024 * 1024;
const ROW = `${JSON.stringify([7, 'D', 1, 1])}\n`;

describe('answers that unpack without end', () => {
  test.each([
    ['zeros', Buffer.alloc(16 * MIB), 'broken_answer'],
    ['empty lines', Buffer.alloc(16 * MIB, '\n'), 'broken_answer'],
    ['one line that never ends', Buffer.alloc(16 * MIB, 'x'), 'broken_answer'],
    ['nothing but brackets', Buffer.alloc(16 * MIB, '['), 'broken_answer'],
    ['rows', Buffer.from(ROW.repeat(100_000)), 'broken_answer'],
  ] as const)(
    'of %s',
    async (_, unit, kind) => {
      parts = () => repeated(DELTA_HEADER, unit, 4000);
      const refused = await failure(client.delta(DELTA, never));
      expect([refused.kind, refused.message]).toEqual([kind, expect.stringMatching(/too long|too large|empty/)]);
      parts = () => repeated(`${JSON.stringify({ epoch: EPOCH })}\n`, unit, 4000);
      expect((await failure(client.snapshot(SNAPSHOT, never, async () => {}))).kind).toBe(kind);
      parts = () => repeated('[', unit, 4000);
      expect((await failure(client.push({ client_id: CLIENT, mutations: [] }, never))).kind).toBe(kind);
      // it stopped reading long before the end
      expect(sent_bytes).toBeLessThan(64 * MIB);
    },
    60_000,
  );

  test('a frame that asks for a window of two gigabytes', async () => {
    const params = { [constants.ZSTD_c_windowLog]: 31, [constants.ZSTD_c_enableLongDistanceMatching]: 1 };
    const wide = zstdCompressSync(Buffer.alloc(300 * MIB), { params });
    rss_before = process.memoryUsage.rss();
    parts = () => [wide];
    expect((await failure(client.delta(DELTA, never))).kind).toMatch(/broken_answer|unreachable/);
  });
});

describe('answers that hold more than was asked for', () => {
  const rows = (count: number): string =>
    `${JSON.stringify({ epoch: EPOCH })}\n${'[7,1,1,[],"d41d8cd98f00b204"]\n'.repeat(count)}`;

  test('more rows than the limit', async () => {
    const hash = rowHash(1, 1, []);
    const row = `${JSON.stringify([7, 1, 1, [], hash])}\n`;
    const answer = (count: number): string =>
      `${JSON.stringify({ epoch: EPOCH })}\n${row.repeat(count)}{"bucket":7,"complete":true,"rows":${count}}\n{"end":true,"rows":${count}}\n`;
    parts = () => [zstdCompressSync(Buffer.from(answer(1000)))];
    expect((await client.snapshot(SNAPSHOT, never, async () => {})).rows).toBe(1000);
    parts = () => [zstdCompressSync(Buffer.from(answer(1001)))];
    expect((await failure(client.snapshot(SNAPSHOT, never, async () => {}))).message).toContain('more rows');
  });

  test('rows of another bucket, rows without their hash, blocks that claim a billion rows', async () => {
    parts = () => [zstdCompressSync(Buffer.from(rows(1)))];
    expect((await failure(client.snapshot(SNAPSHOT, never, async () => {}))).message).toContain('hash');
    const block = { rows: 1e9, runs: [[7, 1e9]], last_id: 1, hash: 'f'.repeat(64) };
    const text = `${JSON.stringify({ epoch: EPOCH, encoding: 'columns' })}\n[[1],[1]]\n${JSON.stringify({ block })}\n`;
    parts = () => [zstdCompressSync(Buffer.from(text))];
    const asked = { ...SNAPSHOT, encoding: 'columns' as const };
    expect((await failure(client.snapshot(asked, never, async () => {}))).message).toContain('more rows');
  });
});

describe('true answers, bent', () => {
  let running: TestServer;
  let replica: TestReplica;
  let delta: string;
  let snapshot: string;
  let asDelta: typeof DELTA;
  let asSnapshot: Parameters<WireClient['snapshot']>[0];
  beforeAll(async () => {
    running = await startTestServer(await PGLITE.start());
    replica = await running.replica('finance');
    const opened = await replica.open();
    const from = opened.head;
    await running.server.database.db.updateTable('item').set({ name: 'changed' }).execute();
    await running.server.drainNow();
    const { client_id, epoch } = replica;
    delta = (await replica.post('/sync/delta', { client_id, epoch, from })).text;
    const buckets = replica.scope.map(([bucket]) => ({ bucket, after: null }));
    const request = { client_id, epoch, buckets, limit_rows: 1000, encoding: 'columns' as const };
    snapshot = (await replica.post('/sync/snapshot', request)).text;
    asDelta = { client_id, epoch: epoch ?? '', from, reloads: true };
    asSnapshot = { ...request, epoch: epoch ?? '' };
  }, 120_000);
  afterAll(async () => {
    await running?.close();
  });

  /** What was taken, as text; a failure of the wire's own kind is as good. */
  const taken = async (path: 'delta' | 'snapshot', bytes: Buffer): Promise<string | null> => {
    const own = clientOf('http://127.0.0.1:9', async () => new Response(new Uint8Array(bytes)));
    const pieces: SnapshotPiece[] = [];
    try {
      if (path === 'delta') return JSON.stringify((await own.delta(asDelta, never)).rows);
      await own.snapshot(asSnapshot, never, async (piece) => {
        pieces.push(piece);
      });
      return JSON.stringify(pieces);
    } catch (error) {
      if (error instanceof WireFailure) return null;
      throw error;
    }
  };

  test(`in any way, plain or packed: refused or the same, seed ${SEED} (BINNACLE_FUZZ_SEED runs it again)`, async () => {
    const whole = {
      delta: await taken('delta', Buffer.from(delta)),
      snapshot: await taken('snapshot', Buffer.from(snapshot)),
    };
    expect(whole.delta).toContain('changed');
    expect(whole.snapshot).toContain('columns');
    // the row's own hash says nothing of its bucket
    const moved = delta.replace(/\n\[(\d+),/, (_, bucket) => `\n[${Number(bucket) + 1},`);
    expect(moved).not.toBe(delta);
    expect(await taken('delta', Buffer.from(moved))).toBeNull();
    let refused = 0;
    const bend = fc.record({
      path: fc.constantFrom('delta', 'snapshot'),
      packed: fc.boolean(),
      how: fc.constantFrom('cut', 'flip', 'drop line', 'swap lines', 'double line', 'insert'),
      at: fc.nat(),
      to: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(bend, async ({ path, packed, how, at, to }) => {
        const text = path === 'delta' ? delta : snapshot;
        let bytes: Buffer = Buffer.from(text);
        const lines = text.trimEnd().split('\n');
        const [one, two] = [at % lines.length, to % lines.length];
        if (how === 'drop line') lines.splice(one, 1);
        if (how === 'double line') lines.splice(two, 0, lines[one] ?? '');
        if (how === 'swap lines') [lines[one], lines[two]] = [lines[two] ?? '', lines[one] ?? ''];
        if (how.includes('line')) bytes = Buffer.from(`${lines.join('\n')}\n`);
        if (packed) bytes = zstdCompressSync(bytes);
        const place = at % bytes.length;
        if (how === 'cut') bytes = bytes.subarray(0, place);
        if (how === 'flip') bytes[place] = (bytes[place] ?? 0) ^ (1 << (to % 8));
        if (how === 'insert')
          bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from([to % 256]), bytes.subarray(place)]);
        const got = await taken(path, bytes);
        if (got === null) refused += 1;
        // a delta carries a hash of all its lines; a snapshot's blocks are hashed where they are written
        else if (path === 'delta') expect(got).toBe(whole.delta);
      }),
      { numRuns: 300, seed: SEED },
    );
    expect(refused).toBeGreaterThan(150);
  }, 60_000);
});
