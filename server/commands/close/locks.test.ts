import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCK_AREAS, type LockArea } from '#domain/close/locking.ts';
import { periodLockedMessage } from '#server/close/periodLocked.ts';
import { finishFile, keepPart } from '#server/evidence/store.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('locks of a month on $name', ({ name, missing, start }) => {
  describe.skipIf(missing !== null)('taken and opened', () => {
    let engine: TestEngine;
    let running: TestServer;
    let period_id: number;
    let account_id: number;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, {});
      // the database's own clock says until when a month is open again
      running.time.now_ms = Date.now();
      const { db } = running.server.database;
      const period = await db.selectFrom('close_period').selectAll().executeTakeFirstOrThrow();
      period_id = period.id;
      const account = { company_id: running.data.company_id, code: '1200', name: 'Debtors', kind: 'asset', role: 'ar' };
      account_id = (await db.insertInto('gl_account').values(account).returning('id').executeTakeFirstOrThrow()).id;
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    const lock = (areas: readonly LockArea[] = LOCK_AREAS, step = 'soft_lock') =>
      mutation('lockPeriod', { period_id, step, areas });
    const ask = (areas: readonly LockArea[], hours = 4) =>
      mutation('askReopening', { period_id, areas, hours, reason: 'A late credit' });
    const answer = (asked_id: string, verdict = 'given') =>
      mutation('answerReopening', { period_id, asked_id, verdict, reason: verdict === 'given' ? null : 'No' });
    const record = (final: boolean, manifest_hash = 'a'.repeat(64), archive: Buffer | null = null) =>
      mutation('recordBinder', {
        archive: archive && { sha256: createHash('sha256').update(archive).digest('hex'), size_bytes: archive.length },
        period_id,
        manifest_hash,
        final,
        moment_ms: 1_793_000_000_000,
        checkpoint: 7,
        checkpoint_id: 'x',
      });
    const state = async () =>
      await running.server.database.db
        .selectFrom('close_period')
        .select(['state', 'locked'])
        .where('id', '=', period_id)
        .executeTakeFirstOrThrow();

    /** Books something into a month; 'booked', or what the database says. */
    async function book(what: 'ledger' | 'shipment' | 'move' | 'invoice', day: string): Promise<string> {
      const { data, server } = running;
      const { company_id } = data;
      const month = Number(day.slice(0, 7).replace('-', ''));
      const { db } = server.database;
      const number = randomUUID();
      try {
        if (what === 'ledger') {
          const memo = 'by hand';
          const entry = { company_id, month, journal: 'GEN', number, booked_on: day, posted_at: new Date(), memo };
          const { id } = await db.insertInto('gl_entry').values(entry).returning('id').executeTakeFirstOrThrow();
          await db
            .insertInto('gl_line')
            .values({ company_id, month, entry_id: id, account_id, amount_minor: 1 })
            .execute();
        } else if (what === 'shipment') {
          const order_line_id = data.lines[0] ?? 0;
          await db
            .insertInto('shipment_line')
            .values({ company_id, month: 202601, order_line_id, number, shipped_on: day, qty_milli: 1 })
            .execute();
        } else if (what === 'move') {
          const place = { site_id: data.sites[0], item_id: data.items[0] ?? 0 };
          await db
            .insertInto('stock_move')
            .values({ company_id, ...place, kind: 'scrap', moved_on: day, qty_milli: -1, ref: number })
            .execute();
        } else if (what === 'invoice') {
          const customer = { company_id, code: number.slice(0, 8), name: 'C', kind: 'customer' };
          const party = await db.insertInto('party').values(customer).returning('id').executeTakeFirstOrThrow();
          const dates = { issued_on: day, posted_on: day, due_on: day };
          await db
            .insertInto('invoice')
            .values({ company_id, month, kind: 'customer', number, party_id: party.id, ...dates, amount_minor: 1 })
            .execute();
        }
        return 'booked';
      } catch (error) {
        return periodLockedMessage(error) ?? String(error);
      }
    }

    test('an area is locked by a reviewer; what is booked into it is refused, what is booked elsewhere is not', async () => {
      expect(await book('shipment', '2026-10-30')).toBe('booked');
      expect(await running.push('finance', lock(['sales']))).toEqual(['rejected:not_permitted']);
      expect(await running.push('counter', lock(['sales']))).toEqual(['rejected:not_found']);
      expect(await running.push('controller', lock(['sales']))).toEqual(['accepted']);
      expect(await running.push('controller', lock(['sales']))).toEqual(['conflict:already_locked']);
      expect(await state()).toEqual({ state: 'open', locked: { sales: null } });
      expect(await book('shipment', '2026-10-30')).toBe(
        'The month 2026-10 is locked for sales. Book into an open month, or have it opened again under Close.',
      );
      expect(await book('invoice', '2026-10-31')).toMatch(/locked for sales/);
      expect(await book('shipment', '2026-11-01')).toBe('booked');
      expect(await book('ledger', '2026-10-31')).toBe('booked');
      expect(await book('move', '2026-10-31')).toBe('booked');
    });

    test('what stands in a locked area is neither altered nor taken out; what books nothing may change', async () => {
      const { db } = running.server.database;
      const standing = db.updateTable('shipment_line').where('shipped_on', '=', '2026-10-30');
      await expect(standing.set({ qty_milli: 2 }).execute()).rejects.toThrow(/locked for sales/);
      await expect(standing.set({ shipped_on: '2026-11-02' }).execute()).rejects.toThrow(/locked for sales/);
      await expect(
        db
          .updateTable('shipment_line')
          .set({ shipped_on: '2026-10-02' })
          .where('shipped_on', '=', '2026-11-01')
          .execute(),
      ).rejects.toThrow(/locked for sales/);
      await expect(db.deleteFrom('shipment_line').where('shipped_on', '=', '2026-10-30').execute()).rejects.toThrow(
        /locked for sales/,
      );
      await standing.set({ delivered_on: '2026-11-03' }).execute();
    });

    test('with its last area the month is soft locked; two people open an area again, for some hours', async () => {
      expect(await running.push('controller', lock())).toEqual(['accepted']);
      expect((await state()).state).toBe('soft_locked');
      expect(await book('ledger', '2026-10-31')).toMatch(/locked for ledger/);
      const asked = ask(['ledger'], 1);
      expect(await running.push('finance', asked, ask(['ledger']))).toEqual(['accepted', 'conflict:already_asked']);
      expect(await running.push('finance', answer(asked.id))).toEqual(['rejected:not_permitted']);
      expect(await book('ledger', '2026-10-31')).toMatch(/locked for ledger/);
      expect(await running.push('controller', answer(asked.id), answer(asked.id))).toEqual([
        'accepted',
        'conflict:not_asked',
      ]);
      expect(await state()).toEqual({
        state: 'soft_locked',
        locked: { sales: null, purchasing: null, stock: null, ledger: running.time.now_ms + 3_600_000 },
      });
      expect(await book('ledger', '2026-10-31')).toBe('booked');
      expect(await book('move', '2026-10-31')).toMatch(/locked for stock/);
      // an hour later nobody has to lock it again
      await sql`update close_period set locked = locked || jsonb_build_object('ledger', ${Date.now() - 1}::bigint)
        where id = ${period_id}`.execute(running.server.database.db);
      expect(await book('ledger', '2026-10-31')).toMatch(/locked for ledger/);
    });

    test('who asked cannot answer it themselves, a refusal opens nothing', async () => {
      const asked = ask(['sales']);
      expect(await running.push('controller', asked, answer(asked.id))).toEqual(['accepted', 'rejected:same_person']);
      // taken back: it waits no more, nothing is open, and it may be asked for again
      const own = ask(['purchasing']);
      expect(await running.push('finance', own, answer(own.id, 'refused'), answer(own.id, 'refused'))).toEqual([
        'accepted',
        'accepted',
        'conflict:not_asked',
      ]);
      expect(await running.push('finance', answer(asked.id, 'refused'))).toEqual(['rejected:not_permitted']);
      expect(await book('shipment', '2026-10-30')).toMatch(/locked for sales/);
      const finance = ask(['stock']);
      expect(await running.push('finance', finance)).toEqual(['accepted']);
      expect(await running.push('controller', answer(finance.id, 'refused'))).toEqual(['accepted']);
      expect(await book('move', '2026-10-31')).toMatch(/locked for stock/);
      expect(
        await running.push('controller', mutation('answerReopening', { ...answer(asked.id).args, verdict: 'refused' })),
      ).toEqual(['rejected:bad_arguments']);
    });

    test('locks and openings stand in the audit trail', async () => {
      const rows = await running.server.database.db
        .selectFrom('audit_event')
        .select(['kind', 'user_name', 'detail'])
        .where('kind', 'in', ['period_locked', 'period_opened'])
        .orderBy('id')
        .execute();
      expect(rows.map(({ kind, user_name }) => [kind, user_name])).toEqual([
        ['period_locked', 'controller'],
        ['period_locked', 'controller'],
        ['period_opened', 'controller'],
      ]);
      expect(rows[2]?.detail).toMatchObject({
        areas: 'ledger',
        asked_by: 'finance',
        reason: 'A late credit',
        hours: 1,
      });
    });

    test.skipIf(name === 'PGlite')('a lock waits for a posting that is under way', async () => {
      const { db } = running.server.database;
      const { company_id, sites, items } = running.data;
      const month = { company_id, period: 202611, state: 'open', cut_off_on: '2026-11-01' };
      const next = await db.insertInto('close_period').values(month).returning('id').executeTakeFirstOrThrow();
      let locked: Promise<readonly string[]> | undefined;
      await db.transaction().execute(async (tx) => {
        await tx
          .insertInto('stock_move')
          .values({
            company_id,
            site_id: sites[0],
            item_id: items[1] ?? 0,
            kind: 'scrap',
            moved_on: '2026-11-05',
            qty_milli: -1,
          })
          .execute();
        locked = running.push(
          'controller',
          mutation('lockPeriod', { period_id: next.id, step: 'soft_lock', areas: ['stock'] }),
        );
        await expect(Promise.race([locked, new Promise((done) => setTimeout(done, 300, 'waits'))])).resolves.toBe(
          'waits',
        );
      });
      expect(await locked).toEqual(['accepted']);
      expect(await book('move', '2026-11-06')).toMatch(/2026-11 is locked for stock/);
    });

    test('a hard lock needs every task signed by both, is for good, and takes nothing any more', async () => {
      expect(await running.push('controller', lock())).toEqual(['accepted']);
      expect(await running.push('controller', lock(LOCK_AREAS, 'hard_lock'))).toEqual(['rejected:unsigned_tasks']);
      const { db } = running.server.database;
      const contentOf = async (id: number) =>
        await db
          .selectFrom('close_task')
          .select(['ver', 'amount_minor', 'content_hash'])
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
      const { task, dependent_task } = running.data;
      const signBoth = async (task_id: number) => {
        running.time.now_ms += 1_000;
        for (const [user, role] of [
          ['finance', 'preparer'],
          ['controller', 'reviewer'],
        ] as const) {
          const { ver, ...content } = await contentOf(task_id);
          const sign = mutation('signCloseTask', { task_id, role, task_ver: ver, ...content });
          expect(await running.push(user, sign)).toEqual(['accepted']);
        }
      };
      for (const { id } of [task, dependent_task]) await signBoth(id);
      const earlier = { company_id: running.data.company_id, period: 202609, state: 'open', cut_off_on: '2026-09-30' };
      const before = await db.insertInto('close_period').values(earlier).returning('id').executeTakeFirstOrThrow();
      expect(await running.push('controller', lock(LOCK_AREAS, 'hard_lock'))).toEqual(['rejected:earlier_open']);
      await db.deleteFrom('close_period').where('id', '=', before.id).execute();
      // what was signed is not what the books say any more: told now, not by a job some minutes later
      const signed = await contentOf(task.id);
      const goods = {
        company_id: running.data.company_id,
        code: '2150',
        name: 'GRNI',
        kind: 'liability',
        role: 'grni',
      };
      await db.insertInto('gl_account').values(goods).execute();
      expect(await running.push('controller', lock(LOCK_AREAS, 'hard_lock'))).toEqual(['rejected:unsigned_tasks']);
      expect((await contentOf(task.id)).content_hash).not.toBe(signed.content_hash);
      expect((await state()).state).toBe('soft_locked');
      // there is nothing on the account to compare, and whoever signs says so
      const lacking = db.selectFrom('close_task_line').select(['id', 'ref']).where('side', '=', 'item');
      const [missing] = await lacking.where('task_id', '=', task.id).execute();
      expect(missing?.ref).toBe('Missing: both sides');
      const words = { task_id: task.id, line_id: missing?.id, explanation: 'None yet.', seen_explanation: null };
      expect(await running.push('finance', mutation('explainItem', words))).toEqual(['accepted']);
      await signBoth(task.id);
      // what rests on it was signed before it was signed again
      expect(await running.push('controller', lock(LOCK_AREAS, 'hard_lock'))).toEqual(['rejected:unsigned_tasks']);
      const stateOf = async (id: number) =>
        (await db.selectFrom('close_task').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;
      expect([await stateOf(task.id), await stateOf(dependent_task.id)]).toEqual(['signed', 'open']);
      await signBoth(dependent_task.id);
      expect(await running.push('finance', record(false), record(true))).toEqual(['accepted', 'rejected:not_locked']);
      expect(await running.push('controller', lock(LOCK_AREAS, 'hard_lock'))).toEqual(['accepted']);
      expect((await state()).state).toBe('hard_locked');
      for (const what of ['ledger', 'shipment', 'move', 'invoice'] as const)
        expect(await book(what, '2026-10-31'), what).toMatch(/2026-10 is locked for/);
      expect(await running.push('finance', ask(['ledger']))).toEqual(['rejected:hard_locked']);
      expect(await running.push('controller', lock(['ledger']))).toEqual(['rejected:hard_locked']);
    });

    test('binders are recorded as often as they are made, by who closes the month, and told in the trail', async () => {
      expect(await running.push('auditor', record(false))).toEqual(['rejected:not_permitted']);
      expect(await running.push('counter', record(false))).toEqual(['rejected:not_found']);
      const twice = record(true);
      expect(await running.push('controller', twice, record(true), record(false))).toEqual(Array(3).fill('accepted'));
      const { db } = running.server.database;
      const kept = await db.selectFrom('binder').select(['author', 'final', 'manifest_hash']).orderBy('ver').execute();
      expect(kept.map(({ author, final }) => `${author} ${final}`)).toEqual([
        'finance false',
        'controller true',
        'controller true',
        'controller false',
      ]);
      const told = await db
        .selectFrom('audit_event')
        .select(['user_name', 'about', 'detail'])
        .where('kind', '=', 'binder_recorded')
        .orderBy('id')
        .execute();
      expect(told).toHaveLength(4);
      expect(told[1]).toMatchObject({
        user_name: 'controller',
        about: '202610',
        detail: { state: 'final', manifest: 'a'.repeat(64), checkpoint: 7 },
      });
    });

    test('of the first final binder whose bytes are here the parts are kept, for good; of others only that they were made', async () => {
      const [first, second, drafted] = ['one', 'two', 'three'].map((text) => Buffer.from(`binder ${text}`));
      if (!first || !second || !drafted) throw new Error('three files');
      const { db } = running.server.database;
      const { company_id } = running.data;
      const send = async (bytes: Buffer): Promise<void> => {
        const place = { company_id, sha256: createHash('sha256').update(bytes).digest('hex') };
        const { id } = await db
          .selectFrom('app_user')
          .select('id')
          .where('name', '=', 'finance')
          .executeTakeFirstOrThrow();
        const store = { db, key: Buffer.alloc(32, 'k'), clock: () => running.time.now_ms, crashAt: () => undefined };
        await keepPart(store, place, id, { size_bytes: bytes.length, part: 0, bytes });
        await finishFile(store, place, id);
      };
      expect(await running.push('controller', record(true, 'b'.repeat(64), first))).toEqual([
        'rejected:evidence_missing',
      ]);
      for (const bytes of [first, second, drafted]) await send(bytes);
      // who may not lock a month for good does not leave its binder for good either
      const prepared = record(true, 'f'.repeat(64), second);
      expect(await running.push('finance', prepared)).toEqual(['accepted']);
      const sent = [
        record(false, 'c'.repeat(64), drafted),
        record(true, 'd'.repeat(64), first),
        record(true, 'e'.repeat(64), second),
      ];
      expect(await running.push('controller', ...sent)).toEqual(['accepted', 'accepted', 'accepted']);
      const rows = await db
        .selectFrom('binder')
        .select(['manifest_hash', 'archive_bytes'])
        .where(
          'id',
          'in',
          [prepared, ...sent].map(({ id }) => id),
        )
        .orderBy('ver')
        .execute();
      expect(rows.map((row) => [row.manifest_hash[0], row.archive_bytes])).toEqual([
        ['f', null],
        ['c', null],
        ['d', first.length],
        ['e', null],
      ]);
      const named = await db
        .selectFrom('evidence_file')
        .select('size_bytes')
        .where('named_at', 'is not', null)
        .execute();
      expect(named).toEqual([{ size_bytes: first.length }]);
    });

    test('a final binder is refused while what the rows say is not what the trail was sealed with, a draft is not', async () => {
      const { db } = running.server.database;
      const tamper = async (statement: string): Promise<void> => {
        await db.transaction().execute(async (tx) => {
          await sql.raw('set local session_replication_role = replica').execute(tx);
          await sql.raw(statement).execute(tx);
        });
      };
      const { rows } = await sql<{ id: string; step: string; reason: string }>`
        select id, step, reason from lock_event where period_id = ${period_id} and reason is not null order by accepted_at, id
      `.execute(db);
      const steps = new Set(rows.map(({ step }) => step));
      expect([...steps]).toEqual(expect.arrayContaining(['reopening_asked', 'reopening_refused']));
      // of each step that says why: of an answer its own words
      for (const step of steps) {
        const row = rows.find((each) => each.step === step);
        if (row === undefined) continue;
        await tamper(`update lock_event set reason = 'Something else' where id = '${row.id}'`);
        expect(await running.push('controller', record(true)), step).toEqual(['rejected:trail_not_in_order']);
        expect(await running.push('controller', record(false)), step).toEqual(['accepted']);
        await tamper(`update lock_event set reason = '${row.reason}' where id = '${row.id}'`);
      }
      const { rows: entries } = await sql<{ id: number; address: string | null }>`
        select id, address from close_entry where period_id = ${period_id} order by id limit 1`.execute(db);
      const [first] = entries;
      await tamper(`update close_entry set address = '10.9.9.9' where id = ${first?.id}`);
      expect(await running.push('controller', record(true))).toEqual(['rejected:trail_not_in_order']);
      const was = first?.address == null ? 'null' : `'${first.address}'`;
      await tamper(`update close_entry set address = ${was} where id = ${first?.id}`);
      expect(await running.push('controller', record(true))).toEqual(['accepted']);
    });
  });
});
