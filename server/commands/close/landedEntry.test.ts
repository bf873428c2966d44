/**
 * A landed cost that no goods bear, from its item to the entry, to the file, into the ledger as that file, to the split in the
 * system of record that does it for good.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import type { Distributor } from '#server/testing/distributor.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const COST = 'PO-1 freight';

describe.each(ENGINES)('the entry of a landed cost on $name', ({ name, missing, start }) => {
  describe.skipIf(missing !== null)('a running server', () => {
    let engine: TestEngine;
    let running: TestServer;
    let data: Distributor;
    let importer: FileClient;
    let accounts: ReadonlyMap<string, number>;
    let cost: { readonly id: number; readonly lines: readonly number[] };
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      ({ data } = running);
      importer = await fileClient(running.server.url, 'admin', running.time);
      await addTasks(data.task.period_id);
      accounts = await addAccounts();
      cost = await buy();
      await post('OPN', 'OPN/1', { '1400': 360_000, '3000': -360_000 });
      await post('RCV', 'RCV/1', { '1400': 40_000, '2150': -40_000 });
      await post('RCV', 'RCV/2', { '5100': 30_000, '2170': -30_000 });
      await valueStock(202610);
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    const db = () => running.server.database.db;
    const addTasks = async (period_id: number): Promise<void> => {
      await db()
        .insertInto('close_task')
        .values(
          ['landed_cost', 'inventory_valuation'].map((code) => ({
            company_id: data.company_id,
            period_id,
            code,
            title: code,
            account: null,
            depends_on: '[]',
            due_day: 3,
            due_on: '2026-11-04',
            state: 'open',
            amount_minor: 0,
            content_hash: '0'.repeat(64),
          })),
        )
        .execute();
    };
    const addAccounts = async () => {
      const made = await db()
        .insertInto('gl_account')
        .values(
          (
            [
              ['1400', 'inventory', 'asset'],
              ['2150', 'grni', 'liability'],
              ['2170', 'landed_cost_clearing', 'liability'],
              ['3000', null, 'equity'],
              ['5000', 'cogs', 'expense'],
              ['5100', 'price_variance', 'expense'],
            ] as const
          ).map(([code, role, kind]) => ({ company_id: data.company_id, code, name: code, kind, role })),
        )
        .returning(['id', 'code'])
        .execute();
      return new Map(made.map(({ id, code }) => [code, id]));
    };
    /** 20 and 5 pieces worth as much; 10 pieces of each item are on hand. */
    const buy = async () => {
      const of = { company_id: data.company_id, site_id: data.sites[0] };
      const { id: supplier_id } = await db()
        .insertInto('party')
        .values({ company_id: data.company_id, code: 'S-1', name: 'Nordic Bolt', kind: 'supplier' })
        .returning('id')
        .executeTakeFirstOrThrow();
      const { id: purchase_order_id } = await db()
        .insertInto('purchase_order')
        .values({ ...of, number: 'PO-1', supplier_id, ordered_on: '2026-10-01', state: 'received' })
        .returning('id')
        .executeTakeFirstOrThrow();
      const bought = [
        { item_id: data.items[0] ?? 0, qty_milli: 20_000, unit_price_micro: 10_000_000 },
        { item_id: data.items[1] ?? 0, qty_milli: 5_000, unit_price_micro: 40_000_000 },
      ];
      const lines: number[] = [];
      for (const { item_id, qty_milli, unit_price_micro } of bought) {
        const { id } = await db()
          .insertInto('po_line')
          .values({
            ...of,
            purchase_order_id,
            item_id,
            ordered_qty_milli: qty_milli,
            received_qty_milli: qty_milli,
            promised_on: '2026-10-10',
            expected_on: '2026-10-10',
            received_on: '2026-10-10',
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        await db()
          .insertInto('po_line_price')
          .values({ ...of, id, unit_price_micro })
          .execute();
        await db()
          .insertInto('receipt_line')
          .values({ ...of, po_line_id: id, number: 'R-1', received_on: '2026-10-10', qty_milli })
          .execute();
        lines.push(id);
      }
      const { id } = await db()
        .insertInto('landed_cost')
        .values({
          ...of,
          purchase_order_id,
          kind: 'freight',
          booked_on: '2026-10-10',
          amount_minor: 30_000,
          split_by: 'value',
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return { id, lines };
    };
    const valueStock = async (month: number): Promise<void> => {
      await db()
        .insertInto('inventory_month')
        .values({
          company_id: data.company_id,
          site_id: data.sites[0],
          month,
          mean_value_minor: 0,
          closing_value_minor: 400_000,
        })
        .execute();
    };
    const post = async (journal: string, number: string, lines: Readonly<Record<string, number>>): Promise<void> => {
      const place = { company_id: data.company_id, month: 202610 };
      const { id: entry_id } = await db()
        .insertInto('gl_entry')
        .values({
          ...place,
          journal,
          number,
          booked_on: '2026-10-10',
          posted_at: new Date(running.time.now_ms),
          ref: null,
          memo: number,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db()
        .insertInto('gl_line')
        .values(
          Object.entries(lines).map(([code, amount_minor]) => ({
            ...place,
            channel_id: null,
            party_id: null,
            ref: null,
            entry_id,
            account_id: accounts.get(code) ?? 0,
            amount_minor,
          })),
        )
        .execute();
    };
    const reconcile = (period_id = data.task.period_id) => mutation('reconcile', { period_id });
    const items = async (period_id = data.task.period_id) =>
      await db()
        .selectFrom('rec_item as i')
        .innerJoin('close_task_line as l', 'l.id', 'i.id')
        .innerJoin('close_task as t', 't.id', 'i.task_id')
        .select(['l.id', 't.code', 'i.cause', 'l.ref', 'l.amount_minor'])
        .where('t.period_id', '=', period_id)
        .orderBy('t.code')
        .orderBy('l.id')
        .execute();
    const told = async (period_id?: number) =>
      (await items(period_id)).map(({ code, cause, ref, amount_minor }) => [code, cause, ref, amount_minor]);
    const lineOf = async (period_id?: number): Promise<number> =>
      (await items(period_id)).find(({ code }) => code === 'landed_cost')?.id ?? 0;
    const propose = async ({ period_id = data.task.period_id, reverses = true } = {}) =>
      mutation('proposeJournal', {
        period_id,
        items: [{ line_id: await lineOf(period_id), amount_minor: 0 }],
        reverses,
        words: 'Freight onto its goods',
        renews_id: null,
      });
    const decide = (proposal_id: string) =>
      mutation('decideJournal', {
        period_id: data.task.period_id,
        proposal_id,
        seen_words: 'Freight onto its goods',
        verdict: 'approved',
        reason: null,
      });
    const proposal = async (id: string) =>
      await db().selectFrom('journal_proposal').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const exported = async () => {
      const { access_token } = await running.replica('finance');
      const answer = await fetch(`${running.server.url}/close/journal.csv?company=HAL&period=202610`, {
        method: 'POST',
        headers: { authorization: `Bearer ${access_token}` },
      });
      return { status: answer.status, text: await answer.text() };
    };
    /** Two who cannot know of each other: both have read what is proposed before either has written. */
    const proposedAtOnce = async (november: number, own: string): Promise<void> => {
      const seen_words = 'Freight onto its goods';
      const withdraw = { period_id: november, proposal_id: own, step: 'withdrawn', words: null, seen_words };
      expect(await running.push('finance', mutation('changeJournal', withdraw))).toEqual(['accepted']);
      const { id: january } = await db()
        .insertInto('close_period')
        .values({ company_id: data.company_id, period: 202701, state: 'open', cut_off_on: '2027-01-31' })
        .returning('id')
        .executeTakeFirstOrThrow();
      await addTasks(january);
      running.time.now_ms = Date.UTC(2027, 1, 2);
      expect(await running.push('finance', reconcile(january))).toEqual(['accepted']);
      const asked = [
        await propose({ period_id: november, reverses: false }),
        await propose({ period_id: january, reverses: false }),
      ] as const;
      const both = await db()
        .transaction()
        .execute(async (tx) => {
          await sql`lock table journal_proposal in share row exclusive mode`.execute(tx);
          const sent = Promise.all([running.push('finance', asked[0]), running.push('controller', asked[1])]);
          await expect
            .poll(async () => {
              const { rows } = await sql<{ n: number }>`
                select count(*)::int as n from pg_locks where not granted and locktype in ('relation', 'advisory')`.execute(
                tx,
              );
              return rows[0]?.n;
            })
            .toBe(2);
          return { sent };
        });
      expect((await both.sent).flat().toSorted()).toEqual(['accepted', 'conflict:proposed_already']);
    };
    let made = '';

    test('what no goods bear is told beside an account that does not differ', async () => {
      expect(await told()).toEqual([['landed_cost', 'cost_not_allocated', COST, 0]]);
    });

    test('its entry is what is on hand and what is gone of each line, to the cent, and another person approves it', async () => {
      const asked = await propose();
      made = asked.id;
      expect(await running.push('finance', asked)).toEqual(['accepted']);
      expect(await proposal(made)).toMatchObject({
        amount_minor: 30_000,
        booked_on: '2026-10-31',
        reverses_on: '2026-11-01',
        lines: [
          // 10 of 20 pieces that bear 150.00, and 5 of 5 that bear 150.00
          { account: '1400', role: 'inventory', amount_minor: 22_500 },
          { account: '5000', role: 'cogs', amount_minor: 7_500 },
          { account: '5100', role: 'price_variance', amount_minor: -30_000 },
        ],
      });
      expect(await running.push('finance', decide(made))).toEqual(['rejected:not_permitted']);
      expect(await running.push('controller', decide(made))).toEqual(['accepted']);
      expect(await running.push('controller', await propose())).toEqual(['conflict:proposed_already']);
    });

    test('it leaves as a file that this product’s own import of ledger entries takes as it is', async () => {
      const answer = await exported();
      expect(answer.status).toBe(200);
      const { quarantined, counts } = await importer.import('gl', answer.text);
      expect([quarantined, counts.created]).toEqual([[], 6]);
      const rows = await db()
        .selectFrom('gl_entry')
        .select(['ref', 'booked_on'])
        .where('journal', '=', 'ADJ')
        .orderBy('ref')
        .execute();
      const { reference } = await proposal(made);
      expect(rows).toEqual([
        { ref: reference, booked_on: '2026-10-31' },
        { ref: `${reference}-R`, booked_on: '2026-11-01' },
      ]);
    });

    test('in the ledger it is known again; the cost waits for its split and stock says what it bears', async () => {
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      const { reference } = await proposal(made);
      expect(await proposal(made)).toMatchObject({
        posted_as: `ADJ ${reference}`,
        reversed_as: `ADJ ${reference}-R`,
        posted_otherwise: false,
      });
      expect(await told()).toEqual([
        ['inventory_valuation', 'cost_not_allocated', COST, 22_500],
        ['landed_cost', 'cost_not_allocated', COST, 0],
      ]);
      // it moves no total, so it is there as before: another entry would put it on the goods twice
      for (const reverses of [true, false]) {
        expect(await running.push('controller', await propose({ reverses }))).toEqual(['conflict:proposed_already']);
      }
    });

    test('taken back in November nothing is left of it but the cost, and with its split in the system of record nothing', async () => {
      const { id: november } = await db()
        .insertInto('close_period')
        .values({ company_id: data.company_id, period: 202611, state: 'open', cut_off_on: '2026-11-30' })
        .returning('id')
        .executeTakeFirstOrThrow();
      await addTasks(november);
      await valueStock(202611);
      running.time.now_ms = Date.UTC(2026, 11, 2);
      expect(await running.push('finance', reconcile(november))).toEqual(['accepted']);
      expect((await told(november)).filter(([code]) => code === 'inventory_valuation')).toEqual([]);
      expect(await told(november)).toContainEqual(['landed_cost', 'cost_not_allocated', COST, 0]);
      // October's stands no longer then, so November has one of its own, and no second
      const own = await propose({ period_id: november, reverses: false });
      expect(await running.push('finance', own)).toEqual(['accepted']);
      expect(await running.push('finance', await propose({ period_id: november }))).toEqual([
        'conflict:proposed_already',
      ]);
      // one that is not taken back stands in every month after it
      const { id: december } = await db()
        .insertInto('close_period')
        .values({ company_id: data.company_id, period: 202612, state: 'open', cut_off_on: '2026-12-31' })
        .returning('id')
        .executeTakeFirstOrThrow();
      await addTasks(december);
      running.time.now_ms = Date.UTC(2027, 0, 2);
      expect(await running.push('finance', reconcile(december))).toEqual(['accepted']);
      expect(await running.push('finance', await propose({ period_id: december }))).toEqual([
        'conflict:proposed_already',
      ]);
      if (name !== 'PGlite') await proposedAtOnce(november, own.id);
      await db()
        .insertInto('landed_cost_line')
        .values(
          cost.lines.map((po_line_id) => ({
            company_id: data.company_id,
            site_id: data.sites[0],
            landed_cost_id: cost.id,
            po_line_id,
            amount_minor: 15_000,
          })),
        )
        .execute();
      expect(await running.push('finance', reconcile(november))).toEqual(['accepted']);
      expect((await told(november)).filter(([, cause]) => cause === 'cost_not_allocated')).toEqual([]);
    });
  });
});
