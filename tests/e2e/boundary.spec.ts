/** Whoever should not get in, and whatever should not be asked, is refused in clear words; work goes on. */
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { Page } from '@playwright/test';
import { WebSocket } from 'ws';
import { expect, grid, type Host, noteOf, openFirstItem, pill, Stage, test, writeNote } from './stage.ts';

test.describe.configure({ mode: 'serial' });

let stage: Stage;
let host: Host;

test.beforeAll(async () => {
  // Tokens end while the tests run: the session renews them, a stolen one is soon worth nothing.
  stage = await Stage.open(['--token-ttl', '2']);
  host = await stage.host('laptop', 'planner');
});
test.afterAll(async () => await stage.close());

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What came back for a call over the socket; `code` and `message` are the error's. */
interface Reply {
  readonly kind: string;
  readonly code: string;
  readonly message: string;
  readonly value: unknown;
}

async function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}

/** The status a WebSocket is refused with; 101 when it opens. */
async function upgrade(headers: Readonly<Record<string, string>>, origin?: string): Promise<number> {
  const address = `${host.url.replace('http:', 'ws:')}/replica`;
  return await new Promise((resolve, reject) => {
    const socket = new WebSocket(address, { headers, ...(origin === undefined ? {} : { origin }) });
    socket.once('open', () => {
      resolve(101);
      socket.close();
    });
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    socket.once('error', reject);
  });
}

/** The answer to one call over a socket that the page itself opens, as text. */
async function overSocket(page: Page, call: { readonly id: number; readonly name: string; readonly args: unknown }) {
  return await page.evaluate(
    async (message) =>
      await new Promise<string>((resolve, reject) => {
        const socket = new WebSocket(`${window.location.origin.replace('http:', 'ws:')}/replica`);
        socket.addEventListener('open', () => socket.send(JSON.stringify(message)));
        socket.addEventListener('close', (event) => reject(new Error(`closed: ${event.code}`)));
        socket.addEventListener('message', ({ data }: { readonly data: unknown }) => {
          // Events come over the same socket, unasked.
          if (typeof data !== 'string' || !data.includes(`"id":${message.id},`)) return;
          resolve(data);
          socket.close();
        });
      }),
    { kind: 'call', ...call },
  );
}

function replyOf(text: string): Reply {
  const answer: unknown = JSON.parse(text);
  const field = (from: unknown, key: string): unknown =>
    typeof from === 'object' && from !== null ? Reflect.get(from, key) : undefined;
  const word = (from: unknown, key: string) => {
    const value = field(from, key);
    return typeof value === 'string' ? value : '';
  };
  const error = field(answer, 'error');
  return {
    kind: word(answer, 'kind'),
    code: word(error, 'code'),
    message: word(error, 'message'),
    value: field(answer, 'value'),
  };
}

async function cookieOf(page: Page): Promise<string> {
  return (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
}

/** Proof that nothing above hurt: the screen answers and a change is taken. */
async function workGoesOn(page: Page): Promise<void> {
  await host.enter(page, '/stock');
  await openFirstItem(page);
  const body = `Still at work, ${randomUUID()}`;
  await writeNote(page, body);
  await expect(noteOf(page, body)).toContainText('Accepted');
}

test('an address opens once, and a made-up or no code opens nothing', async ({ page, browser }) => {
  const address = await host.openAddress();
  await page.goto(address);
  await expect(grid(page, 'Decisions')).toBeVisible();
  const stranger = await browser.newPage();
  const again = await stranger.goto(address);
  expect(again?.status()).toBe(401);
  await expect(stranger.getByText('This address was used already or is too old.')).toBeVisible();
  for (const path of [`/open?code=${'A'.repeat(43)}`, '/open', '/', '/index.html', '/host.json']) {
    expect((await get(`${host.url}${path}`)).status, path).toBe(401);
  }
  await stranger.close();
});

test('foreign pages and foreign names are refused by host and server', async ({ page }) => {
  await host.enter(page);
  const cookie = await cookieOf(page);
  const foreign = 'http://evil.example';
  expect(await get(host.url, { cookie })).toMatchObject({ status: 200 });
  expect(await get(host.url, { cookie, origin: foreign })).toMatchObject({
    status: 403,
    text: expect.stringContaining('other sites'),
  });
  expect((await get(host.url, { cookie, host: 'evil.example' })).status).toBe(421);
  expect((await get(host.url, { cookie, host: host.url.replace('http://127.0.0.1', 'localhost') })).status).toBe(421);
  expect((await get(`${host.url}/rpc`, { cookie })).status).toBe(401);

  expect((await get(`${stage.url}/health`)).status).toBe(200);
  expect(await get(`${stage.url}/health`, { origin: foreign })).toMatchObject({
    status: 403,
    text: expect.stringContaining('does not answer to web pages'),
  });
  expect(await get(`${stage.url}/health`, { host: 'evil.example' })).toMatchObject({
    status: 421,
    text: expect.stringContaining('does not answer to that host name'),
  });
  expect((await get(`${stage.url}/admin/users`)).status).toBe(401);
});

test('a socket needs the cookie and the host’s own page', async ({ page }) => {
  await host.enter(page);
  const cookie = await cookieOf(page);
  expect(await upgrade({ cookie }, host.url)).toBe(101);
  expect(await upgrade({}, host.url)).toBe(401);
  expect(await upgrade({ cookie: `${cookie}x` }, host.url)).toBe(401);
  expect(await upgrade({ cookie }, 'http://evil.example')).toBe(403);
  expect(await upgrade({ cookie })).toBe(403);
  expect(await upgrade({ cookie, host: 'evil.example' }, host.url)).toBe(421);
});

test('unknown, malformed and oversized calls are refused one by one over the page’s own socket', async ({ page }) => {
  await host.enter(page);
  const call = async (name: string, args: unknown) => replyOf(await overSocket(page, { id: 7, name, args }));
  const companies = await call('companies', {});
  expect(companies).toMatchObject({ kind: 'result', value: [{ code: 'HAL' }, {}] });
  const [{ id: company_id }] = companies.value as readonly [{ readonly id: number }];
  for (const name of ['constructor', '__proto__', 'dropEverything', '']) {
    expect(await call(name, {}), name).toMatchObject({ kind: 'error', code: 'unknown_operation' });
  }
  for (const args of [{ surplus: 1 }, [1], 'x']) {
    expect(await call('companies', args)).toMatchObject({ kind: 'error', code: 'bad_arguments' });
  }
  const long = await call('stockPositions', { company_id, text: 'x'.repeat(1000) });
  expect(long).toMatchObject({ kind: 'error', code: 'bad_arguments', message: expect.stringContaining('text') });
  const huge = await call('stockPositions', { company_id, text: 'x'.repeat(300_000) });
  expect(huge).toMatchObject({ kind: 'error', code: 'too_large' });
  const sql = await call('stockPositions', { company_id, text: "'; DROP TABLE item; --" });
  expect(sql).toMatchObject({ kind: 'result', value: { total_rows: 0 } });
  await workGoesOn(page);
});

test('a token that ended is refused by name, and the signed-in machine never notices', async ({ page }) => {
  const login = await fetch(`${stage.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user_name: 'planner', password: 'demo' }),
  });
  const answer: unknown = await login.json();
  if (typeof answer !== 'object' || answer === null || !('access_token' in answer)) throw new Error('no token');
  const authorization = `Bearer ${String(answer.access_token)}`;
  expect(await get(`${stage.url}/admin/users`, { authorization })).toMatchObject({
    status: 403,
    text: expect.stringContaining('not_permitted'),
  });
  await expect
    .poll(async () => await get(`${stage.url}/admin/users`, { authorization }))
    .toMatchObject({ status: 401, text: expect.stringContaining('token_expired') });

  await workGoesOn(page);
  await expect(pill(page)).toContainText('Live');
});
