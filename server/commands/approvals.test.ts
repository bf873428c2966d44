import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BrokenRule } from '#domain/orders/approval.ts';
import { orderContent } from '#domain/orders/approval.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const SECRET_FLOOR_MICRO = 4_987_654;

describe.each(ENGINES)('orders beyond their rules on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('decisions', () => {
    let engine: TestEngine;
    let running: TestServer;
    let party_id: number;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, {});
      running.time.now_ms = Date.UTC(2026, 9, 20);
      const { db } = running.server.database;
      const { company_id, channels, items } = running.data;
      const party = await db
        .insertInto('party')
        .values({
          company_id,
          code: 'C1',
          name: 'Rijnmond',
          kind: 'customer',
          salesperson: 'controller',
          credit_limit_minor: 1_000,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      party_id = party.id;
      // 700 gross, 50 off: 714 bp where 500 are allowed; 3.25 a unit where the floor is 4.99
      await db
        .insertInto('channel_rule')
        .values({ company_id, channel_id: channels[0], priority: 1, max_discount_bp: 500, protected_bp: 0 })
        .execute();
      await db
        .insertInto('price_floor')
        .values({ company_id, item_id: items[0] ?? 0, floor_price_micro: SECRET_FLOOR_MICRO, valid_from: '2026-01-01' })
        .execute();
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    const db = () => running.server.database.db;
    const order_id = (): number => running.data.orders[0] ?? 0;
    async function hashNow(id = order_id()): Promise<string> {
      const order = await db().selectFrom('sales_order').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      const lines = await db().selectFrom('order_line').selectAll().where('order_id', '=', id).execute();
      return createHash('sha256').update(orderContent(order, lines)).digest('hex');
    }
    const say = async (decision: string, more: object = {}) =>
      mutation('approveOrder', {
        order_id: order_id(),
        kind: 'discount',
        decision,
        reason: 'frame contract',
        content_hash: await hashNow(),
        ...more,
      });
    const push: TestServer['push'] = async (...said) => {
      // what comes later was said later
      running.time.now_ms += 1000;
      return await running.push(...said);
    };
    /** Every value a copy holds. */
    const copyOf = ({ buckets }: { readonly buckets: ReadonlyMap<number, ReadonlyMap<unknown, unknown>> }): string =>
      JSON.stringify([...buckets.values()].flatMap((rows) => [...rows.values()]));
    const approvedBy = async () =>
      (await db().selectFrom('order_line').select('approved_by').where('order_id', '=', order_id()).execute()).map(
        (row) => row.approved_by,
      );

    /** 350 of an order that is done. */
    async function shippedUnbilled(sold: {
      readonly company_id: number;
      readonly month: number;
      readonly ordered_on: string;
      readonly shipped_on: string;
      readonly number?: string;
    }): Promise<string> {
      const { company_id, month, ordered_on, shipped_on, number = 'OLD' } = sold;
      const delivery = `D-${number}`;
      const own = { company_id, month, party_id, ordered_on };
      const order = await db()
        .insertInto('sales_order')
        .values({ ...own, number, ordered_at: new Date(`${ordered_on}T10:00:00Z`), state: 'done' })
        .returning('id')
        .executeTakeFirstOrThrow();
      const amounts = { unit_price_micro: 1_750_000, gross_minor: 350, discount_minor: 0, net_minor: 350 };
      const line = await db()
        .insertInto('order_line')
        .values({
          ...own,
          ...amounts,
          order_id: order.id,
          ordinal: 1,
          kind: 'goods',
          ordered_qty_milli: 2_000,
          cancelled_qty_milli: 0,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db()
        .insertInto('shipment_line')
        .values({ company_id, month, order_line_id: line.id, number: delivery, shipped_on, qty_milli: 2_000 })
        .execute();
      return delivery;
    }

    test('roles without the right, foreign orders and forged contents decide nothing', async () => {
      expect(await push('sales', await say('approved'))).toEqual(['rejected:not_permitted']);
      expect(await push('auditor', await say('approved'), await say('asked'))).toEqual([
        'rejected:not_permitted',
        'rejected:not_permitted',
      ]);
      // a floor is made of cost, a limit of finance: who sees neither finds nothing
      expect(
        await push('sales', await say('asked', { kind: 'floor' }), await say('asked', { kind: 'credit' })),
      ).toEqual(['rejected:not_found', 'rejected:not_found']);
      expect(await push('counter', await say('asked'))).toEqual(['rejected:not_found']);
      expect(
        await push(
          'finance',
          await say('approved', { content_hash: '0'.repeat(64) }),
          await say('approved', { order_id: 99_999 }),
          await say('approved', { kind: 'margin' }),
          await say('approved', { rules: [] }),
          await say('approved', { reason: '' }),
        ),
      ).toEqual([
        'conflict:order_changed',
        'rejected:not_found',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
      ]);
      expect(await approvedBy()).toEqual([null]);
    });

    test('whoever asked does not allow; another does, once, and the lines say so with the rule’s version', async () => {
      const asked = await say('asked');
      expect(await push('finance', asked)).toEqual(['accepted']);
      expect(await push('finance', await say('approved'), asked)).toEqual(['rejected:own_request', 'accepted']);
      const approved = await say('approved');
      expect(await push('finance2', approved, approved)).toEqual(['accepted', 'accepted']);
      expect(await approvedBy()).toEqual(['finance2']);
      expect(await push('controller', await say('refused'))).toEqual(['conflict:already_decided']);
      const rule = await db().selectFrom('channel_rule').select(['id', 'ver']).executeTakeFirstOrThrow();
      const kept = await db()
        .selectFrom('order_approval')
        .select(['rules', 'author'])
        .where('decision', '=', 'approved')
        .executeTakeFirstOrThrow();
      const rules: BrokenRule[] = JSON.parse(kept.rules);
      expect(rules).toEqual([
        {
          rule: 'channel_rule',
          id: rule.id,
          ver: rule.ver,
          order_line_id: running.data.lines[0],
          allowed: 500,
          found: 714,
          beyond_minor: 15,
        },
      ]);
    });

    test('a changed order asks again, though its lines still bear a name', async () => {
      const before = await say('approved');
      await db()
        .updateTable('order_line')
        .set({ discount_minor: 100, net_minor: 600 })
        .where('order_id', '=', order_id())
        .execute();
      expect(await push('finance2', before)).toEqual(['conflict:order_changed']);
      expect(await push('finance2', await say('refused'))).toEqual(['accepted']);
      // refused stays refused until somebody asks again
      expect(await push('finance', await say('approved'))).toEqual(['conflict:already_decided']);
      expect(await push('sales', await say('asked'))).toEqual(['accepted']);
      expect(await push('finance', await say('approved'))).toEqual(['accepted']);
    });

    test('two who decide at the same moment: one does; what was cancelled since breaks nothing', async () => {
      const lines = db().updateTable('order_line').where('order_id', '=', order_id());
      const before = await db()
        .selectFrom('order_line')
        .select(['ordered_qty_milli', 'cancelled_qty_milli', 'gross_minor', 'discount_minor', 'net_minor'])
        .where('order_id', '=', order_id())
        .executeTakeFirstOrThrow();
      await lines.set({ discount_minor: 90, net_minor: 610 }).execute();
      const [allowed, refused] = [await say('approved'), await say('refused')];
      const said = await Promise.all([push('finance2', allowed), push('finance', refused)]);
      expect(said.flat().toSorted()).toEqual(['accepted', 'conflict:already_decided']);
      const none = { gross_minor: 0, discount_minor: 0, net_minor: 0 };
      await lines.set({ ...none, cancelled_qty_milli: before.ordered_qty_milli }).execute();
      for (const kind of ['discount', 'floor']) {
        expect(await push('finance2', await say('approved', { kind }))).toEqual(['conflict:nothing_broken']);
      }
      await lines.set(before).execute();
    });

    test('below the floor lies in the cost area: no figure of it reaches sales', async () => {
      expect(await push('finance', await say('approved', { kind: 'floor' }))).toEqual(['accepted']);
      const kept = await db().selectFrom('order_approval_cost').select('rules').executeTakeFirstOrThrow();
      expect(kept.rules).toContain(String(SECRET_FLOOR_MICRO));
      const sales = await running.replica('sales');
      await sales.sync();
      const finance = await running.replica('finance');
      await finance.sync();
      expect(copyOf(finance)).toContain(String(SECRET_FLOOR_MICRO));
      expect(copyOf(sales)).not.toContain(String(SECRET_FLOOR_MICRO));
    });

    test('credit: the exposure is reckoned here, and the customer’s own salesperson does not allow it', async () => {
      expect(await push('finance', await say('approved', { kind: 'credit' }))).toEqual(['conflict:nothing_broken']);
      const { company_id } = running.data;
      await db().updateTable('sales_order').set({ party_id }).where('id', '=', order_id()).execute();
      // open: 600 of the order + 900 billed − 200 paid − 100 paid ahead + 350 shipped unbilled = 1,550, limit 1,000
      const invoice = await db()
        .insertInto('invoice')
        .values({
          company_id,
          month: 202610,
          kind: 'customer',
          number: 'I1',
          party_id,
          issued_on: '2026-01-02',
          posted_on: '2026-01-02',
          due_on: '2026-01-30',
          amount_minor: 900,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      // where it is still the 19th, what is billed on the 20th owes nothing yet
      await db().updateTable('company').set({ time_zone: 'Pacific/Honolulu' }).where('id', '=', company_id).execute();
      await db()
        .insertInto('invoice')
        .values({
          company_id,
          month: 202610,
          kind: 'customer',
          number: 'I2',
          party_id,
          issued_on: '2026-10-20',
          posted_on: '2026-10-20',
          due_on: '2026-11-20',
          amount_minor: 50_000,
        })
        .execute();
      const to = { company_id, month: 202610, kind: 'customer', party_id, exchange_minor: 0 } as const;
      const payment = { ...to, paid_on: '2026-01-10' } as const;
      await db()
        .insertInto('payment')
        .values([
          // 230 came of USD 2.50 that were booked as 200
          {
            ...payment,
            number: 'P1',
            invoice_id: invoice.id,
            amount_minor: 230,
            currency: 'USD',
            foreign_minor: 250,
            exchange_minor: 30,
            settled_on: '2026-01-10',
          },
          // what settles an invoice later is paid ahead until then, at what came
          {
            ...payment,
            number: 'P3',
            invoice_id: invoice.id,
            amount_minor: 40,
            currency: 'USD',
            foreign_minor: 50,
            exchange_minor: 7,
            settled_on: '2030-01-01',
          },
          { ...payment, number: 'P2', invoice_id: null, amount_minor: 100 },
        ])
        .execute();
      // a hundred days ago: what is done and was never invoiced is owed whatever its age
      await shippedUnbilled({ company_id, month: 202605, ordered_on: '2026-05-10', shipped_on: '2026-07-12' });
      // another delivery of then was invoiced, to somebody else
      const elsewhere = await shippedUnbilled({
        company_id,
        month: 202604,
        ordered_on: '2026-04-10',
        shipped_on: '2026-07-13',
        number: 'OLD-2',
      });
      const other = await db()
        .insertInto('party')
        .values({ company_id, kind: 'customer', code: 'PAYS', name: 'Pays for others' })
        .returning('id')
        .executeTakeFirstOrThrow();
      const day = '2026-07-20';
      const addressed = { party_id: other.id, ref: elsewhere, issued_on: day, posted_on: day, due_on: day };
      // and so was one that left the other day
      const recent = await shippedUnbilled({
        company_id,
        month: 202610,
        ordered_on: '2026-10-10',
        shipped_on: '2026-10-12',
        number: 'NEW',
      });
      await db()
        .insertInto('invoice')
        .values([
          { company_id, month: 202607, kind: 'customer', number: 'I3', amount_minor: 350, ...addressed },
          { company_id, month: 202607, kind: 'customer', number: 'I4', amount_minor: 350, ...addressed, ref: recent },
        ])
        .execute();
      expect(await push('controller', await say('approved', { kind: 'credit' }))).toEqual(['rejected:own_request']);
      expect(await push('finance2', await say('approved', { kind: 'credit' }))).toEqual(['accepted']);
      const kept = await db().selectFrom('order_approval_finance').select('rules').executeTakeFirstOrThrow();
      const rules: BrokenRule[] = JSON.parse(kept.rules);
      expect(rules).toMatchObject([{ rule: 'party', id: party_id, allowed: 1_000, found: 1_510, beyond_minor: 510 }]);
    });
  });
});
