/** An agreement that ended below its threshold, from the files of sales to the item, its entry and the months after it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reckonDueCosts } from '#server/costs/dueCosts.ts';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import type { Distributor } from '#server/testing/distributor.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('an agreement below its threshold on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('a running server', () => {
    let engine: TestEngine;
    let running: TestServer;
    let data: Distributor;
    let admin: FileClient;
    let accounts: ReadonlyMap<string, number>;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      ({ data } = running);
      running.time.now_ms = Date.UTC(2026, 10, 2);
      admin = await fileClient(running.server.url, 'admin', running.time);
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    const db = () => running.server.database.db;
    /** Accrued rebates, debit positive, against their expense. */
    const post = async (journal: string, number: string, booked_on: string, minor: number): Promise<void> => {
      const place = { company_id: data.company_id, month: Number(booked_on.slice(0, 7).replace('-', '')) };
      const { id: entry_id } = await db()
        .insertInto('gl_entry')
        .values({
          ...place,
          journal,
          number,
          booked_on,
          posted_at: new Date(running.time.now_ms),
          ref: null,
          memo: number,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db()
        .insertInto('gl_line')
        .values(
          [
            { account_id: accounts.get('2300') ?? 0, amount_minor: minor },
            { account_id: accounts.get('4300') ?? 0, amount_minor: -minor },
          ].map((line) => ({ ...place, channel_id: null, party_id: null, ref: null, entry_id, ...line })),
        )
        .execute();
    };
    const reconcile = async (period_id: number): Promise<void> => {
      expect(await running.push('finance', mutation('reconcile', { period_id }))).toEqual(['accepted']);
    };
    const items = async (period_id: number) =>
      await db()
        .selectFrom('rec_item as i')
        .innerJoin('close_task_line as l', 'l.id', 'i.id')
        .innerJoin('close_task as t', 't.id', 'i.task_id')
        .select(['l.id', 'i.cause', 'l.ref', 'l.amount_minor', 'i.documents'])
        .where('t.period_id', '=', period_id)
        .where('t.code', '=', 'rebates_fees')
        .orderBy('l.id')
        .execute();
    const told = async (period_id: number) =>
      (await items(period_id)).map(({ cause, ref, amount_minor }) => [cause, ref, amount_minor]);
    const sides = async (period_id: number) =>
      await db()
        .selectFrom('reconciliation as r')
        .innerJoin('close_task as t', 't.id', 'r.id')
        .select(['r.ledger_minor', 'r.subledger_minor'])
        .where('t.period_id', '=', period_id)
        .where('t.code', '=', 'rebates_fees')
        .executeTakeFirstOrThrow();
    const addTask = async (period_id: number): Promise<void> => {
      await db()
        .insertInto('close_task')
        .values({
          company_id: data.company_id,
          period_id,
          code: 'rebates_fees',
          title: 'Rebates and fees',
          account: null,
          depends_on: '[]',
          due_day: 3,
          due_on: '2026-11-04',
          state: 'open',
          amount_minor: 0,
          content_hash: '0'.repeat(64),
        })
        .execute();
    };
    const deliver = async (number: string, order: string, shipped_on: string, quantity: number): Promise<void> => {
      const line = await db()
        .selectFrom('order_line as l')
        .innerJoin('sales_order as o', 'o.id', 'l.order_id')
        .select(['l.id', 'l.site_id', 'l.channel_id'])
        .where('o.number', '=', order)
        .executeTakeFirstOrThrow();
      await db()
        .insertInto('shipment_line')
        .values({
          company_id: data.company_id,
          site_id: line.site_id,
          channel_id: line.channel_id,
          number,
          shipped_on,
          month: Number(shipped_on.slice(0, 7).replace('-', '')),
          order_line_id: line.id,
          qty_milli: quantity * 1_000,
        })
        .execute();
    };
    const REBATES = 'customer,channel,agreement,rebate_percent,threshold,valid_from,valid_to,owner\n';

    test('is an item to the cent, given back once, in a later month what was delivered later, and stands in a locked one', async () => {
      const october = data.task.period_id;
      const made = await db()
        .insertInto('gl_account')
        .values(
          (
            [
              ['2300', 'rebate_accrual', 'liability'],
              ['4300', 'rebates', 'expense'],
            ] as const
          ).map(([code, role, kind]) => ({ company_id: data.company_id, code, name: code, kind, role })),
        )
        .returning(['id', 'code'])
        .execute();
      accounts = new Map(made.map(({ id, code }) => [code, id]));
      const quarterly = { settlement: 'after_quarter', settlement_day: 20 } as const;
      const unset = { from_month: 190_001, what: '', to_month: null, amount_minor: null };
      await db()
        .insertInto('reconciliation_setting')
        .values({ company_id: data.company_id, code: 'rebate_accrual', valuation: null, ...unset, ...quarterly })
        .execute();
      await addTask(october);
      await admin.import('items', 'code,name,uom,cost\nRB-1,One,pcs,1.00\n');
      const orders =
        'Order No,Order Date,Customer ID,Customer Name,Channel,Site,Item Code,Quantity,Unit Price\n' +
        'SO-R-1,2026-09-10,K-1,Keen,IN,AMS,RB-1,80,5.00\n' +
        'SO-R-2,2026-10-28,K-1,Keen,IN,AMS,RB-1,1,599.99\n' +
        // another customer: its channel's own agreement, reached exactly
        'SO-R-3,2026-10-05,K-2,Kind,IN,AMS,RB-1,20,5.00\n' +
        'SO-R-4,2026-10-05,K-2,Kind,CO,AMS,RB-1,20,5.00\n';
      expect(await admin.importOrders(orders)).toMatchObject({ created: 4 });
      const agreed =
        `${REBATES}K-1,,Bonus,2,1000,2026-09-01,2026-10-31,admin\n` +
        'K-2,IN,Reached,2,100,2026-10-01,2026-10-31,admin\nK-2,CO,From the first,3,0,2026-10-01,2026-10-31,admin\n' +
        'K-2,,Runs on,3,9000,2026-10-01,,admin\n';
      expect((await admin.import('rebates', agreed)).counts).toMatchObject({ created: 4, quarantined: 0 });
      // orders and agreements are in: what is owed is reckoned by the next job
      await reckonDueCosts(db(), () => running.time.now_ms);
      // 30 of 80 pieces in September, 50 in October: 3.00 and 5.00; the others' 2.00 and 3.00
      await deliver('OUT-1', 'SO-R-1', '2026-09-12', 30);
      await deliver('OUT-2', 'SO-R-1', '2026-10-10', 50);
      await deliver('OUT-3', 'SO-R-3', '2026-10-10', 20);
      await deliver('OUT-4', 'SO-R-4', '2026-10-10', 20);
      await post('SHP', 'SHP/1', '2026-09-12', -300);
      await post('SHP', 'SHP/2', '2026-10-10', -500 - 200 - 300);
      await post('BNK', 'BNK/1', '2026-10-20', 300);
      await reconcile(october);
      // 999.99 of 1,000.00: the 3.00 paid out and the 5.00 still accrued are not owed
      expect(await told(october)).toEqual([['threshold_not_reached', 'K-1 Bonus 202610', 800]]);
      expect(await sides(october)).toEqual({ ledger_minor: 1_000, subledger_minor: 200 });
      const [item] = await items(october);
      expect(item?.documents).toEqual([
        expect.objectContaining({
          kind: 'agreement',
          ref: 'Bonus: net sales 999.99 by 2026-10-31, threshold 1000.00',
        }),
        expect.objectContaining({ kind: 'shipment', ref: 'OUT-1' }),
        expect.objectContaining({ kind: 'shipment', ref: 'OUT-2' }),
      ]);

      const words = 'Bonus not reached';
      const proposed = mutation('proposeJournal', {
        period_id: october,
        items: [
          {
            line_id: item?.id,
            amount_minor: 800,
          },
        ],
        reverses: false,
        words,
        renews_id: null,
      });
      expect(await running.push('finance', proposed)).toEqual(['accepted']);
      const proposal = async () =>
        await db().selectFrom('journal_proposal').selectAll().where('id', '=', proposed.id).executeTakeFirstOrThrow();
      expect((await proposal()).lines).toEqual([
        expect.objectContaining({ account: '2300', role: 'rebate_accrual', amount_minor: 800 }),
        expect.objectContaining({ account: '4300', role: 'rebates', amount_minor: -800 }),
      ]);
      const decided = {
        period_id: october,
        proposal_id: proposed.id,
        seen_words: words,
        verdict: 'approved',
        reason: null,
      };
      expect(await running.push('controller', mutation('decideJournal', decided))).toEqual(['accepted']);
      const { access_token } = await running.replica('finance');
      const file = await fetch(`${running.server.url}/close/journal.csv?company=HAL&period=202610`, {
        method: 'POST',
        headers: { authorization: `Bearer ${access_token}` },
      });
      expect((await admin.import('gl', await file.text())).counts).toMatchObject({ created: 2, quarantined: 0 });
      await reconcile(october);
      expect(await told(october)).toEqual([]);
      expect(await sides(october)).toEqual({ ledger_minor: 200, subledger_minor: 200 });
      expect(await proposal()).toMatchObject({ posted_otherwise: false, reversed_as: null });

      const { id: november } = await db()
        .insertInto('close_period')
        .values({ company_id: data.company_id, period: 202611, state: 'open', cut_off_on: '2026-11-30' })
        .returning('id')
        .executeTakeFirstOrThrow();
      await addTask(november);
      await db().updateTable('close_period').set({ state: 'hard_locked' }).where('id', '=', october).execute();
      running.time.now_ms = Date.UTC(2026, 11, 2);
      await reconcile(november);
      expect(await told(november)).toEqual([]);
      // ordered in its time, delivered after it
      await deliver('OUT-5', 'SO-R-2', '2026-11-03', 1);
      await post('SHP', 'SHP/3', '2026-11-03', -1_200);
      await reconcile(november);
      expect(await told(november)).toEqual([['threshold_not_reached', 'K-1 Bonus 202611', 1_200]]);
      await post('MISC', 'MISC/1', '2026-11-20', 1_200);
      await reconcile(november);
      expect(await told(november)).toEqual([]);
      // changed after its end and its month: October stands, November owes it after all
      await db().updateTable('rebate_agreement').set({ threshold_minor: 99_999 }).where('name', '=', 'Bonus').execute();
      await reconcile(november);
      expect(await told(november)).toEqual([
        ['entry_by_hand', expect.stringContaining('MISC/1'), -1_200],
        ['rebate_owed_after_all', 'K-1 Bonus 202611', -800],
      ]);
      expect(await told(october)).toEqual([]);
    });
  });
});
