import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AdminUser } from '#contract/actions.ts';
import type { LoginResponse } from '#contract/wire/protocol.ts';
import { startServer } from '#server/server.ts';
import { SILENT_LOG } from '#server/log.ts';
import { ENGINES, PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { login } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { createUser, setActive } from './accounts.ts';
import { lockout_ms } from './lockout.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

// the real ones, counted
vi.mock(import('./passwords.ts'), { spy: true });

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: unknown;
  readonly headers: Headers;
}

describe('passwords', () => {
  test('hash with their own salt and parameters, and verify only the same text', async () => {
    const hash = await hashPassword('Gruß-123');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await hashPassword('Gruß-123')).not.toBe(hash);
    expect(await verifyPassword('Gruß-123', hash)).toBe(true);
    expect(await verifyPassword('Gruß-124', hash)).toBe(false);
    // composed and decomposed ß-less accents are one password
    expect(await verifyPassword('cafe\u0301', await hashPassword('caf\u00e9'))).toBe(true);
    const weak = await hashPassword('x', { memory_kib: 64, passes: 1, lanes: 1 });
    expect(await verifyPassword('x', weak)).toBe(true);
    await expect(verifyPassword('x', 'plain')).rejects.toThrow('argon2id');
  });

  test('the wait after wrong passwords doubles up to 15 minutes', () => {
    expect([1, 4, 5, 6, 7, 10, 11, 12, 500].map(lockout_ms)).toEqual([
      0, 0, 15_000, 30_000, 60_000, 480_000, 900_000, 900_000, 900_000,
    ]);
  });
});

describe.each(ENGINES)('sessions on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('over HTTP', () => {
    let engine: TestEngine;
    let running: TestServer;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, { tokenTtlS: 60 });
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    const send = async (method: string, path: string, token?: string, body?: unknown): Promise<Answer> => {
      const response = await fetch(`${running.server.url}${path}`, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const parsed: unknown = text === '' ? null : JSON.parse(text);
      const error = (parsed as { error?: { code: string } } | null)?.error;
      return { status: response.status, code: error?.code, body: parsed, headers: response.headers };
    };
    const signIn = async (user_name: string, password: string): Promise<Answer> =>
      await send('POST', '/auth/login', undefined, { user_name, password });
    const refresh = async (refresh_token: string): Promise<Answer> =>
      await send('POST', '/auth/refresh', undefined, { refresh_token });
    const users = async (token: string): Promise<Answer> => await send('GET', '/admin/users', token);

    test('a token expires; its refresh token gives a new one, once', async () => {
      const first = await login(running.server.url, 'admin');
      expect(first.access_ttl_s).toBe(60);
      expect(first.user.grants[0]).toMatchObject({ role: 'admin', company_id: null, company_code: null });
      expect((await users(first.access_token)).status).toBe(200);
      running.time.now_ms += 61_000;
      const expired = await users(first.access_token);
      expect([expired.status, expired.code]).toEqual([401, 'token_expired']);
      const renewed = await refresh(first.refresh_token);
      expect(renewed.status).toBe(200);
      const second = renewed.body as LoginResponse;
      expect((await users(second.access_token)).status).toBe(200);
      // the spent one again, long after the new one was used: somebody has a copy, so the whole session ends
      running.time.now_ms += 61_000;
      expect([(await refresh(first.refresh_token)).code, (await users(second.access_token)).code]).toEqual([
        'not_signed_in',
        'not_signed_in',
      ]);
      expect((await refresh(second.refresh_token)).code).toBe('not_signed_in');
    });

    test('a refresh leaves requests under way with the older token alone', async () => {
      const first = await login(running.server.url, 'admin');
      const second = (await refresh(first.refresh_token)).body as LoginResponse;
      expect((await users(first.access_token)).status).toBe(200);
      expect((await send('POST', '/auth/logout', second.access_token, {})).status).toBe(200);
      expect((await users(first.access_token)).code).toBe('not_signed_in');
    });

    test('no token, a broken one and an invented one are not signed in', async () => {
      expect((await send('GET', '/admin/users')).code).toBe('not_signed_in');
      expect((await users('short')).code).toBe('not_signed_in');
      expect((await users('A'.repeat(43))).code).toBe('not_signed_in');
      expect((await refresh('no such token')).code).toBe('not_signed_in');
    });

    test('tokens and passwords rest as hashes only', async () => {
      const session = await login(running.server.url, 'finance');
      const { db } = running.server.database;
      const stored = JSON.stringify([
        await db.selectFrom('auth_session').selectAll().execute(),
        await db.selectFrom('auth_access_token').selectAll().execute(),
        await db.selectFrom('app_user').selectAll().execute(),
      ]);
      expect(stored).not.toContain(session.access_token);
      expect(stored).not.toContain(session.refresh_token.split('.')[1]);
      expect(stored).not.toMatch(/:"demo"/);
    });

    test('wrong passwords lock a name for a while, known or not, and answer alike', async () => {
      for (const name of ['sales', 'nobody']) {
        for (let attempt = 0; attempt < 5; attempt++) {
          const wrong = await signIn(name, 'wrong');
          expect([wrong.status, wrong.code]).toEqual([401, 'wrong_password']);
        }
        const locked = await signIn(name, 'demo');
        expect([locked.status, locked.code, locked.headers.get('retry-after')]).toEqual([429, 'locked_out', '15']);
      }
      running.time.now_ms += 15_001;
      expect((await signIn('sales', 'wrong')).code).toBe('wrong_password');
      expect((await signIn('sales', 'demo')).headers.get('retry-after')).toBe('30');
      running.time.now_ms += 30_001;
      expect((await signIn('sales', 'demo')).status).toBe(200);
      expect((await signIn('sales', 'wrong')).code).toBe('wrong_password');
      expect((await signIn('sales', 'demo')).status).toBe(200);
    });

    test('an unknown name costs the same check as a known one', async () => {
      const checks = async (name: string) => {
        vi.mocked(verifyPassword).mockClear();
        expect((await signIn(name, 'wrong')).code).toBe('wrong_password');
        return vi
          .mocked(verifyPassword)
          .mock.calls.map(([password, hash]) => [password, /^.*\$m=[^$]*/.exec(hash)?.[0]]);
      };
      // without the pretended check an unknown name would answer about ten times faster
      const known = await checks('finance');
      expect(known).toEqual([['wrong', expect.stringMatching(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+$/)]]);
      expect(await checks('ghost')).toEqual(known);
    });

    test('parallel guesses are counted before they are checked', async () => {
      const answers = await Promise.all(Array.from({ length: 12 }, async () => await signIn('finance2', 'wrong')));
      expect(answers.filter((answer) => answer.code === 'wrong_password').length).toBeLessThanOrEqual(5);
      expect(answers.filter((answer) => answer.code === 'locked_out').length).toBeGreaterThanOrEqual(7);
    });

    test('administration: add, grant, revoke, reset; only for an administrator of all companies', async () => {
      const admin = (await login(running.server.url, 'admin')).access_token;
      const other = (await login(running.server.url, 'controller')).access_token;
      expect((await users(other)).code).toBe('not_permitted');
      const made = await send('POST', '/admin/users', admin, {
        name: 'petra',
        display_name: 'Petra',
        password: 'long enough',
        role: 'warehouse',
        company_code: 'HAL',
        site_code: 'AMS',
      });
      expect([made.status, made.body]).toEqual([
        201,
        expect.objectContaining({
          name: 'petra',
          active: true,
          last_sign_in_at_ms: null,
          grants: [
            expect.objectContaining({ role: 'warehouse', company_code: 'HAL', site_code: 'AMS', channel_code: null }),
          ],
        }),
      ]);
      const again = { name: 'petra', display_name: 'P', password: 'long enough', role: 'sales', company_code: null };
      expect((await send('POST', '/admin/users', admin, again)).code).toBe('conflict');
      const { db } = running.server.database;
      const fiscalYear = '/admin/companies/HAL/fiscal-year';
      expect((await send('POST', fiscalYear, other, { month: 4 })).code).toBe('not_permitted');
      expect((await send('POST', fiscalYear, admin, { month: 13 })).code).toBe('bad_arguments');
      expect((await send('POST', '/admin/companies/NONE/fiscal-year', admin, { month: 4 })).code).toBe('not_found');
      expect((await send('POST', fiscalYear, admin, { month: 4 })).status).toBe(200);
      expect((await send('POST', fiscalYear, admin, { month: 4 })).status).toBe(200);
      const begins = await db
        .selectFrom('company')
        .select('fiscal_year_start_month')
        .where('code', '=', 'HAL')
        .execute();
      expect(begins).toEqual([{ fiscal_year_start_month: 4 }]);
      const told = await db
        .selectFrom('audit_event')
        .select(['about', 'detail'])
        .where('kind', '=', 'company_changed')
        .execute();
      expect(told).toEqual([{ about: 'HAL', detail: { fiscal_year_begins_with: 'April', before: 'January' } }]);
      expect((await send('POST', '/admin/users', admin, { ...again, name: 'Bad Name' })).code).toBe('bad_arguments');
      expect((await send('POST', '/admin/users', admin, { ...again, name: 'short', password: 'x' })).code).toBe(
        'bad_arguments',
      );
      expect((await send('POST', '/admin/users', admin, { ...again, name: 'lost', company_code: 'NONE' })).code).toBe(
        'not_found',
      );
      const company_admin = { role: 'admin', company_code: 'HAL' };
      const granted = await send('POST', '/admin/users/petra/grants', admin, company_admin);
      expect((granted.body as AdminUser).grants).toHaveLength(2);
      const petra = (await signIn('petra', 'long enough')).body as LoginResponse;
      // an administrator of one company could otherwise reset the password of one of all
      expect((await users(petra.access_token)).code).toBe('not_permitted');
      const grant_id = (granted.body as AdminUser).grants[1]?.id;
      const revoked = await send('DELETE', `/admin/users/petra/grants/${grant_id}`, admin);
      expect((revoked.body as AdminUser).grants).toHaveLength(1);
      expect((await send('DELETE', `/admin/users/petra/grants/${grant_id}`, admin)).code).toBe('not_found');
      expect((await send('POST', '/admin/users/petra/password', admin, { password: 'another one' })).body).toEqual({
        name: 'petra',
      });
      expect((await users(petra.access_token)).code).toBe('not_signed_in');
      expect((await signIn('petra', 'long enough')).code).toBe('wrong_password');
      expect((await signIn('petra', 'another one')).status).toBe(200);
      const session = (await signIn('petra', 'another one')).body as LoginResponse;
      await setActive(running.server.database.db, 'petra', false, () => running.time.now_ms);
      expect((await users(session.access_token)).code).toBe('not_signed_in');
      expect((await signIn('petra', 'another one')).code).toBe('wrong_password');
    });

    test('a one-time code sets a password once and signs nobody in by itself', async () => {
      const { db } = running.server.database;
      const clock = (): number => running.time.now_ms;
      const first = { name: 'founder', display_name: 'F', password: 'CODE1-CODE2', one_time: true };
      await createUser(db, first, [{ role: 'admin', company_code: null }], clock);
      expect((await signIn('founder', 'CODE1-CODE2')).code).toBe('password_change_needed');
      const claim = async (code: string, new_password: string): Promise<Answer> =>
        await send('POST', '/auth/claim', undefined, { user_name: 'founder', code, new_password });
      expect((await claim('CODE1-WRONG', 'a real password')).code).toBe('wrong_password');
      expect((await claim('CODE1-CODE2', 'short')).code).toBe('bad_arguments');
      const claimed = await claim('CODE1-CODE2', 'a real password');
      expect([claimed.status, (claimed.body as LoginResponse).user.name]).toEqual([200, 'founder']);
      expect((await claim('CODE1-CODE2', 'another password')).code).toBe('wrong_password');
      expect((await claim('a real password', 'another password')).code).toBe('wrong_password');
      expect((await signIn('founder', 'a real password')).status).toBe(200);
      await setActive(db, 'founder', false, clock);
    });

    test('the last administrator stays', async () => {
      const admin = await login(running.server.url, 'admin');
      const grant_id = admin.user.grants[0]?.id;
      const refused = await send('DELETE', `/admin/users/admin/grants/${grant_id}`, admin.access_token);
      expect([refused.status, refused.code]).toEqual([409, 'conflict']);
      expect((await users(admin.access_token)).status).toBe(200);
    });

    test('a foreign Host, an unknown protocol and unknown addresses are refused', async () => {
      const { port, url } = running.server;
      expect((await rawStatus(port, { host: 'evil.example' }, '/health')).status).toBe(421);
      expect((await rawStatus(port, { host: `evil.example:${port}` }, '/health')).status).toBe(421);
      expect((await rawStatus(port, { host: `127.0.0.1:${port + 1}` }, '/health')).status).toBe(421);
      expect((await rawStatus(port, { host: `localhost:${port}` }, '/health')).status).toBe(200);
      const page = await rawStatus(port, { host: `localhost:${port}`, origin: 'https://evil.example' }, '/health');
      expect([page.status, JSON.parse(page.text)]).toEqual([
        403,
        { error: expect.objectContaining({ code: 'not_permitted' }) },
      ]);
      const old = await rawStatus(port, { host: `localhost:${port}`, 'x-binnacle-protocol': '99' }, '/health');
      expect([old.status, JSON.parse(old.text)]).toEqual([
        426,
        { error: expect.objectContaining({ code: 'protocol_unsupported' }) },
      ]);
      expect((await fetch(`${url}/sync/live`)).status).toBe(426);
      expect((await send('GET', '/nowhere')).code).toBe('not_found');
      const broken = await fetch(`${url}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{',
      });
      expect([broken.status, await broken.json()]).toEqual([
        400,
        { error: expect.objectContaining({ code: 'bad_arguments' }) },
      ]);
    });

    test('health tells who it is and offers no accounts that are not for everyone', async () => {
      const health = await send('GET', '/health');
      expect(health.body).toEqual({
        ok: true,
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        server_id: running.server.server_id,
        protocol: 1,
        demo_accounts: [],
      });
      expect(health.headers.get('cache-control')).toContain('private');
      expect(health.headers.get('content-security-policy')).toContain("default-src 'none'");
    });
  });
});

describe('a server with demo accounts', () => {
  test('listens on loopback only', async () => {
    const engine = await PGLITE.start();
    const clock = (): number => 1_780_000_000_000;
    const options = {
      port: 0,
      clock,
      log: SILENT_LOG,
      ...(await engine.prepared()),
      prepare: async ({ db }: { db: Parameters<typeof createUser>[0] }) => {
        const demo = { name: 'planner', display_name: 'Planner', password: 'demo', demo: true };
        await createUser(db, demo, [{ role: 'planner', company_code: null }], clock);
      },
    };
    await expect(startServer({ ...options, host: '0.0.0.0', trustedProxies: ['127.0.0.1'] })).rejects.toThrow(
      '127.0.0.1 only',
    );
    const server = await startServer(options);
    const health = (await (await fetch(`${server.url}/health`)).json()) as { demo_accounts: readonly string[] };
    expect(health.demo_accounts).toEqual(['planner']);
    await server.close();
    await engine.stop();
  }, 90_000);
});

async function rawStatus(
  port: number,
  headers: Record<string, string>,
  path: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return await new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, headers, setHost: false }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end();
  });
}
