/** The flux task: its lines follow the ledger, what asks needs words before anybody signs, and who says what asks. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RuleChangeContent, ruleChangeContent } from '#domain/governance/change.ts';
import { NO_KEY } from '#domain/governance/subjects.ts';
import { wireTable } from '#contract/wire/tables.ts';
import { MIGRATIONS } from '#server/migrations/all.ts';
import { addGrant } from '#server/auth/accounts.ts';
import { ruleChangesTakeEffect } from '#server/jobs/rules.ts';
import { linesOnceExplained } from '#domain/close/reconcile/explaining.ts';
import { signoffContent } from '#domain/close/signoffContent.ts';
import type { Distributor } from '#server/testing/distributor.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation, outcomesOf } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const FIRST = { amount_minor: 1_000_000, rate_bp: 500, owner: 'finance' };

describe.each(ENGINES)('flux on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('a running server', () => {
    let engine: TestEngine;
    let running: TestServer;
    let data: Distributor;
    let task_id: number;
    let rent: number;
    let bank: number;
    let account: (code: string, kind: string, role?: string) => Promise<number>;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      ({ data } = running);
      const { db } = running.server.database;
      const { company_id } = data;
      account = async (code, kind, role) =>
        (
          await db
            .insertInto('gl_account')
            .values({ company_id, code, name: code === '1000' ? 'Bank' : 'Rent', kind, role: role ?? null })
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
    /** From June on, which is to come on the server's clock. */
    const draft = (subject: string, line: object, effective_on = '2026-06-01') =>
      mutation('draftRuleChange', {
        company_id: data.company_id,
        subject,
        title: 'Thresholds',
        reason: 'Agreed',
        effective_on,
        lines: [{ ...NO_KEY, before: null, ...line }],
      });
    const flux = (after: object = {}, before: object | null = null, effective_on?: string) =>
      draft('flux_threshold', { before, after: { ...FIRST, ...after } }, effective_on);
    const decide = (sent: ReturnType<typeof mutation>, verdict = 'approved') =>
      mutation('decideRuleChange', {
        change_id: sent.id,
        verdict,
        content_hash: createHash('sha256')
          .update(ruleChangeContent({ ...(sent.args as unknown as RuleChangeContent), author: 'finance' }))
          .digest('hex'),
        reason: verdict === 'refused' ? 'no' : '',
      });
    const approved = async (sent: ReturnType<typeof mutation>, to: string) => {
      expect(await running.push('finance', sent)).toEqual(['accepted']);
      expect(await running.push('controller', decide(sent))).toEqual(['accepted']);
      running.time.now_ms = Math.max(running.time.now_ms, Date.parse(`${to}T12:00:00Z`));
      await ruleChangesTakeEffect(running.server.database.db, () => running.time.now_ms);
    };
    const kept = async () =>
      await running.server.database.db
        .selectFrom('flux_threshold')
        .select(['amount_minor', 'rate_bp', 'valid_from', 'valid_to', 'owner'])
        .orderBy('valid_from')
        .execute();

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

    test('finance drafts what asks, a controller approves it, and nobody does both', async () => {
      const { db } = running.server.database;
      for (const user of ['auditor', 'controller', 'admin']) {
        expect([user, await running.push(user, flux())]).toEqual([user, ['rejected:not_permitted']]);
      }
      for (const user of ['planner', 'sales', 'counter']) {
        expect([user, await running.push(user, flux())]).toEqual([user, ['rejected:not_found']]);
      }
      // the month that runs and those before keep theirs, and a month has one from its first day on
      const days = ['2026-05-01', '2026-05-28', '2026-06-02'].map((on) => flux({}, null, on));
      expect(await running.push('finance', ...days)).toEqual(Array(3).fill('rejected:bad_rule'));
      const forged = [{ rate_bp: -1 }, { rate_bp: 10_001 }, { amount_minor: null }, { author: 'finance' }];
      expect(await running.push('finance', ...forged.map((each) => flux(each)))).toEqual(
        Array(4).fill('rejected:bad_rule'),
      );
      // it replaces what nobody set
      expect(await running.push('finance', flux({ amount_minor: 7 }, FIRST))).toEqual(['conflict:overtaken']);
      // a program of before, where one person set them
      const old = mutation('setFluxThreshold', {
        company_id: data.company_id,
        from_period: 202610,
        amount_minor: 1,
        rate_bp: 1,
        reason: 'x',
        seen_amount_minor: 100_000,
        seen_rate_bp: 1_000,
      });
      expect(await running.push('controller', old)).toEqual(['rejected:unknown_command']);

      const sent = flux();
      expect(await running.push('finance', sent)).toEqual(['accepted']);
      expect(await running.push('finance', decide(sent))).toEqual(['rejected:not_permitted']);
      expect(await running.push('admin', decide(sent))).toEqual(['rejected:not_permitted']);
      expect(await running.push('auditor', decide(sent))).toEqual(['rejected:not_permitted']);
      expect(await running.push('planner', decide(sent))).toEqual(['rejected:not_found']);
      await addGrant(db, 'finance', { role: 'controller', company_code: 'HAL' }, () => running.time.now_ms);
      expect(await running.push('finance', decide(sent))).toEqual(['rejected:own_change']);
      await db
        .deleteFrom('access_grant')
        .where('role', '=', 'controller')
        .where('user_id', '=', (eb) => eb.selectFrom('app_user').select('id').where('name', '=', 'finance'))
        .execute();
      expect(await kept()).toEqual([]);
      expect(await running.push('controller', decide(sent))).toEqual(['accepted']);
      // approved before its month: it waits for it
      expect(await kept()).toEqual([]);
      running.time.now_ms = Date.parse('2026-06-01T12:00:00Z');
      await ruleChangesTakeEffect(db, () => running.time.now_ms);
      expect(await kept()).toEqual([{ ...FIRST, valid_from: '2026-06-01', valid_to: null }]);
      const told = await db
        .selectFrom('audit_event')
        .select(['user_name', 'about', 'detail'])
        .where('kind', '=', 'rules_decided')
        .execute();
      expect(told).toEqual([
        {
          user_name: 'controller',
          about: 'finance',
          detail: { verdict: 'approved', subject: 'flux_threshold', lines: 1, change: sent.id },
        },
      ]);
      // who sees no books learns of no threshold
      const planner = await running.replica('planner');
      await planner.sync();
      expect(planner.received).not.toContain('flux_threshold');
      const auditor = await running.replica('auditor');
      await auditor.sync();
      expect(auditor.rows('rule_verdict_finance')).toHaveLength(2);
    });

    test('what asks no more can be signed without words; a month before keeps what asked then', async () => {
      await post('GEN/5', 202610, 800_000);
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      const { db } = running.server.database;
      await db.updateTable('close_task_line').set({ explanation: null }).where('task_id', '=', task_id).execute();
      // bank and rent moved by more than a million: both ask again
      expect(await running.push('finance', await sealedNow())).toEqual(['rejected:unexplained']);
      const higher = { amount_minor: 90_000_000 };
      // drafted, it asks as before; from November on, October asks as before
      expect(await running.push('finance', flux(higher, FIRST, '2026-10-01'))).toEqual(['accepted']);
      expect(await running.push('finance', await sealedNow())).toEqual(['rejected:unexplained']);
      await approved(flux(higher, FIRST, '2026-11-01'), '2026-11-01');
      expect(await running.push('finance', await sealedNow())).toEqual(['rejected:unexplained']);
      expect((await kept()).map(({ amount_minor, valid_to }) => [amount_minor, valid_to])).toEqual([
        [FIRST.amount_minor, '2026-10-31'],
        [90_000_000, null],
      ]);
      // as if it had been approved in time
      await db
        .updateTable('flux_threshold')
        .set({ valid_to: '2026-09-30' })
        .where('valid_from', '=', '2026-06-01')
        .execute();
      await db.updateTable('flux_threshold').set({ valid_from: '2026-10-01' }).where('valid_to', 'is', null).execute();
      expect(await running.push('finance', await sealedNow())).toEqual(['accepted']);
    });

    test('below what an item of a reconciliation needs no words is such a rule, by month', async () => {
      const { db } = running.server.database;
      const of = (name: string, threshold_minor: number, on = '2026-12-01') =>
        draft('reconciliation_threshold', { name, after: { threshold_minor, owner: 'finance' } }, on);
      expect(await running.push('controller', of('grni', 500))).toEqual(['rejected:not_permitted']);
      expect(await running.push('finance', of('petty_cash', 500))).toEqual(['rejected:bad_rule']);
      const threshold = async () => {
        expect(await running.push('finance', reconcile())).toEqual(['accepted']);
        const row = await db
          .selectFrom('reconciliation as r')
          .innerJoin('close_task as t', 't.id', 'r.id')
          .select('r.threshold_minor')
          .where('t.code', '=', 'grni')
          .executeTakeFirstOrThrow();
        return row.threshold_minor;
      };
      await account('2150', 'liability', 'grni');
      await approved(of('grni', 500), '2026-12-01');
      expect(await threshold()).toBe(0);
      await db.updateTable('reconciliation_threshold').set({ valid_from: '2026-10-01' }).execute();
      expect(await threshold()).toBe(500);
    });

    const sealedNow = async () => {
      const content = signoffContent({ id: task_id, code: 'flux' }, await lines(), []);
      return await sign('preparer', { content_hash: createHash('sha256').update(content).digest('hex') });
    };

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
      const reckoned = { period_id: data.task.period_id, log_seq: seq, reckoned_on: '2099-01-01' };
      await db.insertInto('reconciled_period').values(reckoned).execute();
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

    test('of a month locked for good nothing is said or compared any more', async () => {
      const before = await lines();
      await running.server.database.db
        .updateTable('close_period')
        .set({ state: 'hard_locked' })
        .where('id', '=', data.task.period_id)
        .execute();
      expect(await running.push('finance', explain(before.at(-1)?.id ?? 0, 'late'))).toEqual([
        'rejected:period_locked',
      ]);
      expect(await lines()).toEqual(before);
    });

    test('what one person had set before holds on as versions; what nobody set of reconciliations too', async () => {
      const { db } = running.server.database;
      const { company_id, other_company_id } = data;
      const set = (id: string, from_period: number, amount_minor: number, company = company_id) =>
        `insert into flux_threshold (id, company_id, from_period, amount_minor, rate_bp, reason, author, written_at, accepted_at,
           ver, bucket) values ('00000000-0000-4000-8000-00000000000${id}', ${company}, ${from_period}, ${amount_minor}, 500, 'x',
           'controller', '2026-01-01', '2026-01-0${id}', ${id}, 1)`;
      // as it was before
      for (const statement of [
        'drop trigger locked_insert on reconciliation_setting',
        'drop trigger locked_update on reconciliation_setting',
        'drop trigger locked_delete on reconciliation_setting',
        'drop table flux_threshold, reconciliation_threshold, rule_verdict_finance, rule_change_finance',
        `alter table reconciliation_setting add threshold_minor safe_integer not null default 0,
           alter column valuation drop not null`,
        `insert into reconciliation_setting (company_id, code, threshold_minor, valuation)
           values (${company_id}, 'grni', 2500, null), (${company_id}, 'inventory_valuation', 0, 'perpetual')`,
      ]) {
        await sql.raw(statement).execute(db);
      }
      await MIGRATIONS['043_flux_thresholds']?.up(db);
      for (const statement of [
        set('1', 202601, 1),
        set('2', 202603, 2),
        // reaches back beyond the one before, which then held for no month
        set('3', 202602, 3),
        set('4', 202606, 4),
        set('5', 202606, 5),
        set('6', 202603, 6, other_company_id),
      ]) {
        await sql.raw(statement).execute(db);
      }
      await MIGRATIONS['056_thresholds_governed']?.up(db);
      const rows = await db
        .selectFrom('flux_threshold')
        .selectAll()
        .orderBy('company_id')
        .orderBy('valid_from')
        .execute();
      expect(
        rows.map(({ company_id: of, amount_minor, valid_from, valid_to }) => [of, amount_minor, valid_from, valid_to]),
      ).toEqual(
        [
          [company_id, 1, '2026-01-01', '2026-01-31'],
          [company_id, 3, '2026-02-01', '2026-05-31'],
          [company_id, 5, '2026-06-01', null],
          [other_company_id, 6, '2026-03-01', null],
        ].toSorted((a, b) => Number(a[0]) - Number(b[0])),
      );
      expect(rows[0]).toMatchObject({ rate_bp: 500, owner: 'controller' });
      expect(await db.selectFrom('reconciliation_threshold').selectAll().execute()).toMatchObject([
        { company_id, name: 'grni', threshold_minor: 2500, valid_from: null, valid_to: null, owner: null },
      ]);
      expect(await db.selectFrom('reconciliation_setting').select(['code', 'valuation']).execute()).toEqual([
        { code: 'inventory_valuation', valuation: 'perpetual' },
      ]);
      const buckets = await sql<{ tbl: number; company: number }>`
        select distinct tbl, company from sync_bucket where id in (select bucket from flux_threshold
          union select bucket from reconciliation_threshold) order by tbl, company`.execute(db);
      expect(buckets.rows).toEqual(
        [
          { tbl: wireTable('flux_threshold').id, company: company_id },
          { tbl: wireTable('flux_threshold').id, company: other_company_id },
          { tbl: wireTable('reconciliation_threshold').id, company: company_id },
        ].toSorted((a, b) => a.tbl - b.tbl || a.company - b.company),
      );
    });
  });
});
