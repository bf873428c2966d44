/** On the demo distributor: what an item's panel says of each of its sites is what the list of all proposals says, to the last digit. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QUERIES, REPLENISHMENT_REFUSALS, type ReplenishmentLine } from '#contract/queries.ts';
import type { TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { keepForecasts } from '#db/forecastStore.ts';
import { makeForecasts } from '#db/queries/forecast/makeForecasts.ts';
import { orderProposal } from '#db/queries/replenishment/orderProposal.ts';
import { replenishment } from '#db/queries/replenishment/replenishment.ts';
import { replenishmentRefusals } from '#db/queries/replenishment/replenishmentRefusals.ts';
import { optionsFor, SMALL } from '#server/demo/testing.ts';
import { createDemoReplica } from '#tests/fixtures/demoReplica.ts';

const options = optionsFor(SMALL);
const AS_OF_MS = options.today * 86_400_000 + 43_200_000;
const BLOCK = 500;

let replica: TestReplica;
let company_id: number;
beforeAll(() => {
  replica = createDemoReplica(options);
  company_id =
    replica.writer.prepare<unknown[], number>("SELECT id FROM company WHERE code = 'HAL'").pluck().get() ?? 0;
});
afterAll(() => replica.close());

/** As the background makes and keeps them. */
async function keepMade(): Promise<number> {
  const made = await makeForecasts(context());
  keepForecasts(replica.writer, made);
  return made.reduce((sum, each) => sum + each.afresh, 0);
}

const context = () => replica.context({ as_of_ms: AS_OF_MS, role: 'planner', cached: true });

async function allLines(): Promise<readonly ReplenishmentLine[]> {
  const lines: ReplenishmentLine[] = [];
  for (let offset = 0; ; offset += BLOCK) {
    const args = QUERIES.replenishment.args.parse({ company_id, offset, limit: BLOCK });
    const { rows, total_rows } = await replenishment(context(), args);
    for (const row of rows) if (row.kind !== 'group') lines.push(row);
    if (offset + BLOCK >= total_rows) return lines;
  }
}

async function allRefusals() {
  const refused = [];
  for (let offset = 0; ; offset += BLOCK) {
    const args = QUERIES.replenishmentRefusals.args.parse({ company_id, offset, limit: BLOCK });
    const { rows, total_rows, counts } = await replenishmentRefusals(context(), args);
    refused.push(...rows);
    if (refused.length >= total_rows) return { refused, counts };
  }
}

test('forecasts are made once, and again only of positions whose history changed', async () => {
  expect((await replenishment(context(), QUERIES.replenishment.args.parse({ company_id }))).forecast_at_ms).toBeNull();
  expect(await keepMade()).toBeGreaterThan(500);
  expect(await makeForecasts(context())).toEqual([]);
  const { item_id, site_id, month } = replica.writer
    .prepare<[number], { item_id: number; site_id: number; month: number }>(
      `SELECT item_id, site_id, max(month) AS month FROM order_line WHERE company_id = ? AND kind = 'goods' AND site_id IS NOT NULL
       AND item_id IS NOT NULL AND committed_on IS NOT NULL AND month < (SELECT max(month) FROM order_line)`,
    )
    .get(company_id) ?? { item_id: 0, site_id: 0, month: 0 };
  const raise = (by_milli: number) =>
    replica.writer
      .prepare(
        `UPDATE order_line SET ordered_qty_milli = ordered_qty_milli + ? WHERE id = (SELECT min(id) FROM order_line
         WHERE item_id = ? AND site_id = ? AND month = ? AND kind = 'goods')`,
      )
      .run(by_milli, item_id, site_id, month);
  raise(7_000);
  expect(await keepMade()).toBe(1);
  raise(-7_000);
  expect(await keepMade()).toBe(1);
});

test('every position is proposed, refused or needs nothing, as its item says', async () => {
  const lines = await allLines();
  const { refused } = await allRefusals();
  const bought = new Map(lines.flatMap((line) => (line.kind === 'buy' ? [[line.key, line] as const] : [])));
  const refusals = new Map(refused.map((row) => [`buy:${row.item_id}:${row.site_id}`, row.refusal]));
  // what gives or gets is reckoned anew with that, as is what was decided: of it the item's panel says what it needs by itself
  const decided = replica.writer
    .prepare<unknown[], string>("SELECT 'buy:' || item_id || ':' || site_id FROM replenishment_decision")
    .pluck()
    .all();
  const moved = new Set([
    ...decided,
    ...lines.flatMap((line) =>
      line.kind === 'transfer'
        ? [`buy:${line.item_id}:${line.site_id}`, `buy:${line.item_id}:${line.from_site_id}`]
        : [],
    ),
  ]);
  let [proposed, nothing, positions, forecast] = [0, 0, 0, 0];
  const items = replica.writer
    .prepare<[number], number>('SELECT id FROM item WHERE company_id = ?')
    .pluck()
    .all(company_id);
  for (const item_id of items) {
    const { sites } = await orderProposal(context(), QUERIES.orderProposal.args.parse({ item_id }));
    for (const { site_id, proposal, refusal, made_of } of sites) {
      const key = `buy:${item_id}:${site_id}`;
      positions += 1;
      if (made_of.demand_by === 'forecast') forecast += 1;
      expect(refusals.get(key) ?? null, key).toEqual(refusal);
      if (moved.has(key)) continue;
      const line = bought.get(key);
      if (proposal === null || proposal.qty_milli === 0) {
        nothing += 1;
        expect(line?.reason ?? 'for_minimum', key).not.toBe('needed');
        continue;
      }
      proposed += 1;
      // what fills the container of its order is on top of what the item needs
      const fill_qty_milli = line?.fill_qty_milli ?? 0;
      expect(line, key).toMatchObject({
        reason: 'needed',
        qty_milli: proposal.qty_milli + fill_qty_milli,
        ...(fill_qty_milli === 0 ? { value_minor: proposal.value_minor } : {}),
        receive_on: proposal.receive_on,
        order_by_on: proposal.order_by_on,
        runs_out_on: proposal.without.runs_out_on,
        short_qty_milli: proposal.without.short_qty_milli,
        warnings: proposal.warnings.length,
      });
    }
  }
  expect(positions).toBeGreaterThan(500);
  expect(forecast / positions).toBeGreaterThan(0.5);
  expect(Math.min(proposed, nothing, moved.size)).toBeGreaterThan(15);
});

test('every reason to refuse is there to be looked at, and every fault of a policy that was planted', async () => {
  const { refused, counts } = await allRefusals();
  // nothing of the demo lies there in more than can be counted
  const reasons = REPLENISHMENT_REFUSALS.filter((reason) => reason !== 'figures');
  expect(counts.map((each) => each.reason).toSorted()).toEqual(reasons.toSorted());
  expect(counts.reduce((sum, each) => sum + each.positions, 0)).toBe(refused.length);
  const faults = new Set(refused.flatMap(({ refusal }) => (refusal.reason === 'policy' ? [refusal.fault] : [])));
  expect([...faults].toSorted()).toEqual([
    'lead_time_negative',
    'lot_not_positive',
    'maximum_below_minimum',
    'target_out_of_range',
  ]);
});

test('orders meet their suppliers’ minimum or say what is missing, and something is brought forward for it', async () => {
  const lines = await allLines();
  const reasons = new Set(lines.map((line) => line.reason));
  expect(reasons).toContain('for_minimum');
  expect(lines.some((line) => line.kind === 'transfer')).toBe(true);
  expect(lines.some((line) => (line.below_minimum_minor ?? 0) > 0)).toBe(true);
  expect(lines.some((line) => line.below_minimum_minor === 0)).toBe(true);
});
