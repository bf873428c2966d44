import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isoDate, weekday } from '#domain/calendar.ts';
import { WEEKDAY_WORDS } from '#domain/planning/buyingCalendar.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { BEARING_INPUTS, insertBearing } from './testing/bearing.ts';

describe.each(ENGINES)('replenishment on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('decisions', () => {
    let engine: TestEngine;
    let running: TestServer;
    let supplier_id = 0;
    let foreign_supplier_id = 0;
    /** The next item nobody decided about yet: 60 pcs a carton, at least 120, 6.80 each. */
    let item_id = 0;
    let made = 0;

    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, {});
      const { db } = running.server.database;
      const { company_id, other_company_id } = running.data;
      const party = async (company: number, code: string) =>
        (
          await db
            .insertInto('party')
            .values({ company_id: company, code, name: code, kind: 'supplier' })
            .returning('id')
            .executeTakeFirstOrThrow()
        ).id;
      supplier_id = await party(company_id, 'SKF');
      foreign_supplier_id = await party(other_company_id, 'GATES');
      const terms = await db
        .insertInto('supplier_terms')
        .values({ company_id, supplier_id })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db
        .insertInto('supplier_terms_cost')
        .values({
          id: terms.id,
          company_id,
          minimum_order_minor: 25_000,
          freight_minor: 9_500,
          free_freight_from_minor: 150_000,
        })
        .execute();
    });
    beforeEach(async () => {
      item_id = await newItem();
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    const newItem = async (price_micro = 6_800_000): Promise<number> => {
      const { company_id, sites } = running.data;
      const bearing = { company_id, site_id: sites[0] ?? 0, supplier_id, code: `BR-${(made += 1)}`, price_micro };
      return await insertBearing(running.server.database.db, bearing);
    };

    const row = (more: object = {}) => ({
      site_id: running.data.sites[0],
      item_id,
      kind: 'buy',
      supplier_id,
      from_site_id: null,
      verdict: 'accepted',
      proposed_qty_milli: 240_000,
      qty_milli: 240_000,
      receive_on: '2026-11-19',
      reason: null,
      inputs: BEARING_INPUTS,
      rule_version: 1,
      follows: null,
      ...more,
    });
    const decide = (...rows: readonly object[]) =>
      mutation('decideReplenishment', { company_id: running.data.company_id, decisions: rows });
    const approve = (ids: readonly string[], verdict = 'approved', reason: string | null = null) =>
      mutation('approveReplenishment', { company_id: running.data.company_id, decision_ids: ids, verdict, reason });
    const draft = (ids: readonly string[], more: object = {}) =>
      mutation('makeDraftOrder', {
        company_id: running.data.company_id,
        site_id: running.data.sites[0],
        supplier_id,
        decision_ids: ids,
        minimum_reason: null,
        ...more,
      });
    const send = (draft_order_id: string) =>
      mutation('sendDraftOrder', { company_id: running.data.company_id, draft_order_id });
    const cancel = (draft_order_id: string) =>
      mutation('cancelDraftOrder', { company_id: running.data.company_id, draft_order_id, reason: 'stocktaking' });

    interface Told {
      readonly state: string;
      readonly reason: { readonly code: string; readonly message: string; readonly detail?: object } | null;
    }
    const told = async (user: string, ...sent: ReturnType<typeof mutation>[]): Promise<readonly Told[]> =>
      ((await (await running.replica(user)).push(...sent)).body as { outcomes: readonly Told[] }).outcomes;
    const push: TestServer['push'] = (...said) => running.push(...said);
    const decided = async (id: string) =>
      await running.server.database.db
        .selectFrom('replenishment_decision')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();

    test('a decision keeps what it was proposed from, its value at the server’s price, and needs nobody else', async () => {
      const sent = decide(row());
      expect(await push('planner', sent, sent)).toEqual(['accepted', 'accepted']);
      expect(await decided(`${sent.id}/0`)).toMatchObject({
        author: 'planner',
        verdict: 'accepted',
        qty_milli: 240_000,
        value_minor: 163_200,
        unit_price_micro: 6_800_000,
        approval: null,
        inputs: expect.objectContaining({ need_qty_milli: 188_000 }),
      });
    });

    test('quantities nobody sells, and forged fields, are refused by the server’s own terms', async () => {
      const changed = (qty_milli: number) => decide(row({ verdict: 'changed', reason: 'more', qty_milli }));
      expect(
        await push(
          'planner',
          changed(190_000),
          changed(60_000),
          changed(-60_000),
          changed(6e15),
          changed(60_000.5),
          decide(row({ value_minor: 1 })),
          decide(row({ author: 'buyer' })),
          decide(row({ verdict: 'changed', qty_milli: 300_000 })),
          decide(row({ verdict: 'rejected', qty_milli: 0 })),
          decide(row({ qty_milli: 300_000 })),
          decide(row(), row()),
          decide(),
        ),
      ).toEqual([
        'rejected:bad_quantity',
        'rejected:bad_quantity',
        ...Array.from({ length: 10 }, () => 'rejected:bad_arguments'),
      ]);
      expect(
        await running.server.database.db
          .selectFrom('replenishment_decision')
          .select('id')
          .where('item_id', '=', item_id)
          .execute(),
      ).toEqual([]);
    });

    test('foreign companies, sites, items and suppliers do not exist, and a role that does not plan decides nothing', async () => {
      const { other_company_id, sites, foreign_item_id } = running.data;
      const elsewhere = mutation('decideReplenishment', { company_id: other_company_id, decisions: [row()] });
      expect(
        await push(
          'planner',
          elsewhere,
          decide(row({ site_id: 999_999 })),
          decide(row({ item_id: foreign_item_id })),
          decide(row({ supplier_id: foreign_supplier_id })),
          decide(row({ kind: 'transfer', supplier_id: null, from_site_id: 999_999 })),
        ),
      ).toEqual(Array.from({ length: 5 }, () => 'rejected:not_found'));
      // sales sees no cost: for it there is nothing of this
      expect(await push('sales', decide(row()))).toEqual(['rejected:not_found']);
      for (const user of ['finance', 'controller', 'auditor']) {
        expect(await push(user, decide(row())), user).toEqual(['rejected:not_permitted']);
      }
      const move = decide(row({ kind: 'transfer', supplier_id: null, from_site_id: sites[1] }));
      expect(await push('planner', move)).toEqual(['accepted']);
      expect(await decided(`${move.id}/0`)).toMatchObject({ kind: 'transfer', value_minor: null, approval: null });
    });

    test('whoever comes second is told whose decision was first, and nothing of theirs is taken', async () => {
      const first = decide(row());
      expect(await push('planner', first)).toEqual(['accepted']);
      const other_item = await newItem();
      const second = decide(row({ verdict: 'rejected', qty_milli: 0, reason: 'enough' }), row({ item_id: other_item }));
      const [answer] = await told('buyer', second);
      expect(answer).toMatchObject({
        state: 'conflict',
        reason: {
          code: 'decided_already',
          detail: {
            by: 'planner',
            rows: 1,
            of: 2,
            theirs: `${running.data.sites[0]}:${item_id}:buy:0=${first.id}/0`,
            theirs_qty_milli: 240_000,
          },
        },
      });
      expect(await decided(`${second.id}/1`)).toBeUndefined();
      // knowing of it, it may be replaced; and withdrawn
      const over = decide(row({ verdict: 'rejected', qty_milli: 0, reason: 'enough', follows: `${first.id}/0` }));
      const back = decide(row({ verdict: 'withdrawn', qty_milli: 0, follows: `${over.id}/0` }));
      expect(await push('buyer', over, back)).toEqual(['accepted', 'accepted']);
      expect(await push('planner', decide(row()))).toEqual(['accepted']);
    });

    test('two at the same moment: one is accepted, one is told', async () => {
      const answers = await Promise.all([push('planner', decide(row())), push('buyer', decide(row()))]);
      expect(answers.flat().toSorted()).toEqual(['accepted', 'conflict:decided_already']);
    });

    test('beyond a limit somebody else approves, once', async () => {
      const dear = await newItem(100_000_000);
      const sent = decide(row({ item_id: dear }));
      expect(await push('buyer', sent)).toEqual(['accepted']);
      expect(await decided(`${sent.id}/0`)).toMatchObject({ approval: 'value', value_minor: 2_400_000 });
      expect(await push('buyer', approve([`${sent.id}/0`]))).toEqual(['rejected:own_decision']);
      expect(await push('planner', approve([`${sent.id}/0`]))).toEqual(['rejected:not_permitted']);
      expect(await push('sales', approve([`${sent.id}/0`]))).toEqual(['rejected:not_found']);
      expect(await push('planner', draft([`${sent.id}/0`]))).toEqual(['rejected:not_approved']);
      expect(
        await push(
          'controller',
          approve([`${sent.id}/0`], 'refused'),
          approve([`${sent.id}/0`]),
          approve([`${sent.id}/0`]),
        ),
      ).toEqual(['rejected:bad_arguments', 'accepted', 'conflict:already_answered']);
      const audit = await running.server.database.db
        .selectFrom('audit_event')
        .select(['kind', 'user_name', 'about'])
        .where('kind', '=', 'purchase_approved')
        .execute();
      expect(audit).toEqual([{ kind: 'purchase_approved', user_name: 'controller', about: 'buyer' }]);
      expect(await push('planner', draft([`${sent.id}/0`]))).toEqual(['accepted']);
    });

    test('a departure needs approval, and so does a proposal its own figures do not allow', async () => {
      const departed = decide(row({ verdict: 'changed', qty_milli: 600_000, reason: 'promotion' }));
      const other = await newItem();
      const forged = decide(row({ item_id: other, proposed_qty_milli: 600_000, qty_milli: 600_000 }));
      expect(await push('planner', departed, forged)).toEqual(['accepted', 'accepted']);
      expect(await decided(`${departed.id}/0`)).toMatchObject({ approval: 'deviation' });
      expect(await decided(`${forged.id}/0`)).toMatchObject({ approval: 'not_recomputed' });
    });

    test('figures a client invents, however well they fit together, are judged by what the server’s own facts propose', async () => {
      const cheap = () => newItem(500_000);
      const { inputs } = row();
      // owed a thousand: 1,226 in cartons are 1,260, 630.00 and no value limit is near
      const owed = { ...inputs, position_qty_milli: -1_000_000, need_qty_milli: 1_226_000 };
      const much = { proposed_qty_milli: 1_260_000, qty_milli: 1_260_000, inputs: owed };
      const ahead = { ...much, inputs: { ...inputs, because: 'for_minimum', up_to_qty_milli: null } };
      const forecast = { ...much, inputs: { ...owed, demand_by: 'forecast', week_qty_milli: 1e12 } };
      const changed = { verdict: 'changed', reason: 'more', proposed_qty_milli: 840_000, qty_milli: 1_260_000 };
      const departed = {
        ...changed,
        inputs: { ...inputs, position_qty_milli: -600_000, need_qty_milli: 826_000 },
      };
      const down = { ...departed, qty_milli: 240_000 };
      const sent = [];
      for (const forged of [much, ahead, forecast, departed, down]) {
        sent.push(decide(row({ item_id: await cheap(), ...forged })));
      }
      const full = await cheap();
      await running.server.database.db
        .updateTable('stock_balance')
        .set({ on_hand_qty_milli: 900_000 })
        .where('item_id', '=', full)
        .execute();
      sent.push(decide(row({ item_id: full, ...much })));
      expect(await push('planner', ...sent)).toEqual(sent.map(() => 'accepted'));
      const judged = [];
      for (const { id } of sent) judged.push(await decided(`${id}/0`));
      expect(judged.map((each) => each?.approval)).toEqual([
        'not_recomputed',
        'not_recomputed',
        'not_recomputed',
        'deviation not_recomputed',
        null,
        'not_recomputed',
      ]);
      const own_figures = [240_000, 240_000, 240_000, 240_000, 240_000, 0];
      expect(judged).toMatchObject(own_figures.map((own_qty_milli) => ({ inputs: { own_qty_milli } })));
      // what was accepted to leave for another site is missing here, and bought: 188 + 1,000 in cartons
      const giving = await cheap();
      const [here, there] = running.data.sites;
      const move = { kind: 'transfer', supplier_id: null, proposed_qty_milli: 1_000_000, qty_milli: 1_000_000 };
      const away = decide(row({ item_id: giving, site_id: there, from_site_id: here, ...move }));
      const bought = { proposed_qty_milli: 1_200_000, qty_milli: 1_200_000 };
      const refilled = decide(
        row({
          item_id: giving,
          ...bought,
          inputs: { ...inputs, position_qty_milli: -962_000, need_qty_milli: 1_188_000 },
        }),
      );
      expect(await push('planner', away, refilled)).toEqual(['accepted', 'accepted']);
      expect(await decided(`${refilled.id}/0`)).toMatchObject({ approval: null });
      const own = decide(row({ item_id: await cheap(), inputs: { ...inputs, own_qty_milli: 1_260_000 } }));
      expect(await push('planner', own)).toEqual(['rejected:bad_arguments']);
    });

    test('what was decided over another that was never taken counts by itself', async () => {
      const refused = decide(row({ verdict: 'changed', qty_milli: 190_000, reason: 'more' }));
      const over = decide(row({ follows: `${refused.id}/0` }));
      expect(await push('planner', refused, over)).toEqual(['rejected:bad_quantity', 'accepted']);
      expect(await decided(`${over.id}/0`)).toMatchObject({ verdict: 'accepted', follows: null });
      const next = decide(row({ follows: `${over.id}/0` }));
      expect(await push('planner', next)).toEqual(['accepted']);
      expect(await decided(`${next.id}/0`)).toMatchObject({ follows: `${over.id}/0` });
      // a decision about another position is none of this one’s
      const other = decide(row({ item_id: await newItem(), follows: `${next.id}/0` }));
      expect(await push('planner', other)).toEqual(['accepted']);
      expect(await decided(`${other.id}/0`)).toMatchObject({ follows: null });
    });

    test('an approval of what was replaced meanwhile is a conflict', async () => {
      const dear = await newItem(100_000_000);
      const first = decide(row({ item_id: dear }));
      const over = decide(
        row({ item_id: dear, verdict: 'rejected', qty_milli: 0, reason: 'enough', follows: `${first.id}/0` }),
      );
      expect(await push('planner', first, over)).toEqual(['accepted', 'accepted']);
      expect(await push('buyer', approve([`${first.id}/0`]))).toEqual(['conflict:decision_replaced']);
    });

    test('a draft meets the minimum or says why, is sent once, and is then on order everywhere', async () => {
      const cheap = await newItem(1_000_000);
      const small = decide(row({ item_id: cheap }));
      const large = decide(row());
      expect(await push('planner', small, large)).toEqual(['accepted', 'accepted']);
      const ids = [`${small.id}/0`, `${large.id}/0`];
      const { db } = running.server.database;
      expect(await push('planner', draft([`${small.id}/0`]))).toEqual(['rejected:below_minimum']);
      expect(await push('planner', draft(ids, { site_id: running.data.sites[1] }))).toEqual(['rejected:not_found']);
      expect(await push('planner', draft(ids, { supplier_id: foreign_supplier_id }))).toEqual(['rejected:not_found']);
      const order = draft(ids);
      expect(await push('planner', order, draft(ids))).toEqual(['accepted', 'conflict:on_a_draft']);
      // what lies on a draft is not decided anew under it
      expect(
        await push('buyer', decide(row({ follows: `${large.id}/0`, verdict: 'rejected', qty_milli: 0, reason: 'x' }))),
      ).toEqual(['rejected:on_a_draft']);
      expect(await push('finance', send(order.id))).toEqual(['rejected:not_permitted']);
      // ordered on its days only, and taken in when the site is open by the rule that holds by then
      const today = Math.floor(running.time.now_ms / 86_400_000);
      const { company_id, sites } = running.data;
      const in_days = (days: number): string => isoDate(today + days);
      const closed = { company_id, site_id: sites[0] ?? 0, closed_on: in_days(14), valid_from: in_days(10) };
      const ordered = { company_id, party_id: supplier_id, orders_on: WEEKDAY_WORDS[weekday(today + 1)] ?? '' };
      await db.insertInto('buying_calendar').values([closed, ordered]).execute();
      expect(await push('planner', send(order.id))).toEqual(['rejected:not_an_order_day']);
      // from tomorrow on it binds nobody today
      const tomorrow = { valid_from: in_days(1) };
      await db.updateTable('buying_calendar').set(tomorrow).where('party_id', '=', supplier_id).execute();
      expect(await push('planner', send(order.id), send(order.id), cancel(order.id))).toEqual([
        'accepted',
        'conflict:draft_ended',
        'conflict:draft_ended',
      ]);
      const stored = await db
        .selectFrom('draft_order')
        .selectAll()
        .where('id', '=', order.id)
        .executeTakeFirstOrThrow();
      expect(stored).toMatchObject({ value_minor: 187_200, freight_minor: 0, minimum_reason: null });
      const lines = await db
        .selectFrom('purchase_order as p')
        .innerJoin('po_line as l', 'l.purchase_order_id', 'p.id')
        .innerJoin('po_line_price as c', 'c.id', 'l.id')
        .select(['p.state', 'p.buyer', 'p.supplier_id', 'l.item_id', 'l.ordered_qty_milli', 'l.expected_on'])
        .select('c.unit_price_micro')
        .where('p.number', '=', stored.number)
        .orderBy('l.item_id')
        .execute();
      const expected_on = in_days(15);
      const line = { state: 'open', buyer: 'planner', supplier_id, ordered_qty_milli: 240_000, expected_on };
      expect(lines).toEqual([
        { ...line, item_id, unit_price_micro: 6_800_000 },
        { ...line, item_id: cheap, unit_price_micro: 1_000_000 },
      ]);
      expect(
        await db.selectFrom('audit_event').select('about').where('kind', '=', 'draft_order_sent').execute(),
      ).toEqual([{ about: stored.number }]);
      // ordered, the position is open for the next proposal
      expect(await push('buyer', decide(row()))).toEqual(['accepted']);
    });

    test('a cancelled draft gives its lines back; below the minimum it says why', async () => {
      const cheap = await newItem(100_000);
      const sent = decide(row({ item_id: cheap }));
      const order = draft([`${sent.id}/0`], { minimum_reason: 'The line stands still.' });
      expect(await push('planner', sent, order, cancel(order.id), send(order.id))).toEqual([
        'accepted',
        'accepted',
        'accepted',
        'conflict:draft_ended',
      ]);
      expect(await push('buyer', draft([`${sent.id}/0`], { minimum_reason: 'again' }))).toEqual(['accepted']);
    });

    test('drafted, sent, answered or cancelled at the same moment: one of each happens', async () => {
      const dear = await newItem(100_000_000);
      const sent = decide(row());
      const asking = decide(row({ item_id: dear }));
      expect(await push('planner', sent, asking)).toEqual(['accepted', 'accepted']);
      const atOnce = async (one: ReturnType<typeof mutation>, other: ReturnType<typeof mutation>, by = 'buyer') =>
        (await Promise.all([push('planner', one), push(by, other)])).flat().toSorted();
      const orders = [draft([`${sent.id}/0`]), draft([`${sent.id}/0`])] as const;
      expect(await atOnce(...orders)).toEqual(['accepted', 'conflict:on_a_draft']);
      const { db } = running.server.database;
      const made = await db
        .selectFrom('draft_order')
        .select(['id', 'number'])
        .where(
          'id',
          'in',
          orders.map(({ id }) => id),
        )
        .executeTakeFirstOrThrow();
      // what lies on a draft is not withdrawn under it
      const withdrawn = row({ verdict: 'withdrawn', qty_milli: 0, follows: `${sent.id}/0` });
      expect(await push('planner', decide(withdrawn))).toEqual(['rejected:on_a_draft']);
      expect(await atOnce(send(made.id), send(made.id))).toEqual(['accepted', 'conflict:draft_ended']);
      expect(await push('planner', cancel(made.id))).toEqual(['conflict:draft_ended']);
      const ordered = await db.selectFrom('purchase_order').select('id').where('number', '=', made.number).execute();
      expect(ordered).toHaveLength(1);
      const answers = await Promise.all([
        push('buyer', approve([`${asking.id}/0`])),
        push('controller', approve([`${asking.id}/0`], 'refused', 'too dear')),
      ]);
      expect(answers.flat().toSorted()).toEqual(['accepted', 'conflict:already_answered']);
    });

    test('a role without cost receives nothing of it', async () => {
      const sales = await running.replica('sales');
      await sales.sync();
      const planner = await running.replica('planner');
      await planner.sync();
      for (const table of ['replenishment_decision', 'draft_order', 'draft_order_line', 'draft_order_event'] as const) {
        expect(sales.rows(table), table).toEqual([]);
        expect(planner.rows(table).length, table).toBeGreaterThan(0);
      }
    });
  });
});
