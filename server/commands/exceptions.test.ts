import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('marks on exceptions on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('decisions', () => {
    let engine: TestEngine;
    let running: TestServer;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, {});
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    /** The first item at a site of the two. */
    const positionKey = (site: 0 | 1, kind = 'runs_out') =>
      `${kind}:${running.data.items[0]}:${running.data.sites[site]}`;
    const mark = (more: object = {}) =>
      mutation('markException', {
        company_id: running.data.company_id,
        site_id: running.data.sites[0],
        channel_id: null,
        key: positionKey(0),
        kind: 'assigned',
        until_on: null,
        assigned_to: 'finance',
        ...more,
      });
    const push: TestServer['push'] = (...said) => running.push(...said);
    const daysFromNow = (days: number): string => isoDate(Math.floor(running.time.now_ms / 86_400_000) + days);

    test('a mark lies in the table of the area its exception is made of', async () => {
      const { db } = running.server.database;
      const below_floor = `below_floor:${running.data.channels[0]}`;
      const customer_id = await party('customer');
      expect(
        await push(
          'finance',
          mark(),
          mark({ key: below_floor, site_id: null, channel_id: running.data.channels[0] }),
          mark({ key: `over_credit_limit:${customer_id}`, site_id: null }),
        ),
      ).toEqual(['accepted', 'accepted', 'accepted']);
      const keys = async (table: 'exception_mark' | 'exception_mark_cost' | 'exception_mark_finance') =>
        (await db.selectFrom(table).select(['exception_key', 'author']).execute()).map(
          (row) => `${row.exception_key} ${row.author}`,
        );
      expect(await keys('exception_mark')).toEqual([`${positionKey(0)} finance`]);
      expect(await keys('exception_mark_cost')).toEqual([`${below_floor} finance`]);
      expect(await keys('exception_mark_finance')).toEqual([`over_credit_limit:${customer_id} finance`]);
    });

    test('a role without the area cannot mark what it cannot see, nor one without the right anything', async () => {
      const { channels, task } = running.data;
      const below_floor = mark({ key: `below_floor:${channels[0]}`, site_id: null, channel_id: channels[0] });
      const close_late = mark({ key: `close_late:${task.id}`, site_id: null });
      expect(await push('sales', mark(), below_floor, close_late)).toEqual([
        'accepted',
        'rejected:not_found',
        'rejected:not_found',
      ]);
      expect(await push('auditor', mark())).toEqual(['rejected:not_permitted']);
    });

    test('another site or company than one’s own is not found, nor a site of another company', async () => {
      const { data } = running;
      expect(
        await push(
          'counter',
          mark(),
          mark({ site_id: null }),
          // a position is of no channel: one who holds one channel does not decide for all
          mark({ key: positionKey(1), site_id: data.sites[1], channel_id: data.channels[1], assigned_to: 'counter' }),
          mark({ key: `claim_waiting:${await claim(1, 1)}`, site_id: data.sites[1], channel_id: data.channels[1] }),
        ),
      ).toEqual(['rejected:not_found', 'rejected:not_found', 'rejected:not_found', 'accepted']);
      expect(await push('sales', mark({ company_id: data.other_company_id }))).toEqual(['rejected:not_found']);
      expect(await push('admin', mark({ company_id: data.other_company_id }), mark({ company_id: 99_999 }))).toEqual([
        'rejected:not_found',
        'rejected:not_found',
      ]);
    });

    test('a key of another site’s, channel’s or company’s entity is not found, whatever site the sender names', async () => {
      const { data } = running;
      const { sites, channels, other_company_id, foreign_item_id, items } = data;
      const task = { site_id: null, key: `close_late:${data.task.id}` };
      // counter sees site 1 and channel 1: naming these does not make a key of site 0 or channel 0 theirs
      const own = { site_id: sites[1], channel_id: channels[1] };
      expect(
        await push(
          'counter',
          mark({ ...own, key: positionKey(0) }),
          mark({ ...own, key: positionKey(0, 'oversold') }),
          mark({ ...own, key: `claim_waiting:${await claim(0, 1)}` }),
          mark({ ...own, key: `claim_waiting:${await claim(1, 0)}` }),
          mark({ ...own, key: `discount_not_approved:${channels[0]}` }),
          mark({ ...own, key: `late_receipt:${await purchase(0)}` }),
        ),
      ).toEqual(Array.from({ length: 6 }, () => 'rejected:not_found'));
      // and who sees everything names the place the entity has, no other
      expect(
        await push(
          'finance',
          mark({ key: positionKey(1) }),
          mark({ key: `runs_out:${foreign_item_id}:${sites[0]}` }),
          mark({ key: `runs_out:${items[0]}:99999` }),
          mark({ key: `late_receipt:${await purchase(1)}` }),
          mark({ key: 'late_receipt:99999' }),
          mark({ ...task, company_id: other_company_id }),
          mark({ key: `over_credit_limit:${await party('supplier')}`, site_id: null }),
          mark(task),
          mark({ key: `late_receipt:${await purchase(0)}` }),
          mark({ key: 'rebate_not_accrued:0', site_id: null }),
        ),
      ).toEqual([...Array.from({ length: 7 }, () => 'rejected:not_found'), 'accepted', 'accepted', 'accepted']);
    });

    test('a site’s list lies at the site, an item’s and a supplier’s at none', async () => {
      const { sites, items, foreign_item_id } = running.data;
      expect(
        await push(
          'finance',
          mark({ key: `ready_to_ship:${sites[0]}`, site_id: sites[0] }),
          mark({ key: `no_policy:${sites[1]}`, site_id: sites[0] }),
          mark({ key: `obsolete_stock:${items[0]}`, site_id: null }),
          mark({ key: `no_supplier:${items[0]}`, site_id: sites[0] }),
          mark({ key: `no_supplier:${foreign_item_id}`, site_id: null }),
          mark({ key: `supplier_slipping:${await party('supplier')}`, site_id: null }),
        ),
      ).toEqual(['accepted', 'rejected:not_found', 'accepted', 'rejected:not_found', 'rejected:not_found', 'accepted']);
    });

    test('a month whose margins fell is a company’s, for who sees costs; a journal is of its own company', async () => {
      const { other_company_id, task } = running.data;
      const fell = { key: 'margin_fell:202610', site_id: null };
      expect(await push('finance', mark(fell), mark({ ...fell, key: 'margin_fell:202613' }))).toEqual([
        'accepted',
        'rejected:bad_arguments',
      ]);
      expect(await push('sales', mark(fell))).toEqual(['rejected:not_found']);
      const journal = { key: `journal_asked:${task.period_id}`, site_id: null };
      expect(await push('finance', mark(journal), mark({ ...journal, company_id: other_company_id }))).toEqual([
        'accepted',
        'rejected:not_found',
      ]);
    });

    test('a change of rules that waits lies where it reaches, for who sees costs', async () => {
      const { company_id, other_company_id } = running.data;
      const id = '018f5c1e-0000-7000-8000-00000000000a';
      const at = new Date(running.time.now_ms);
      await running.server.database.db
        .insertInto('rule_change_finance')
        .values({
          id,
          company_id,
          subject: 'flux_threshold',
          title: 'Flux asks from 4,000 on',
          reason: 'Half of it was freight.',
          effective_on: '2099-01-01',
          lines: JSON.stringify([{ after: {} }]),
          author: 'buyer',
          written_at: at,
          accepted_at: at,
        })
        .execute();
      const asked = { key: `rules_asked:${id}`, site_id: null };
      expect(await push('finance', mark(asked), mark({ ...asked, company_id: other_company_id }))).toEqual([
        'accepted',
        'rejected:not_found',
      ]);
      const other = { ...asked, key: `rules_asked:${id.replace(/a$/, 'b')}` };
      expect(await push('finance', mark(other))).toEqual(['rejected:not_found']);
      expect(await push('sales', mark(asked))).toEqual(['rejected:not_found']);
    });

    test('a transfer asked for lies at the giving site', async () => {
      const { company_id, sites, items } = running.data;
      const move = { company_id, item_id: items[0] ?? 0, from_site_id: sites[0], to_site_id: sites[1] };
      const transfer_id = '018f5c1e-0000-7000-8000-000000000001/0';
      await running.server.database.db
        .insertInto('transfer_event')
        .values(
          sites.slice(0, 2).map((site_id, at) => ({
            ...move,
            id: transfer_id.replace(/0$/, String(at)),
            site_id,
            transfer_id,
            step: 'requested' as const,
            number: 'TR-1',
            qty_milli: 1000,
            reason: 'Runs out',
            author: 'planner',
            written_at: new Date(running.time.now_ms),
            accepted_at: new Date(running.time.now_ms),
          })),
        )
        .execute();
      const key = `transfer_asked:${transfer_id}`;
      expect(
        await push(
          'finance',
          mark({ key }),
          mark({ key, site_id: sites[1] }),
          mark({ key: key.replace('1/0', '2/0') }),
        ),
      ).toEqual(['accepted', 'rejected:not_found', 'rejected:not_found']);
    });

    async function party(kind: 'customer' | 'supplier'): Promise<number> {
      const { db } = running.server.database;
      made += 1;
      const row = await db
        .insertInto('party')
        .values({ company_id: running.data.company_id, code: `P${made}`, name: `Party ${made}`, kind })
        .returning('id')
        .executeTakeFirstOrThrow();
      return row.id;
    }
    let made = 0;

    async function claim(site: 0 | 1, channel: 0 | 1): Promise<number> {
      const { company_id, sites, channels } = running.data;
      const place = { company_id, site_id: sites[site], channel_id: channels[channel] };
      made += 1;
      const row = await running.server.database.db
        .insertInto('claim')
        .values({
          ...place,
          month: 202605,
          number: `CL ${made}`,
          party_id: await party('customer'),
          kind: 'damaged',
          opened_on: '2026-05-01',
          state: 'open',
          claimed_minor: 100,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return row.id;
    }

    async function purchase(site: 0 | 1): Promise<number> {
      const { company_id, sites, items } = running.data;
      const { db } = running.server.database;
      made += 1;
      const place = { company_id, site_id: sites[site] };
      const order = await db
        .insertInto('purchase_order')
        .values({
          ...place,
          number: `PO ${made}`,
          supplier_id: await party('supplier'),
          ordered_on: '2026-05-01',
          state: 'open',
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db
        .insertInto('po_line')
        .values({
          ...place,
          purchase_order_id: order.id,
          item_id: items[0] ?? 0,
          ordered_qty_milli: 1000,
          received_qty_milli: 0,
          promised_on: '2026-05-10',
          expected_on: '2026-05-10',
        })
        .execute();
      return order.id;
    }

    test('refuses forged keys, unknown people, sleep without end, and halves of an argument', async () => {
      const snooze = (until_on: string | null) => mark({ kind: 'snoozed', until_on, assigned_to: null });
      expect(
        await push(
          'finance',
          mark({ key: 'constructor:1' }),
          mark({ key: 'runs_out:840' }),
          mark({ key: 'runs_out:840:3:1' }),
          mark({ key: 'close_late:1e3' }),
          mark({ assigned_to: 'nobody' }),
          mark({ assigned_to: "x'; drop table item" }),
          snooze(null),
          snooze('2026-02-30'),
          snooze(daysFromNow(91)),
          mark({ kind: 'reopened' }),
          snooze(daysFromNow(14)),
        ),
      ).toEqual([
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:unknown_user',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'accepted',
      ]);
    });
  });
});
