/** How sessions go on over a lost answer, how they end, and that an end is felt at once by what is open. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditPage } from '#contract/audit.ts';
import type { LoginResponse } from '#contract/wire/protocol.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { listenLive } from '#server/testing/live.ts';
import { login, mutation, TestReplica } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { countAttempt, forgiveAttempts } from './lockout.ts';
import { createSessionMeter, REQUESTS_PER_SESSION } from './sessionMeter.ts';

describe.each(ENGINES)('sessions and their ends on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('over HTTP', () => {
    let engine: TestEngine;
    let running: TestServer;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    // the clock moves a lot, so its token is never old
    const admin = async (): Promise<TestReplica> => await running.replica('admin');
    const post = async (path: string, body: unknown) => await new TestReplica(running.server.url, '').post(path, body);
    const refresh = async (refresh_token: string) => {
      const { status, body } = await post('/auth/refresh', { refresh_token });
      return { status, login: body as LoginResponse };
    };
    const works = async ({ access_token }: LoginResponse): Promise<boolean> =>
      (await new TestReplica(running.server.url, access_token).open().catch(() => null)) !== null;
    const audit = async (text: string): Promise<AuditPage['rows']> =>
      ((await (await admin()).post('/admin/audit', { text })).body as AuditPage).rows;

    test('a lost answer to a refresh costs nothing, however long it takes to ask again', async () => {
      const first = await login(running.server.url, 'sales');
      const lost = await refresh(first.refresh_token);
      expect(lost.status).toBe(200);
      running.time.now_ms += 20 * 86_400_000;
      const again = await refresh(first.refresh_token);
      expect([again.status, again.login.refresh_token]).toEqual([200, lost.login.refresh_token]);
      expect(await works(again.login)).toBe(true);
      // sent twice by the network: the late one is within the grace
      running.time.now_ms += 59_000;
      expect((await refresh(first.refresh_token)).login.refresh_token).toBe(lost.login.refresh_token);
      expect(await works(again.login)).toBe(true);
    });

    test('a spent refresh token after its successor was used ends the whole family', async () => {
      const first = await login(running.server.url, 'sales');
      const second = await refresh(first.refresh_token);
      const third = await refresh(second.login.refresh_token);
      expect(third.status).toBe(200);
      // two refreshes back: no answer can have been lost so long
      expect((await refresh(first.refresh_token)).status).toBe(401);
      for (const each of [first, second.login, third.login]) expect(await works(each)).toBe(false);
      expect((await refresh(third.login.refresh_token)).status).toBe(401);
      expect((await audit('session ended sales'))[0]).toMatchObject({ kind: 'session_ended', about: 'sales' });
    });

    test('the thief who refreshes first is found out when the owner does', async () => {
      const owner = await login(running.server.url, 'sales');
      const thief = await refresh(owner.refresh_token);
      expect(await works(thief.login)).toBe(true);
      running.time.now_ms += 61_000;
      expect((await refresh(owner.refresh_token)).status).toBe(401);
      expect(await works(thief.login)).toBe(false);
    });

    test('a stranger who keeps guessing does not lock the owner out elsewhere', async () => {
      const { db } = running.server.database;
      const clock = (): number => running.time.now_ms;
      const tryFrom = async (address: string): Promise<string> =>
        await countAttempt(db, 'finance', address, clock).then(
          () => 'checked',
          (error: { code: string }) => error.code,
        );
      for (let guess = 0; guess < 5; guess++) expect(await tryFrom('203.0.113.9')).toBe('checked');
      expect(await tryFrom('203.0.113.9')).toBe('locked_out');
      expect(await tryFrom('198.51.100.7')).toBe('checked');
      await forgiveAttempts(db, 'finance', '198.51.100.7');
      // from very many addresses at once: new ones are slowed down together, one that knows the password before is not
      await login(running.server.url, 'finance');
      for (let guess = 0; guess < 60; guess++) await tryFrom(`203.0.113.${guess + 10}`);
      expect(await tryFrom('198.51.100.8')).toBe('locked_out');
      expect((await post('/auth/login', { user_name: 'finance', password: 'demo' })).status).toBe(200);
      // and a new address waits seconds, not for ever
      running.time.now_ms += 5_001;
      expect(await tryFrom('198.51.100.9')).toBe('checked');
    });

    test.each([
      ['signing out', 'sales', async (replica: TestReplica) => await replica.post('/auth/logout', {})],
      [
        'a new password',
        'counter',
        async () => await (await admin()).post('/admin/users/counter/password', { password: 'demo demo' }),
      ],
      [
        'closing the account',
        'finance2',
        async () => await (await admin()).post('/admin/users/finance2/active', { active: false }),
      ],
    ] as const)('%s ends the open stream at once, and the next request is refused', async (_, name, end) => {
      const replica = await running.replica(name);
      await replica.sync();
      const live = await listenLive(replica);
      await live.next();
      const stays = await admin();
      const other = await listenLive(stays);
      await other.next();
      expect((await end(replica)).status).toBe(200);
      expect(await live.ended).toBe(true);
      const note = mutation('addItemNote', { item_id: running.data.items[0], body: 'after the end' });
      expect((await replica.push(note)).status).toBe(401);
      await expect(replica.open()).rejects.toThrow('not_signed_in');
      const stored = await running.server.database.db
        .selectFrom('item_note')
        .select('id')
        .where('id', '=', note.id)
        .execute();
      expect(stored).toEqual([]);
      // nobody else's
      await stays.push(mutation('addItemNote', { item_id: running.data.items[0], body: 'still here' }));
      expect(await other.next()).toBeDefined();
      other.close();
    });

    test('what an administrator must be able to look up is written down, and stays', async () => {
      const { db } = running.server.database;
      const replica = await admin();
      const asAdmin = async (path: string, body: unknown) => await replica.post(path, body);
      await post('/auth/login', { user_name: 'nobody\u{1F600}', password: 'x' });
      expect((await audit('refused nobody'))[0]).toMatchObject({
        kind: 'sign_in_refused',
        user_name: 'nobody\u{1F600}',
        address: '127.0.0.1',
        detail: { attempt: 1 },
      });
      await asAdmin('/admin/users/controller/grants', { role: 'sales', company_code: 'BRK' });
      const grant = await db.selectFrom('access_grant').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow();
      await fetch(`${running.server.url}/admin/users/controller/grants/${grant.id}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${replica.access_token}` },
      });
      const detail = { role: 'sales', company: 'BRK', site: null, channel: null };
      expect(await audit('controller BRK')).toMatchObject([
        { kind: 'grant_taken', user_name: 'admin', about: 'controller', detail },
        { kind: 'grant_given', user_name: 'admin', about: 'controller', detail },
      ]);
      const controller = await running.replica('controller');
      const refused = mutation('addItemNote', { item_id: running.data.foreign_item_id, body: 'x' });
      await controller.push(refused);
      expect(await audit(`push refused ${refused.id}`)).toMatchObject([
        { user_name: 'controller', about: 'addItemNote', detail: { state: 'rejected', code: 'not_found' } },
      ]);
      expect((await controller.post('/admin/audit', {})).status).toBe(403);
      // text is text
      expect(await audit("%' or 1=1 --")).toEqual([]);
      const count = async (): Promise<number> => (await db.selectFrom('audit_event').select('id').execute()).length;
      const before = await count();
      expect(before).toBeGreaterThan(10);
      await expect(db.deleteFrom('audit_event').execute()).rejects.toThrow('only ever added to');
      await expect(db.updateTable('audit_event').set({ user_name: 'x' }).execute()).rejects.toThrow('added to');
      await expect(sql`truncate audit_event`.execute(db)).rejects.toThrow('only ever added to');
      expect(await count()).toBe(before);
      const words = { text: '', kind: 'signed_in', before: null };
      const page = (await asAdmin('/admin/audit', words)).body as AuditPage;
      expect(new Set(page.rows.map(({ kind }) => kind))).toEqual(new Set(['signed_in']));
      const older = (await asAdmin('/admin/audit', { ...words, before: page.rows[0]?.id })).body as AuditPage;
      expect(older.rows).toEqual(page.rows.slice(1));

      // by who, whom and when; auditors of all companies read it, of one company do not
      const auditor = await running.replica('auditor');
      expect((await auditor.post('/admin/audit', {})).status).toBe(403);
      await asAdmin('/admin/users/auditor/grants', { role: 'auditor', company_code: null });
      const found = async (asked: object) => (await auditor.post('/admin/audit', asked)).body as AuditPage;
      const given = await found({ who: 'ADM', about: 'contr', kind: 'grant_given' });
      expect(given.rows).toMatchObject([{ user_name: 'admin', about: 'controller' }]);
      const at_ms = given.rows[0]?.happened_at_ms ?? 0;
      const when = { who: 'admin', about: 'controller', kind: 'grant_given' };
      expect((await found({ ...when, from_ms: at_ms, until_ms: at_ms + 1 })).rows).toEqual(given.rows);
      expect((await found({ ...when, until_ms: at_ms })).rows).toEqual([]);
      expect((await found({ ...when, from_ms: at_ms + 1 })).rows).toEqual([]);
      expect((await found({ who: '%' })).rows).toEqual([]);
    });
  });
});

test('a session that asks without end is told to wait, others are not', () => {
  let now_ms = 1_000_000;
  const meter = createSessionMeter(() => now_ms);
  for (let request = 0; request < REQUESTS_PER_SESSION; request++) meter.count('one');
  expect(() => meter.count('one')).toThrow('Too many requests');
  meter.count('two');
  now_ms += 60_000;
  meter.count('one');
});
