/** Files on close tasks, on both engines: their bytes by parts, who may send and see them, and what a signature makes of them. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVIDENCE_PART_BYTES } from '#contract/wire/evidence.ts';
import { PROTOCOL_HEADER } from '#contract/wire/protocol.ts';
import { CLEAR_EVIDENCE } from '#server/jobs/leftovers.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { login, mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const DAY_MS = 86_400_000;

describe.each(ENGINES)('evidence on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('of a close task', () => {
    let engine: TestEngine;
    let running: TestServer;
    let crashes = false;
    const tokens = new Map<string, string>();
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, {
        crashAt: (point) => {
          if (crashes && point === 'server.evidence.before_commit') throw new Error('the server died here (test)');
        },
      });
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    async function ask(
      user: string,
      method: string,
      path: string,
      body?: Uint8Array,
      more: Readonly<Record<string, string>> = {},
    ) {
      const token = tokens.get(user) ?? (await login(running.server.url, user)).access_token;
      tokens.set(user, token);
      return await fetch(`${running.server.url}/sync/evidence/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          [PROTOCOL_HEADER]: '1',
          ...(body ? { 'content-type': 'application/octet-stream' } : {}),
          ...more,
        },
        ...(body ? { body: new Uint8Array(body) } : {}),
      });
    }
    const codeOf = async (answer: Response): Promise<string> => {
      const body: unknown = await answer.json();
      return `${answer.status}:${(body as { error?: { code: string } }).error?.code ?? 'ok'}`;
    };
    const at = (hash: string, company_id = running.data.company_id): string => `${company_id}/${hash}`;
    const partsOf = (bytes: Buffer): readonly Buffer[] =>
      Array.from({ length: Math.ceil(bytes.length / EVIDENCE_PART_BYTES) }, (_, nth) =>
        bytes.subarray(nth * EVIDENCE_PART_BYTES, (nth + 1) * EVIDENCE_PART_BYTES),
      );
    async function send(user: string, bytes: Buffer): Promise<string> {
      const hash = sha256(bytes);
      for (const [nth, part] of partsOf(bytes).entries()) {
        expect((await ask(user, 'PUT', `${at(hash)}/${nth}?size=${bytes.length}`, part)).status).toBe(200);
      }
      return await codeOf(await ask(user, 'POST', `${at(hash)}/finish`));
    }
    const attach = (bytes: Buffer, more: object = {}) =>
      mutation('attachEvidence', {
        task_id: running.data.task.id,
        item_ref: null,
        sha256: sha256(bytes),
        name: 'statement.pdf',
        media_type: 'application/pdf',
        size_bytes: bytes.length,
        ...more,
      });
    const remove = (evidence_id: string) =>
      mutation('removeEvidence', { task_id: running.data.task.id, evidence_id, reason: 'of another month' });
    const task = async () =>
      await running.server.database.db
        .selectFrom('close_task')
        .select(['state', 'content_hash', 'ver'])
        .where('id', '=', running.data.task.id)
        .executeTakeFirstOrThrow();
    const sign = async (user: string, role: 'preparer' | 'reviewer', content_hash?: string) =>
      await running.push(
        user,
        mutation('signCloseTask', {
          task_id: running.data.task.id,
          role,
          task_ver: 1,
          content_hash: content_hash ?? (await task()).content_hash,
          amount_minor: running.data.task.amount_minor,
        }),
      );

    test('bytes come in parts, rest sealed, and come back to whoever sees that close', async () => {
      const bytes = randomBytes(EVIDENCE_PART_BYTES + 7);
      const hash = sha256(bytes);
      expect(await codeOf(await ask('controller', 'GET', `${at(hash)}/0`))).toBe('404:not_found');
      expect(await send('finance', bytes)).toBe('200:ok');
      const answers = await Promise.all([0, 1].map(async (nth) => await ask('auditor', 'GET', `${at(hash)}/${nth}`)));
      const back = await Promise.all(answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())));
      expect(Buffer.concat(back).equals(bytes)).toBe(true);
      const { headers } = answers[0] ?? expect.fail('no answer');
      expect(
        ['content-type', 'content-disposition', 'x-content-type-options'].map((name) => headers.get(name)),
      ).toEqual(['application/octet-stream', 'attachment', 'nosniff']);
      const stored = await running.server.database.db.selectFrom('evidence_part').select('sealed').execute();
      const probe = bytes.subarray(0, 16);
      expect(stored.map(({ sealed }) => Buffer.from(sealed).includes(probe))).toEqual([false, false]);
      expect(await codeOf(await ask('controller', 'GET', `${at(hash)}/2`))).toBe('404:not_found');
    });

    test('a cut upload goes on with the parts that are missing, each person their own', async () => {
      const bytes = randomBytes(2 * EVIDENCE_PART_BYTES + 1);
      const hash = sha256(bytes);
      const [first = Buffer.alloc(0), second = Buffer.alloc(0), last = Buffer.alloc(0)] = partsOf(bytes);
      const put = async (user: string, nth: number, part: Buffer) =>
        await codeOf(await ask(user, 'PUT', `${at(hash)}/${nth}?size=${bytes.length}`, part));
      expect(await put('finance', 0, first)).toBe('200:ok');
      expect(await put('finance', 2, last)).toBe('200:ok');
      expect(await (await ask('finance', 'GET', at(hash))).json()).toEqual({
        whole: false,
        parts: [0, 2],
        size_bytes: null,
      });
      expect(await (await ask('finance2', 'GET', at(hash))).json()).toMatchObject({ parts: [] });
      expect(await codeOf(await ask('finance', 'POST', `${at(hash)}/finish`))).toBe('409:parts_missing');
      expect(await running.push('finance', attach(bytes))).toEqual(['rejected:evidence_missing']);
      // somebody else's rubbish spoils nothing
      expect(await put('finance2', 1, randomBytes(EVIDENCE_PART_BYTES))).toBe('200:ok');
      expect(await put('finance', 1, second)).toBe('200:ok');
      expect(await codeOf(await ask('finance', 'POST', `${at(hash)}/finish`))).toBe('200:ok');
      expect(await (await ask('finance2', 'GET', at(hash))).json()).toEqual({
        whole: true,
        parts: [],
        size_bytes: bytes.length,
      });
    });

    test('what is not what it is named by, too large, or of another length is refused and leaves nothing', async () => {
      const bytes = randomBytes(64);
      const hash = sha256(randomBytes(64));
      expect((await ask('finance', 'PUT', `${at(hash)}/0?size=64`, bytes)).status).toBe(200);
      expect(await codeOf(await ask('finance', 'POST', `${at(hash)}/finish`))).toBe('422:wrong_hash');
      expect(await (await ask('finance', 'GET', at(hash))).json()).toMatchObject({ whole: false, parts: [] });
      const refused = async (path: string, body: Uint8Array, more?: Readonly<Record<string, string>>) =>
        await codeOf(await ask('finance', 'PUT', `${at(hash)}/${path}`, body, more));
      expect(await refused('0?size=20971521', bytes)).toBe('400:bad_arguments');
      expect(await refused('40?size=20971520', bytes)).toBe('400:bad_arguments');
      expect(await refused('0?size=63', bytes)).toBe('400:bad_arguments');
      expect(await refused('1?size=64', bytes)).toBe('400:bad_arguments');
      expect(await refused('0?size=0', bytes)).toBe('400:bad_arguments');
      expect(await refused('0?size=600000', randomBytes(EVIDENCE_PART_BYTES + 1))).toBe('413:too_large');
      expect(
        (await ask('finance', 'PUT', `${at(hash)}/0?size=64`, bytes, { 'content-type': 'text/html' })).status,
      ).toBe(415);
      expect((await ask('finance', 'PUT', `${at(hash.toUpperCase())}/0?size=64`, bytes)).status).toBe(400);
      expect((await ask('finance', 'GET', `${running.data.company_id}/..%2F..%2Fetc`)).status).toBe(400);
    });

    test('nobody sends without the right, and nobody learns of another company', async () => {
      const bytes = randomBytes(10);
      const hash = sha256(bytes);
      expect(await send('finance', bytes)).toBe('200:ok');
      for (const user of ['sales', 'planner']) {
        expect(await codeOf(await ask(user, 'GET', at(hash)))).toBe('404:not_found');
        expect(await codeOf(await ask(user, 'GET', `${at(hash)}/0`))).toBe('404:not_found');
        expect(await codeOf(await ask(user, 'PUT', `${at(hash)}/0?size=10`, bytes))).toBe('404:not_found');
        expect(await running.push(user, attach(bytes))).toEqual(['rejected:not_found']);
      }
      expect(await codeOf(await ask('auditor', 'PUT', `${at(hash)}/0?size=10`, bytes))).toBe('403:not_permitted');
      expect(await running.push('auditor', attach(bytes))).toEqual(['rejected:not_permitted']);
      const other = at(hash, running.data.other_company_id);
      expect(await codeOf(await ask('finance', 'GET', other))).toBe('404:not_found');
      expect(await codeOf(await ask('finance', 'PUT', `${other}/0?size=10`, bytes))).toBe('404:not_found');
    });

    test('a file is attached once its bytes are there, under a plain name, and once', async () => {
      const bytes = randomBytes(33);
      expect(await running.push('finance', attach(bytes))).toEqual(['rejected:evidence_missing']);
      expect(await send('finance', bytes)).toBe('200:ok');
      const hostile = [
        '../../etc/passwd',
        'a\u202egpj.exe',
        'CON',
        'x\u0000.pdf',
        '.hidden',
        '',
        'a'.repeat(200),
        'a/b',
      ];
      for (const name of hostile) {
        expect([name, await running.push('finance', attach(bytes, { name }))]).toEqual([
          name,
          ['rejected:bad_arguments'],
        ]);
      }
      expect(await running.push('finance', attach(bytes, { media_type: 'text/html; charset=x' }))).toEqual([
        'rejected:bad_arguments',
      ]);
      expect(await running.push('finance', attach(bytes, { size_bytes: 34 }))).toEqual(['rejected:evidence_missing']);
      expect(await running.push('finance', attach(bytes, { item_ref: 'nothing' }))).toEqual(['rejected:not_found']);
      const attached = attach(bytes);
      const twice = await Promise.all([running.push('finance', attached), running.push('finance2', attach(bytes))]);
      expect(twice.flat().toSorted()).toEqual(['accepted', 'conflict:already_attached']);
      const controller = await running.replica('controller');
      await controller.sync();
      expect(controller.rows('close_evidence').map((row) => [row['sha256'], row['name'], row['size_bytes']])).toEqual([
        [sha256(bytes), 'statement.pdf', 33],
      ]);
      const standing = controller.rows('close_evidence')[0]?.['id'];
      const once = [
        await running.push('finance', remove(String(standing))),
        await running.push('finance2', remove(String(standing))),
      ];
      expect(once.flat()).toEqual(['accepted', 'conflict:already_removed']);
      expect(await running.push('auditor', remove(String(standing)))).toEqual(['rejected:not_permitted']);
      expect(await running.push('finance', remove(mutation('reconcile', {}).id))).toEqual(['rejected:not_found']);
      // what was taken off is still named
      running.time.now_ms += 30 * DAY_MS;
      tokens.clear();
      await clearUnnamed();
      expect((await ask('controller', 'GET', `${at(sha256(bytes))}/0`)).status).toBe(200);
    });

    async function clearUnnamed(): Promise<void> {
      const { database } = running.server;
      const clock = (): number => running.time.now_ms;
      await CLEAR_EVIDENCE.run({ database, clock, crashAt: () => {}, kick: () => {}, backups: null }, async () => {});
    }

    test('a signature is bound to the files: one more, or one less, asks for another', async () => {
      const bytes = randomBytes(20);
      expect(await send('finance', bytes)).toBe('200:ok');
      const before = (await task()).content_hash;
      expect(await sign('finance', 'preparer')).toEqual(['accepted']);
      const attached = attach(bytes);
      expect(await running.push('finance2', attached)).toEqual(['accepted']);
      expect((await task()).state).toBe('open');
      expect(await sign('controller', 'reviewer', before)).toEqual(['conflict:content_changed']);
      expect(await sign('finance', 'preparer')).toEqual(['accepted']);
      expect(await sign('controller', 'reviewer')).toEqual(['accepted']);
      expect((await task()).state).toBe('signed');
      expect(await running.push('finance2', remove(attached.id))).toEqual(['accepted']);
      expect((await task()).content_hash).toBe(before);
      // the preparer's first signature was on just this content
      expect((await task()).state).toBe('prepared');
    });

    test('a task that asks for a file is not signed without one', async () => {
      const plan = (needs_evidence?: boolean) => async () =>
        await running.push(
          'controller',
          mutation('planCloseTask', {
            task_id: running.data.task.id,
            task_ver: (await task()).ver,
            owner: null,
            reviewer: null,
            due_day: 3,
            ...(needs_evidence === undefined ? {} : { needs_evidence }),
          }),
        );
      expect(await plan(true)()).toEqual(['accepted']);
      // a program that knows nothing of it leaves it
      expect(await plan()()).toEqual(['accepted']);
      expect(await sign('controller', 'reviewer')).toEqual(['rejected:evidence_missing']);
      const bytes = randomBytes(21);
      expect(await send('finance', bytes)).toBe('200:ok');
      expect(await running.push('finance', attach(bytes))).toEqual(['accepted']);
      expect(await sign('finance', 'preparer')).toEqual(['accepted']);
      expect(await plan(false)()).toEqual(['accepted']);
    });

    test('a server that dies over the last part loses nothing that was answered, and what nobody attached goes', async () => {
      const bytes = randomBytes(40);
      const hash = sha256(bytes);
      expect((await ask('finance', 'PUT', `${at(hash)}/0?size=40`, bytes)).status).toBe(200);
      crashes = true;
      expect((await ask('finance', 'POST', `${at(hash)}/finish`)).status).toBe(500);
      crashes = false;
      expect(await (await ask('finance', 'GET', at(hash))).json()).toEqual({
        whole: false,
        parts: [0],
        size_bytes: null,
      });
      expect(await codeOf(await ask('finance', 'POST', `${at(hash)}/finish`))).toBe('200:ok');
      await clearUnnamed();
      expect((await ask('finance', 'GET', `${at(hash)}/0`)).status).toBe(200);
      running.time.now_ms += 8 * DAY_MS;
      tokens.clear();
      await clearUnnamed();
      expect(await codeOf(await ask('finance', 'GET', `${at(hash)}/0`))).toBe('404:not_found');
      expect(await running.push('finance', attach(bytes))).toEqual(['rejected:evidence_missing']);
    });

    test('one person keeps only so much there that is attached to nothing', async () => {
      const part = randomBytes(EVIDENCE_PART_BYTES);
      const begun: string[] = [];
      for (let nth = 0; nth < 11; nth += 1) {
        const hash = sha256(Buffer.from(`large ${nth}`));
        begun.push(await codeOf(await ask('finance2', 'PUT', `${at(hash)}/0?size=20971520`, part)));
      }
      expect(begun.filter((code) => code === '200:ok').length).toBe(10);
      expect(begun.at(-1)).toBe('413:too_much_unnamed');
    });

    test('the last word is the month’s', async () => {
      const { db } = running.server.database;
      const bytes = randomBytes(22);
      expect(await send('finance', bytes)).toBe('200:ok');
      await db.updateTable('close_period').set({ state: 'hard_locked' }).execute();
      expect(await running.push('finance', attach(bytes))).toEqual(['rejected:period_locked']);
      await db.updateTable('close_period').set({ state: 'open' }).execute();
    });
  });
});
