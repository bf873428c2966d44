import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerCare } from '#contract/actions.ts';
import { PROTOCOL_HEADER } from '#contract/wire/protocol.ts';
import { SILENT_LOG } from '#server/log.ts';
import type { Database } from '#server/schema/database.ts';
import { startServer } from '#server/server.ts';
import { createDistributor } from '#server/testing/distributor.ts';
import { ENGINES, PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { login, mutation, TestReplica } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { DAY_MS, type Job } from './job.ts';
import { createJobRunner, runRegularly } from './runJobs.ts';

const countOf = async (db: Database, table: string): Promise<number> =>
  (await sql<{ rows: number }>`select count(*)::int as rows from ${sql.table(table)}`.execute(db)).rows[0]?.rows ?? 0;

describe.each(ENGINES)('jobs on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('a running server', () => {
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

    test('an outcome is forgotten, that there was one is not; a retired installation comes back', async () => {
      const { db } = running.server.database;
      const item_id = running.data.items[0] ?? 0;
      const away = await running.replica('finance');
      await away.sync();
      const accepted = mutation('addItemNote', { item_id, body: 'before the long silence' });
      const refused = mutation('addItemNote', { item_id: 999_999, body: 'about nothing' });
      const first = await away.push(accepted, refused);
      expect(first.status).toBe(200);
      await away.sync();
      expect(away.rows('mutation_outcome')).toHaveLength(2);

      running.time.now_ms += 40 * DAY_MS;
      await sql`update stock_balance set reserved_qty_milli = reserved_qty_milli + 1`.execute(db);
      await running.server.drainNow();
      await running.server.runDueJobs();
      const [retired] = await db
        .selectFrom('sync_client')
        .selectAll()
        .where('client_id', '=', away.client_id)
        .execute();
      expect(retired?.retired_at).not.toBeNull();
      expect(await countOf(db, 'mutation_outcome')).toBe(2);

      running.time.now_ms += 150 * DAY_MS;
      await sql`update stock_balance set reserved_qty_milli = reserved_qty_milli + 1`.execute(db);
      await running.server.runDueJobs();
      await running.server.drainNow();
      running.time.now_ms += 40 * DAY_MS;
      await sql`update stock_balance set reserved_qty_milli = reserved_qty_milli + 1`.execute(db);
      await running.server.drainNow();
      await running.server.runDueJobs();
      expect(await countOf(db, 'mutation_outcome')).toBe(0);
      expect(await countOf(db, 'decided_mutation')).toBe(2);
      expect(await countOf(db, 'sync_client')).toBe(0);
      const { rows: buckets } = await sql`select 1 from sync_bucket where client = ${away.client_id}`.execute(db);
      expect(buckets).toEqual([]);

      const back = new TestReplica(running.server.url, (await login(running.server.url, 'finance')).access_token);
      Object.assign(back, { client_id: away.client_id, epoch: away.epoch, checkpoint: away.checkpoint });
      expect((await back.open()).plan).toBe('reset');
      await back.sync();
      expect(back.rows('mutation_outcome')).toEqual([]);
      const notes = await countOf(db, 'item_note');
      const again = await back.push(accepted, refused);
      expect(again.body).toEqual(first.body);
      expect(await countOf(db, 'item_note')).toBe(notes);
      const other = await back.push({ ...mutation('addItemNote', { item_id, body: 'another' }), id: accepted.id });
      expect(other.status).toBe(409);
      await back.sync();
      // told again, for whoever waits for it
      expect(
        back
          .rows('mutation_outcome')
          .map((row) => row['state'])
          .toSorted(),
      ).toEqual(['accepted', 'rejected']);
      expect((await back.verify()).body).toEqual({ moved: false, buckets: back.sums() });
      expect(await countOf(db, 'decided_mutation')).toBe(0);
    });

    test('the forgotten id with another body is refused before anything of the push is decided', async () => {
      const { db } = running.server.database;
      const item_id = running.data.items[0] ?? 0;
      const replica = await running.replica('finance');
      const sent = mutation('addItemNote', { item_id, body: 'once' });
      await replica.push(sent);
      running.time.now_ms += 200 * DAY_MS;
      await running.server.runDueJobs();
      expect(await countOf(db, 'decided_mutation')).toBeGreaterThan(0);
      const later = new TestReplica(running.server.url, (await login(running.server.url, 'finance')).access_token);
      const fresh = mutation('addItemNote', { item_id, body: 'not decided' });
      const answer = await later.push(fresh, { ...mutation('addItemNote', { item_id, body: 'twice' }), id: sent.id });
      expect(answer.status).toBe(409);
      const { rows } = await sql`select 1 from item_note where id = ${fresh.id}`.execute(db);
      expect(rows).toEqual([]);
    });

    test('of two servers one runs a job; a failure is told and tried again; a holder that died loses it', async () => {
      const { database } = running.server;
      let [ran, fails] = [0, true];
      const job: Job = {
        name: `test ${randomUUID()}`,
        every_ms: DAY_MS,
        run: async (_, pause) => {
          ran += 1;
          await pause();
          await new Promise((resolve) => setTimeout(resolve, 30));
          if (fails) throw new Error('a disk is full');
          return 7;
        },
      };
      const parts = { database, clock: () => running.time.now_ms, crashAt: () => {}, kick: () => {}, backups: null };
      const servers = [1, 2, 3].map(() => createJobRunner(parts, SILENT_LOG, [job]));
      const all = async (): Promise<unknown> => await Promise.all(servers.map(async (server) => await server.runDue()));
      const row = async () =>
        await database.db.selectFrom('server_job').selectAll().where('name', '=', job.name).executeTakeFirstOrThrow();
      await all();
      expect(ran).toBe(1);
      expect(await row()).toMatchObject({ error: 'a disk is full', failures: 1, holder: null });
      fails = false;
      running.time.now_ms += 11 * 60_000;
      await all();
      expect(ran).toBe(2);
      expect(await row()).toMatchObject({ error: null, removed: 7, removed_ever: 7, runs: 2 });
      await all();
      expect(ran).toBe(2);
      await database.db
        .updateTable('server_job')
        .set({ holder: randomUUID(), held_until: new Date(running.time.now_ms + 5 * 60_000), due_at: null })
        .where('name', '=', job.name)
        .execute();
      await all();
      expect(ran).toBe(2);
      running.time.now_ms += 6 * 60_000;
      await all();
      expect(ran).toBe(3);
    });

    test('what is wanted soon runs before its time, by itself, and once more where it was under way', async () => {
      const { database } = running.server;
      let ran = 0;
      const first = Promise.withResolvers<undefined>();
      const [began, third] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
      const job: Job = {
        name: `test ${randomUUID()}`,
        every_ms: DAY_MS,
        run: async () => {
          ran += 1;
          if (ran === 2) {
            began.resolve(undefined);
            await first.promise;
          }
          if (ran === 3) third.resolve(undefined);
          return 0;
        },
      };
      const parts = { database, clock: () => running.time.now_ms, crashAt: () => {}, kick: () => {}, backups: null };
      const runner = createJobRunner(parts, SILENT_LOG, [job]);
      await runner.runDue();
      await runner.runDue();
      expect(ran).toBe(1);
      const stop = runRegularly(runner, SILENT_LOG, { first_ms: DAY_MS, soon_ms: 0 });
      runner.runSoon(job);
      await began.promise;
      runner.runSoon(job);
      first.resolve(undefined);
      await third.promise;
      await runner.runDue();
      expect(ran).toBe(3);
      await stop();
    });

    test('an administrator sees what the jobs did, nobody else', async () => {
      const { url } = running.server;
      const ask = async (user_name: string): Promise<Response> =>
        await fetch(`${url}/admin/jobs`, {
          headers: { authorization: `Bearer ${(await login(url, user_name)).access_token}`, [PROTOCOL_HEADER]: '1' },
        });
      expect((await ask('finance')).status).toBe(403);
      const care = (await (await ask('admin')).json()) as ServerCare;
      expect(care.jobs.map(({ name }) => name)).toContain('replaced changes');
      expect(care.jobs.find(({ name }) => name === 'old outcomes')).toMatchObject({ running: false, last_error: null });
      expect(care.database_bytes).toBeGreaterThan(care.log_bytes);
    });
  });
});

/** Tables that say what was done, and grow with what people do. Everything else has to come level. */
const GROWS: ReadonlySet<string> = new Set([
  'decided_mutation',
  'audit_event',
  'audit_chain',
  'audit_entry',
  'close_entry',
  'item_note',
]);

test('a server through fourteen months: tables, log and files come level', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-months-'));
  const engine = await PGLITE.start();
  let now_ms = 1_780_000_000_000;
  const clock = (): number => now_ms;
  const dataDir = join(folder, 'server');
  const server = await startServer({
    ...(await engine.prepared()),
    dataDir,
    port: 0,
    clock,
    log: SILENT_LOG,
    prepare: async ({ db }) => {
      await createDistributor(db, clock);
    },
  });
  try {
    const { db } = server.database;
    // Writes much to the write-ahead log and leaves dead rows, as a busy table does.
    await sql`create table busy as select g as id, 0 as n, repeat('x', 300) as text from generate_series(1, 6000) g`.execute(
      db,
    );
    const [item] = await db.selectFrom('item').select('id').orderBy('id').limit(1).execute();
    const backups = join(folder, 'backups');
    mkdirSync(backups);
    const { rows: tables } = await sql<{ name: string }>`
      select relname as name from pg_stat_user_tables order by 1`.execute(db);

    const held = async (): Promise<ReadonlyMap<string, number>> => {
      const counts = new Map<string, number>();
      for (const { name } of tables) counts.set(name, await countOf(db, name));
      return counts.set('files of backups', readdirSync(backups).length);
    };
    const step = async (number: number): Promise<void> => {
      now_ms += 7 * DAY_MS;
      // every four weeks a new machine, and the one before is never seen again
      const client_id = `00000000-0000-4000-8000-${String(Math.floor(number / 4)).padStart(12, '0')}`;
      const session = await login(server.url, 'finance');
      const replica = Object.assign(new TestReplica(server.url, session.access_token), { client_id });
      await replica.open();
      await replica.push(mutation('addItemNote', { item_id: item?.id ?? 0, body: `note ${number}` }));
      for (let change = 0; change < 6; change++) {
        await sql`update stock_balance set on_hand_qty_milli = on_hand_qty_milli + 1`.execute(db);
        await server.drainNow();
      }
      await sql`insert into import_file (kind, company_code, source, mode, complete, make_missing, file_name, header, user_name, opened_at)
        values ('stock', 'FA', 'erp', 'file', false, false, 'f.csv', '[]', 'finance', ${new Date(now_ms)})`.execute(db);
      await sql`insert into import_file_line (import_id, line_number, fields) select max(id), 1, '[]' from import_file`.execute(
        db,
      );
      writeFileSync(join(backups, `binnacle-${new Date(now_ms).toISOString().replaceAll(/[:.]/g, '-')}.tar.zst`), '');
      await sql`update busy set n = n + 1`.execute(db);
      await server.runDueJobs();
    };
    for (let number = 0; number < 40; number++) await step(number);
    const then = await held();
    for (let number = 40; number < 60; number++) await step(number);
    const now = await held();
    const grown = [...now].filter(([name, rows]) => rows > (then.get(name) ?? 0) * 1.1 + 2 && !GROWS.has(name));
    expect(grown).toEqual([]);
    // what is level is not simply empty, and what must stay is there
    for (const name of ['sync_log', 'sync_checkpoint', 'sync_client', 'mutation_outcome', 'auth_session']) {
      expect(now.get(name), name).toBeGreaterThan(1);
    }
    expect((now.get('decided_mutation') ?? 0) + (now.get('mutation_outcome') ?? 0)).toBe(60);
    expect(now.get('files of backups')).toBe(14);
    // 60 times its rows without a vacuum
    const { rows: sizes } = await sql<{ bytes: number }>`
      select pg_total_relation_size('busy')::bigint as bytes`.execute(db);
    expect(sizes[0]?.bytes).toBeLessThan(20e6);
    const { rows: written } = await sql<{ bytes: number }>`
      select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint as bytes`.execute(db);
    const wal_bytes = folderBytes(join(dataDir, 'pg_wal'));
    expect(written[0]?.bytes).toBeGreaterThan(2 * wal_bytes);
    expect(wal_bytes).toBeLessThan(200e6);
  } finally {
    await server.close();
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  expect(existsSync(folder)).toBe(false);
});

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
