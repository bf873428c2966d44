/** Reconciling on demand, after a posting by itself, and explaining an item: who may, what it binds, what meets what. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linesOnceExplained } from '#domain/close/reconcile/explaining.ts';
import { signoffContent } from '#domain/close/signoffContent.ts';
import { sealTask } from '#server/close/reconcilePeriod.ts';
import { fileClient } from '#server/imports/testing/fileClient.ts';
import type { Distributor } from '#server/testing/distributor.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation, outcomesOf } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('reconciling on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('a running server', () => {
    let engine: TestEngine;
    let running: TestServer;
    let data: Distributor;
    let grni: number;
    let revenue: number;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      ({ data } = running);
      const { db } = running.server.database;
      const account = async (code: string, role: string) =>
        (
          await db
            .insertInto('gl_account')
            .values({ company_id: data.company_id, code, name: role, kind: 'liability', role })
            .returning('id')
            .executeTakeFirstOrThrow()
        ).id;
      grni = await account('2150', 'grni');
      revenue = await account('8000', 'revenue');
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    const post = async (number: string, amount_minor: number): Promise<void> => {
      const { db } = running.server.database;
      const { company_id } = data;
      const entry = await db
        .insertInto('gl_entry')
        .values({
          company_id,
          month: 202610,
          journal: 'GEN',
          number,
          booked_on: '2026-10-20',
          posted_at: new Date(running.time.now_ms),
          ref: null,
          memo: 'By hand',
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      const line = { company_id, channel_id: null, month: 202610, entry_id: entry.id, party_id: null, ref: null };
      await db
        .insertInto('gl_line')
        .values([
          { ...line, account_id: grni, amount_minor },
          { ...line, account_id: revenue, amount_minor: -amount_minor },
        ])
        .execute();
    };
    const items = async () =>
      await running.server.database.db
        .selectFrom('close_task_line')
        .select(['id', 'ref', 'amount_minor', 'explanation'])
        .where('task_id', '=', data.task.id)
        .where('side', '=', 'item')
        .orderBy('id')
        .execute();
    const task = async () =>
      await running.server.database.db
        .selectFrom('close_task')
        .select(['content_hash', 'ver', 'amount_minor', 'state'])
        .where('id', '=', data.task.id)
        .executeTakeFirstOrThrow();
    const reconcile = () => mutation('reconcile', { period_id: data.task.period_id });
    const explain = (line_id: number, explanation: string, seen_explanation: string | null = null) =>
      mutation('explainItem', { task_id: data.task.id, line_id, explanation, seen_explanation });

    test('who prepares the close reconciles: lines are what the books say, each difference an item', async () => {
      await post('GEN/1', -900);
      expect(await running.push('auditor', reconcile())).toEqual(['rejected:not_permitted']);
      expect(await items()).toEqual([]);
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      expect((await items()).map(({ ref, amount_minor }) => [ref, amount_minor])).toEqual([['GEN/1', 900]]);
      expect((await task()).amount_minor).toBe(900);
    });

    test('an explanation is bound into what is signed, once, and never over somebody else’s unseen', async () => {
      const [item] = await items();
      if (!item) throw new Error('no item');
      const before = await task();
      expect(await running.push('auditor', explain(item.id, 'mine'))).toEqual(['rejected:not_permitted']);
      expect(await running.push('finance', explain(item.id, 'Reversed in November.'))).toEqual(['accepted']);
      expect((await task()).content_hash).not.toBe(before.content_hash);
      expect(await running.push('controller', explain(item.id, 'Something else.'))).toEqual([
        'conflict:explained_already',
      ]);
      expect((await items())[0]?.explanation).toBe('Reversed in November.');
      const seen = explain(item.id, 'Reversed on 3 November.', 'Reversed in November.');
      expect(await running.push('controller', seen)).toEqual(['accepted']);
      // computing again keeps the words and the content
      const worded = await task();
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      expect(await task()).toEqual(worded);
      expect(await running.push('finance', explain(item.id + 999, 'x'))).toEqual(['conflict:item_gone']);
    });

    test('a posting after the signature reopens the task by itself, and it is said what and by whom', async () => {
      const { content_hash, ver, amount_minor } = await task();
      const args = { task_id: data.task.id, role: 'preparer', task_ver: ver, content_hash, amount_minor };
      expect(await running.push('finance', mutation('signCloseTask', args))).toEqual(['accepted']);
      await running.server.drainNow();
      running.time.now_ms += 600_000;
      await running.server.runDueJobs();
      expect((await task()).state).toBe('prepared');
      await post('GEN/2', -50);
      await running.server.drainNow();
      running.time.now_ms += 600_000;
      await running.server.runDueJobs();
      expect((await task()).state).toBe('open');
      const changes = await running.server.database.db
        .selectFrom('close_line_change')
        .select(['side', 'ref', 'change', 'after_minor', 'changed_by'])
        .where('task_id', '=', data.task.id)
        .orderBy('id')
        .execute();
      expect(changes).toEqual([
        { side: 'ledger', ref: 'GEN/2 By hand', change: 'added', after_minor: 50, changed_by: 'posting GEN/2' },
        { side: 'item', ref: 'GEN/2', change: 'added', after_minor: 50, changed_by: 'posting GEN/2' },
      ]);
    });

    test('words, then a signature on the content they make, in one push; without words none, however it is asked', async () => {
      const [first, open] = await items();
      if (!open) throw new Error('no item');
      expect(open.ref).toBe('GEN/2');
      const words = 'Freight of October.';
      const { content_hash, ver, amount_minor } = await task();
      const args = { task_id: data.task.id, role: 'preparer', task_ver: ver, amount_minor };
      const unsaid = mutation('signCloseTask', { ...args, content_hash });
      expect(await running.push('finance', unsaid)).toEqual(['rejected:unexplained']);
      const lines = await running.server.database.db
        .selectFrom('close_task_line')
        .select(['id', 'side', 'account', 'booked_on', 'amount_minor', 'currency', 'explanation'])
        .where('task_id', '=', data.task.id)
        .execute();
      const code = { id: data.task.id, code: 'grni' };
      const foreseen = linesOnceExplained(lines, [{ line_id: open.id, explanation: words, seen_explanation: null }]);
      const hash = createHash('sha256')
        .update(signoffContent(code, foreseen, []))
        .digest('hex');
      const sign = mutation('signCloseTask', { ...args, content_hash: hash });
      const answer = await (await running.replica('finance')).push(explain(open.id, words), sign);
      expect(outcomesOf(answer)).toEqual(['accepted', 'accepted']);
      expect(await task()).toMatchObject({ content_hash: hash, state: 'prepared' });
      // other words afterwards reopen it, and what was seen before is signed no more
      const other = explain(first?.id ?? 0, 'Said again.', first?.explanation ?? null);
      expect(await running.push('controller', other)).toEqual(['accepted']);
      expect((await task()).state).toBe('open');
      const late = mutation('signCloseTask', { ...args, role: 'reviewer', content_hash: hash });
      expect(await running.push('controller', late)).toEqual(['conflict:content_changed']);
    });

    const setState = async (state: string) =>
      await running.server.database.db
        .updateTable('close_period')
        .set({ state })
        .where('id', '=', data.task.period_id)
        .execute();

    test('what two people booked into a soft-locked month is computed and explained like the rest', async () => {
      await setState('soft_locked');
      await post('GEN/3', -7);
      await running.server.drainNow();
      running.time.now_ms += 600_000;
      await running.server.runDueJobs();
      const item = (await items()).find(({ ref }) => ref === 'GEN/3');
      expect(item?.amount_minor).toBe(7);
      expect(await running.push('finance', explain(item?.id ?? 0, 'Opened for it.'))).toEqual(['accepted']);
    });

    test('a change is put down to who brought the entry in, whoever reconciles, and to several where several did', async () => {
      await setState('open');
      const { db } = running.server.database;
      const { id: known } = await db
        .selectFrom('close_line_change')
        .select(({ fn }) => fn.max('id').as('id'))
        .executeTakeFirstOrThrow();
      const said = async () =>
        (
          await db
            .selectFrom('close_line_change')
            .select(['side', 'ref', 'changed_by'])
            .where('task_id', '=', data.task.id)
            .where('id', '>', known)
            .orderBy('id')
            .execute()
        ).map(({ side, ref, changed_by }) => [side, ref.split(' ')[0], changed_by]);
      const bring = async (user: string, number: string, amount: string) => {
        const lines = [`8000,${amount},`, `2150,,${amount}`].map((line) => `GEN,${number},2026-10-21,${line}`);
        const csv = `journal,number,booked on,account,debit,credit\n${lines.join('\n')}\n`;
        const client = await fileClient(running.server.url, user);
        const { counts } = await client.import('gl', csv);
        expect(counts).toMatchObject({ quarantined: 0 });
      };
      await bring('finance2', 'GEN/4', '0.11');
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      const first = [
        ['ledger', 'GEN/4', 'finance2'],
        ['item', 'GEN/4', 'finance2'],
      ];
      expect(await said()).toEqual(first);
      await bring('controller', 'GEN/5', '0.13');
      await bring('finance2', 'GEN/6', '0.17');
      await running.server.drainNow();
      running.time.now_ms += 600_000;
      await running.server.runDueJobs();
      const all = await said();
      expect(all.slice(0, 2)).toEqual(first);
      expect(all.slice(2).toSorted()).toEqual(
        [
          ['ledger', 'GEN/5', 'controller'],
          ['ledger', 'GEN/6', 'finance2'],
          ['item', 'GEN/5', 'controller'],
          ['item', 'GEN/6', 'finance2'],
        ].toSorted(),
      );
      // reconciled past it: nobody has to remember
      const { rows } = await sql<{ kept: number }>`select count(*)::int as kept from book_author`.execute(db);
      expect(rows[0]?.kept).toBe(0);
    });

    test('a signature is bound to the other side and the items too: where the ledger stands, a receipt changes what was signed', async () => {
      await setState('open');
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      const before = await task();
      const head =
        'number,supplier,site,item,ordered_on,expected_on,ordered_qty,unit_price,received_qty,received_on,receipt';
      const receipt = 'PO-7,S7,AMS,FA-1,2026-10-01,2026-10-12,5,2.50,4,2026-10-12,R-1';
      const client = await fileClient(running.server.url, 'admin');
      const { counts } = await client.import('purchases', `${head}\n${receipt}\n`, { make_missing: true });
      expect(counts).toMatchObject({ quarantined: 0 });
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      const after = await task();
      expect(after.amount_minor).toBe(before.amount_minor);
      expect(after.content_hash).not.toBe(before.content_hash);
      const changes = await running.server.database.db
        .selectFrom('close_line_change')
        .select(['side', 'changed_by', 'after_minor'])
        .where('task_id', '=', data.task.id)
        .orderBy('id', 'desc')
        .limit(2)
        .execute();
      expect(
        changes.map(({ side, changed_by, after_minor }) => [side, changed_by, Math.abs(after_minor ?? 0)]),
      ).toEqual([
        ['item', 'admin', 1_000],
        ['subledger', 'admin', 1_000],
      ]);
    });

    test('stock nobody valued is no reconciliation: its balance waits for a value, or for words and a file', async () => {
      const { db } = running.server.database;
      const { company_id } = data;
      const stock = { company_id, code: '1400', name: 'Stock', kind: 'asset', role: 'inventory' };
      await db.insertInto('gl_account').values(stock).execute();
      const planned = {
        company_id,
        period_id: data.task.period_id,
        depends_on: '[]',
        due_day: 5,
        due_on: '2026-11-06',
      };
      const empty = { ...planned, state: 'open', amount_minor: 0, content_hash: '0'.repeat(64) };
      const [valuation, reserves] = await db
        .insertInto('close_task')
        .values([
          { ...empty, code: 'inventory_valuation', title: 'Inventory valuation', account: '1400' },
          { ...empty, code: 'reserves', title: 'Reserves', account: null },
        ])
        .returning('id')
        .execute();
      if (!valuation || !reserves) throw new Error('no tasks');
      const head = 'journal,number,booked on,account,debit,credit\n';
      const lines = ['STJ,STJ/1,2026-10-20,1400,5326.24,', 'STJ,STJ/1,2026-10-20,8000,,5326.24'];
      const by_hand = ['GEN,GEN/9,2026-10-21,1400,33.00,', 'GEN,GEN/9,2026-10-21,8000,,33.00'];
      const client = await fileClient(running.server.url, 'finance2');
      expect((await client.import('journals', 'code,name,kind\nSTJ,Stock,stock moves\n')).counts).toMatchObject({
        quarantined: 0,
      });
      const booked = await client.import('gl', head + [...lines, ...by_hand].join('\n'));
      expect(booked.counts).toMatchObject({ quarantined: 0 });
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      const itemsOf = async (task_id: number) =>
        await db
          .selectFrom('close_task_line as l')
          .innerJoin('rec_item as i', 'i.id', 'l.id')
          .select(['l.id', 'i.cause', 'l.amount_minor'])
          .where('l.task_id', '=', task_id)
          .orderBy('l.amount_minor')
          .execute();
      const causes = async (task_id: number) =>
        (await itemsOf(task_id)).map(({ cause, amount_minor }) => [cause, amount_minor]);
      expect(await causes(valuation.id)).toEqual([
        ['entry_by_hand', 3_300],
        ['facts_missing', 532_624],
      ]);
      expect(await causes(reserves.id)).toEqual([['facts_missing', 0]]);
      // whoever asks, however: neither signs it as done
      const sign = async (task_id: number, user: string, role: 'preparer' | 'reviewer') => {
        const { content_hash, ver, amount_minor } = await db
          .selectFrom('close_task')
          .select(['content_hash', 'ver', 'amount_minor'])
          .where('id', '=', task_id)
          .executeTakeFirstOrThrow();
        const args = { task_id, role, task_ver: ver, content_hash, amount_minor };
        return await running.push(user, mutation('signCloseTask', args));
      };
      const explain = async (task_id: number, explanation: string) => {
        for (const { id: line_id } of await itemsOf(task_id)) {
          const words = { task_id, line_id, explanation, seen_explanation: null };
          expect(await running.push('finance', mutation('explainItem', words))).toEqual(['accepted']);
        }
      };
      expect(await sign(reserves.id, 'finance', 'preparer')).toEqual(['rejected:unexplained']);
      expect(await sign(reserves.id, 'controller', 'reviewer')).toEqual(['rejected:unexplained']);
      // of an account nobody has there is nothing on paper
      await explain(reserves.id, 'We hold no reserve.');
      expect(await sign(reserves.id, 'finance', 'preparer')).toEqual(['accepted']);
      expect(await sign(reserves.id, 'controller', 'reviewer')).toEqual(['accepted']);
      // stock there is was valued somewhere
      await explain(valuation.id, 'Valued outside.');
      expect(await sign(valuation.id, 'finance', 'preparer')).toEqual(['rejected:evidence_missing']);
      const now = new Date(running.time.now_ms);
      const file = { sha256: 'a'.repeat(64), name: 'stock.pdf', media_type: 'application/pdf', size_bytes: 7 };
      const by = { author: 'finance', written_at: now, accepted_at: now };
      await db
        .insertInto('close_evidence')
        .values({ id: crypto.randomUUID(), company_id, task_id: valuation.id, step: 'attached', ...file, ...by })
        .execute();
      const sealed = { id: valuation.id, code: 'inventory_valuation' };
      await db.transaction().execute(async (tx) => await sealTask(tx, sealed));
      expect(await sign(valuation.id, 'finance', 'preparer')).toEqual(['accepted']);
      // with a value of the month what is left is what was planted; the receipt of before is on no account of stock
      const valued = await client.import('valuation', 'month,site,item,quantity,value\n2026-10,AMS,FA-1,4,5326.24\n');
      expect(valued.counts).toMatchObject({ created: 1, quarantined: 0 });
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      const left = await causes(valuation.id);
      expect(left.map(([cause]) => cause).toSorted()).toEqual(['document_not_posted', 'entry_by_hand', 'not_found']);
      expect(left).toContainEqual(['entry_by_hand', 3_300]);
      expect(left.reduce((sum, [, minor]) => sum + Number(minor), 0)).toBe(3_300);
      // what a count found missing and nobody posted
      const csv = 'counted_on,site,item,booked,counted,unit_cost\n2026-10-22,ams,FA-1,5,4,12.50\n';
      expect((await client.import('counts', csv)).counts).toMatchObject({ created: 1, quarantined: 0 });
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      expect(await causes(valuation.id)).toContainEqual(['document_not_posted', 1_250]);
      const counts = await db.selectFrom('stock_count').select(['number', 'state']).execute();
      expect(counts).toEqual([{ number: '2026-10-22 AMS', state: 'posted' }]);
    });

    test('a month locked for good is neither computed nor explained', async () => {
      await setState('hard_locked');
      const [item] = await items();
      expect(await running.push('finance', reconcile())).toEqual(['rejected:period_locked']);
      expect(await running.push('finance', explain(item?.id ?? 0, 'late', item?.explanation ?? null))).toEqual([
        'rejected:period_locked',
      ]);
    });
  });
});
