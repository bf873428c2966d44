/** Usage is demand: what we cancelled of a confirmed line was asked for, wherever it is added up; nobody's stock lasts longer by it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { monthOfDay } from '#domain/calendar.ts';
import { demandOfLine } from '#domain/demand/demandLine.ts';
import { daysOnHand, USAGE_DAYS } from '#domain/planning/daysOnHand.ts';
import { createTestColumns } from '#db/analysis/testing/columns.ts';
import { AS_OF_MS, COMPANY, day, INSIDE, insertReference } from '../testing/golden.ts';
import { createTestReplica } from '../testing/replicaFixture.ts';
import { itemDetail } from './itemDetail.ts';
import { cellOf, stockGround } from './itemColumns.ts';
import { usageColumns } from './usageColumns.ts';

const TODAY = day('2026-11-05');
const SITE = 21;
const ITEM = 100;

interface Line {
  readonly ago: number;
  readonly ordered_qty_milli: number;
  readonly cancelled_share: number;
  readonly cancelled_by: 'customer' | 'us' | null;
  readonly confirmed: boolean;
}

async function usageOf(lines: readonly Line[]) {
  const replica = createTestReplica();
  try {
    insertReference(replica);
    const rows = lines.map(({ ago, ordered_qty_milli, cancelled_share, cancelled_by, confirmed }, at) => ({
      id: at + 1,
      company_id: COMPANY,
      site_id: SITE,
      channel_id: INSIDE,
      month: monthOfDay(TODAY - ago),
      party_id: 31,
      ordered_on: TODAY - ago,
      item_id: ITEM,
      order_id: at + 1,
      ordinal: 1,
      kind: 'goods',
      ordered_qty_milli,
      cancelled_qty_milli: Math.floor(ordered_qty_milli * cancelled_share),
      cancelled_by,
      committed_on: confirmed ? TODAY - ago + 3 : null,
    }));
    replica.insert(
      'sales_order',
      rows.map(({ id, company_id, site_id, channel_id, month, party_id, ordered_on }) => ({
        id,
        company_id,
        site_id,
        channel_id,
        month,
        party_id,
        ordered_on,
        source: 'test',
        number: `SO ${id}`,
        state: 'done',
      })),
    );
    replica.insert('order_line', rows);
    replica.insert('stock_balance', [
      { id: 1, company_id: COMPANY, site_id: SITE, item_id: ITEM, on_hand_qty_milli: 90_000, reserved_qty_milli: 0 },
    ]);
    const columns = createTestColumns(replica);
    columns.settle();
    const context = replica.context({ as_of_ms: AS_OF_MS, role: 'planner' });
    const facts = replica.context({ as_of_ms: AS_OF_MS, role: 'planner', facts: () => columns.view() });
    const scope = { company_id: COMPANY, as_of_on: TODAY };
    const inColumns = await columns.reading(async () => {
      const found = [];
      for (const each of [context, facts]) {
        const ground = await stockGround(each, COMPANY, false);
        const made = usageColumns(each, scope, ground);
        const slot = made.slots.get(cellOf(ground, ITEM, SITE));
        found.push(slot < 0 ? 0 : (made.usage[slot] ?? 0));
      }
      return found;
    });
    const item = await itemDetail(context, { item_id: ITEM, site_id: SITE });
    const demand = rows
      .filter(({ ordered_on }) => ordered_on > TODAY - USAGE_DAYS && ordered_on <= TODAY)
      .reduce(
        (sum, line) => sum + demandOfLine({ ...line, shipped_qty_milli: 0, open: false }, TODAY).demand_qty_milli,
        0,
      );
    return { demand, found: [...inColumns, item.usage_qty_milli], days: item.days_on_hand };
  } finally {
    await replica.close();
  }
}

test('a line we cancelled half of is used whole, one the customer took back is not', async () => {
  const line = { ago: 10, ordered_qty_milli: 45_000, cancelled_share: 0.5, confirmed: true };
  const ours = await usageOf([{ ...line, cancelled_by: 'us' }]);
  expect(ours).toEqual({ demand: 45_000, found: [45_000, 45_000, 45_000], days: daysOnHand(90_000, 45_000) });
  const theirs = await usageOf([{ ...line, cancelled_by: 'customer' }]);
  expect(theirs).toEqual({ demand: 22_500, found: [22_500, 22_500, 22_500], days: daysOnHand(90_000, 22_500) });
  // nothing was ever promised of it
  expect((await usageOf([{ ...line, cancelled_by: 'us', confirmed: false }])).demand).toBe(22_500);
});

test('from the tables, the columns and in the item it is what the rule of demand says of each line', async () => {
  const line = fc.record({
    ago: fc.integer({ min: 0, max: 100 }),
    ordered_qty_milli: fc.integer({ min: 1, max: 90_000 }),
    cancelled_share: fc.constantFrom(0, 0.25, 0.5, 1),
    cancelled_by: fc.constantFrom('customer' as const, 'us' as const, null),
    confirmed: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), async (lines) => {
      const { demand, found } = await usageOf(lines);
      expect(found).toEqual([demand, demand, demand]);
    }),
    { numRuns: 12 },
  );
});
