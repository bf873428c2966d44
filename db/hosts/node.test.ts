import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { machineRandom } from '#db/machine.ts';
import type { ReplicaService } from '#db/service.ts';
import { scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { freshFolder, testService } from '#db/testing/testService.ts';
import { callRunningHost, findRunningHost } from './discovery.ts';
import { type BrowserHost, startBrowserHost } from './node.ts';

let host: BrowserHost;
let service: ReplicaService;
let dataDir: string;
let rendererDir: string;
let cookie: string;
let now_ms = 1_000_000;
const server = scriptedServer();

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** node:http, because fetch would not let a test lie about Host or Origin, nor send `..`. */
function get(url_path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  const { hostname, port } = new URL(host.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: hostname, port, path: url_path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

function socket(headers: Record<string, string>, at = '/replica'): Promise<number | 'open'> {
  return new Promise((resolve) => {
    const opened = new WebSocket(`${host.url.replace('http', 'ws')}${at}`, { headers });
    opened.on('open', () => {
      opened.close();
      resolve('open');
    });
    opened.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    opened.on('error', () => undefined);
  });
}

const start = () =>
  startBrowserHost({
    service,
    dataDir,
    serverUrl: server.url,
    rendererDir,
    port: 0,
    clock: () => now_ms,
    random: machineRandom(),
    pid: process.pid,
  });

beforeAll(async () => {
  smallDistributor(server);
  dataDir = freshFolder();
  rendererDir = path.join(freshFolder(), 'renderer');
  mkdirSync(path.join(rendererDir, 'assets'), { recursive: true });
  writeFileSync(
    path.join(rendererDir, 'index.html'),
    '<html><head><meta name="style-nonce" content="__STYLE_NONCE__"></head></html>',
  );
  writeFileSync(path.join(rendererDir, 'assets', 'main-AbCdEf12.js'), 'export {}');
  writeFileSync(path.join(rendererDir, '..', 'secret.txt'), 'SECRET');
  symlinkSync(path.join(rendererDir, '..', 'secret.txt'), path.join(rendererDir, 'link.txt'));
  service = testService({ dataDir, serverUrl: server.url, fetch: (input, init) => server.fetch(input, init) });
  host = await start();
  const opened = await get(new URL(host.openAddress()).pathname + new URL(host.openAddress()).search);
  expect(opened.status).toBe(303);
  cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
});
afterAll(async () => {
  await host.close();
  await service.close();
});

const addressOf = (open: string) => {
  const { pathname, search } = new URL(open);
  return pathname + search;
};

describe('the way in', () => {
  test('a code works once, for a minute, and gives a strict cookie', async () => {
    const address = addressOf(host.openAddress());
    const first = await get(address);
    expect(first).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(String(first.headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await get(address)).status).toBe(401);
    const late = addressOf(host.openAddress());
    now_ms += 60_000;
    expect((await get(late)).status).toBe(401);
    expect((await get('/open?code=guess')).status).toBe(401);
    expect((await get('/open')).status).toBe(401);
  });

  test('without the cookie nothing is served', async () => {
    expect((await get('/')).status).toBe(401);
    expect((await get('/assets/main-AbCdEf12.js')).status).toBe(401);
    expect((await get('/', { cookie: `binnacle_${new URL(host.url).port}=guess` })).status).toBe(401);
  });

  test('another Host or Origin is refused', async () => {
    expect((await get('/', { cookie, host: 'evil.example' })).status).toBe(421);
    expect((await get('/', { cookie, host: `localhost:${new URL(host.url).port}` })).status).toBe(421);
    expect((await get('/', { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await get('/', { cookie, origin: 'null' })).status).toBe(403);
    expect((await get(addressOf(host.openAddress()), { origin: 'http://evil.example' })).status).toBe(403);
  });

  test('the socket checks the same', async () => {
    const origin = host.url;
    expect(await socket({ cookie, origin })).toBe('open');
    expect(await socket({ origin })).toBe(401);
    expect(await socket({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await socket({ cookie })).toBe(403);
    expect(await socket({ cookie, origin, host: 'evil.example' })).toBe(421);
    expect(await socket({ cookie, origin }, '/other')).toBe(404);
  });
});

describe('the pages', () => {
  test('carry their type, a policy, and a nonce of their own', async () => {
    const page = await get('/', { cookie });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    const nonce = /content="([^"]+)"/.exec(page.body)?.[1] ?? '';
    expect(nonce).toMatch(/^[A-Za-z0-9+/=]{20,}$/);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).not.toContain('unsafe');
    expect((await get('/', { cookie })).body).not.toBe(page.body);
    const script = await get('/assets/main-AbCdEf12.js', { cookie });
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=31536000, immutable',
    });
  });

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/link.txt',
    '/%00',
    '/%zz',
    '/assets',
    '/nope.js',
    '/..%5csecret.txt',
  ])('stay inside their folder: %s', async (url_path) => {
    const got = await get(url_path, { cookie });
    expect(got.status).toBe(404);
    expect(got.body).not.toContain('SECRET');
  });

  test('are only read', async () => {
    expect((await get('/', { cookie }, 'POST')).status).toBe(405);
    expect((await get('/', { cookie }, 'DELETE')).status).toBe(405);
  });
});

describe('the second start and the command line', () => {
  test('find the running host, and a dead one is ignored', async () => {
    expect(findRunningHost(dataDir)).toMatchObject({ url: host.url, pid: process.pid });
    await expect(start()).rejects.toMatchObject({ code: 'replica_in_use' });
    const elsewhere = freshFolder();
    expect(findRunningHost(elsewhere)).toBeNull();
    writeFileSync(
      path.join(elsewhere, 'host.json'),
      JSON.stringify({ pid: 1, url: 'http://127.0.0.1:1', token: 'x'.repeat(30), server_url: server.url }),
    );
    expect(findRunningHost(elsewhere)).toBeNull();
  });

  test('ask through it with the password of the person whose files it has open', async () => {
    const found = findRunningHost(dataDir);
    if (!found) throw new Error('no host');
    const ask = (more: object) =>
      callRunningHost(found, fetch, { user: 'planner', password: 'right', name: 'session', args: {}, ...more });
    await expect(ask({})).rejects.toMatchObject({ code: 'not_signed_in' });
    await service.signIn({ user_name: 'planner', password: 'right' });
    await service.syncOnce();
    expect(await ask({})).toMatchObject({ user_name: 'planner' });
    await expect(ask({ password: 'wrong' })).rejects.toMatchObject({ code: 'wrong_password' });
    await expect(ask({ user: 'finance' })).rejects.toMatchObject({ code: 'not_signed_in' });
    await expect(ask({ name: '__proto__' })).rejects.toMatchObject({ code: 'unknown_operation' });
    const mutation_id = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
    expect(await ask({ name: 'addItemNote', args: { item_id: 840, body: 'from a script' }, mutation_id })).toEqual({
      id: mutation_id,
      state: 'pending',
    });
    await expect(
      callRunningHost({ ...found, token: 'y'.repeat(43) }, fetch, {
        user: 'planner',
        password: 'right',
        name: 'session',
        args: {},
      }),
    ).rejects.toThrow();
    for (let n = 0; n < 5; n++) await ask({ password: `guess ${n}` }).catch(() => undefined);
    await expect(ask({ password: 'one more' })).rejects.toMatchObject({ code: 'locked_out' });
  });
});
