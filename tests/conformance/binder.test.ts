/** Binders of a month between three people's machines and the central server: drafts, the final one, and what is recorded of them. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOCK_AREAS } from '#domain/close/locking.ts';
import type { ReplicaService } from '#db/service.ts';
import { freshFolder, testService } from '#db/testing/testService.ts';
import { PROTOCOL_HEADER } from '#contract/wire/protocol.ts';
import { catchUp } from '#server/close/duePeriods.ts';
import { PGLITE } from '#server/testing/engines.ts';
import { login } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

let running: TestServer;
let cut = false;
const people = new Map<string, ReplicaService>();
const PERIOD = 202610;

beforeAll(async () => {
  running = await startTestServer(await PGLITE.start());
  running.time.now_ms = Date.now();
  for (const user_name of ['finance', 'controller', 'auditor']) {
    const service = testService({
      dataDir: freshFolder(),
      serverUrl: running.server.url,
      fetch: async (input, init) => {
        if (cut) throw new TypeError('no way there (test)');
        return await fetch(input, init);
      },
    });
    await service.signIn({ user_name, password: 'demo' });
    await service.syncOnce();
    people.set(user_name, service);
  }
}, 240_000);
afterAll(async () => {
  for (const service of people.values()) await service.close();
  await running?.close();
});

const as = (user_name: string): ReplicaService => people.get(user_name) ?? expect.fail(`no ${user_name}`);
const make = async (user_name: string) =>
  await as(user_name).call('makeBinder', { company_id: running.data.company_id, period: PERIOD });
const known = async (user_name: string) =>
  await as(user_name).call('closeBinders', { company_id: running.data.company_id, period: PERIOD });

async function statusOf(user_name: string, at: string): Promise<number> {
  const { access_token } = await login(running.server.url, user_name);
  const answer = await fetch(running.server.url + at, {
    headers: { authorization: `Bearer ${access_token}`, [PROTOCOL_HEADER]: '1' },
  });
  await answer.arrayBuffer();
  return answer.status;
}

async function attach(user_name: string, bytes: Buffer): Promise<void> {
  const service = as(user_name);
  const upload = randomUUID();
  const PIECE = 150_000;
  let sha256: string | null = null;
  for (let offset = 0; sha256 === null; offset += PIECE) {
    const base64 = bytes.subarray(offset, offset + PIECE).toString('base64');
    ({ sha256 } = await service.call('keepEvidence', { upload, offset, base64, last: offset + PIECE >= bytes.length }));
  }
  const named = { name: 'statement.pdf', media_type: 'application/pdf', size_bytes: bytes.length };
  await service.call('attachEvidence', { task_id: running.data.task.id, item_ref: null, sha256, ...named });
  await service.syncOnce();
}

/** The month as the server reckons it: no account has the role of the first task, and it is signed with words for that. */
async function explainAll(): Promise<void> {
  const { task } = running.data;
  const now_ms = running.time.now_ms;
  await running.server.database.db
    .transaction()
    .execute(async (tx) => await catchUp(tx, { period_id: task.period_id, now_ms }));
  await as('finance').syncOnce();
  const { items } = await as('finance').call('reconciliation', { task_id: task.id });
  expect(items.map(({ ref }) => ref)).toEqual(['Missing: ledger account']);
  for (const { line_id } of items) {
    const words = { explanation: 'We keep no such account.', seen_explanation: null };
    await as('finance').call('explainItem', { task_id: task.id, line_id, ...words });
  }
  await as('finance').syncOnce();
}

/** Both tasks, one after the other as the second waits for the first, by two people in turns. */
async function signAll(): Promise<void> {
  for (const { id } of [running.data.task, running.data.dependent_task]) {
    for (const [user_name, role] of [
      ['finance', 'preparer'],
      ['controller', 'reviewer'],
    ] as const) {
      await as(user_name).syncOnce();
      const { task } = await as(user_name).call('closeTask', { task_id: id, offset: 0, limit: 10 });
      const { ver, content_hash, amount_minor } = task;
      await as(user_name).call('signCloseTask', { task_id: id, role, task_ver: ver, content_hash, amount_minor });
      await as(user_name).syncOnce();
    }
  }
}

test('a draft made without the server says what it lacks, and its record reaches the others later', async () => {
  cut = true;
  const made = await make('finance');
  expect(made.manifest).toMatchObject({
    final: false,
    lacking: [expect.stringContaining('not locked'), '2 of 2 tasks are not signed by both'],
  });
  expect(made.trail_faults).toEqual([]);
  const mine = await known('finance');
  expect(mine.why_not).toBeNull();
  expect(mine.records).toEqual([
    expect.objectContaining({ id: made.recorded_by_mutation, manifest_hash: made.manifest_hash, state: 'pending' }),
  ]);
  expect((await known('controller')).records).toEqual([]);
  cut = false;
  await as('finance').syncOnce();
  await as('controller').syncOnce();
  expect((await known('controller')).records).toEqual([
    expect.objectContaining({ author: 'finance', final: false, manifest_hash: made.manifest_hash, state: 'accepted' }),
  ]);
});

test('after the lock for good it is final, the same from every machine, and recorded of those who close', async () => {
  const statement = randomBytes(600_000);
  await attach('finance', statement);
  await explainAll();
  await signAll();
  const { id: period_id } = await running.server.database.db
    .selectFrom('close_period')
    .select('id')
    .where('period', '=', PERIOD)
    .executeTakeFirstOrThrow();
  for (const step of ['soft_lock', 'hard_lock'] as const)
    await as('controller').call('lockPeriod', { period_id, step, areas: [...LOCK_AREAS] });
  await as('auditor').syncOnce();
  // its own lock still waits for the server: nobody has locked it yet
  expect((await make('controller')).manifest.final).toBe(false);
  await as('controller').syncOnce();
  const first = await make('controller');
  // the file came from the server with it
  expect(first.manifest).toMatchObject({ final: true, lacking: [] });
  // the file, four signatures and two locks as this machine has them, each with its entry of the chain
  expect(first.trail_faults).toEqual([]);
  expect(first.manifest.parts.map(({ path }) => path)).toContain('trail/entries.json');
  const [kept] = first.manifest.parts.filter(({ path }) => path.startsWith('evidence/'));
  const sha256 = createHash('sha256').update(statement).digest('hex');
  expect(kept).toEqual({ path: 'evidence/001-statement.pdf', bytes: statement.length, sha256 });
  await as('controller').syncOnce();

  await as('finance').syncOnce();
  const again = await make('finance');
  await as('finance').syncOnce();
  await as('auditor').syncOnce();
  cut = true;
  const away = [
    'the binder that is kept at the server is not whole on this machine',
    '1 file of evidence is not on this machine',
  ];
  expect((await known('auditor')).lacking).toEqual(away);
  const without = await make('auditor');
  expect(without.manifest).toMatchObject({ final: false, lacking: away });
  cut = false;
  // a binder made anew would say it otherwise
  const { db } = running.server.database;
  await db.updateTable('company').set({ name: 'Another name' }).execute();
  await as('auditor').syncOnce();
  const looked = await make('auditor');
  expect([again.manifest_hash, looked.manifest_hash]).toEqual([first.manifest_hash, first.manifest_hash]);
  expect(again.bytes).toBe(first.bytes);
  expect(looked.recorded_by_mutation).toBeNull();
  expect([first.kept, again.kept?.author, looked.kept?.author]).toEqual([null, 'controller', 'controller']);
  expect([looked.kept?.moved, looked.kept?.locked]).toEqual([[], []]);
  const { records, why_not, lacking } = await known('auditor');
  expect(why_not).toContain('prepare or review');
  expect(lacking).toEqual([]);
  expect(records.filter(({ final }) => final).map(({ author }) => author)).toEqual(['finance', 'controller']);
  expect(records.filter(({ kept: is_kept }) => is_kept).map(({ author }) => author)).toEqual(['controller']);

  // its bytes are for those who may make one, among whom somebody who sees the books of the company need not be
  const { archive_sha256, company_id } = await db
    .selectFrom('binder')
    .select(['archive_sha256', 'company_id'])
    .where('archive_sha256', 'is not', null)
    .executeTakeFirstOrThrow();
  const place = `/sync/evidence/${company_id}/${archive_sha256}/0`;
  expect([await statusOf('auditor', place), await statusOf('admin', place), await statusOf('sales', place)]).toEqual([
    200, 404, 404,
  ]);
  const [file] = first.manifest.parts.filter(({ path }) => path.startsWith('evidence/'));
  expect(await statusOf('admin', `/sync/evidence/${company_id}/${file?.sha256}/0`)).toBe(200);
});
