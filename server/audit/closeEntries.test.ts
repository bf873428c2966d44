/** The sealed entries of a close reach whoever sees that close with what they tell, whole and nobody else's. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealOf } from '#domain/audit/check.ts';
import { COMMANDS } from '#contract/commands.ts';
import { createUser } from '#server/auth/accounts.ts';
import { openDatabase } from '#server/database.ts';
import { MIGRATIONS } from '#server/migrations/all.ts';
import { migrate } from '#server/migrations/migrate.ts';
import { ensureIdentity } from '#server/sync/epoch.ts';
import { installTriggers } from '#server/sync/triggers.ts';
import { createDistributor } from '#server/testing/distributor.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { checkAuditChain, sealAudit, sha256 } from './chain.ts';
import { COMMAND_TRAIL, closeOf } from './commandTrail.ts';
import { sendEntries } from './copies.ts';

const CLOCK = (): number => 1_793_000_000_000;

/** Which commands concern a close: by what they name, so that a new one cannot be forgotten. */
test('a command that names a task or a month of the close concerns it, and no other does', () => {
  const named = Object.entries(COMMANDS).flatMap(([name, { args }]) => {
    const names = 'shape' in args ? Object.keys(args.shape) : [];
    return names.some((each) => ['task_id', 'period_id', 'period'].includes(each)) ? [name] : [];
  });
  expect(named.filter((name) => 'left_out' in COMMAND_TRAIL[name as keyof typeof COMMANDS])).toEqual(['reconcile']);
  expect(named).toEqual(expect.arrayContaining(['signCloseTask', 'lockPeriod', 'openClose', 'recordBinder']));
});

describe.each(ENGINES)('entries of closes on $name', ({ missing, start }) => {
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
    const db = () => running.server.database.db;
    /** As somebody who owns the database could. */
    const tamper = async (statement: string): Promise<void> => {
      await db()
        .transaction()
        .execute(async (tx) => {
          await sql.raw(`set local session_replication_role = replica`).execute(tx);
          await sql.raw(statement).execute(tx);
        });
    };

    test('who sees the close has them with the decision itself, and each makes its seal again', async () => {
      const { task } = running.data;
      const { id: task_id, content_hash, amount_minor } = task;
      await running.push('planner', mutation('addItemNote', { item_id: running.data.items[0], body: 'no close' }));
      const note = mutation('addCloseNote', { task_id, body: 'Ask the bank', assigned_to: null, answers_id: null });
      const sign = mutation('signCloseTask', { task_id, role: 'preparer', task_ver: 0, content_hash, amount_minor });
      expect(await running.push('finance', note, sign, sign)).toEqual(['accepted', 'accepted', 'accepted']);
      for (const name of ['finance', 'controller', 'auditor']) {
        const replica = await running.replica(name);
        await replica.sync();
        const rows = replica.rows('close_entry');
        expect(rows.map(({ kind }) => kind)).toEqual(['close_noted', 'close_signed']);
        for (const row of rows) {
          expect(row).toMatchObject({ company_id: running.data.company_id, period_id: task.period_id });
          const event = {
            id: Number(row['event_id']),
            happened_at_ms: Number(row['happened_at']),
            kind: String(row['kind']),
            user_name: String(row['user_name']),
            address: row['address'] === null ? null : String(row['address']),
            about: String(row['about']),
            detail: JSON.parse(String(row['detail'])) as Record<string, string>,
          };
          expect(sealOf(sha256, String(row['seal_before']), Number(row['id']), event)).toBe(row['seal']);
        }
        expect((await replica.verify()).body).toEqual({ moved: false, buckets: replica.sums() });
      }
      expect(await checkAuditChain(db())).toMatchObject({ broken: null });
    });

    test('who sees no close, or that of another company, has none of them, not a byte', async () => {
      const brook = { name: 'brook', password: 'demo', display_name: 'Brook' };
      await createUser(db(), brook, [{ role: 'finance', company_code: 'BRK' }], CLOCK);
      for (const name of ['brook', 'sales', 'planner', 'buyer', 'counter']) {
        const replica = await running.replica(name);
        await replica.sync();
        expect([name, replica.rows('close_entry')]).toEqual([name, []]);
        expect(replica.received).not.toContain('close_signed');
      }
    });

    test('a decision that is refused leaves none', async () => {
      const { id: task_id } = running.data.task;
      const note = mutation('addCloseNote', { task_id, body: 'x', assigned_to: null, answers_id: null });
      const count = async () =>
        Number((await sql<{ n: number }>`select count(*) as n from close_entry`.execute(db())).rows[0]?.n);
      const before = await count();
      expect(await running.push('sales', note)).not.toEqual(['accepted']);
      expect(await count()).toBe(before);
    });

    test('none is altered or taken out; one that was, past that, is found by who checks the trail', async () => {
      await expect(sql`update close_entry set user_name = 'ines'`.execute(db())).rejects.toThrow('only ever added to');
      await expect(sql`delete from close_entry`.execute(db())).rejects.toThrow('only ever added to');
      const { rows } = await sql<{
        id: number;
        user_name: string;
      }>`select id, user_name from close_entry order by id limit 1`.execute(db());
      const [first] = rows;
      if (!first) throw new Error('no entry');
      await tamper(`update close_entry set user_name = 'ines' where id = ${first.id}`);
      expect((await checkAuditChain(db())).broken).toMatchObject({
        seq: first.id,
        why: expect.stringContaining('not the entry'),
      });
      await tamper(`update close_entry set user_name = '${first.user_name}' where id = ${first.id}`);
      expect((await checkAuditChain(db())).broken).toBeNull();
    });
  });

  test.skipIf(missing !== null)(
    'what an older server wrote is sent by the migration, each to its own month',
    async () => {
      const engine = await start();
      const database = await openDatabase(await engine.prepared());
      const { db } = database;
      try {
        await migrate(db);
        await ensureIdentity(db, CLOCK);
        await installTriggers(db);
        const { task, company_id, other_company_id } = await createDistributor(db, CLOCK);
        const { rows: months } = await sql<{ period: number }>`
        select period from close_period where id = ${task.period_id}`.execute(db);
        const period = months[0]?.period ?? 0;
        const month = `${Math.floor(period / 100)}-${String(period % 100).padStart(2, '0')}`;
        const wrote = async (kind: string, about: string, detail: object = {}): Promise<void> => {
          await sql`insert into audit_event (happened_at, kind, about, detail)
          values (now(), ${kind}, ${about}, ${JSON.stringify(detail)}::text::jsonb)`.execute(db);
        };
        await wrote('close_signed', `HAL ${month} grni`);
        await wrote('viewed', `HAL ${month} close`);
        await wrote('close_signed', `HALX ${month} grni`);
        await wrote('close_opened', `HAL ${month}`);
        await wrote('period_locked', String(period), { company: company_id, step: 'soft_lock' });
        await wrote('period_locked', String(period), { company: other_company_id, step: 'soft_lock' });
        await wrote('exported', 'journal', { company: company_id, period });
        await wrote('exported', 'orders', { company: company_id });
        await sealAudit(db);
        // as it was before, and migrated
        await sql`drop table close_entry, close_entry_waiting`.execute(db);
        await MIGRATIONS['072_close_entries']?.up(db);
        await sql`update server_meta set trigger_hash = ''`.execute(db);
        await installTriggers(db);
        await sendEntries(db);
        const { rows } = await sql<{ kind: string; about: string; period_id: number }>`
        select kind, about, period_id from close_entry order by id`.execute(db);
        expect(rows.map(({ kind, about }) => [kind, about])).toEqual([
          ['close_signed', `HAL ${month} grni`],
          ['close_opened', `HAL ${month}`],
          ['period_locked', String(period)],
          ['exported', 'journal'],
        ]);
        expect(new Set(rows.map((row) => row.period_id))).toEqual(new Set([task.period_id]));
        expect((await checkAuditChain(db)).broken).toBeNull();
        expect(await closeOf(db, { task_id: task.id })).toEqual({ company_id, period_id: task.period_id });
        expect(await closeOf(db, { company_id, period })).toEqual({ company_id, period_id: task.period_id });
        expect(await closeOf(db, { item_id: 1 })).toBeNull();
      } finally {
        await database.close();
        await engine.stop();
      }
    },
  );
});
