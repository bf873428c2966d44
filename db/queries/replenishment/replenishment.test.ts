import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dayNumber } from '#domain/calendar.ts';
import { QUERIES, type QueryInput, type ReplenishmentLine, type ReplenishmentRow } from '#contract/queries.ts';
import { itemClasses } from '../classes/itemClasses.ts';
import { AS_OF_MS, COMPANY } from '../testing/golden.ts';
import { insertRandomStock } from '../testing/randomStock.ts';
import { type ContextOptions, createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { insertBuying, insertLanes, insertSuppliers } from './testing/randomBuying.ts';
import { orderProposal } from './orderProposal.ts';
import { replenishment } from './replenishment.ts';
import { replenishmentRefusals } from './replenishmentRefusals.ts';
import { replenishmentWorking } from './replenishmentWorking.ts';

const AS_OF_ON = dayNumber('2026-11-05') ?? 0;

let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
  insertRandomStock(replica, 4711, AS_OF_ON);
  insertSuppliers(replica, 12, AS_OF_ON);
  insertBuying(replica, 7);
});
afterEach(() => replica.close());

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

  test('the class a working tells is the item’s place in the matrix, and who sees no cost is told it too', async () => {
    const { rows } = await itemClasses(
      replica.context({ as_of_ms: AS_OF_MS, role: 'planner' }),
      QUERIES.itemClasses.args.parse({ company_id: COMPANY, limit: 500 }),
    );
    const cells = new Map(rows.map(({ item_id, cell }) => [item_id, cell]));
    const told = new Set<string | null>();
    for (const role of ['planner', 'warehouse'] as const) {
      for (const { key, item_id } of await linesOf({}, { role })) {
        const { cell } = await workingOf(key, { role });
        expect([item_id, cell]).toEqual([item_id, cells.get(item_id) ?? null]);
        told.add(cell);
      }
    }
    expect(told.size).toBeGreaterThan(2);
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
    // a supplier is asked on its next order day, and a group says the earliest of its lines
    const { rows } = await ask({ limit: 500 });
    for (const group of rows.filter((row) => row.kind === 'group')) {
      const own = rows.filter(isLine).filter((line) => line.supplier_id === group.supplier_id && line.kind === 'buy');
      if (group.supplier_id === null) continue;
      expect(group.order_on).toBe(own.map((line) => line.order_on).toSorted()[0]);
      expect(group.receive_on).toBe(own.map((line) => line.receive_on).toSorted()[0]);
      if (group.supplier_id === 41) expect(own.every((line) => line.order_on === '2026-11-06')).toBe(true);
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
    const days = (await linesOf({ kind: 'buy', sort: [{ column: 'order_on', descending: false }] })).map(
      (line) => line.order_on,
    );
    expect(new Set(days).size).toBeGreaterThan(1);
    const soonest = days.toSorted()[0] ?? '';
    const on_the_first = await linesOf({
      kind: 'buy',
      filters: [{ column: 'order_on', op: 'between', value: { from: soonest, to: soonest } }],
    });
    expect(on_the_first.length).toBe(days.filter((day) => day === soonest).length);
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

describe('what other sites have', () => {
  beforeEach(() => insertLanes(replica, AS_OF_ON));

  test('is moved before anything is bought: nobody gives what they need, nothing goes back where it came from', async () => {
    const lines = await linesOf();
    const transfers = lines.filter((line) => line.kind === 'transfer');
    expect(transfers.length).toBeGreaterThan(5);
    const needing = new Set(
      lines.filter((line) => line.kind === 'buy' && line.reason === 'needed').map((line) => line.key),
    );
    const takers = new Set(transfers.map((line) => `${line.item_id}:${line.site_id}`));
    for (const line of transfers) {
      expect(needing.has(`buy:${line.item_id}:${line.from_site_id}`)).toBe(false);
      expect(takers.has(`${line.item_id}:${line.from_site_id}`)).toBe(false);
      expect([line.from_site_id, line.site_id]).not.toEqual([22, 21]);
      expect(line.cost_minor).not.toBeNull();
      expect(line.qty_milli % 1_000).toBe(0);
      // the first site takes goods in on Tuesdays but the next two
      if (line.site_id === 21) expect(line.receive_on).toBe('2026-11-24');
    }
    expect(transfers.some((line) => line.site_id === 21)).toBe(true);
    const moved = Map.groupBy(transfers, (line) => `${line.item_id}:${line.site_id}`);
    for (const own of moved.values()) {
      const sum = own.reduce((total, line) => total + line.qty_milli, 0);
      expect(sum).toBeLessThanOrEqual(own[0]?.need_qty_milli ?? 0);
    }
  });

  test('leaves every giver above its reorder point', async () => {
    const transfers = (await linesOf()).filter((line) => line.kind === 'transfer');
    for (const [giver, own] of Map.groupBy(transfers, (line) => `${line.item_id} ${line.from_site_id}`)) {
      const [item_id = 0, site_id = 0] = giver.split(' ').map(Number);
      const { sites } = await orderProposal(
        replica.context({ as_of_ms: AS_OF_MS, role: 'planner' }),
        QUERIES.orderProposal.args.parse({ item_id, site_id }),
      );
      const steps = new Map(sites[0]?.proposal?.steps.map((step) => [step.step, step]));
      const [position, levels] = [steps.get('position'), steps.get('levels')];
      if (position?.step !== 'position' || levels?.step !== 'levels') throw new Error('a giver is reckoned');
      const left = position.qty_milli - own.reduce((sum, line) => sum + line.qty_milli, 0);
      expect(left).toBeGreaterThan(levels.levels.reorder_qty_milli);
    }
  });

  test('and all that was proposed, once it is under way, is not proposed again', async () => {
    const lines = await linesOf();
    expect(lines.some((line) => line.reason === 'for_minimum')).toBe(true);
    for (const [index, line] of lines.entries()) {
      const id = 900_000 + index;
      const { item_id, site_id } = line;
      replica.insert('purchase_order', [
        { id, company_id: COMPANY, site_id, supplier_id: 41, number: `N ${id}`, state: 'open', ordered_on: AS_OF_ON },
      ]);
      replica.insert('po_line', [
        {
          id,
          company_id: COMPANY,
          site_id,
          purchase_order_id: id,
          item_id,
          ordered_qty_milli: line.qty_milli,
          received_qty_milli: 0,
          expected_on: dayNumber(line.receive_on) ?? 0,
        },
      ]);
      if (line.from_site_id === null) continue;
      replica.writer
        .prepare(
          'UPDATE main.stock_balance SET on_hand_qty_milli = on_hand_qty_milli - ? WHERE item_id = ? AND site_id = ?',
        )
        .run(line.qty_milli, item_id, line.from_site_id);
    }
    expect(await linesOf()).toEqual([]);
  });

  test('figures that cannot be are said of their own position, and the others are proposed as before', async () => {
    const before = await linesOf();
    const items = [...new Set(before.map((line) => line.item_id))];
    const [barcode, slow, dear, below_zero] = items;
    replica.writer.exec(`
      UPDATE main.stock_balance SET on_hand_qty_milli = 4006381333931000 WHERE item_id = ${barcode};
      UPDATE main.policy SET lead_time_days = 2000000000 WHERE item_id = ${slow};
      UPDATE main.supplier_item SET lead_time_days = 2000000000 WHERE item_id = ${slow};
      DELETE FROM main.po_line WHERE item_id = ${slow};
      UPDATE main.supplier_item SET moq_qty_milli = 900000000000 WHERE item_id = ${dear};
      UPDATE main.supplier_item_price SET unit_price_micro = ${Number.MAX_SAFE_INTEGER}
        WHERE supplier_item_id IN (SELECT id FROM main.supplier_item WHERE item_id = ${dear});
      UPDATE main.item_cost SET unit_cost_micro = -5 WHERE id = ${below_zero};
    `);
    const touched = new Set(items.slice(0, 4));
    const after = await linesOf();
    const rest = (lines: readonly ReplenishmentLine[]) =>
      lines
        .filter((line) => !touched.has(line.item_id) && line.reason === 'needed')
        .map((line) => [line.key, line.qty_milli])
        .toSorted();
    expect(rest(after)).toEqual(rest(before));
    const { rows } = await replenishmentRefusals(
      replica.context({ as_of_ms: AS_OF_MS, role: 'planner', cached: true }),
      QUERIES.replenishmentRefusals.args.parse({ company_id: COMPANY, limit: 500 }),
    );
    const refusalsOf = (item_id: number | undefined) =>
      rows.filter((row) => row.item_id === item_id).map((row) => row.refusal);
    expect(refusalsOf(barcode)).toContainEqual({ reason: 'figures', which: 'on_hand', fault: 'too_large' });
    expect(refusalsOf(slow)).toContainEqual({ reason: 'policy', fault: 'lead_time_too_long' });
    const priceless = after.filter((line) => line.item_id === dear && line.kind === 'buy');
    expect(priceless.map((line) => line.value_minor)).toEqual(priceless.map(() => null));
    expect(after.some((line) => line.item_id === below_zero && line.kind === 'transfer')).toBe(false);
    for (const line of after.filter((each) => each.item_id === below_zero)) {
      expect((await workingOf(line.key)).checks?.transfer.none_because).toBe('no_cost');
    }
  });

  test('a line says what comes from where, or why nothing does', async () => {
    const lines = await linesOf();
    const transfer = lines.find((line) => line.kind === 'transfer');
    const { checks } = await workingOf(transfer?.key ?? '');
    expect(checks?.transfer.from.map((each) => each.qty_milli)).toContain(transfer?.qty_milli);
    const reasons = new Set<string | null>();
    for (const line of lines) {
      if (line.kind === 'buy') reasons.add((await workingOf(line.key)).checks?.transfer.none_because ?? null);
    }
    expect(reasons.has('no_surplus')).toBe(true);
    expect(
      (await workingOf(lines[0]?.key ?? '', { role: 'warehouse' })).checks?.transfer.none_because ?? null,
    ).not.toBe('no_lane');
  });

  test('who sees no cost is shown no transfer and no order of a supplier', async () => {
    const lines = await linesOf({}, { role: 'warehouse' });
    expect(lines.every((line) => line.kind === 'buy' && line.reason === 'needed')).toBe(true);
    expect(lines.every((line) => line.below_minimum_minor === null)).toBe(true);
  });
});

describe('an order to a supplier', () => {
  test('says what is missing to its minimum, to the cent', async () => {
    const { rows } = await ask({ limit: 500, supplier_id: 41, kind: 'buy' });
    const lines = rows.filter(isLine);
    const drafts = Map.groupBy(lines, (line) => line.draft);
    let missing = 0;
    for (const own of drafts.values()) {
      const value = own.reduce((sum, line) => sum + (line.value_minor ?? 0), 0);
      expect(own[0]?.below_minimum_minor).toBe(Math.max(0, 5_000_000_000 - value));
      missing += Math.max(0, 5_000_000_000 - value);
    }
    expect(rows[0]).toMatchObject({ kind: 'group', key: 'p:41', below_minimum_minor: missing, drafts: drafts.size });
    expect(missing).toBeGreaterThan(0);
    const { checks } = await workingOf(lines[0]?.key ?? '');
    expect(checks?.order).toMatchObject({
      minimum_minor: 5_000_000_000,
      lines: drafts.get(lines[0]?.draft ?? null)?.length,
    });
  });
});
