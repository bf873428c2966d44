/** The trail on an auditor's machine: checked there without the server, and told apart when the server's is another. */
import { rmSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditChainHere } from '#contract/queries/trail.ts';
import type { ReplicaService } from '#db/service.ts';
import { codeOf, freshFolder, testService } from '#db/testing/testService.ts';
import { sealAudit } from '#server/audit/chain.ts';
import { sendEntries } from '#server/audit/copies.ts';
import { THE_OPERATOR, writeAudit } from '#server/audit/trail.ts';
import { startNewEpoch } from '#server/sync/epoch.ts';
import { PGLITE } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

let running: TestServer;
const folders: string[] = [];
let away = false;
const services: ReplicaService[] = [];

function machine(folder = freshFolder()): ReplicaService {
  folders.push(folder);
  const service = testService({
    dataDir: folder,
    serverUrl: running.server.url,
    fetch: async (input, init) => {
      if (away) throw new TypeError('away');
      return await fetch(input, init);
    },
  });
  services.push(service);
  return service;
}

beforeAll(async () => {
  running = await startTestServer(await PGLITE.start());
});
afterAll(async () => {
  for (const service of services) await service.close();
  await running?.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const db = () => running.server.database.db;
const write = async (...abouts: readonly string[]): Promise<void> => {
  for (const about of abouts) {
    await writeAudit(db(), running.time.now_ms, { kind: 'backed_up', by: THE_OPERATOR, about });
  }
  await sealAudit(db());
  await sendEntries(db());
};
/** As somebody who runs the database could. */
async function tamper(...statements: readonly string[]): Promise<void> {
  for (const table of ['audit_event', 'audit_chain', 'audit_entry'])
    await sql.raw(`alter table ${table} disable trigger ${table}_stays`).execute(db());
  for (const statement of statements) await sql.raw(statement).execute(db());
  for (const table of ['audit_event', 'audit_chain', 'audit_entry'])
    await sql.raw(`alter table ${table} enable trigger ${table}_stays`).execute(db());
}
/** Another chain from an entry on, whole in itself, as if it had always been so. */
async function rewrite(about: string, to: string): Promise<void> {
  await tamper(
    `update audit_event set about = '${to}' where about = '${about}'`,
    `insert into audit_unsealed select event_id from audit_chain`,
    `delete from audit_entry`,
    `delete from audit_chain`,
  );
  await sealAudit(db());
  await sendEntries(db());
}
const standing = async (service: ReplicaService): Promise<AuditChainHere> => {
  await service.syncOnce();
  return await service.call('auditChainHere', {});
};

test('the copy checks the chain and searches it without the server, and compares with it', async () => {
  await write('one', 'Zwei Straße', 'three');
  const admin = machine();
  await admin.signIn({ user_name: 'admin', password: 'demo' });
  const here = await standing(admin);
  expect(here).toMatchObject({ broken: null, loading: false, first: { seq: 1 }, seen: { state: 'agrees' } });
  expect(here.entries).toBe(here.last?.seq);
  await admin.call('auditSeal', {});
  await admin.syncOnce();
  const compared = await admin.call('auditCompare', {});
  expect(compared).toMatchObject({ equal: true, server: { broken: null, waiting: 0 } });
  expect(compared.here?.seal).toBe(compared.server.seal);
  const atServer = await admin.call('auditTrail', { about: 'STRASSE'.toLowerCase() });

  away = true;
  const question = { text: 'backed zwei', about: 'ZWEI straß' };
  const { rows, more } = await admin.call('auditEntries', question);
  expect([rows.map(({ about }) => about), more]).toEqual([['Zwei Straße'], false]);
  expect(atServer.rows).toEqual([]);
  expect(await codeOf(admin.call('auditCompare', {}))).toBe('offline');
  const all = await admin.call('auditEntries', {});
  const ids = all.rows.map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted((a, b) => b - a));
  expect((await admin.call('auditEntries', { before: ids[2] })).rows.map(({ id }) => id)).toEqual(ids.slice(3));
  expect((await admin.call('auditEntries', { kind: 'exported' })).rows).toEqual([]);
  expect((await admin.call('auditEntries', { until_ms: 5 })).rows).toEqual([]);
  away = false;
  expect((await admin.call('auditTrail', question)).rows).toEqual(rows);

  const auditor = machine();
  await auditor.signIn({ user_name: 'auditor', password: 'demo' });
  await auditor.syncOnce();
  expect(await codeOf(auditor.call('auditEntries', {}))).toBe('not_permitted');
  expect(await codeOf(auditor.call('auditChainHere', {}))).toBe('not_permitted');
  expect(await codeOf(auditor.call('auditSeal', {}))).toBe('not_permitted');
}, 60_000);

test('an entry altered or taken out on its way is found on the copy, and where', async () => {
  const admin = machine();
  await admin.signIn({ user_name: 'admin', password: 'demo' });
  await standing(admin);
  const { id: seq } = await db()
    .selectFrom('audit_entry')
    .select('id')
    .where('about', '=', 'Zwei Straße')
    .executeTakeFirstOrThrow();
  await tamper(`update audit_entry set about = 'another' where id = ${seq}`);
  expect((await standing(admin)).broken).toMatchObject({ seq, why: expect.stringContaining('altered') as string });
  await tamper(`update audit_entry set about = 'Zwei Straße' where id = ${seq}`);
  expect((await standing(admin)).broken).toBeNull();
  await tamper(
    `create table kept as select * from audit_entry where id = ${seq}`,
    `delete from audit_entry where id = ${seq}`,
  );
  expect((await standing(admin)).broken).toMatchObject({ seq, why: expect.stringContaining('taken out') as string });
  await tamper(`insert into audit_entry select * from kept`, `drop table kept`);
  expect((await standing(admin)).broken).toBeNull();
  // a first entry that is taken out is no shorter retention
  await tamper(`create table kept as select * from audit_entry where id < 3`, `delete from audit_entry where id < 3`);
  expect((await standing(admin)).broken).toMatchObject({ seq: 1 });
  await tamper(`insert into audit_entry select * from kept`, `drop table kept`);
  expect((await standing(admin)).broken).toBeNull();
}, 60_000);

test('a restored backup is told apart from a chain that was computed anew', async () => {
  const folder = freshFolder();
  const admin = machine(folder);
  await admin.signIn({ user_name: 'admin', password: 'demo' });
  await write('the backup');
  const backup = (await standing(admin)).last?.seq ?? 0;
  await write('after the backup', 'and another');
  const seen = (await standing(admin)).last?.seq ?? 0;
  expect(seen).toBe(backup + 2);
  // what a restore does: the end is not there, a new life of the log begins, and the trail says so
  await tamper(
    `delete from audit_entry where id > ${backup}`,
    `delete from audit_event where id in (select event_id from audit_chain where seq > ${backup})`,
    `delete from audit_chain where seq > ${backup}`,
  );
  await startNewEpoch(db(), () => running.time.now_ms);
  expect(await standing(admin)).toMatchObject({ broken: null, seen: { state: 'starting_over', seq: seen } });
  await writeAudit(db(), running.time.now_ms, { kind: 'restored', by: THE_OPERATOR });
  await write('later');
  expect(await standing(admin)).toMatchObject({
    broken: null,
    seen: { state: 'restored', seq: seen, restored_seq: backup + 1 },
  });
  // still so after this machine loaded everything afresh and began again
  await admin.call('reloadData', {});
  await admin.close();
  const again = machine(folder);
  await again.signIn({ user_name: 'admin', password: 'demo' });
  expect(await standing(again)).toMatchObject({ seen: { state: 'restored' } });
}, 60_000);

test('a chain that was computed anew is whole in itself and at the server; a copy that saw the old one says so', async () => {
  const admin = machine();
  await admin.signIn({ user_name: 'admin', password: 'demo' });
  const before = await standing(admin);
  expect(before.seen.state).toBe('agrees');
  await rewrite('Zwei Straße', 'nothing happened');
  await write('the day goes on');
  const after = await standing(admin);
  expect([after.broken, after.seen.state]).toEqual([null, 'rewritten']);
  expect((await admin.call('auditCompare', {})).server.broken).toBeNull();
  // nor does a new life of the log excuse it
  await startNewEpoch(db(), () => running.time.now_ms);
  expect((await standing(admin)).seen.state).toBe('rewritten');
  // a machine that saw nothing before cannot know
  const stranger = machine();
  await stranger.signIn({ user_name: 'admin', password: 'demo' });
  expect((await standing(stranger)).seen.state).toBe('agrees');
}, 60_000);

test('who saw the books is told once a day, offline looks too when the connection is back', async () => {
  const folder = freshFolder();
  const finance = machine(folder);
  await finance.signIn({ user_name: 'finance', password: 'demo' });
  await finance.syncOnce();
  const { company_id, task } = running.data;
  away = true;
  const { tasks } = await finance.call('closeBoard', { company_id, period: 202_610 });
  expect(tasks.length).toBeGreaterThan(0);
  await finance.call('closeTask', { task_id: task.id });
  await finance.call('trialBalance', { company_id, as_of_on: '2026-10-31' });
  // what was refused was not seen
  expect(await codeOf(finance.call('closeTask', { task_id: 999 }))).not.toBe('ok');
  await expect(finance.pushPending()).rejects.toThrow();
  // it outlives the program
  await finance.close();
  away = false;
  const online = machine(folder);
  await online.signIn({ user_name: 'finance', password: 'demo' });
  await online.pushPending();
  await online.call('closeBoard', { company_id, period: 202_610 });
  await online.pushPending();
  const seen = async () => {
    const rows = await db()
      .selectFrom('audit_event')
      .select(['user_name', 'about', 'address'])
      .where('kind', '=', 'viewed')
      .orderBy('id')
      .execute();
    return rows.map(({ user_name, about, address }) => [user_name, about, address]);
  };
  expect(await seen()).toEqual([
    ['finance', 'HAL 2026-10 close', '127.0.0.1'],
    ['finance', 'HAL 2026-10 ledger', '127.0.0.1'],
  ]);
  // and the auditor finds it on the copy
  await sealAudit(db());
  await sendEntries(db());
  const admin = machine();
  await admin.signIn({ user_name: 'admin', password: 'demo' });
  await admin.syncOnce();
  const found = await admin.call('auditEntries', { kind: 'viewed', about: '2026-10 close' });
  expect(found.rows.map(({ user_name }) => user_name)).toEqual(['finance']);
}, 60_000);
