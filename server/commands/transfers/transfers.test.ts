import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { createUser } from '#server/auth/accounts.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation, outcomesOf, type TestReplica } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const DAY_MS = 86_400_000;

describe.each(ENGINES)('transfers on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('between two sites', () => {
    let engine: TestEngine;
    let running: TestServer;
    let item_id = 0;
    let made = 0;

    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, {});
      const { db } = running.server.database;
      const account = (name: string) => ({ name, display_name: name, password: 'demo' });
      const clock = () => running.time.now_ms;
      const at = (site_code: string) => ({ company_code: 'HAL', site_code });
      await createUser(db, account('store'), [{ role: 'warehouse', company_code: 'HAL' }], clock);
      await createUser(db, account('store.rtm'), [{ role: 'warehouse', ...at('RTM') }], clock);
      // asks for Rotterdam, and answers for it alone, though all stock of the company is theirs to see
      await createUser(
        db,
        account('branch'),
        [
          { role: 'sales', company_code: 'HAL' },
          { role: 'planner', ...at('RTM') },
        ],
        clock,
      );
    });
    /** 100 lie at Amsterdam, 30 of them ordered, none at Rotterdam; Amsterdam orders again at 20. */
    beforeEach(async () => {
      const { db } = running.server.database;
      const { company_id, sites, orders } = running.data;
      made += 1;
      const item = await db
        .insertInto('item')
        .values({ company_id, code: `TR-${made}`, name: 'Chain', uom: 'pcs', active: true })
        .returning('id')
        .executeTakeFirstOrThrow();
      item_id = item.id;
      await db
        .insertInto('stock_balance')
        .values({ company_id, site_id: sites[0], item_id, on_hand_qty_milli: 100_000, reserved_qty_milli: 0 })
        .execute();
      await db
        .insertInto('policy')
        .values({
          company_id,
          site_id: sites[0],
          item_id,
          kind: 'min_max',
          min_qty_milli: 20_000,
          max_qty_milli: 90_000,
          multiple_qty_milli: 1000,
          lead_time_days: 5,
        })
        .execute();
      await db
        .insertInto('order_line')
        .values({
          company_id,
          site_id: sites[0],
          channel_id: null,
          month: 202605,
          order_id: orders[0] ?? 0,
          ordinal: 100 + made,
          item_id,
          kind: 'goods',
          ordered_on: '2026-05-20',
          committed_on: '2026-06-03',
          ordered_qty_milli: 30_000,
          cancelled_qty_milli: 0,
          unit_price_micro: 1_000_000,
          gross_minor: 3000,
          discount_minor: 0,
          net_minor: 3000,
        })
        .execute();
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    const row = (more: object = {}) => ({
      item_id,
      from_site_id: running.data.sites[0],
      to_site_id: running.data.sites[1],
      qty_milli: 40_000,
      wanted_on: null,
      reason: 'Two orders wait',
      decision_id: null,
      ...more,
    });
    const ask = (...rows: readonly object[]) =>
      mutation('requestTransfers', { company_id: running.data.company_id, transfers: rows });
    const answer = (transfer_id: string, qty_milli = 40_000, more: object = {}) =>
      mutation('answerTransfers', {
        company_id: running.data.company_id,
        verdict: 'approved',
        transfers: [{ transfer_id, qty_milli }],
        reason: null,
        ...more,
      });
    const move = (transfer_id: string, step: string, qty_milli: number, reason: string | null = null) =>
      mutation('moveTransfer', { company_id: running.data.company_id, transfer_id, step, qty_milli, reason });
    const end = (transfer_id: string, step: string) =>
      mutation('endTransfer', { company_id: running.data.company_id, transfer_id, step, reason: 'not needed' });
    /** Signed in once each: a password takes its time. */
    const sessions = new Map<string, Promise<TestReplica>>();
    const session = (user: string): Promise<TestReplica> => {
      const known = sessions.get(user) ?? running.replica(user);
      sessions.set(user, known);
      return known;
    };
    const push: TestServer['push'] = async (user, ...sent) => outcomesOf(await (await session(user)).push(...sent));
    const later = (days: number): void => {
      running.time.now_ms += days * DAY_MS;
      sessions.clear();
    };
    const asked = async (user = 'planner', more: object = {}): Promise<string> => {
      const sent = ask(row(more));
      expect(await push(user, sent)).toEqual(['accepted']);
      return `${sent.id}/0`;
    };
    const told = async (user: string, sent: ReturnType<typeof mutation>) => {
      const { body } = await (await session(user)).push(sent);
      return (body as { outcomes: readonly { reason: { message: string; detail: object } | null }[] }).outcomes[0]
        ?.reason;
    };
    const thirdSite = async (): Promise<number> => {
      const site = await running.server.database.db
        .insertInto('site')
        .values({ company_id: running.data.company_id, code: `X${made}`, name: 'Third', kind: 'counter' })
        .returning('id')
        .executeTakeFirstOrThrow();
      return site.id;
    };
    const onHand = async () => {
      const rows = await running.server.database.db
        .selectFrom('stock_balance')
        .select(['site_id', 'on_hand_qty_milli'])
        .where('item_id', '=', item_id)
        .orderBy('site_id')
        .execute();
      return rows.map((each) => each.on_hand_qty_milli);
    };

    test('asked for, given in part, sent off, taken in: told to both sites, and what lies there is conserved', async () => {
      const { db } = running.server.database;
      const transfer_id = await asked();
      // three days of way, and the site takes nothing in on the day after them
      const { company_id } = running.data;
      const in_days = (days: number): string => isoDate(Math.floor(running.time.now_ms / DAY_MS) + days);
      const closed = { company_id, site_id: running.data.sites[1] ?? 0, closed_on: in_days(3) };
      await db.insertInto('buying_calendar').values(closed).execute();
      const given = answer(transfer_id, 30_000);
      expect(await push('store', given, given)).toEqual(['accepted', 'accepted']);
      expect(await onHand()).toEqual([100_000]);
      expect(await push('store', move(transfer_id, 'dispatched', 31_000))).toEqual(['rejected:too_much']);
      const sent = move(transfer_id, 'dispatched', 30_000);
      expect(await push('store', sent, sent)).toEqual(['accepted', 'accepted']);
      expect(await onHand()).toEqual([70_000]);
      expect(await push('store.rtm', move(transfer_id, 'received', 30_000))).toEqual(['rejected:not_found']);
      expect(await push('branch', move(transfer_id, 'received', 29_000))).toEqual(['rejected:say_why']);
      expect(await push('branch', move(transfer_id, 'received', 29_000, 'one broken'))).toEqual(['accepted']);
      expect(await onHand()).toEqual([70_000, 29_000]);
      expect(await push('branch', move(transfer_id, 'received', 30_000))).toEqual(['conflict:not_waiting']);
      const moves = await db
        .selectFrom('stock_move')
        .select(['site_id', 'kind', 'qty_milli', 'ref'])
        .where('item_id', '=', item_id)
        .orderBy('id')
        .execute();
      const ref = moves[0]?.ref ?? '';
      expect(ref).toMatch(/^TR-\d{5}$/);
      expect(moves).toEqual([
        { site_id: running.data.sites[0], kind: 'transfer_out', qty_milli: -30_000, ref },
        { site_id: running.data.sites[1], kind: 'transfer_in', qty_milli: 29_000, ref },
      ]);
      const events = await db
        .selectFrom('transfer_event')
        .select(['step', 'site_id', 'author', 'due_on'])
        .where('transfer_id', '=', transfer_id)
        .orderBy('accepted_at')
        .orderBy('ver')
        .execute();
      expect(events.map((each) => each.step)).toEqual(
        ['requested', 'approved', 'dispatched', 'received'].flatMap((step) => [step, step]),
      );
      expect(events.map((each) => each.due_on)).toEqual(
        [null, in_days(4), in_days(4), null].flatMap((due_on) => [due_on, due_on]),
      );
      await db.deleteFrom('buying_calendar').execute();
      const [north, south] = running.data.sites;
      expect(new Set(events.map((each) => each.site_id))).toEqual(new Set([north, south]));
      const audit = await db.selectFrom('audit_event').select('kind').execute();
      expect(audit.map((each) => each.kind)).toEqual(
        expect.arrayContaining(['transfer_approved', 'transfer_dispatched', 'transfer_received']),
      );
    });

    test('nobody answers their own request, nor for a site that is not theirs', async () => {
      const transfer_id = await asked();
      expect(await push('planner', answer(transfer_id))).toEqual(['rejected:own_request']);
      expect(await push('branch', answer(transfer_id))).toEqual(['rejected:not_permitted']);
      for (const user of ['sales', 'finance', 'auditor']) {
        expect(await push(user, answer(transfer_id)), user).toEqual(['rejected:not_permitted']);
      }
      expect(await push('store.rtm', answer(transfer_id))).toEqual(['rejected:not_found']);
      const refused = answer(transfer_id, 40_000, { verdict: 'refused', reason: 'Promised to a customer' });
      expect(await push('buyer', answer(transfer_id, 40_000, { verdict: 'refused' }), refused)).toEqual([
        'rejected:bad_arguments',
        'accepted',
      ]);
      expect(await push('store', answer(transfer_id))).toEqual(['conflict:not_waiting']);
      // a plan for the receiving site is what asking takes
      expect(await push('branch', ask(row()))).toEqual(['accepted']);
      const back = { from_site_id: running.data.sites[1], to_site_id: running.data.sites[0] };
      expect(await push('branch', ask(row(back)))).toEqual(['rejected:not_permitted']);
      expect(await push('store', ask(row()))).toEqual(['rejected:not_permitted']);
    });

    test('what is not there to see does not exist, and forged fields are refused', async () => {
      const { other_company_id, foreign_item_id, sites } = running.data;
      const elsewhere = mutation('requestTransfers', { company_id: other_company_id, transfers: [row()] });
      expect(
        await push(
          'planner',
          elsewhere,
          ask(row({ item_id: foreign_item_id })),
          ask(row({ from_site_id: 999_999 })),
          ask(row({ decision_id: `${crypto.randomUUID()}/0` })),
          answer(`${crypto.randomUUID()}/0`),
        ),
      ).toEqual(Array.from({ length: 5 }, () => 'rejected:not_found'));
      expect(
        await push(
          'planner',
          ask(row({ to_site_id: sites[0] })),
          ask(row({ qty_milli: 0 })),
          ask(row({ qty_milli: 1.5 })),
          ask(row({ reason: ' ' })),
          ask(row({ number: 'TR-99999' })),
          ask(row(), row()),
          ask(),
        ),
      ).toEqual(Array.from({ length: 7 }, () => 'rejected:bad_arguments'));
    });

    test('no more is given than the site can spare at that moment, and both figures are told', async () => {
      const transfer_id = await asked('planner', { qty_milli: 60_000 });
      // 100 there, 30 asked for, above 20 it orders nothing: 49 can go
      expect(await told('store', answer(transfer_id, 50_000))).toMatchObject({
        message: expect.stringContaining('can spare 49 '),
        detail: { asked_qty_milli: 50_000, spare_qty_milli: 49_000 },
      });
      expect(await push('store', answer(transfer_id, 49_000))).toEqual(['accepted']);
      // held back, it cannot be promised to another: less than one more is left
      const other = await asked('planner', { to_site_id: await thirdSite(), qty_milli: 1000 });
      expect(await push('store', answer(other, 1000))).toEqual(['conflict:nothing_to_spare']);
      expect(await push('planner', end(transfer_id, 'cancelled'))).toEqual(['accepted']);
      expect(await push('store', answer(other, 1000))).toEqual(['accepted']);
    });

    test('two answers at the same moment: one counts, one is told; stock that went meanwhile is told too', async () => {
      const transfer_id = await asked();
      const answers = await Promise.all([
        push('store', answer(transfer_id)),
        push('buyer', answer(transfer_id, 20_000)),
      ]);
      expect(answers.flat().toSorted()).toEqual(['accepted', 'conflict:not_waiting']);
      await running.server.database.db
        .updateTable('stock_balance')
        .set({ on_hand_qty_milli: 5000 })
        .where('item_id', '=', item_id)
        .execute();
      expect(await told('store', move(transfer_id, 'dispatched', 20_000))).toMatchObject({
        message: expect.stringContaining('5 are left at AMS, not 20'),
      });
      expect(await push('store', move(transfer_id, 'dispatched', 5000))).toEqual(['accepted']);
      expect(await onHand()).toEqual([0]);
    });

    test('two requests answered at the same moment: together no more is given than the site can spare', async () => {
      const [one, other] = [await asked(), await asked('planner', { to_site_id: await thirdSite() })];
      const answers = await Promise.all([push('store', answer(one)), push('buyer', answer(other))]);
      expect(answers.flat().toSorted()).toEqual(['accepted', 'conflict:nothing_to_spare']);
    });

    test('one open request a way and item, and none that sends goods back where they came from', async () => {
      const transfer_id = await asked();
      const back = { from_site_id: running.data.sites[1], to_site_id: running.data.sites[0] };
      expect(await push('buyer', ask(row()), ask(row(back)))).toEqual([
        'conflict:asked_already',
        'rejected:leads_back',
      ]);
      expect(await push('store', end(transfer_id, 'withdrawn'))).toEqual(['rejected:not_permitted']);
      expect(await push('branch', end(transfer_id, 'withdrawn'))).toEqual(['accepted']);
      const again = await asked();
      expect(await push('store', answer(again), move(again, 'dispatched', 40_000))).toEqual(['accepted', 'accepted']);
      expect(await push('branch', move(again, 'received', 40_000))).toEqual(['accepted']);
      // it arrived, and is remembered
      expect(await push('planner', ask(row(back)))).toEqual(['rejected:leads_back']);
      expect(await push('planner', end(again, 'cancelled'))).toEqual(['conflict:not_waiting']);
    });

    test('a request nobody answers expires, and so does what was given and not sent off', async () => {
      const first_ms = running.time.now_ms;
      try {
        const transfer_id = await asked();
        later(8);
        expect(await push('store', answer(transfer_id))).toEqual(['conflict:not_waiting']);
        const again = await asked();
        expect(await push('store', answer(again))).toEqual(['accepted']);
        later(15);
        expect(await push('store', move(again, 'dispatched', 40_000))).toEqual(['conflict:not_waiting']);
        // what it held back is free again
        const last = await asked('planner', { qty_milli: 49_000 });
        expect(await push('store', answer(last, 49_000))).toEqual(['accepted']);
      } finally {
        running.time.now_ms = first_ms;
        sessions.clear();
      }
    });

    test('an accepted proposal is carried out by its request, no more of it, and is not decided anew meanwhile', async () => {
      const { company_id, sites } = running.data;
      const about = { site_id: sites[1], item_id, kind: 'transfer', supplier_id: null, from_site_id: sites[0] };
      const decision = (more: object) =>
        mutation('decideReplenishment', {
          company_id,
          decisions: [
            {
              ...about,
              verdict: 'accepted',
              proposed_qty_milli: 40_000,
              qty_milli: 40_000,
              receive_on: '2026-05-30',
              reason: null,
              inputs: {
                as_of_on: '2026-05-28',
                because: 'needed',
                position_qty_milli: 0,
                week_qty_milli: 0,
                reorder_qty_milli: 40_000,
                up_to_qty_milli: 40_000,
                need_qty_milli: 40_000,
                accepted_before_qty_milli: 0,
                order_by_on: null,
                runs_out_on: null,
                short_qty_milli: 0,
              },
              rule_version: 1,
              follows: null,
              ...more,
            },
          ],
        });
      const accepted = decision({});
      expect(await push('planner', accepted)).toEqual(['accepted']);
      const decision_id = `${accepted.id}/0`;
      const more = ask(row({ decision_id, qty_milli: 41_000 }));
      expect(await push('planner', more)).toEqual(['conflict:decision_replaced']);
      const transfer_id = await asked('planner', { decision_id });
      const back = decision({ verdict: 'withdrawn', qty_milli: 0, follows: decision_id });
      expect(await push('planner', back)).toEqual(['rejected:asked_for']);
      expect(await push('store', answer(transfer_id))).toEqual(['accepted']);
      // the document counts now: what the proposal said is over
      expect(await push('planner', ask(row({ decision_id })))).toEqual(['conflict:decision_replaced']);
      expect(await push('planner', decision({}))).toEqual(['accepted']);
    });
  });
});
