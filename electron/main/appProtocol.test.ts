import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAppProtocol } from './appProtocol.ts';

let folder = '';
let serve: ReturnType<typeof createAppProtocol>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'binnacle-protocol-'));
  mkdirSync(join(folder, 'renderer', 'assets'), { recursive: true });
  mkdirSync(join(folder, 'renderer-secret'));
  writeFileSync(join(folder, 'renderer', 'index.html'), '<meta name="style-nonce" content="__STYLE_NONCE__">');
  writeFileSync(join(folder, 'renderer', 'assets', 'a b.js'), 'export {}');
  writeFileSync(join(folder, 'secret.json'), '{"key":1}');
  writeFileSync(join(folder, 'renderer-secret', 'x.js'), 'secret');
  symlinkSync(join(folder, 'secret.json'), join(folder, 'renderer', 'link.json'));
  let n = 0;
  serve = createAppProtocol({ rendererFolder: join(folder, 'renderer'), nonce: () => `nonce${++n}` });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const get = (url: string, method = 'GET'): Promise<Response> => serve({ url, method });

describe('app protocol', () => {
  test('serves the page with the nonce of its own policy, another one each time', async () => {
    const seen: string[] = [];
    for (let i = 0; i < 2; i++) {
      const response = await get('app://binnacle/');
      expect(response.status).toBe(200);
      const policy = response.headers.get('content-security-policy') ?? '';
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
      expect(await response.text()).toBe(`<meta name="style-nonce" content="${nonce}">`);
      expect(policy).toMatch(/^default-src 'none'; /);
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      seen.push(nonce);
    }
    expect(new Set(seen).size).toBe(2);
  });

  test('every answer, refusals too, carries exactly these rules', async () => {
    for (const url of ['app://binnacle/', 'app://binnacle/missing.js', 'app://elsewhere/']) {
      const { headers } = await get(url);
      const policy = headers.get('content-security-policy')?.replace(/nonce-\w+/, 'nonce-#');
      expect(policy?.split('; '), url).toEqual([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'nonce-#'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]);
      expect(headers.get('x-content-type-options'), url).toBe('nosniff');
      expect(headers.get('cross-origin-opener-policy'), url).toBe('same-origin');
      expect(headers.get('referrer-policy'), url).toBe('no-referrer');
    }
  });

  test('serves assets by their type, and HEAD without a body', async () => {
    const response = await get('app://binnacle/assets/a%20b.js?x=1#y');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const head = await get('app://binnacle/assets/a%20b.js', 'HEAD');
    expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([200, '', '9']);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused with 405', async (method) => {
    expect((await get('app://binnacle/index.html', method)).status).toBe(405);
  });

  test.each([
    'app://binnacle/..%2fsecret.json',
    'app://binnacle/%2e%2e%2fsecret.json',
    'app://binnacle/assets/..%2f..%2fsecret.json',
    'app://binnacle/..%5csecret.json',
    'app://binnacle/..%2frenderer-secret/x.js',
    'app://binnacle/index.html%00.js',
    'app://binnacle/%ff',
    'app://elsewhere/index.html',
    'http://binnacle/index.html',
    'file:///etc/passwd',
    'app://binnacle/link.json',
  ])('%s is refused with 403', async (url) => {
    const response = await get(url);
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('key');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test.each(['app://binnacle/missing.js', 'app://binnacle/assets', 'app://binnacle/.inputs', 'app://binnacle/a.exe'])(
    '%s is refused with 404',
    async (url) => {
      expect((await get(url)).status).toBe(404);
    },
  );
});
