/**
 * A stranger with an account of a colleague, and a client that skips every check it should make: each attack is refused, and
 * afterwards the business data is what it was, to the last byte.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WIRE_TABLES, wireTable } from '#contract/wire/tables.ts';
import { grantsOf } from '#server/auth/grants.ts';
import type { SignedIn } from '#server/auth/guard.ts';
import { createScopeRegistry, type Scope, whilePermitted } from '#server/sync/scope.ts';
import { snapshotLines } from '#server/sync/snapshot.ts';
import { deltaLines } from '#server/sync/delta.ts';
import { SENTINEL_COST_MICRO, SENTINEL_COST_MINOR } from '#server/testing/distributor.ts';
import { PGLITE } from '#server/testing/engines.ts';
import { listenLive } from '#server/testing/live.ts';
import { type Answer, mutation, type TestReplica } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

let running: TestServer;
let sales: TestReplica;
let finance: TestReplica;
let before: string;

beforeAll(async () => {
  running = await startTestServer(await PGLITE.start());
  sales = await running.replica('sales');
  finance = await running.replica('finance');
  await sales.sync();
  await finance.sync();
}, 120_000);
afterAll(async () => {
  await running?.close();
});
beforeEach(async () => {
  before = await businessData();
});

/** Everything a replica may hold, and who may do what; outcomes of refusals are the only thing an attack may leave. */
async function businessData(): Promise<string> {
  const { db } = running.server.database;
  const tables = WIRE_TABLES.map(({ name }) => name).filter((name) => name !== 'mutation_outcome');
  const sums: string[] = [];
  for (const table of [...tables, 'access_grant', 'app_user'] as const) {
    // when somebody signed in last is no business data
    const row = sql.raw(table === 'app_user' ? `(to_jsonb(t) - 'last_sign_in_at')::text` : 't::text');
    const { rows } = await sql<{ sum: string | null }>`
      select md5(string_agg(${row}, ' ' order by t.id)) as sum from ${sql.table(table)} t`.execute(db);
    sums.push(`${table} ${rows[0]?.sum}`);
  }
  return sums.join('\n');
}
const unchanged = async (): Promise<void> => expect(await businessData()).toBe(before);
const code = ({ body }: Answer): string => (body as { error: { code: string } }).error.code;
const decided = ({ body }: Answer): readonly string[] =>
  (body as { outcomes: { state: string; reason: { code: string } | null }[] }).outcomes.map(
    ({ state, reason }) => `${state}:${reason?.code ?? ''}`,
  );
const bucketsOf = (replica: TestReplica, table: 'item_cost' | 'mutation_outcome' | 'close_task' | 'item') =>
  replica.scope.filter(([, id]) => id === wireTable(table).id).map(([bucket]) => bucket);
const snapshot = (replica: TestReplica, buckets: readonly unknown[], more: object = {}) =>
  replica.post('/sync/snapshot', {
    client_id: replica.client_id,
    epoch: replica.epoch,
    buckets: buckets.map((bucket) => ({ bucket, after: null })),
    limit_rows: 1000,
    ...more,
  });

describe('reading what is somebody else’s', () => {
  test.each(['item_cost', 'close_task', 'mutation_outcome'] as const)('buckets of %s', async (table) => {
    await finance.push(mutation('addItemNote', { item_id: running.data.foreign_item_id, body: 'x' }));
    const theirs = bucketsOf(finance, table);
    expect(theirs.length).toBeGreaterThan(0);
    for (const bucket of theirs) {
      for (const encoding of ['rows', 'columns']) {
        const answer = await snapshot(sales, [...bucketsOf(sales, 'item'), bucket], { encoding });
        expect([answer.status, code(answer)]).toEqual([403, 'not_permitted']);
      }
      const verified = await sales.post('/sync/verify', {
        client_id: sales.client_id,
        epoch: sales.epoch,
        checkpoint: sales.checkpoint,
        buckets: [bucket],
      });
      expect([verified.status, code(verified)]).toEqual([403, 'not_permitted']);
    }
  });

  test.each([0, -1, 2 ** 31, 2 ** 53 - 1, 1.5, '1', '1 or 1=1', null, [1], { bucket: 1 }])(
    'bucket %j',
    async (bucket) => {
      for (const encoding of ['rows', 'columns']) {
        const answer = await snapshot(sales, [bucket], { encoding });
        expect([400, 403]).toContain(answer.status);
      }
    },
  );

  test.each([1.5, 1e300, -1e300, '1 or 1=1', 'a\u0000b', '\uD800', 'x'.repeat(64)])('after %j', async (after) => {
    const [bucket] = bucketsOf(sales, 'item');
    const [own] = bucketsOf(sales, 'mutation_outcome');
    for (const asked of [bucket, own]) {
      for (const encoding of ['rows', 'columns']) {
        const answer = await sales.post('/sync/snapshot', {
          client_id: sales.client_id,
          epoch: sales.epoch,
          buckets: [{ bucket: asked, after }],
          limit_rows: 10,
          encoding,
        });
        // a text is a place in a table of texts; elsewhere and otherwise it is refused, and never a fault of the server
        const fits = asked === own && typeof after === 'string' && /^[\w ]+=?\w*$/.test(after);
        expect([encoding, answer.status]).toEqual([encoding, fits ? 200 : 400]);
      }
    }
  });

  test('one bucket many times in one request', async () => {
    const [bucket] = bucketsOf(sales, 'item');
    for (const encoding of ['rows', 'columns']) {
      const answer = await snapshot(sales, Array(2000).fill(bucket), { encoding });
      expect([answer.status, code(answer)]).toEqual([400, 'bad_arguments']);
    }
  });

  test('cursors the server never gave', async () => {
    const { epoch, checkpoint, client_id } = sales;
    if (!checkpoint) throw new Error('it has synchronised');
    const delta = (more: object) => sales.post('/sync/delta', { client_id, epoch, from: checkpoint, ...more });
    const forged: [object, number][] = [
      [{ from: { ...checkpoint, id: randomUUID() } }, 409],
      [{ from: { ...checkpoint, number: checkpoint.number + 1000 } }, 409],
      [{ from: { ...checkpoint, number: 2 ** 53 - 1 } }, 409],
      [{ from: { number: 0, id: checkpoint.id } }, 409],
      [{ from: { ...checkpoint, number: -1 } }, 400],
      [{ from: { ...checkpoint, number: 2 ** 60 } }, 400],
      [{ from: { ...checkpoint, id: "' or 1=1 --" } }, 400],
      [{ from: null }, 400],
      [{ epoch: randomUUID() }, 409],
    ];
    for (const [more, status] of forged) expect([more, (await delta(more)).status]).toEqual([more, status]);
    const opened = await sales.post('/sync/open', {
      schema: 1e9,
      client_id,
      epoch,
      checkpoint: { ...checkpoint, id: randomUUID() },
      scope_hash: null,
    });
    expect(opened.status).toBe(426);
  });

  test('an id in other letters is no second id', async () => {
    const { epoch, checkpoint } = sales;
    const client_id = sales.client_id.toUpperCase();
    for (const own of [client_id, finance.client_id.toUpperCase()]) {
      const answer = await sales.post('/sync/delta', { client_id: own, epoch, from: checkpoint });
      expect([answer.status, code(answer)]).toEqual([400, 'bad_arguments']);
    }
    const note = mutation('addItemNote', { item_id: running.data.items[0], body: 'x' }, randomUUID().toUpperCase());
    expect((await sales.push(note)).status).toBe(400);
    await unchanged();
  });

  test('with the installation of a colleague', async () => {
    const { client_id, epoch, checkpoint } = finance;
    const forged = { client_id, epoch, checkpoint, from: checkpoint, schema: 0, scope_hash: null };
    const buckets = bucketsOf(finance, 'mutation_outcome').map((bucket) => ({ bucket, after: null }));
    for (const path of ['delta', 'snapshot', 'verify']) {
      const answer = await sales.post(`/sync/${path}`, {
        ...forged,
        buckets: path === 'snapshot' ? buckets : undefined,
        limit_rows: 5,
      });
      expect([path, answer.status, code(answer)]).toEqual([path, 403, 'not_permitted']);
    }
    const note = mutation('addItemNote', { item_id: running.data.items[0], body: 'as finance' });
    const pushed = await sales.post('/sync/push', { client_id, mutations: [note] });
    expect([pushed.status, code(pushed)]).toEqual([403, 'not_permitted']);
    const stream = await fetch(`${sales.url}/sync/live?client_id=${client_id}`, {
      headers: { authorization: `Bearer ${sales.access_token}`, 'x-binnacle-protocol': '1' },
    });
    expect(stream.status).toBe(403);
    await stream.body?.cancel();
    await unchanged();
  });

  test('nothing of a cost came with all of this', () => {
    expect(finance.received).toContain(String(SENTINEL_COST_MICRO));
    for (const cost of [SENTINEL_COST_MICRO, SENTINEL_COST_MINOR]) expect(sales.received).not.toContain(String(cost));
  });
});

describe('a role that is taken while a connection is open', () => {
  test('gets no byte of what it lost: not live, not in a delta, not in an answer under way', async () => {
    const { db } = running.server.database;
    const admin = await running.replica('admin');
    const replica = await running.replica('finance2');
    await replica.sync();
    const costs = bucketsOf(replica, 'item_cost');
    const live = await listenLive(replica);
    await live.next();
    const signedIn = async (): Promise<SignedIn> => {
      const user = await db.selectFrom('app_user').selectAll().where('name', '=', 'finance2').executeTakeFirstOrThrow();
      const grants = (await grantsOf(db, [user.id])).get(user.id) ?? [];
      return { ...user, session_id: '', expires_at_ms: 0, grants };
    };
    const registry = createScopeRegistry(db);
    const scopeNow = async (): Promise<Scope> => await registry.scopeOf(await signedIn(), replica.client_id);
    const request = {
      client_id: replica.client_id,
      epoch: replica.epoch ?? '',
      buckets: costs.map((bucket) => ({ bucket, after: null })),
      limit_rows: 1000,
      encoding: 'rows' as const,
    };
    const underWay = whilePermitted(scopeNow, costs, snapshotLines(db, await scopeNow(), request));
    expect((await underWay.next()).done).toBe(false);
    await db
      .updateTable('item_cost')
      .set({ unit_cost_micro: SENTINEL_COST_MICRO + 1 })
      .execute();
    await running.server.drainNow();
    await live.next();
    const from = replica.checkpoint ?? { number: 0, id: '' };
    const asked = { client_id: replica.client_id, epoch: replica.epoch ?? '', from, reloads: true };
    const changes = deltaLines(db, scopeNow, asked, 1_000_000);
    expect((await changes.next()).done).toBe(false);

    const [grant] = (await signedIn()).grants;
    await admin.post('/admin/users/finance2/grants', { role: 'sales', company_code: 'HAL' });
    replica.received = '';
    const taken = await fetch(`${replica.url}/admin/users/finance2/grants/${grant?.id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${admin.access_token}` },
    });
    expect(taken.status).toBe(200);

    await expect(underWay.next()).rejects.toThrow('grants changed');
    await expect(changes.next()).rejects.toThrow('grants changed');
    let told = await live.next();
    while (!told.scope_changed) told = await live.next();
    await db
      .updateTable('item_cost')
      .set({ unit_cost_micro: SENTINEL_COST_MICRO + 2 })
      .execute();
    await db.updateTable('item').set({ name: 'seen by sales' }).execute();
    await running.server.drainNow();
    const event = await live.next();
    expect(event.buckets.filter((bucket) => costs.includes(bucket))).toEqual([]);
    expect((await snapshot(replica, costs)).status).toBe(403);
    await replica.sync();
    expect(replica.rows('item').map((row) => row['name'])).toContain('seen by sales');
    expect(replica.received).not.toContain(String(SENTINEL_COST_MICRO).slice(0, 9));
    live.close();
  });
});

describe('changes that are not what they were', () => {
  test('replayed, tampered with, and under the name of another', async () => {
    const { items } = running.data;
    const first = mutation('addItemNote', { item_id: items[0], body: 'the first' });
    expect(decided(await sales.push(first))).toEqual(['accepted:']);
    before = await businessData();
    // the same again, from here and from another device of the same person
    const device = await running.replica('sales');
    for (const replica of [sales, device]) expect(decided(await replica.push(first))).toEqual(['accepted:']);
    await unchanged();
    const refused: [TestReplica, object][] = [
      [sales, { ...mutation('addItemNote', { item_id: items[0], body: 'another' }), id: first.id }],
      [device, { ...mutation('addItemNote', { item_id: items[1], body: 'the first' }), id: first.id }],
      [finance, first],
      [finance, { ...mutation('addItemNote', { item_id: items[0], body: 'mine' }), id: first.id }],
    ];
    for (const [replica, forged] of refused) {
      const answer = await replica.post('/sync/push', { client_id: replica.client_id, mutations: [forged] });
      expect([answer.status, code(answer)]).toEqual([409, 'mutation_id_reused']);
    }
    // the content changed on the way, its hash did not
    const tampered = {
      ...mutation('addItemNote', { item_id: items[0], body: 'honest' }),
      args: { item_id: items[0], body: 'forged' },
    };
    expect(decided(await sales.push(tampered))).toEqual(['rejected:bad_arguments']);
    await unchanged();
  });

  test.each(['id', 'command', 'body_hash', 'made_at_ms', 'device'])('without or with a wrong %s', async (field) => {
    const whole = mutation('addItemNote', { item_id: running.data.items[0], body: 'x' });
    for (const value of [undefined, null, 7.5, {}, 'x'.repeat(500)]) {
      const answer = await sales.post('/sync/push', {
        client_id: sales.client_id,
        mutations: [{ ...whole, [field]: value }],
      });
      expect([field, value, answer.status]).toEqual([field, value, 400]);
    }
    await unchanged();
  });
});

describe('a client that skips its checks', () => {
  test('signs for another, signs its own work, signs what it does not see', async () => {
    const { task } = running.data;
    const { db } = running.server.database;
    const ver = async (): Promise<number> =>
      (await db.selectFrom('close_task').select('ver').where('id', '=', task.id).executeTakeFirstOrThrow()).ver;
    const sign = async (more: object = {}) =>
      mutation('signCloseTask', {
        task_id: task.id,
        role: 'preparer',
        task_ver: await ver(),
        content_hash: task.content_hash,
        amount_minor: task.amount_minor,
        ...more,
      });
    expect(decided(await sales.push(await sign()))).toEqual(['rejected:not_found']);
    for (const forged of [{ user_name: 'controller' }, { author: 'controller' }, { signed_at: 0 }]) {
      expect(decided(await finance.push(await sign(forged)))).toEqual(['rejected:bad_arguments']);
    }
    expect(decided(await finance.push(await sign({ role: 'reviewer' })))).toEqual(['rejected:not_permitted']);
    expect(decided(await finance.push(await sign({ amount_minor: task.amount_minor + 1 })))).toEqual([
      'conflict:content_changed',
    ]);
    expect(decided(await finance.push(await sign({ content_hash: 'f'.repeat(64) })))).toEqual([
      'conflict:content_changed',
    ]);
    await unchanged();
    const controller = await running.replica('controller');
    expect(decided(await controller.push(await sign()))).toEqual(['accepted:']);
    before = await businessData();
    // who prepared may review, but not this
    expect(decided(await controller.push(await sign({ role: 'reviewer' })))).toEqual(['rejected:same_person']);
    await unchanged();
  });

  test('writes facts, costs and settings through commands that do not exist, and through fields that do not', async () => {
    const { items, orders, company_id } = running.data;
    const answer = await sales.push(
      mutation('setItemCost', { item_id: items[0], unit_cost_micro: 1 }),
      mutation('insert', { table: 'order_line', row: {} }),
      mutation('__proto__', {}),
      mutation('toString', {}),
      mutation('addItemNote', { item_id: items[0], body: 'x', unit_cost_micro: 1 }),
      mutation('addItemNote', { item_id: items[0], body: 'x', author: 'finance' }),
      mutation('addOrderNote', { order_id: orders[0], body: 'x', net_minor: 0 }),
      mutation('addItemNote', { item_id: running.data.foreign_item_id, body: 'x' }),
      mutation('markException', {
        company_id,
        site_id: null,
        channel_id: null,
        key: `margin_leak:${items[0]}`,
        kind: 'reopened',
        until_on: null,
        assigned_to: null,
        cost_minor: 5,
      }),
    );
    expect(decided(answer)).toEqual([
      'rejected:unknown_command',
      'rejected:unknown_command',
      'rejected:unknown_command',
      'rejected:unknown_command',
      'rejected:bad_arguments',
      'rejected:bad_arguments',
      'rejected:bad_arguments',
      'rejected:not_found',
      'rejected:bad_arguments',
    ]);
    await unchanged();
  });

  test('goes to the doors of others', async () => {
    const { company_id } = running.data;
    const attempts: [string, object][] = [
      [
        '/admin/users',
        { name: 'mallory', display_name: 'M', password: 'long enough', role: 'admin', company_code: null },
      ],
      ['/admin/users/sales/grants', { role: 'admin', company_code: null }],
      ['/admin/users/admin/password', { password: 'long enough' }],
      ['/admin/users/admin/active', { active: false }],
      ['/admin/audit', {}],
      ['/admin/backup', {}],
    ];
    for (const replica of [sales, finance]) {
      for (const [path, body] of attempts) {
        const answer = await replica.post(path, body);
        expect([path, answer.status, code(answer)]).toEqual([path, 403, 'not_permitted']);
      }
      expect((await replica.post('/sync/nowhere', {})).status).toBe(404);
    }
    const opened = await sales.post('/imports/files', { kind: 'items', company_id, file_name: 'costs.csv' });
    expect(opened.status).toBeGreaterThanOrEqual(400);
    expect(opened.status).toBeLessThan(500);
    await unchanged();
  });
});
