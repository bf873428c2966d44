import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QUERIES, type QueryInput } from '#contract/queries.ts';
import { purchaseOrder } from '../purchases/purchaseOrder.ts';
import { AS_OF_MS } from '../testing/golden.ts';
import { type ContextOptions, createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { insertItemHistory, insertStock } from '../testing/stock.ts';
import { itemMovements } from './itemMovements.ts';

let replica: TestReplica;
beforeAll(() => {
  replica = createTestReplica();
  insertStock(replica);
  insertItemHistory(replica);
});
afterAll(() => replica.close());

describe('what came and went of an item', () => {
  const movements = (
    changes: Partial<QueryInput<'itemMovements'>> = {},
    options: ContextOptions = {},
    grant: { readonly site_id?: number; readonly channel_id?: number } = {},
  ) => {
    const context = replica.context({ as_of_ms: AS_OF_MS, ...options });
    const user = { ...context.user, grants: context.user.grants.map((each) => ({ ...each, ...grant })) };
    return itemMovements({ ...context, user }, QUERIES.itemMovements.args.parse({ item_id: 100, ...changes }));
  };

  test('runs back from what is on hand, to the last unit', async () => {
    const answer = await movements({ site_id: 21 });
    expect(answer.rows.map((row) => [row.kind, row.on, row.qty_milli, row.balance_qty_milli, row.ref])).toEqual([
      ['shipment', '2026-11-05', -5_000_000, 24_600_000, 'S1'],
      ['transfer_out', '2026-11-05', -1_000_000, 29_600_000, 'T 1'],
      ['count', '2026-10-28', 600_000, 30_600_000, 'C 2'],
      ['receipt', '2026-10-20', 6_000_000, 30_000_000, 'R 1'],
    ]);
    expect(answer).toMatchObject({
      total_rows: 4,
      on_hand_qty_milli: 24_600_000,
      opening_qty_milli: 24_000_000,
      balance_gap: null,
    });
    expect(answer.rows[0]).toMatchObject({ key: 'shipment:1', order_id: 1, purchase_order_id: null, site: 'RTM' });
    expect(answer.rows[3]).toMatchObject({ order_id: null, purchase_order_id: 1 });
  });

  test('a later page goes on where the one before ended', async () => {
    const whole = await movements();
    expect(whole.total_rows).toBe(5);
    expect(whole.on_hand_qty_milli).toBe(62_800_000);
    const pages = [
      await movements({ limit: 2 }),
      await movements({ limit: 2, offset: 2 }),
      await movements({ offset: 4 }),
    ];
    expect(pages.flatMap((page) => page.rows)).toEqual(whole.rows);
    const last = whole.rows.at(-1);
    expect((last?.balance_qty_milli ?? 0) - (last?.qty_milli ?? 0)).toBe(whole.opening_qty_milli);
  });

  test('says why there is no balance where not all that moved the item is here', async () => {
    const gapOf = async (...args: Parameters<typeof movements>) => {
      const { balance_gap, opening_qty_milli, rows } = await movements(...args);
      expect(rows.every((row) => (row.balance_qty_milli === null) === (balance_gap !== null))).toBe(true);
      expect(opening_qty_milli === null).toBe(balance_gap !== null);
      return balance_gap;
    };
    expect(await gapOf({ site_id: 21 }, { loading: ['shipment_line'] })).toBe('loading');
    expect(await gapOf({ site_id: 21 }, {}, { site_id: 21 })).toBeNull();
    expect(await gapOf({}, {}, { site_id: 21 })).toBe('not_all_sites');
    expect(await gapOf({ site_id: 21 }, {}, { channel_id: 11 })).toBe('not_all_channels');
  });

  test('there is none of an item outside the scope', async () => {
    await expect(movements({ item_id: 999 })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a purchase order', () => {
  const ask = (purchase_order_id: number, role = 'planner') =>
    purchaseOrder(
      replica.context({ as_of_ms: AS_OF_MS, role }),
      QUERIES.purchaseOrder.args.parse({ purchase_order_id }),
    );

  test('shows its lines, what the supplier said and what came', async () => {
    const answer = await ask(1);
    expect(answer).toMatchObject({
      number: 'PO 40862',
      supplier: 'Würth',
      site: 'Rotterdam DC',
      ordered_on: '2026-10-01',
      state: 'open',
      // 30,000 × 0.105
      value_minor: 315_000,
      landed_minor: 12_345,
      total_lines: 1,
    });
    expect(answer.lines).toEqual([
      {
        po_line_id: 1,
        item_id: 100,
        code: 'FA-0840',
        name: expect.any(String),
        uom: 'pcs',
        ordered_qty_milli: 30_000_000,
        received_qty_milli: 6_000_000,
        promised_on: '2026-11-13',
        expected_on: '2026-11-19',
        received_on: null,
        unit_price_micro: 105_000,
        amount_minor: 315_000,
        // nobody split it yet: the one line would bear all of it
        landed: [{ kind: 'freight', split_by: 'value', amount_minor: 12_345, proposed: true }],
        landed_minor: null,
        landed_price_micro: null,
        receipts: [{ number: 'R 1', received_on: '2026-10-20', qty_milli: 6_000_000 }],
        promises: [
          { told_on: '2026-10-02', promised_on: '2026-11-13' },
          { told_on: '2026-11-03', promised_on: '2026-11-19' },
        ],
      },
    ]);
  });

  test('has no money for who may not see costs, and none where a price is unknown', async () => {
    const unseen = await ask(1, 'warehouse');
    expect(unseen).toMatchObject({ value_minor: null, landed_minor: null, cost_visible: false });
    expect(unseen.lines[0]).toMatchObject({ unit_price_micro: null, amount_minor: null });
    expect([unseen.landed, unseen.lines[0]?.landed]).toEqual([[], []]);
    expect(await ask(2)).toMatchObject({ value_minor: null, landed_minor: 0, cost_visible: true });
    await expect(ask(77)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('a landed cost that is split stands on its lines, and on each unit that came', async () => {
    replica.insert('landed_cost_line', [
      { id: 1, company_id: 1, site_id: 21, landed_cost_id: 1, po_line_id: 1, amount_minor: 12_345 },
    ]);
    const { landed, lines } = await ask(1);
    expect(landed).toEqual([
      {
        kind: 'freight',
        booked_on: '2026-10-21',
        amount_minor: 12_345,
        split_by: 'value',
        posted_minor: 12_345,
        problem: null,
      },
    ]);
    // 0.105 + 123.45 over 6,000 that came
    expect(lines[0]).toMatchObject({ landed_minor: 12_345, landed_price_micro: 125_575 });
  });
});
