/** The flux task: its lines follow the ledger, what asks needs words before anybody signs, and who says what asks. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linesOnceExplained } from '#domain/close/reconcile/explaining.ts';
import { signoffContent } from '#domain/close/signoffContent.ts';
import type { Distributor } from '#server/testing/distributor.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation, outcomesOf } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('flux on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('a running server', () => {
    let engine: TestEngine;
    let running: TestServer;
    let data: Distributor;
    let task_id: number;
    let rent: number;
    let bank: number;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      ({ data } = running);
      const { db } = running.server.database;
      const { company_id } = data;
      const account = async (code: string, kind: string) =>
        (
          await db
            .insertInto('gl_account')
            .values({ company_id, code, name: code === '1000' ? 'Bank' : 'Rent', kind, role: null })
            .returning('id')
            .executeTakeFirstOrThrow()
        ).id;
      bank = await account('1000', 'asset');
      rent = await account('4100', 'expense');
      const task = {
        company_id,
        period_id: data.task.period_id,
        code: 'flux',
        title: 'Flux',
        account: null,
        depends_on: '[]',
        due_day: 6,
        due_on: '2026-11-09',
        state: 'open',
        amount_minor: 0,
        content_hash: '0'.repeat(64),
      };
      task_id = (await db.insertInto('close_task').values(task).returning('id').executeTakeFirstOrThrow()).id;
      await post('GEN/1', 202608, 700_000);
      await post('GEN/2', 202609, 300_000);
      await post('GEN/3', 202610, 900_000);
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    const post = async (number: string, month: number, amount_minor: number): Promise<void> => {
      const { db } = running.server.database;
      const booked_on = `${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}-20`;
      const entry = { company_id: data.company_id, month, journal: 'GEN', number, booked_on, ref: null, memo: 'Rent' };
      const posted_at = new Date(running.time.now_ms);
      const { id: entry_id } = await db
        .insertInto('gl_entry')
        .values({ ...entry, posted_at })
        .returning('id')
        .executeTakeFirstOrThrow();
      const line = { company_id: data.company_id, channel_id: null, month, entry_id, party_id: null, ref: null };
      const both = [
        { ...line, account_id: rent, amount_minor },
        { ...line, account_id: bank, amount_minor: -amount_minor },
      ];
      await db.insertInto('gl_line').values(both).execute();
    };
    const lines = async () =>
      await running.server.database.db
        .selectFrom('close_task_line')
        .select(['id', 'side', 'ref', 'account', 'booked_on', 'amount_minor', 'currency', 'explanation'])
        .where('task_id', '=', task_id)
        .orderBy('id')
        .execute();
    const items = async () => (await lines()).filter(({ side }) => side === 'item');
    const task = async () =>
      await running.server.database.db
        .selectFrom('close_task')
        .select(['content_hash', 'ver', 'amount_minor', 'state'])
        .where('id', '=', task_id)
        .executeTakeFirstOrThrow();
    const reconcile = () => mutation('reconcile', { period_id: data.task.period_id });
    const explain = (line_id: number, explanation: string, seen_explanation: string | null = null) =>
      mutation('explainItem', { task_id, line_id, explanation, seen_explanation });
    const sign = async (role = 'preparer', more: object = {}) => {
      const { ver: task_ver, content_hash, amount_minor } = await task();
      return mutation('signCloseTask', { task_id, role, task_ver, content_hash, amount_minor, ...more });
    };
    const set = (more: object = {}) =>
      mutation('setFluxThreshold', {
        company_id: data.company_id,
        from_period: 202610,
        amount_minor: 1_000_000,
        rate_bp: 500,
        reason: 'Agreed',
        seen_amount_minor: 100_000,
        seen_rate_bp: 1_000,
        ...more,
      });

    test('each account of the company beside the month before: moved of a cost, the balance of the rest', async () => {
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      expect((await lines()).map(({ side, ref, amount_minor }) => [side, ref, amount_minor])).toEqual([
        ['ledger', '1000 Bank', -1_900_000],
        ['ledger', '4100 Rent', 900_000],
        ['subledger', '1000 Bank', -1_000_000],
        ['subledger', '4100 Rent', 300_000],
        ['item', '1000 Bank', -900_000],
        ['item', '4100 Rent', 600_000],
      ]);
      const before = await task();
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      expect(await task()).toEqual(before);
    });

    test('nobody signs while a change that asks has no words; words and signature go in one push', async () => {
      expect(await running.push('finance', await sign())).toEqual(['rejected:unexplained']);
      const [first, second] = await items();
      if (!first || !second) throw new Error('no items');
      expect(await running.push('finance', explain(first.id, 'Paid rent.'))).toEqual(['accepted']);
      expect(await running.push('finance', await sign())).toEqual(['rejected:unexplained']);
      // a forged signature over content nobody has is none either
      expect(await running.push('finance', await sign('preparer', { content_hash: 'f'.repeat(64) }))).toEqual([
        'conflict:content_changed',
      ]);
      const words = 'A second building.';
      const foreseen = linesOnceExplained(await lines(), [
        { line_id: second.id, explanation: words, seen_explanation: null },
      ]);
      const content_hash = createHash('sha256')
        .update(signoffContent({ id: task_id, code: 'flux' }, foreseen, []))
        .digest('hex');
      const signature = await sign('preparer', { content_hash });
      const answer = await (await running.replica('finance')).push(explain(second.id, words), signature);
      expect(outcomesOf(answer)).toEqual(['accepted', 'accepted']);
      expect(await running.push('finance', await sign('reviewer'))).toEqual(['rejected:not_permitted']);
      expect(await running.push('controller', await sign('reviewer'))).toEqual(['accepted']);
      expect(await task()).toMatchObject({ content_hash, state: 'signed' });
    });

    test('a posting of either month reopens it, keeps the words, and it is said what changed', async () => {
      await post('GEN/4', 202609, 50_000);
      await running.server.drainNow();
      running.time.now_ms += 600_000;
      await running.server.runDueJobs();
      expect((await task()).state).toBe('open');
      expect((await items()).map(({ amount_minor, explanation }) => [amount_minor, explanation])).toEqual([
        [-900_000, 'Paid rent.'],
        [550_000, 'A second building.'],
      ]);
      const changes = await running.server.database.db
        .selectFrom('close_line_change')
        .select(['side', 'ref', 'change', 'before_minor', 'after_minor'])
        .where('task_id', '=', task_id)
        .where('side', '<>', 'ledger')
        .where('ref', '=', '4100 Rent')
        .orderBy('id')
        .execute();
      expect(changes).toEqual([
        { side: 'subledger', ref: '4100 Rent', change: 'altered', before_minor: 300_000, after_minor: 350_000 },
        { side: 'item', ref: '4100 Rent', change: 'altered', before_minor: 600_000, after_minor: 550_000 },
      ]);
      expect(await running.push('finance', await sign())).toEqual(['accepted']);
    });

    test('another name of the account keeps its line and its words', async () => {
      const [, before] = await items();
      await running.server.database.db
        .updateTable('gl_account')
        .set({ name: 'Rent and premises' })
        .where('id', '=', rent)
        .execute();
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      expect((await items())[1]).toEqual({ ...before, ref: '4100 Rent and premises' });
    });

    test('what asks is said by who reviews, over what they saw, and told in the trail', async () => {
      expect(await running.push('finance', set())).toEqual(['rejected:not_permitted']);
      expect(await running.push('auditor', set())).toEqual(['rejected:not_permitted']);
      expect(await running.push('planner', set())).toEqual(['rejected:not_found']);
      expect(
        await running.push('controller', set({ rate_bp: -1 }), set({ author: 'finance' }), set({ reason: ' ' })),
      ).toEqual(['rejected:bad_arguments', 'rejected:bad_arguments', 'rejected:bad_arguments']);
      expect(await running.push('controller', set({ seen_rate_bp: 1 }))).toEqual(['conflict:changed_meanwhile']);
      const two = await Promise.all([
        running.push('controller', set()),
        running.push('controller', set({ rate_bp: 7 })),
      ]);
      expect(two.flat().toSorted()).toEqual(['accepted', 'conflict:changed_meanwhile']);
      const { db } = running.server.database;
      const told = await db
        .selectFrom('audit_event')
        .select(['user_name', 'detail'])
        .where('kind', '=', 'flux_threshold_set')
        .execute();
      expect(told).toHaveLength(1);
      expect(told[0]).toMatchObject({
        user_name: 'controller',
        detail: {
          from_period: 202610,
          amount_minor: 1_000_000,
          before_minor: 100_000,
          before_bp: 1_000,
          reason: 'Agreed',
        },
      });
    });

    test('what asks no more can be signed without words; a month before keeps what asked then', async () => {
      await post('GEN/5', 202610, 800_000);
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      const { db } = running.server.database;
      await db.updateTable('close_task_line').set({ explanation: null }).where('task_id', '=', task_id).execute();
      // bank and rent moved by more than a million: both ask again
      const signature = await sealedNow();
      expect(await running.push('finance', signature)).toEqual(['rejected:unexplained']);
      const higher = { seen_amount_minor: 1_000_000, seen_rate_bp: await rateNow(), amount_minor: 90_000_000 };
      // a month before it keeps its own: this one asks as before
      expect(await running.push('controller', set({ ...higher, from_period: 202611 }))).toEqual(['accepted']);
      expect(await running.push('finance', await sealedNow())).toEqual(['rejected:unexplained']);
      expect(await running.push('controller', set(higher))).toEqual(['accepted']);
      expect(await running.push('finance', await sealedNow())).toEqual(['accepted']);
    });

    const sealedNow = async () => {
      const content = signoffContent({ id: task_id, code: 'flux' }, await lines(), []);
      return await sign('preparer', { content_hash: createHash('sha256').update(content).digest('hex') });
    };
    const rateNow = async () =>
      (
        await running.server.database.db
          .selectFrom('flux_threshold')
          .select('rate_bp')
          .where('company_id', '=', data.company_id)
          .orderBy('ver')
          .executeTakeFirstOrThrow()
      ).rate_bp;

    test('what was signed while nothing was compared is open again once it is, and says so', async () => {
      const { db } = running.server.database;
      await db.deleteFrom('close_task_line').where('task_id', '=', task_id).execute();
      await db.deleteFrom('close_line_change').where('task_id', '=', task_id).execute();
      expect(await running.push('finance', await sealedNow())).toEqual(['accepted']);
      expect((await task()).state).toBe('prepared');
      await running.server.drainNow();
      // computed to the end of what changed, by a program that compared no months
      const { seq } = await db
        .selectFrom('sync_log')
        .select(({ fn }) => fn.max('seq').as('seq'))
        .executeTakeFirstOrThrow();
      await db.deleteFrom('reconciled_period').execute();
      await db.insertInto('reconciled_period').values({ period_id: data.task.period_id, log_seq: seq }).execute();
      running.time.now_ms += 600_000;
      await running.server.runDueJobs();
      expect((await task()).state).toBe('open');
      const told = await db
        .selectFrom('close_line_change')
        .select(['side', 'changed_by'])
        .where('task_id', '=', task_id)
        .where('change', '=', 'added')
        .execute();
      expect(told.filter(({ side }) => side === 'item')).toHaveLength(2);
      expect(new Set(told.map(({ changed_by }) => changed_by))).toEqual(new Set(['signed before there were figures']));
    });

    test('of a month locked for good nothing is set, said or compared any more', async () => {
      const before = await lines();
      await running.server.database.db
        .updateTable('close_period')
        .set({ state: 'hard_locked' })
        .where('id', '=', data.task.period_id)
        .execute();
      expect(await running.push('controller', set())).toEqual(['rejected:period_locked']);
      expect(await running.push('finance', explain(before.at(-1)?.id ?? 0, 'late'))).toEqual([
        'rejected:period_locked',
      ]);
      expect(await lines()).toEqual(before);
    });
  });
});
