/** Finding shows nothing a person may not see: not another's orders, and after a lost grant neither name nor trigram. */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { FindKind } from '#contract/queries.ts';
import type { ReplicaService } from '#db/service.ts';
import { ownKeys } from '#db/session/ownFiles.ts';
import { freshFolder, testService } from '#db/testing/testService.ts';
import { addGrant, removeGrant } from '#server/auth/accounts.ts';
import { SILENT_LOG } from '#server/log.ts';
import { type RunningServer, startServer } from '#server/server.ts';
import type { Distributor } from '#server/testing/distributor.ts';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';

let engine: TestEngine;
let server: RunningServer;
let data: Distributor;
const services: ReplicaService[] = [];
const clock = () => Date.now();

beforeAll(async () => {
  engine = await PGLITE.start();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  const prepared = await engine.withDistributor();
  data = prepared.data;
  server = await startServer({ ...prepared.database, port: 0, clock, log: SILENT_LOG });
});
afterEach(async () => {
  for (const each of services.splice(0)) await each.close();
  await server.close();
});

async function person(user_name: string, dataDir = freshFolder()) {
  const service = testService({ serverUrl: server.url, fetch, dataDir });
  services.push(service);
  await service.signIn({ user_name, password: 'demo' });
  await service.syncOnce();
  const find = async (text: string, kinds?: FindKind[]) => {
    const found = await service.call('find', { text, ...(kinds ? { kinds } : {}) });
    return found.groups.flatMap((group) => group.hits.map((hit) => `${hit.kind} ${hit.code}`));
  };
  return { service, dataDir, user_name, find };
}

/** Every page of the copy with the key taken off, free pages included. */
async function pagesOf(who: { readonly dataDir: string; readonly user_name: string }): Promise<Buffer> {
  const [replica] = await ownKeys({ ...who, server_url: server.url, password: 'demo' });
  if (!replica) throw new Error('no replica');
  const file = join(freshFolder(), 'copy.db');
  for (const part of ['', '-wal']) {
    if (existsSync(`${replica.file}${part}`)) copyFileSync(`${replica.file}${part}`, `${file}${part}`);
  }
  const source = new Database(file);
  source.pragma("cipher = 'chacha20'");
  source.pragma(`key = 'raw:${replica.raw_hex}'`);
  source.pragma('journal_mode = DELETE');
  source.pragma("rekey = ''");
  source.close();
  return readFileSync(file);
}

test('an order is found by whose scope it is in, and by nobody else', async () => {
  const sales = await person('sales');
  const counter = await person('counter');
  expect(await sales.find('so-0')).toEqual(['order SO-0']);
  expect(await counter.find('so-0')).toEqual([]);
  expect(await counter.find('so-1')).toEqual(['order SO-1']);
  expect(await sales.find('rotterdam')).toEqual(['site RTM']);
  expect(await counter.find('amsterdam')).toEqual([]);
});

// few names are taken out one by one, many by clearing the index: both ways must leave nothing
test.each([1, 800])(
  'after a lost grant %i names are in no answer and in no page',
  async (names) => {
    const { db } = server.database;
    await db
      .insertInto('item')
      .values(
        Array.from({ length: names }, (_, n) => ({
          company_id: data.other_company_id,
          code: `QX-${String(n).padStart(4, '0')}`,
          name: 'Zyzzyva flange',
          uom: 'pcs',
          active: true,
        })),
      )
      .execute();
    await server.drainNow();
    const sales = await person('sales');
    expect(await sales.find('zyzzyva')).toEqual([]);
    await addGrant(db, 'sales', { role: 'sales', company_code: 'BRK' }, clock);
    await sales.service.syncOnce();
    const nobody = await person('counter');
    expect((await sales.find('zyzzyva'))[0]).toBe('item QX-0000');
    expect((await sales.find('zyzzyav'))[0]).toBe('item QX-0000');
    expect(await nobody.find('zyzzyva')).toEqual([]);
    const trigrams = ['zyz', 'qx00'];
    const before = await pagesOf(sales);
    expect(trigrams.filter((each) => before.includes(each))).toEqual(trigrams);

    const grant = await db
      .selectFrom('access_grant as g')
      .innerJoin('app_user as u', 'u.id', 'g.user_id')
      .select('g.id')
      .where('u.name', '=', 'sales')
      .where('g.company_id', '=', data.other_company_id)
      .executeTakeFirstOrThrow();
    await removeGrant(db, 'sales', grant.id, clock);
    await sales.service.syncOnce();
    for (const text of ['zyzzyva', 'zyzzyav', 'qx-0000', 'qx0001', 'zy', 'z']) {
      expect(await sales.find(text, ['item']), text).toEqual([]);
    }
    expect(await sales.find('bolt')).toHaveLength(3);
    const after = await pagesOf(sales);
    expect(['Zyz', ...trigrams].filter((each) => after.includes(each))).toEqual([]);
  },
  60_000,
);
