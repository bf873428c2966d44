import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dayNumber } from '#domain/calendar.ts';
import { QUERIES, type QueryInput, type ReplenishmentLine, type ReplenishmentRow } from '#contract/queries.ts';
import { AS_OF_MS, COMPANY } from '../testing/golden.ts';
import { randomBelow } from '../testing/randomOrders.ts';
import { insertRandomStock } from '../testing/randomStock.ts';
import { type ContextOptions, createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { orderProposal } from './orderProposal.ts';
import { replenishment } from './replenishment.ts';
import { replenishmentRefusals } from './replenishmentRefusals.ts';
import { replenishmentWorking } from './replenishmentWorking.ts';

const AS_OF_ON = dayNumber('2026-11-05') ?? 0;

let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
  insertRandomStock(replica, 4711, AS_OF_ON);
  insertSuppliers(replica, 12);
});
afterEach(() => replica.close());

/** Terms of suppliers, prices of the day and of before, and orders that came, some of them too few or cancelled. */
function insertSuppliers(into: TestReplica, seed: number): void {
  const below = randomBelow(seed);
  const company_id = COMPANY;
  const items = Array.from({ length: 90 }, (_, index) => 500 + index).filter(() => below(100) < 60);
  into.insert(
    'supplier_item',
    items.flatMap((item_id, index) =>
      [41, 42].slice(0, 1 + below(2)).map((supplier_id) => ({
        id: index * 2 + supplier_id - 40,
        company_id,
        supplier_id,
        item_id,
        moq_qty_milli: below(3) * 1_000_000,
        multiple_qty_milli: 1 + below(700_000),
        lead_time_days: below(40),
        preferred: below(2),
      })),
    ),
  );
  into.insert(
    'supplier_item_price',
    items.flatMap((_, index) =>
      [0, 1].map((nth) => ({
        id: index * 2 + nth + 1,
        company_id,
        supplier_item_id: index * 2 + 1 + below(2),
        unit_price_micro: 1 + below(90_000_000),
        valid_from: AS_OF_ON - 100 * (nth + 1),
        valid_to: below(3) === 0 ? AS_OF_ON - 1 : null,
      })),
    ),
  );
  const orders = Array.from({ length: 500 }, (_, index) => ({
    id: 1_000 + index,
    company_id,
    site_id: 21 + below(4),
    supplier_id: 41 + below(2),
    number: `PO ${1_000 + index}`,
    state: below(8) === 0 ? 'cancelled' : 'received',
    ordered_on: AS_OF_ON - 100 - below(900),
  }));
  into.insert(
    'purchase_order',
    orders.map((order) => ({ ...order, approved_on: below(10) === 0 ? null : order.ordered_on + 1 })),
  );
  into.insert(
    'po_line',
    orders.flatMap(({ id, site_id, ordered_on }) =>
      Array.from({ length: 12 }, (_, index) => ({
        id: id * 20 + index,
        company_id,
        site_id,
        purchase_order_id: id,
        item_id: 500 + below(90),
        ordered_qty_milli: 5_000,
        received_qty_milli: below(6) === 0 ? 4_000 : 5_000,
        promised_on: ordered_on + 14,
        expected_on: ordered_on + 14,
        received_on: ordered_on + below(30) - 1,
      })),
    ),
  );
}

type Asked = Partial<QueryInput<'replenishment'>>;

const ask = (args: Asked = {}, options: ContextOptions = {}) =>
  replenishment(
    replica.context({ as_of_ms: AS_OF_MS, role: 'planner', cached: true, ...options }),
    QUERIES.replenishment.args.parse({ company_id: COMPANY, ...args }),
  );
const isLine = (row: ReplenishmentRow): row is ReplenishmentLine => row.kind !== 'group';

async function linesOf(args: Asked = {}, options: ContextOptions = {}): Promise<readonly ReplenishmentLine[]> {
  const { rows, total_rows } = await ask({ limit: 500, ...args }, options);
  expect(total_rows).toBeLessThanOrEqual(500);
  return rows.filter(isLine);
}

describe('what is proposed of every position', () => {
  test('is what the item says of each of its sites, to the last digit', async () => {
    const lines = new Map((await linesOf()).map((line) => [line.key, line]));
    const { rows: refused } = await replenishmentRefusals(
      replica.context({ as_of_ms: AS_OF_MS, role: 'planner', cached: true }),
      QUERIES.replenishmentRefusals.args.parse({ company_id: COMPANY, limit: 500 }),
    );
    const refusals = new Map(refused.map((row) => [`buy:${row.item_id}:${row.site_id}`, row.refusal]));
    let [proposed, nothing, measured] = [0, 0, 0];
    for (let item_id = 500; item_id < 590; item_id++) {
      const { sites } = await orderProposal(
        replica.context({ as_of_ms: AS_OF_MS, role: 'planner' }),
        QUERIES.orderProposal.args.parse({ item_id }),
      );
      for (const { site_id, proposal, refusal, made_of } of sites) {
        const key = `buy:${item_id}:${site_id}`;
        expect(refusals.get(key) ?? null).toEqual(refusal);
        const line = lines.get(key);
        if (proposal === null || proposal.qty_milli === 0) {
          expect(line?.reason ?? 'for_minimum').not.toBe('needed');
          nothing += 1;
          continue;
        }
        proposed += 1;
        if (made_of.lead_time_measured !== null) measured += 1;
        expect(line).toMatchObject({
          qty_milli: proposal.qty_milli,
          value_minor: proposal.value_minor,
          receive_on: proposal.receive_on,
          order_by_on: proposal.order_by_on,
          runs_out_on: proposal.without.runs_out_on,
          short_qty_milli: proposal.without.short_qty_milli,
          warnings: proposal.warnings.length,
        });
        const working = await workingOf(key);
        expect(working.steps).toEqual(proposal.steps);
        expect(working.made_of).toEqual(made_of);
      }
    }
    expect(Math.min(proposed, nothing, measured)).toBeGreaterThan(10);
  });

  test('groups show what their lines add up to, however they are grouped', async () => {
    for (const group_by of ['supplier', 'site', 'category'] as const) {
      const { rows, totals, all } = await ask({ group_by, limit: 500 });
      const groups = rows.filter((row) => row.kind === 'group');
      expect(totals).toEqual(all);
      expect(groups.reduce((sum, group) => sum + group.lines, 0)).toBe(rows.length - groups.length);
      expect(groups.reduce((sum, group) => sum + (group.value_minor ?? 0), 0)).toBe(all.value_minor);
      expect(rows.length - groups.length).toBe(all.lines);
    }
  });

  test('blocks are read in one edition while rows change beside it', async () => {
    const first = await ask({ limit: 10 });
    replica.writer.exec('UPDATE main.stock_balance SET on_hand_qty_milli = 900000000');
    const second = await ask({ limit: 10, offset: 10, edition: first.edition });
    expect(second).toMatchObject({ edition: first.edition, newer: true, total_rows: first.total_rows });
    expect((await ask()).total_rows).toBeLessThan(first.total_rows);
  });

  test('who sees no cost is told no money', async () => {
    const { rows, all, cost_visible } = await ask({ limit: 500 }, { role: 'warehouse' });
    expect(cost_visible).toBe(false);
    expect(all).toMatchObject({ value_minor: null, freight_minor: null, below_minimum_minor: null });
    for (const row of rows) expect(row).toMatchObject({ value_minor: null });
    expect(rows.filter(isLine).every((line) => line.unit_price_micro === null && line.cost_minor === null)).toBe(true);
  });

  test('nothing is said while rows it is made of are loading', async () => {
    const answer = await ask({}, { loading: ['po_line'] });
    expect(answer).toMatchObject({ waiting: true, rows: [], total_rows: 0, positions_checked: 0, refusals: [] });
    expect(answer.provenance.coverage).toContain('purchase order lines');
  });

  test('lines are ordered and narrowed as asked', async () => {
    const everything = await linesOf({ group_by: 'site' });
    const site = everything[0]?.site_id ?? 0;
    const atSite = await linesOf({ site_id: site, sort: [{ column: 'qty', descending: true }] });
    expect(atSite.map((line) => line.key).toSorted()).toEqual(
      everything
        .filter((line) => line.site_id === site)
        .map((line) => line.key)
        .toSorted(),
    );
    const half = atSite[Math.floor(atSite.length / 2)]?.qty_milli ?? 0;
    const large = await linesOf({ filters: [{ column: 'qty', op: 'between', value: { from: half, to: null } }] });
    expect(large.map((line) => line.key).toSorted()).toEqual(
      everything
        .filter((line) => line.qty_milli >= half)
        .map((line) => line.key)
        .toSorted(),
    );
    const { rows } = await ask({ limit: 500 });
    const groups = rows.flatMap((row) => (row.kind === 'group' ? [row.key] : []));
    expect((await ask({ folded: groups })).total_rows).toBe(groups.length);
  });
});

function workingOf(key: string, options: ContextOptions = {}) {
  return replenishmentWorking(
    replica.context({ as_of_ms: AS_OF_MS, role: 'planner', cached: true, ...options }),
    QUERIES.replenishmentWorking.args.parse({ company_id: COMPANY, key }),
  );
}
