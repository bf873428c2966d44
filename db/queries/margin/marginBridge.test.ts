/** Why a margin changed: the domain's rule over the same rows, whatever they are grouped by, and the lines behind. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addBridgeCredit,
  addBridgeLine,
  BRIDGE_EFFECTS,
  BRIDGE_MEASURES,
  type BridgeEffect,
  type BridgeMeasure,
  type BridgeStep,
  bridgeReference,
  EFFECTS_OF,
  LEAF_WIDTH,
  noEffects,
  PARTS,
} from '#domain/kpi/priceVolumeMix.ts';
import { MARGIN_MEASURES, type MarginBridge, type PivotValues, QUERIES, type QueryInput } from '#contract/queries.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import { COMPANY, ECOM, INSIDE } from '../testing/golden.ts';
import { insertRandomCredits, insertRandomOrders } from '../testing/randomOrders.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { insertRates } from '../testing/rules.ts';
import { marginBridge } from './marginBridge.ts';
import { marginBridgeLines } from './marginBridgeLines.ts';
import { marginPivot } from './marginPivot.ts';

const AS_OF_MS = Date.UTC(2026, 10, 5, 12);
const BRITISH = 77;
let replica: TestReplica;
let columns: TestColumns;
beforeAll(() => {
  replica = createTestReplica();
  const size = { lines: 2000, items: 24, months: 4, first_month: 202607 };
  insertRandomOrders(replica, { ...size, seed: 71 });
  insertRandomCredits(replica, { ...size, seed: 72, credits: 120 });
  replica.writer.exec(`INSERT OR IGNORE INTO order_line_cost (id, ver, bucket, company_id, site_id, channel_id, month, cost_minor)
    SELECT id, 1, 1, company_id, site_id, channel_id, month, gross_minor / 2 FROM order_line`);
  replica.writer.exec(
    'UPDATE order_line_cost SET freight_minor = id % 90, rebate_minor = id % 40, fee_minor = id % 20',
  );
  // one item only began, one is sold no more, one moved to another channel
  replica.writer.exec(`UPDATE order_line SET item_id = 1001 WHERE item_id = 1000 AND month < 202610`);
  replica.writer.exec(`UPDATE order_line SET item_id = 1001 WHERE item_id = 1005 AND month = 202610`);
  replica.writer.exec(`UPDATE order_line SET channel_id = CASE month WHEN 202610 THEN ${ECOM} ELSE ${INSIDE} END
    WHERE item_id = 1003`);
  replica.insert('company', [{ id: BRITISH, code: 'PEN', name: 'Pennine', currency: 'GBP', time_zone: 'UTC' }]);
  for (const table of ['order_line', 'credit_note']) {
    replica.writer.exec(`UPDATE ${table} SET company_id = ${BRITISH} WHERE item_id % 4 = 2`);
  }
  replica.writer.exec(`UPDATE item SET company_id = ${BRITISH} WHERE id >= 1000 AND id % 4 = 2`);
  insertRates(
    replica,
    BRITISH,
    new Map([202607, 202608, 202609, 202610].map((month, nth) => [month, 1_150_000 + nth * 7_919])),
  );
  columns = createTestColumns(replica, { rows: 256, many_lines: 40, many_orders: 15 });
  columns.settle();
});
afterAll(() => replica.close());

const context = (role = 'controller') => replica.context({ as_of_ms: AS_OF_MS, facts: () => columns.view(), role });
const OCTOBER = { company_ids: [COMPANY], from_month: 202610, to_month: 202610 };
const bridge = (input: Partial<QueryInput<'marginBridge'>>, role?: string): Promise<MarginBridge> =>
  columns.reading(() =>
    marginBridge(
      context(role),
      QUERIES.marginBridge.args.parse({ ...OCTOBER, rows: ['channel'], against: 'previous', ...input }),
    ),
  );
const at = (values: PivotValues | undefined, measure: BridgeMeasure): number =>
  values?.[BRIDGE_MEASURES.indexOf(measure)] ?? 0;
const effects = (values: PivotValues): readonly number[] => BRIDGE_EFFECTS.map((effect) => at(values, effect));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The effects of the rows themselves, line by line, by the domain's rule. */
function byTheRule(step: BridgeStep, keeps: (row: Row) => boolean): number[] {
  const lines = replica.writer
    .prepare<unknown[], Row>(
      `SELECT l.*, l.ordered_qty_milli - l.cancelled_qty_milli AS qty_milli, c.cost_minor, c.freight_minor,
         c.rebate_minor, c.fee_minor FROM order_line l LEFT JOIN order_line_cost c ON c.id = l.id
       WHERE l.company_id = ${COMPANY} AND l.month IN (202609, 202610)`,
    )
    .all();
  const items = [...new Set(lines.map((line) => line.item_id))];
  const channels = [...new Set(lines.map((line) => line.channel_id))];
  const leafOf = (line: Row) => items.indexOf(line.item_id) * channels.length + channels.indexOf(line.channel_id);
  const values = new Float64Array(items.length * channels.length * LEAF_WIDTH);
  for (const line of lines) {
    if (line.kind !== 'goods') continue;
    const from = leafOf(line) * LEAF_WIDTH;
    const costs = [line.cost_minor, line.freight_minor, line.rebate_minor, line.fee_minor].map((cost) => -(cost ?? 0));
    const parts =
      line.month === 202610
        ? [0, line.qty_milli]
        : [line.qty_milli, 0, line.gross_minor, -line.discount_minor, ...costs];
    for (const [place, amount] of parts.entries()) values[from + place] = (values[from + place] ?? 0) + amount;
  }
  const company = (item: number) => (items[item] === null ? -1 : 0);
  const { sold, rates, growth } = bridgeReference(
    { items: items.length, channels: channels.length, values },
    company,
    1,
  );
  const told = noEffects();
  for (const line of lines.filter(keeps)) {
    const unit = { sold: sold[items.indexOf(line.item_id)] ?? 0, rates, at: leafOf(line) * PARTS };
    addBridgeLine(told, line, line.month === 202610, unit, growth[0] ?? 1, step);
  }
  const notes = replica.writer
    .prepare<unknown[], Row>(`SELECT * FROM credit_note WHERE company_id = ${COMPANY} AND month IN (202609, 202610)`)
    .all();
  for (const note of notes.filter(keeps)) addBridgeCredit(told, note, note.month === 202610, step);
  return told.map((effect) => effect + 0);
}
interface Row {
  readonly kind: string;
  readonly month: number;
  readonly item_id: number | null;
  readonly channel_id: number | null;
  readonly party_id: number | null;
  readonly qty_milli: number;
  readonly gross_minor: number;
  readonly discount_minor: number;
  readonly net_minor: number;
  readonly cost_minor: number | null;
  readonly freight_minor: number | null;
  readonly rebate_minor: number | null;
  readonly fee_minor: number | null;
  readonly amount_minor: number;
  readonly claim_id: number | null;
}

test.each(['gm1', 'gm2', 'gm3'] as const)('%s: every effect is the domain’s, of all and of a row', async (step) => {
  const answer = await bridge({ step });
  expect(answer.comparison.reason).toBeNull();
  expect(effects(answer.total)).toEqual(byTheRule(step, () => true));
  for (const effect of ['volume', 'mix', 'new', 'lost', 'price', 'discounts', 'cost', 'returns'] as const) {
    expect(at(answer.total, effect), effect).not.toBe(0);
  }
  const inside = answer.rows.find((row) => row.filter.channel_id === INSIDE);
  expect(effects(inside?.total ?? [])).toEqual(byTheRule(step, (row) => row.channel_id === INSIDE));
  const told = new Set<string>(EFFECTS_OF[step]);
  expect(BRIDGE_EFFECTS.filter((effect, nth) => !told.has(effect) && effects(answer.total)[nth] !== 0)).toEqual([]);
});

test('it leads from one margin to the other, under every grouping, at both depths and in Other', async () => {
  const whole = await bridge({});
  for (const rows of [
    ['customer', 'item'],
    ['site', 'channel'],
    ['category', 'country'],
    ['item'],
    ['supplier'],
  ] as const) {
    for (const limit of [2, 200]) {
      const open = await bridge({ rows: [...rows], limit, child_limit: limit });
      const expanded = open.rows.flatMap(({ expands }) => expands ?? []).slice(0, 24);
      const answer = await bridge({ rows: [...rows], limit, child_limit: limit, expanded });
      expect(answer.total, rows.join()).toEqual(whole.total);
      const top = answer.rows.filter((row) => row.level === 0);
      for (const measure of ['before', 'now', 'change', ...answer.effects] as const) {
        expect(sum(top.map((row) => at(row.total, measure))), `${measure} by ${rows.join()}`).toBe(
          at(whole.total, measure),
        );
      }
      for (const row of answer.rows)
        expect(at(row.total, 'before') + sum(effects(row.total))).toBe(at(row.total, 'now'));
      for (const [nth, parent] of answer.rows.entries()) {
        if (!parent.expanded) continue;
        const after = answer.rows.slice(nth + 1);
        const below = after.slice(0, after.findIndex((row) => row.level === 0) >>> 0);
        for (const measure of answer.effects) {
          expect(sum(below.map((row) => at(row.total, measure)))).toBe(at(parent.total, measure));
        }
      }
    }
  }
  // a step into a row shows what the row said
  const [customer] = (await bridge({ rows: ['customer'] })).rows;
  const within = await bridge({ ...customer?.filter, rows: ['item'] });
  expect(within.total).toEqual(customer?.total);
  const compare = { with: 'previous' as const, from_month: 202610, to_month: 202610 };
  const ladder = await columns.reading(() =>
    marginPivot(
      context(),
      QUERIES.marginPivot.args.parse({ ...OCTOBER, rows: ['channel'], measures: [...MARGIN_MEASURES], compare }),
    ),
  );
  const gm3 = MARGIN_MEASURES.indexOf('gm3');
  expect([at(whole.total, 'now'), at(whole.total, 'change')]).toEqual([
    ladder.total[gm3],
    ladder.total_compared?.change[gm3],
  ]);
});

test('the lines behind an effect add up to it, in a row too, and what is not shown is said', async () => {
  const answer = await bridge({ rows: ['customer'] });
  const row = answer.rows.find(({ filter }) => filter.party_id === 31);
  for (const effect of answer.effects) {
    const asked = { company_id: COMPANY, from_month: 202610, to_month: 202610, against: 'previous', effect };
    const of = (input: object) =>
      columns.reading(() => marginBridgeLines(context(), QUERIES.marginBridgeLines.args.parse({ ...asked, ...input })));
    const all = await of({ limit: 3 });
    expect(all.total_minor, effect).toBe(at(answer.total, effect));
    expect(all.lines.length + all.other_lines).toBe(all.total_lines);
    expect(sum(all.lines.map((line) => line.effect_minor)) + all.other_minor).toBe(all.total_minor);
    const own = await of({ party_id: 31 });
    expect(own.total_minor, effect).toBe(at(row?.total, effect));
    expect(new Set(own.lines.map((line) => line.key)).size).toBe(own.lines.length);
    expect(own.lines.every((line) => line.party !== null)).toBe(true);
    if (effect === 'claims') expect(own.lines.every((line) => line.kind === 'claim')).toBe(true);
  }
});

describe('companies of two currencies', () => {
  const both = { company_ids: [COMPANY, BRITISH], reporting_currency: 'EUR' };

  test('what rates did stands apart; rows add up in it as in the rest, and the margins are those of the pivot', async () => {
    const answer = await bridge({ ...both, rows: ['company', 'customer'], expanded: [String(BRITISH)] });
    const top = answer.rows.filter((row) => row.level === 0);
    const british = top.find((row) => row.filter.company_id === BRITISH);
    const below = answer.rows.filter((row) => row.level === 1);
    for (const measure of ['before', 'now', 'change', 'fx', ...answer.effects] as const) {
      expect(sum(top.map((row) => at(row.total, measure))), measure).toBe(at(answer.total, measure));
      expect(sum(below.map((row) => at(row.total, measure))), measure).toBe(at(british?.total, measure));
    }
    expect(sum(effects(answer.total)) + at(answer.total, 'fx')).toBe(at(answer.total, 'change'));
    // a pound was worth 1.165838 in September and 1.173757 in October: of what is earned now, 0.008 of a pound each
    const own = await bridge({ company_ids: [BRITISH], rows: ['channel'] });
    const rate_effect = Math.round((at(own.total, 'now') * 7_919) / 1_000_000);
    expect(Math.abs(at(british?.total, 'fx') - rate_effect)).toBeLessThan(300);
    const dutch = top.find((row) => row.filter.company_id === COMPANY);
    expect(at(dutch?.total, 'fx')).toBe(0);
    expect(effects(dutch?.total ?? [])).toEqual(effects((await bridge({})).total));
  });
});

describe('against the plan', () => {
  beforeAll(() => {
    const plan = (id: number, channel_id: number, category: string, net_minor: number, gm3_minor: number) => ({
      id,
      company_id: COMPANY,
      channel_id,
      month: 202610,
      category,
      net_minor,
      gm3_minor,
    });
    replica.insert('plan_line', [
      plan(1, INSIDE, 'Bearings', 500_000, 100_000),
      plan(2, INSIDE, 'Planned only', 40_000, 4_000),
      plan(3, ECOM, 'Bearings', 300_000, 30_000),
    ]);
  });

  test('sales, mix and rate lead from the plan to what was earned; no quantity, price or cost is told', async () => {
    const answer = await bridge({ against: 'plan', rows: ['channel', 'category'], expanded: [String(INSIDE)] });
    expect(answer.effects).toEqual(['volume', 'mix', 'new', 'lost', 'rate']);
    expect(at(answer.total, 'before')).toBe(134_000);
    expect(at(answer.total, 'now')).toBe(at((await bridge({})).total, 'now'));
    expect(sum(effects(answer.total))).toBe(at(answer.total, 'change'));
    expect(at(answer.total, 'lost')).toBe(-4_000);
    expect(answer.total[BRIDGE_MEASURES.indexOf('price')]).toBeNull();
    const below = answer.rows.filter((row) => row.level === 1);
    const planned = below.find((row) => row.label === 'Bearings');
    expect(at(planned?.total, 'before')).toBe(100_000);
    expect(sum(effects(planned?.total ?? []))).toBe(at(planned?.total, 'change'));
    // a category without a plan has no effects, rather than ones of nothing
    expect(below.find((row) => row.label === 'Cable')?.total[BRIDGE_MEASURES.indexOf('change')]).toBeNull();
    const gm1 = await bridge({ against: 'plan', step: 'gm1' });
    expect([gm1.comparison.reason, gm1.rows.length]).toEqual(['The plan has GM3, no GM1', 0]);
  });

  test('rows the plan does not tell apart are there with what they earn and no effects, at both depths', async () => {
    const answer = await bridge({ against: 'plan', rows: ['customer', 'channel'], expanded: ['31'] });
    const before = await bridge({ rows: ['customer', 'channel'], expanded: ['31'] });
    const nowOf = ({ rows }: MarginBridge) =>
      new Map(rows.filter((row) => at(row.total, 'now') !== 0).map((row) => [row.key, at(row.total, 'now')]));
    expect(nowOf(answer)).toEqual(nowOf(before));
    expect(answer.rows.filter((row) => row.level === 0).length).toBeGreaterThan(3);
    expect(answer.rows.filter((row) => row.level === 1).length).toBeGreaterThan(1);
    expect(answer.rows.every((row) => row.total[BRIDGE_MEASURES.indexOf('change')] === null)).toBe(true);
    expect(answer.total).toEqual((await bridge({ against: 'plan' })).total);
    const few = await bridge({
      against: 'plan',
      rows: ['channel', 'customer'],
      expanded: [String(INSIDE)],
      child_limit: 2,
    });
    const inside = few.rows.find((row) => row.level === 0 && row.filter.channel_id === INSIDE);
    const below = few.rows.filter((row) => row.level === 1);
    expect(below.map((row) => row.others > 0)).toEqual([false, false, true]);
    expect(sum(below.map((row) => at(row.total, 'now')))).toBe(at(inside?.total, 'now'));
    const [counted] = replica.writer
      .prepare<unknown[], number>(
        `SELECT (SELECT count(*) FROM order_line WHERE company_id = ${COMPANY} AND month = 202610
           AND kind IN ('goods', 'return', 'discount'))
         + (SELECT count(*) FROM credit_note WHERE company_id = ${COMPANY} AND month = 202610)`,
      )
      .pluck()
      .all();
    expect([answer.lines, few.lines]).toEqual([counted, counted]);
  });
});

test('who may not see cost is told nothing of it, and months that are not here are said', async () => {
  await expect(bridge({}, 'sales')).rejects.toThrow('Margins are made of cost, which is for Finance.');
  const early = await bridge({ against: 'last_year' });
  expect(early.comparison.reason).toMatch(/^No order lines of .* before Jul 2026 are here$/);
  expect([early.rows.length, early.total.every((value) => value === null)]).toEqual([0, true]);
  const known = BRIDGE_EFFECTS.every((effect: BridgeEffect) => early.measures.includes(effect));
  expect(known).toBe(true);
});
