/** The replica service and the central server together, each as it ships: PGlite, HTTP, encrypted files. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import { dumpReplica } from '#db/session/ownFiles.ts';
import type { ReplicaService, ReplicaServiceOptions } from '#db/service.ts';
import { readExport } from '#db/testing/readExport.ts';
import { codeOf, freshFolder, testService } from '#db/testing/testService.ts';
import { addGrant, removeGrant, resetPassword } from '#server/auth/accounts.ts';
import { SILENT_LOG } from '#server/log.ts';
import { type RunningServer, startServer } from '#server/server.ts';
import { type Distributor, SENTINEL_COST_MICRO, SENTINEL_COST_MINOR } from '#server/testing/distributor.ts';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';

let engine: TestEngine;
let server: RunningServer;
let data: Distributor;
let server_crash_at: string | undefined;
const clock = () => Date.now();
const services: ReplicaService[] = [];

beforeAll(async () => {
  engine = await PGLITE.start();
});
afterAll(() => engine.stop());
const startWith = async (options: { tokenTtlS?: number } = {}) => {
  const prepared = await engine.withDistributor();
  data = prepared.data;
  server = await startServer({
    ...prepared.database,
    ...options,
    port: 0,
    clock,
    log: SILENT_LOG,
    crashAt: (point) => {
      if (point === server_crash_at) throw new Error(point);
    },
  });
};
beforeEach(async () => {
  server_crash_at = undefined;
  await startWith();
});
afterEach(async () => {
  for (const each of services.splice(0)) await each.close();
  await server.close();
});

interface Person {
  readonly service: ReplicaService;
  readonly dataDir: string;
  readonly user_name: string;
}
const person = async (user_name: string, more: Partial<ReplicaServiceOptions> = {}): Promise<Person> => {
  const dataDir = more.dataDir ?? freshFolder();
  const service = testService({ serverUrl: server.url, fetch, dataDir, ...more });
  services.push(service);
  await service.signIn({ user_name, password: 'demo' });
  if (more.background !== true) await service.syncOnce();
  return { service, dataDir, user_name };
};
const dump = async ({ dataDir, user_name }: Person) => {
  const rows: { table: string; text: string }[] = [];
  await dumpReplica({ dataDir, server_url: server.url, user_name, password: 'demo' }, ({ table, row }) =>
    rows.push({ table, text: JSON.stringify(row) }),
  );
  return rows;
};
const firstItem = () => data.items[0] ?? 0;

describe('a replica per person', () => {
  test('equals the server and holds only what the person may see', async () => {
    const finance = await person('finance');
    const sales = await person('sales');
    const counter = await person('counter');
    for (const each of [finance, sales, counter]) {
      expect(await each.service.verify(), each.user_name).toMatchObject({ equal: true, repaired_buckets: 0 });
    }
    const tables = async (who: Person) => new Set((await dump(who)).map((row) => row.table));
    const seen = await tables(finance);
    expect(seen.has('item_cost') && seen.has('order_line_cost') && seen.has('close_task')).toBe(true);
    for (const who of [sales, counter]) {
      const rows = await dump(who);
      const areas = new Set(rows.map((row) => WIRE_TABLES.find((table) => table.name === row.table)?.area));
      expect(
        [...areas].filter((area) => area !== 'general' && area !== 'outcome'),
        who.user_name,
      ).toEqual([]);
      for (const sentinel of [SENTINEL_COST_MICRO, SENTINEL_COST_MINOR]) {
        expect(
          rows.some((row) => row.text.includes(String(sentinel))),
          who.user_name,
        ).toBe(false);
      }
    }
    expect((await dump(finance)).some((row) => row.text.includes(String(SENTINEL_COST_MICRO)))).toBe(true);
    const orders = (await dump(counter)).filter((row) => row.table === 'sales_order');
    expect(orders).toHaveLength(1);
  });

  test('follows a grant that is given and taken', async () => {
    const sales = await person('sales');
    const has = async (table: string) => (await dump(sales)).some((row) => row.table === table);
    expect(await has('item_cost')).toBe(false);
    await addGrant(server.database.db, 'sales', { role: 'finance', company_code: 'HAL' }, clock);
    await sales.service.syncOnce();
    expect(await has('item_cost')).toBe(true);
    const user = await server.database.db
      .selectFrom('app_user')
      .select('id')
      .where('name', '=', 'sales')
      .executeTakeFirstOrThrow();
    const grant = await server.database.db
      .selectFrom('access_grant')
      .select('id')
      .where('user_id', '=', user.id)
      .where('role', '=', 'finance')
      .executeTakeFirstOrThrow();
    await removeGrant(server.database.db, 'sales', grant.id, clock);
    await sales.service.syncOnce();
    expect(await has('item_cost')).toBe(false);
    expect(await sales.service.verify()).toMatchObject({ equal: true });
  });

  test('takes changes, moves and deletes; the hashes agree afterwards', async () => {
    const { db } = server.database;
    const finance = await person('finance');
    const counter = await person('counter');
    await db.updateTable('item').set({ name: 'renamed "Ü" \\ \u0007' }).where('id', '=', firstItem()).execute();
    // the first order moves to the counter's site and channel, its own moves away
    await db
      .updateTable('sales_order')
      .set({ site_id: data.sites[1], channel_id: data.channels[1] })
      .where('id', '=', data.orders[0] ?? 0)
      .execute();
    await db
      .updateTable('sales_order')
      .set({ site_id: null, channel_id: null })
      .where('id', '=', data.orders[1] ?? 0)
      .execute();
    await db
      .deleteFrom('stock_balance')
      .where('item_id', '=', data.items[1] ?? 0)
      .execute();
    for (const each of [finance, counter]) {
      await each.service.syncOnce();
      expect(await each.service.verify(), each.user_name).toMatchObject({ equal: true, repaired_buckets: 0 });
    }
    const orders = (await dump(counter)).filter((row) => row.table === 'sales_order');
    expect(orders.map((row) => (JSON.parse(row.text) as { id: number }).id)).toEqual([data.orders[0]]);
  });
});

describe('work done without the server', () => {
  test('a note written offline is delivered exactly once, whatever dies', async () => {
    const sales = await person('sales');
    const notes = async () =>
      await server.database.db.selectFrom('item_note').select(['id', 'body', 'author']).execute();
    const { id } = await sales.service.call('addItemNote', { item_id: firstItem(), body: 'count again' });
    // the server ends between commit and answer
    server_crash_at = 'server.push.committed';
    await sales.service.syncOnce().catch(() => undefined);
    server_crash_at = undefined;
    await sales.service.syncOnce();
    expect(await notes()).toEqual([{ id, body: 'count again', author: 'sales' }]);
    expect((await sales.service.call('itemDetail', { item_id: firstItem() })).notes).toMatchObject([
      { id, state: 'accepted' },
    ]);
    expect((await sales.service.call('outbox', {})).counts).toMatchObject({ accepted: 1, pending: 0, sent: 0 });
  });

  test('the same sign-off on two machines: one accepted, one visible conflict', async () => {
    const one = await person('finance');
    const two = await person('finance2');
    const sign = async ({ service }: Person) => {
      const board = await service.call('closeBoard', { company_id: data.company_id, period: 202610 });
      const task = board.tasks.find((each) => each.code === 'grni');
      if (!task) throw new Error('no task');
      return await service.call('signCloseTask', {
        task_id: task.id,
        role: 'preparer',
        task_ver: task.ver,
        content_hash: task.content_hash,
        amount_minor: task.amount_minor,
      });
    };
    await sign(one);
    await sign(two);
    // predicted on both machines
    for (const { service } of [one, two]) {
      const board = await service.call('closeBoard', { company_id: data.company_id, period: 202610 });
      expect(board.tasks.find((each) => each.code === 'grni')?.signoffs).toMatchObject([{ state: 'pending' }]);
    }
    await one.service.syncOnce();
    await two.service.syncOnce();
    expect((await one.service.call('outbox', {})).counts.accepted).toBe(1);
    const conflict = (await two.service.call('outbox', {})).rows[0];
    expect(conflict).toMatchObject({ state: 'conflict', title: 'Sign off grni, October 2026, as preparer' });
    expect(conflict?.reason?.message).toContain('finance');
    const board = await two.service.call('closeBoard', { company_id: data.company_id, period: 202610 });
    expect(board.tasks.find((each) => each.code === 'grni')?.signoffs).toMatchObject([
      { user_name: 'finance', state: 'accepted' },
    ]);
    // now the copy itself shows that it is too late
    expect(await codeOf(sign(two))).toBe('conflict');
    expect(await two.service.verify()).toMatchObject({ equal: true });
  });

  test('what the copy already forbids is refused before it is queued', async () => {
    const sales = await person('sales');
    const controller = await person('controller');
    const { task, dependent_task } = data;
    const args = {
      role: 'preparer',
      task_ver: 1,
      amount_minor: 1,
      content_hash: task.content_hash,
      task_id: task.id,
    } as const;
    expect(await codeOf(sales.service.call('signCloseTask', args))).toBe('not_found');
    expect(await codeOf(controller.service.call('signCloseTask', { ...args, role: 'reviewer' }))).toBe('not_permitted');
    expect(await codeOf(controller.service.call('signCloseTask', { ...args, content_hash: 'f'.repeat(64) }))).toBe(
      'conflict',
    );
    const waits = { ...args, task_id: dependent_task.id, content_hash: dependent_task.content_hash };
    await expect(controller.service.call('signCloseTask', waits)).rejects.toThrow('Waits for grni');
    expect((await controller.service.call('outbox', {})).total_rows).toBe(0);
  });

  test('an account that was not compared is refused by the copy and by the server in the same words', async () => {
    const finance = await person('finance');
    const controller = await person('controller');
    const { task } = data;
    const args = { role: 'preparer', task_ver: 1, content_hash: task.content_hash, task_id: task.id } as const;
    const sign = async ({ service }: Person) =>
      await service.call('signCloseTask', { ...args, amount_minor: task.amount_minor });
    // one signed before it knew; the other knows
    await sign(finance);
    await server.database.db.deleteFrom('reconciliation').where('id', '=', task.id).execute();
    await finance.service.syncOnce();
    await controller.service.syncOnce();
    const [refused] = (await finance.service.call('outbox', {})).rows;
    expect(refused).toMatchObject({ state: 'rejected', reason: { code: 'unreckoned' } });
    const { reason } = refused ?? {};
    for (const { service } of [finance, controller]) {
      await expect(sign({ ...finance, service })).rejects.toThrow(reason?.message);
      const board = await service.call('closeBoard', { company_id: data.company_id, period: 202610 });
      const { next } = board.tasks.find(({ id }) => id === task.id) ?? {};
      expect(next).toMatchObject({ code: reason?.code, why_not: reason?.message });
    }
  });

  test('nobody reviews what they prepared, even while the first signature still waits', async () => {
    const controller = await person('controller');
    const board = await controller.service.call('closeBoard', { company_id: data.company_id, period: 202610 });
    const task = board.tasks.find((each) => each.code === 'grni');
    if (!task) throw new Error('no task');
    const args = {
      task_id: task.id,
      task_ver: task.ver,
      content_hash: task.content_hash,
      amount_minor: task.amount_minor,
    };
    await controller.service.call('signCloseTask', { ...args, role: 'preparer' });
    expect(await codeOf(controller.service.call('signCloseTask', { ...args, role: 'reviewer' }))).toBe('not_permitted');
  });
});

describe('sessions', () => {
  test('short tokens are renewed on the way; a reset password ends the session and loses nothing', async () => {
    await server.close();
    await startWith({ tokenTtlS: 1 });
    const sales = await person('sales');
    await new Promise((resolve) => setTimeout(resolve, 1300));
    await sales.service.syncOnce();
    await sales.service.call('addItemNote', { item_id: firstItem(), body: 'kept' });
    await resetPassword(server.database.db, 'sales', 'another password', clock);
    await new Promise((resolve) => setTimeout(resolve, 1300));
    expect(await codeOf(sales.service.syncOnce())).toBe('not_signed_in');
    expect((await sales.service.call('outbox', {})).counts.pending).toBe(1);
    // the new password, and once the old one, open the same files
    expect(await codeOf(sales.service.signIn({ user_name: 'sales', password: 'another password' }))).toBe(
      'previous_password',
    );
    await sales.service.signIn({ user_name: 'sales', password: 'demo' });
    await sales.service.syncOnce();
    expect((await sales.service.call('outbox', {})).counts).toMatchObject({ accepted: 1, pending: 0 });
  });

  test('administration goes straight to the server', async () => {
    const admin = await person('admin');
    const sales = await person('sales');
    expect(await codeOf(sales.service.call('adminUsers', {}))).toBe('not_permitted');
    const added = await admin.service.call('adminAddUser', {
      name: 'newcomer',
      display_name: 'New Comer',
      password: 'long enough',
      role: 'buyer',
      company_code: 'HAL',
    });
    expect(added).toMatchObject({ name: 'newcomer', active: true, grants: [{ role: 'buyer', company_code: 'HAL' }] });
    expect(
      await codeOf(
        admin.service.call('adminAddUser', {
          name: 'newcomer',
          display_name: 'N',
          password: 'long enough',
          role: 'buyer',
          company_code: null,
        }),
      ),
    ).toBe('conflict');
    const granted = await admin.service.call('adminGrant', { name: 'newcomer', role: 'auditor', company_code: null });
    expect(granted.grants).toHaveLength(2);
    const grant_id = granted.grants.find((grant) => grant.role === 'buyer')?.id ?? 0;
    expect((await admin.service.call('adminRevoke', { name: 'newcomer', grant_id })).grants).toHaveLength(1);
    expect(await admin.service.call('adminResetPassword', { name: 'newcomer', password: 'other enough' })).toEqual({
      name: 'newcomer',
    });
    expect((await admin.service.call('adminUsers', {})).map((user) => user.name)).toContain('newcomer');
    expect((await admin.service.call('adminCare', {})).database_bytes).toBeGreaterThan(1_000_000);

    const closed = { name: 'newcomer', active: false };
    expect(await admin.service.call('adminSetActive', closed)).toMatchObject(closed);
    const trail = await admin.service.call('auditTrail', { about: 'newcomer' });
    expect(trail).toMatchObject({ more: false, rows: { length: 6 } });
    expect(trail.rows[0]).toMatchObject({ kind: 'account_closed', user_name: 'admin', about: 'newcomer' });
    expect(await codeOf(sales.service.call('auditTrail', {}))).toBe('not_permitted');
    expect((await sales.service.call('session', {})).may.read_audit).toBe(false);
  });
});

describe('following in the background, with worker threads', () => {
  test('a change made by one is seen by the other; a restart of the service goes on from its files', async () => {
    const finance = await person('finance', { background: true, readers: 'workers' });
    const sales = await person('sales', { background: true, readers: 'workers' });
    for (const { service } of [finance, sales]) {
      await expect.poll(() => service.pill().connection, { timeout: 15_000 }).toBe('live');
    }
    await sales.service.call('addItemNote', { item_id: firstItem(), body: 'seen elsewhere' });
    await expect
      .poll(
        async () => (await finance.service.call('itemDetail', { item_id: firstItem() })).notes.map((note) => note.body),
        { timeout: 10_000 },
      )
      .toEqual(['seen elsewhere']);
    await expect.poll(() => sales.service.pill().waiting, { timeout: 10_000 }).toBe(0);
    await finance.service.close();
    const again = await person('finance', { dataDir: finance.dataDir, background: true, readers: 'workers' });
    await expect.poll(() => again.service.pill().connection, { timeout: 15_000 }).toBe('live');
    expect((await again.service.call('itemDetail', { item_id: firstItem() })).notes).toHaveLength(1);
    const exported = await again.service.call('exportRows', {
      query: 'stockPositions',
      args: { company_id: data.company_id, group_by: 'none' },
    });
    expect(exported.rows).toBeGreaterThan(0);
    const csv = await readExport(exported.id, (asked) => again.service.call('exportPart', asked));
    expect(csv.toString().split('\r\n')[0]).toContain('On hand');
  });

  test('an export runs in a process of its own', async () => {
    const sales = await person('sales', { exports: 'child' });
    const exported = await sales.service.call('exportRows', {
      query: 'stockPositions',
      args: { company_id: data.company_id, group_by: 'none' },
    });
    expect(exported.rows).toBeGreaterThan(0);
    const csv = await readExport(exported.id, (asked) => sales.service.call('exportPart', asked));
    expect(csv.length).toBe(exported.bytes);
    expect(csv.toString().split('\r\n')).toHaveLength(exported.rows + 2);
    const stop = new AbortController();
    const given_up = sales.service.dispatch(
      'exportRows',
      { query: 'stockPositions', args: { company_id: data.company_id, group_by: 'none' } },
      { signal: stop.signal },
    );
    stop.abort();
    expect(await codeOf(given_up)).toBe('cancelled');
  });
});

test('nothing secret is logged, and no password or token lies in the files', async () => {
  const logged: string[] = [];
  const sales = await person('sales', { log: (level, message) => logged.push(`${level} ${message}`) });
  await codeOf(sales.service.signIn({ user_name: 'sales', password: 'guess-4711' }));
  expect(logged.join('\n')).not.toContain('guess-4711');
  const { folder } = (await import('#db/keys/place.ts')).replicaPlace(sales.dataDir, server.server_id, 'sales');
  expect(readFileSync(`${folder}/keys.json`, 'utf8')).not.toContain('demo');
});
