import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { QUERIES, type StockRow } from '#contract/queries.ts';
import { AS_OF_MS, COMPANY } from '../testing/golden.ts';
import { type ContextOptions, createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import {
  AS_OF_MS as TROUBLED_MS,
  COMPANY as TROUBLED,
  TODAY_ON,
  troubledDistributor,
} from '../testing/troubledDistributor.ts';
import { insertItemHistory, insertStock } from '../testing/stock.ts';
import { itemDetail } from './itemDetail.ts';
import { promiseDate } from './promiseDate.ts';

let replica: TestReplica;
beforeAll(() => {
  replica = createTestReplica();
  insertStock(replica);
  insertItemHistory(replica);
});
afterAll(() => replica.close());

describe('the item panel', () => {
  const detail = (site_id?: number, role = 'planner') =>
    itemDetail(
      replica.context({ as_of_ms: AS_OF_MS, role }),
      QUERIES.itemDetail.args.parse({ item_id: 100, ...(site_id === undefined ? {} : { site_id }) }),
    );

  test('shows who waits, what comes and where the balance goes', async () => {
    const answer = await detail(21);
    expect(answer.free_to_promise).toEqual({
      on_hand_qty_milli: 24_600_000,
      reserved_qty_milli: 22_400_000,
      free_qty_milli: 2_200_000,
      left_out_reserved_qty_milli: 0,
      counted_on: '2026-10-28',
    });
    expect(answer.open_orders).toEqual([
      {
        order_id: 1,
        number: 'SO 88214',
        party: 'Rijnmond Havens',
        channel_kind: 'inside_sales',
        channel: 'Inside sales',
        committed_on: '2026-11-09',
        open_qty_milli: 16_000_000,
        left_out: false,
      },
      {
        order_id: 2,
        number: 'SO 88240',
        party: 'Rijnmond Havens',
        channel_kind: 'inside_sales',
        channel: 'Inside sales',
        committed_on: '2026-11-16',
        open_qty_milli: 6_400_000,
        left_out: false,
      },
    ]);
    expect(answer.open_orders_total).toBe(2);
    expect(answer.incoming).toEqual([
      {
        po_line_id: 1,
        purchase_order_id: 1,
        number: 'PO 40862',
        supplier: 'Würth',
        site: 'RTM',
        promised_on: '2026-11-13',
        expected_on: '2026-11-19',
        overdue: null,
        open_qty_milli: 24_000_000,
        promises: [
          { told_on: '2026-10-02', promised_on: '2026-11-13' },
          { told_on: '2026-11-03', promised_on: '2026-11-19' },
        ],
      },
    ]);
    expect(answer.incoming_total).toBe(1);
    expect(answer.projected).toHaveLength(12);
    // by Sunday 15 November 16,000 leave, by the 22nd 6,400 more and 24,000 come
    expect(answer.projected.slice(0, 3).map((week) => [week.week_start, week.balance_qty_milli])).toEqual([
      ['2026-11-05', 24_600_000 - Math.round((36_400_000 * 4) / 90)],
      ['2026-11-09', 8_600_000],
      ['2026-11-16', 26_200_000],
    ]);
    expect(answer.min_qty_milli).toBe(18_000_000);
    expect(answer.unit_cost_micro).toBe(118_000);
  });

  test('an overdue receipt comes in the week it is expected again, one of ten years ago never, and both are said', async () => {
    const troubled = troubledDistributor();
    troubled.insert('po_line', [
      {
        id: 79,
        company_id: TROUBLED,
        purchase_order_id: 62,
        site_id: 11,
        item_id: 43,
        ordered_qty_milli: 90_000,
        promised_on: TODAY_ON - 3_650,
        expected_on: TODAY_ON - 3_650,
      },
    ]);
    const context = troubled.context({ as_of_ms: TROUBLED_MS, role: 'planner' });
    const answer = await itemDetail(context, QUERIES.itemDetail.args.parse({ item_id: 43, site_id: 11 }));
    const again_on = isoDate(TODAY_ON + 7);
    expect(answer.incoming.map(({ number, overdue }) => [number, overdue])).toEqual([
      ['PO-62', { taken_on: null, wait: { days: 7, by: 'nothing', lines: 0 } }],
      ['PO-62', { taken_on: again_on, wait: { days: 7, by: 'nothing', lines: 0 } }],
    ]);
    expect(answer.overdue).toEqual({
      lines: 1,
      qty_milli: 10_000,
      first_on: again_on,
      last_on: again_on,
      left_out_lines: 1,
      left_out_qty_milli: 90_000,
    });
    const received = answer.projected.filter((week) => week.receipts_qty_milli > 0);
    expect(received.map((week) => week.receipts_qty_milli)).toEqual([10_000]);
    const weeks = answer.projected.filter((week) => week.week_start <= again_on);
    expect(weeks.at(-1)).toBe(received[0]);
    expect(answer.positions).toMatchObject([{ next_in_on: isoDate(TODAY_ON - 3_650), next_comes_on: again_on }]);
    await troubled.close();
  });

  test('promises no more than on hand and receipts leave free', async () => {
    const { projected, uncovered_qty_milli, days_on_hand, usage_qty_milli } = await detail(21);
    // 24,600 on hand until the 19th less 16,000 by the 15th; the 24,000 then come serve the 6,400 of that week
    expect(
      projected.slice(0, 4).map((week) => [week.committed_qty_milli, week.available_qty_milli, week.promise_qty_milli]),
    ).toEqual([
      [0, 8_600_000, 8_600_000],
      [16_000_000, 0, 8_600_000],
      [6_400_000, 17_600_000, 26_200_000],
      [0, 0, 26_200_000],
    ]);
    expect({ uncovered_qty_milli, days_on_hand, usage_qty_milli }).toEqual({
      uncovered_qty_milli: 0,
      days_on_hand: 60.8,
      usage_qty_milli: 36_400_000,
    });
  });

  test('names the terms of its suppliers, their price of the day only to who sees costs', async () => {
    const terms = { supplier: 'Würth', supplier_code: 'W-840', moq_qty_milli: 5_000_000, lead_time_days: 14 };
    expect((await detail()).suppliers).toMatchObject([{ ...terms, preferred: true, unit_price_micro: 111_000 }]);
    expect((await detail(21, 'sales')).suppliers).toMatchObject([{ ...terms, unit_price_micro: null }]);
  });

  test('shows posted counts of the site, newest first', async () => {
    expect((await detail(21)).counts).toEqual([
      {
        number: 'C 2',
        site: 'RTM',
        location: 'B2',
        counted_on: '2026-10-28',
        book_qty_milli: 24_000_000,
        counted_qty_milli: 24_600_000,
        within_tolerance: false,
      },
      {
        number: 'C 1',
        site: 'RTM',
        location: 'A1',
        counted_on: '2026-08-01',
        book_qty_milli: 10_000,
        counted_qty_milli: 9_000,
        within_tolerance: true,
      },
    ]);
  });

  test('all sites together are as fresh as the oldest count', async () => {
    const answer = await detail();
    expect(answer.free_to_promise).toMatchObject({ on_hand_qty_milli: 62_800_000, counted_on: '2026-10-28' });
    expect(answer.min_qty_milli).toBe(34_000_000);
    expect(answer.positions.map((row: StockRow) => row.code)).toEqual(['RTM', 'ANR']);
  });

  test('has no cost for who may not see it, and no item outside the scope', async () => {
    expect(await detail(21, 'sales')).toMatchObject({ unit_cost_micro: null, cost_visible: false });
    await expect(itemDetail(replica.context(), QUERIES.itemDetail.args.parse({ item_id: 999 }))).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('notes come newest first, with what is still on its way', async () => {
    const note = { company_id: COMPANY, item_id: 100, author: 'tester' };
    replica.insert('item_note', [
      { id: 'a', ...note, body: 'first', written_at: 1000 },
      { id: 'b', ...note, body: 'second', written_at: 3000 },
    ]);
    replica.work
      .prepare(
        `INSERT INTO outbox (id, command, args_json, body_hash, lane, title, state, effects_json, made_at_ms)
         VALUES ('m', 'addItemNote', '{}', ?, 'item:100', 'Note', 'pending', '[]', 2000)`,
      )
      .run('0'.repeat(64));
    replica.work
      .prepare(`INSERT INTO overlay (mutation_id, tbl, pk, image) VALUES ('m', 'item_note', 'm', ?)`)
      .run(JSON.stringify([COMPANY, 100, 'mine', 'tester', 2000, 2000]));
    expect((await detail()).notes.map((each) => [each.body, each.state])).toEqual([
      ['second', 'accepted'],
      ['mine', 'pending'],
      ['first', 'accepted'],
    ]);
  });
});

describe('when could I have so many?', () => {
  const ask = (qty_milli: number, site_id?: number, options: ContextOptions = {}) =>
    promiseDate(
      replica.context({ as_of_ms: AS_OF_MS, role: 'sales', ...options }),
      QUERIES.promiseDate.args.parse({ item_id: 100, qty_milli, ...(site_id === undefined ? {} : { site_id }) }),
    );
  const purchase = {
    kind: 'purchase',
    number: 'PO 40862',
    purchase_order_id: 1,
    from: 'Würth',
    expected_on: '2026-11-19',
    qty_milli: 24_000_000,
  };

  test('what lies there less all that is promised before the next receipt may go today', async () => {
    // 24,600 less 16,000 by the 12th and 6,400 on the 16th
    const { sites, ...told } = await ask(2_200_000, 21);
    expect(told).toMatchObject({ code: 'FA-0840', uom: 'pcs', as_of_on: '2026-11-05', sites_total: 1, waiting: false });
    expect(sites).toEqual([
      {
        site_id: 21,
        site: 'RTM',
        name: 'Rotterdam DC',
        today_qty_milli: 2_200_000,
        ways: [{ way: 'here', on: '2026-11-05', receipts: [], receipts_total: 0 }],
        first_week: '2026-11-05',
        no_order: null,
      },
    ]);
  });

  test('more waits for the receipt, which is named, although the week of today counts it already', async () => {
    expect((await ask(5_000_000, 21)).sites).toMatchObject([
      {
        today_qty_milli: 2_200_000,
        ways: [{ way: 'here', on: '2026-11-19', receipts: [purchase], receipts_total: 1 }],
        first_week: '2026-11-05',
      },
    ]);
  });

  test('more than all that comes is there when an order of today would come', async () => {
    const { sites } = await ask(30_000_000, 21);
    expect(sites).toMatchObject([
      {
        ways: [
          {
            way: 'purchase',
            on: '2026-11-19',
            order_on: '2026-11-05',
            supplier: 'Würth',
            qty_milli: 5_000_000,
            lead_time_days: 14,
            measured: false,
          },
        ],
        first_week: null,
      },
    ]);
  });

  test('of all sites the one with the earliest day stands first, and one a person may not see is none', async () => {
    const days = async (options: ContextOptions = {}) =>
      (await ask(5_000_000, undefined, options)).sites.map((each) => [each.site, each.ways[0]?.on]);
    expect(await days()).toEqual([
      ['ANR', '2026-11-05'],
      ['RTM', '2026-11-19'],
    ]);
    const of_antwerp = { site_id: 22, site_code: 'ANR' };
    expect(await days({ grant: of_antwerp })).toEqual([['ANR', '2026-11-05']]);
    expect(await ask(5_000_000, 21, { grant: of_antwerp })).toMatchObject({ sites: [], sites_total: 0 });
    const elsewhere = { company_id: COMPANY + 1 };
    expect(await ask(5_000_000, undefined, { grant: elsewhere })).toMatchObject({ sites: [], sites_total: 0 });
  });

  test('nothing is said while rows are missing, of no quantity, or of an item that is not there', async () => {
    expect(await ask(1_000, 21, { loading: ['po_line'] })).toMatchObject({ sites: [], waiting: true });
    for (const wrong of [0, -1_000, 1.5, 1_000_000_000_001]) {
      expect(QUERIES.promiseDate.args.safeParse({ item_id: 100, qty_milli: wrong }).success).toBe(false);
    }
    await expect(
      promiseDate(replica.context(), QUERIES.promiseDate.args.parse({ item_id: 999, qty_milli: 1 })),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});
