/**
 * Requests nobody's client would send: cut short, reordered, bent, hostile, far too large, packed to burst. Each is refused
 * with a clear error and bounded memory, nothing of it is stored, and the next good request is answered.
 */
import { connect } from 'node:net';
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WIRE_SCHEMA_VERSION } from '#contract/wire/tables.ts';
import { PGLITE } from '#server/testing/engines.ts';
import { mutation, type TestReplica } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

/** What the process may grow by while it is attacked: the bombs below would be gigabytes. */
const MOST_GROWTH_BYTES = 250 * 1024 * 1024;
const SEED = Number(process.env['BINNACLE_FUZZ_SEED'] ?? Date.now() % 1_000_000_000);

let running: TestServer;
let replica: TestReplica;
let logged_before = 0;
let rss_before = 0;
let peak = 0;
let watch: NodeJS.Timeout;

beforeAll(async () => {
  running = await startTestServer(await PGLITE.start());
  replica = await running.replica('sales');
  await replica.sync();
}, 120_000);
afterAll(async () => {
  await running?.close();
});
beforeEach(() => {
  logged_before = running.logged.length;
  rss_before = process.memoryUsage.rss();
  peak = rss_before;
  watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
});
afterEach(async () => {
  clearInterval(watch);
  expect(Math.max(peak, process.memoryUsage.rss()) - rss_before).toBeLessThan(MOST_GROWTH_BYTES);
  expect(running.logged.slice(logged_before).filter((line) => /request failed|push failed/.test(line))).toEqual([]);
  const note = mutation('addItemNote', { item_id: running.data.items[0], body: 'still answers' });
  expect((await replica.push(note)).body).toEqual({ outcomes: [{ id: note.id, state: 'accepted', reason: null }] });
});

interface Raw {
  /** 0 = the connection was closed without a word. */
  readonly status: number;
  readonly text: string;
}

/** Bytes as they are, on a connection of their own; the answer is what came until it ended or `quiet_ms` passed. */
async function raw(parts: readonly (string | Buffer)[], quiet_ms = 3000): Promise<Raw> {
  return await new Promise((resolve) => {
    const socket = connect(running.server.port, '127.0.0.1');
    let text = '';
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text });
    };
    const timer = setTimeout(done, quiet_ms);
    socket.on('data', (part) => {
      text += part.toString('latin1');
      if (/\r\n\r\n/.test(text)) setTimeout(done, 20);
    });
    socket.on('close', done);
    socket.on('error', () => {});
    for (const part of parts) socket.write(part);
  });
}

const head = (path: string, more: Readonly<Record<string, string | number>> = {}, method = 'POST'): string =>
  [
    `${method} ${path} HTTP/1.1`,
    `host: 127.0.0.1:${running.server.port}`,
    `authorization: Bearer ${replica.access_token}`,
    'x-binnacle-protocol: 1',
    ...('content-type' in more ? [] : ['content-type: application/json']),
    ...Object.entries(more).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');
const whole = (path: string, body: string | Buffer, more: Readonly<Record<string, string | number>> = {}) =>
  raw([head(path, { 'content-length': Buffer.byteLength(body), ...more }), body]);

type Bend =
  | { readonly how: 'cut'; readonly at: number }
  | { readonly how: 'double'; readonly at: number }
  | { readonly how: 'flip'; readonly at: number; readonly bit: number }
  | { readonly how: 'swap'; readonly at: number; readonly to: number }
  | { readonly how: 'replace'; readonly at: number; readonly value: string };

/** Good requests, one of each kind. */
function good(): readonly (readonly [path: string, body: object])[] {
  const { client_id, epoch, checkpoint } = replica;
  const bucket = replica.scope[0]?.[0] ?? 0;
  return [
    ['/sync/open', { schema: WIRE_SCHEMA_VERSION, client_id, epoch, checkpoint, scope_hash: null }],
    ['/sync/delta', { client_id, epoch, from: checkpoint }],
    ['/sync/snapshot', { client_id, epoch, buckets: [{ bucket, after: null }], limit_rows: 100, encoding: 'columns' }],
    ['/sync/verify', { client_id, epoch, checkpoint, buckets: [bucket] }],
    ['/sync/push', { client_id, mutations: [mutation('addItemNote', { item_id: 0, body: 'fuzz' })] }],
    ['/auth/refresh', { refresh_token: 'x'.repeat(80) }],
    ['/admin/audit', { text: 'x' }],
  ];
}

describe('bodies', () => {
  test(`bent in any way, seed ${SEED} (BINNACLE_FUZZ_SEED runs it again)`, async () => {
    const hostile = fc.constantFrom(
      'null',
      '-1',
      '1e999',
      '-0',
      '9007199254740993',
      '1.5',
      '""',
      '"\\u0000"',
      '"\\ud800"',
      '[]',
      '{}',
      'true',
      '"\' or 1=1 --"',
      '{"__proto__":{"admin":true}}',
      '{"constructor":{"prototype":{"x":1}}}',
      '[[[[[[]]]]]]',
      '"2e308"',
      '"../../etc/passwd"',
      '{"length":1e9}',
      `"${'x'.repeat(5000)}"`,
      '"%s%n"',
      '\u0000',
      '{"a":1,"a":2}',
    );
    const bend: fc.Arbitrary<Bend> = fc.oneof(
      fc.record({ how: fc.constant('cut' as const), at: fc.nat() }),
      fc.record({ how: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(7) }),
      fc.record({ how: fc.constant('swap' as const), at: fc.nat(), to: fc.nat() }),
      fc.record({ how: fc.constant('double' as const), at: fc.nat() }),
      fc.record({ how: fc.constant('replace' as const), at: fc.nat(), value: hostile }),
    );
    const bent = (text: string, how: Bend): Buffer => {
      const bytes = Buffer.from(text);
      const at = how.at % bytes.length;
      if (how.how === 'cut') return bytes.subarray(0, at);
      if (how.how === 'double') return Buffer.concat([bytes, bytes.subarray(at)]);
      if (how.how === 'flip') {
        bytes[at] = (bytes[at] ?? 0) ^ (1 << how.bit);
        return bytes;
      }
      if (how.how === 'swap') {
        const to = how.to % bytes.length;
        const [low, high] = [Math.min(at, to), Math.max(at, to)];
        return Buffer.concat([bytes.subarray(high), bytes.subarray(low, high), bytes.subarray(0, low)]);
      }
      // a value of the JSON gives way to another
      const values = [...text.matchAll(/(?<=[:[,])("[^"]*"|-?\d+|null|\[\]|\{\})/g)];
      const chosen = values[how.at % values.length];
      if (!chosen) return bytes;
      return Buffer.from(text.slice(0, chosen.index) + how.value + text.slice(chosen.index + chosen[0].length));
    };
    const answers = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(fc.nat(6), fc.array(bend, { minLength: 1, maxLength: 3 }), async (which, ways) => {
        const [path, body] = good()[which] ?? ['', {}];
        let bytes: Buffer = Buffer.from(JSON.stringify(body));
        for (const way of ways) if (bytes.length > 0) bytes = bent(bytes.toString('utf8'), way);
        const response = await fetch(`${running.server.url}${path}`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${replica.access_token}`,
            'x-binnacle-protocol': '1',
          },
          body: new Uint8Array(bytes),
        });
        const text = await response.text();
        answers.set(response.status, (answers.get(response.status) ?? 0) + 1);
        expect(response.status, `${path} ${bytes.toString('utf8').slice(0, 300)}: ${text.slice(0, 200)}`).toBeLessThan(
          500,
        );
        if (response.status >= 400) expect(JSON.parse(text)).toMatchObject({ error: { code: expect.any(String) } });
      }),
      { numRuns: 250, seed: SEED },
    );
    // most of it is refused, and some still means something
    expect(answers.get(400)).toBeGreaterThan(50);
  }, 60_000);

  test.each([
    ['nested 400,000 deep', `${'['.repeat(400_000)}${']'.repeat(400_000)}`],
    ['objects nested 100,000 deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['a name that would change every object', '{"__proto__":{"administer":true}}'],
    ['a constructor', '{"constructor":{"prototype":{"administer":true}}}'],
    ['a number of a million digits', `{"client_id":${'9'.repeat(1_000_000)}}`],
    ['a million keys', `{${Array.from({ length: 70_000 }, (_, n) => `"k${n}":1`).join(',')}}`],
    ['nothing', ''],
    ['a half of a surrogate pair', '"\\ud800"'],
    ['bytes that are no text', Buffer.from([0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22])],
    ['a byte order mark', '\uFEFF{}'],
  ])('%s', async (_, body) => {
    for (const path of ['/sync/push', '/sync/open', '/auth/refresh']) {
      const answer = await whole(path, body);
      expect([path, answer.status]).toEqual([path, 400]);
      expect(answer.text).toContain('"code":"bad_arguments"');
    }
    expect(({} as { administer?: boolean }).administer).toBeUndefined();
  });

  test('a change whose arguments are deep, odd or not text is refused, and holds nothing up', async () => {
    const next = mutation('addItemNote', { item_id: running.data.items[0], body: 'behind it' });
    const push = async (args: string) => {
      const one = JSON.stringify(mutation('addItemNote', {})).replace('"args":{}', `"args":${args}`);
      const answer = await whole(
        '/sync/push',
        `{"client_id":"${replica.client_id}","mutations":[${one},${JSON.stringify(next)}]}`,
      );
      return answer;
    };
    expect((await push(`{"item_id":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)).status).toBe(400);
    for (const args of [
      '{"\\ud800":1}',
      '{"item_id":1e999}',
      '{"item_id":1,"item_id":2}',
      '{"body":"\\ud800"}',
      '{"a\\u0000":1}',
    ]) {
      const answer = await push(args);
      expect([args, answer.status]).toEqual([args, 200]);
      expect(answer.text).toContain('"state":"rejected"');
      expect(answer.text).toContain('"state":"accepted"');
    }
    const odd = { ...mutation('addItemNote', {}), command: '\uD800' };
    expect(await replica.push(odd)).toMatchObject({ status: 200, body: { outcomes: [{ state: 'rejected' }] } });
  });

  test('far too large, by what it says and by what it is', async () => {
    const said = await raw([head('/sync/push', { 'content-length': 5_000_000_000 })]);
    expect(said.status).toBe(413);
    const large = 'x'.repeat(64 * 1024);
    const chunked = await raw([
      head('/sync/push', { 'transfer-encoding': 'chunked' }),
      ...Array.from({ length: 200 }, () => `${large.length.toString(16)}\r\n${large}\r\n`),
    ]);
    expect(chunked.status).toBe(413);
    for (const length of ['-1', '1e9', '0x10', '5, 6', ' ']) {
      const odd = await raw([head('/sync/push', { 'content-length': length }), '{}']);
      expect([length, odd.status]).toEqual([length, 400]);
    }
  });

  test('a large block of an import is not even read from somebody who is not signed in', async () => {
    for (const path of ['/imports/orders/1/lines', '/imports/files/1/lines']) {
      const anonymous = head(path, { 'content-length': 30 * 1024 * 1024 }).replace(/authorization: .*\r\n/, '');
      const answer = await raw([anonymous, '{"lines":['], 1500);
      expect([path, answer.status]).toEqual([path, 401]);
    }
  });

  test('packed to burst: requests are taken as they are, never unpacked', async () => {
    const zeros = Buffer.alloc(512 * 1024 * 1024);
    const bombs = {
      gzip: gzipSync(zeros, { level: 9 }),
      br: brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }),
      zstd: zstdCompressSync(zeros),
    };
    rss_before = process.memoryUsage.rss();
    peak = rss_before;
    for (const [encoding, bomb] of Object.entries(bombs)) {
      expect(bomb.length).toBeLessThan(1024 * 1024);
      for (const path of ['/sync/push', '/auth/login', '/imports/orders/1/lines']) {
        const answer = await whole(path, bomb, { 'content-encoding': encoding });
        expect([encoding, path, answer.status]).toEqual([encoding, path, 415]);
        expect(answer.text).toContain('"error"');
      }
    }
    for (const type of ['application/xml', 'multipart/form-data; boundary=x', 'application/octet-stream']) {
      const answer = await whole('/sync/push', '{}', { 'content-type': type });
      expect([type, answer.status]).toEqual([type, 415]);
    }
  }, 60_000);
});

describe('connections', () => {
  test('two hundred that never finish their request do not hold up the others', async () => {
    const sockets = Array.from({ length: 200 }, (_, n) => {
      const socket = connect(running.server.port, '127.0.0.1');
      socket.on('error', () => {});
      const begin = head('/sync/push', { 'content-length': 1000 });
      socket.write(n % 2 === 0 ? begin.slice(0, 40) : `${begin}{`);
      return socket;
    });
    const { server } = running;
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect((await replica.verify()).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  test('floods of headers, endless lines, two requests in one, and other tongues', async () => {
    const headers = (count: number, length: number): string =>
      Array.from({ length: count }, (_, n) => `x-${n}: ${'y'.repeat(length)}\r\n`).join('');
    const begin = head('/sync/open').slice(0, -2);
    expect((await raw([begin, headers(10, 10_000)])).status).toBe(431);
    expect((await raw([begin, headers(5000, 10)])).status).toBe(431);
    expect((await raw([`GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`])).status).toBe(431);
    const smuggled = await raw([
      head('/sync/push', { 'content-length': 4, 'transfer-encoding': 'chunked' }),
      '0\r\n\r\nGET /admin/users HTTP/1.1\r\n\r\n',
    ]);
    expect(smuggled.status).toBe(400);
    for (const words of [
      'GET / HTTP/9.9\r\n\r\n',
      '\u0016\u0003\u0001\u0002',
      'hello\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    ]) {
      expect([0, 400, 505]).toContain((await raw([words], 500)).status);
    }
    for (const method of ['PUT', 'PATCH', 'TRACE', 'CONNECT', 'OPTIONS', 'PROPFIND']) {
      const answer = await raw([head('/sync/push', {}, method)], 1000);
      expect([method, [0, 400, 404, 405, 415].includes(answer.status)]).toEqual([method, true]);
    }
  });
});
