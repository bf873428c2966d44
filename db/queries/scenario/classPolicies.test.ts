/** What is assumed of the policies of a class, and what would have to be written of each for it to be so. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { QUERIES, type ScenarioCompare } from '#contract/queries.ts';
import type { AssumptionView, NewAssumption } from '#contract/queries/scenarios.ts';
import { insertBuying, insertLanes, insertSuppliers } from '../replenishment/testing/randomBuying.ts';
import { AS_OF_MS, COMPANY } from '../testing/golden.ts';
import { insertRandomStock } from '../testing/randomStock.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { scenarioCompare } from './scenarioCompare.ts';

const AS_OF_ON = Math.floor(AS_OF_MS / 86_400_000);
let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
  insertRandomStock(replica, 4711, AS_OF_ON);
  insertSuppliers(replica, 12, AS_OF_ON);
  insertBuying(replica, 7);
  insertLanes(replica, AS_OF_ON);
});
afterEach(() => replica.close());

const assume = (body: NewAssumption): AssumptionView => ({ id: randomUUID(), ...body });
async function ask(assumptions: readonly AssumptionView[]): Promise<ScenarioCompare> {
  const id = randomUUID();
  replica.work
    .prepare('INSERT INTO scenario (id, company_id, name, body_json, saved_at_ms) VALUES (?, ?, ?, ?, 1)')
    .run(id, COMPANY, `Scenario ${id}`, JSON.stringify({ assumptions, sent: [] }));
  const args = QUERIES.scenarioCompare.args.parse({ scenario_id: id, limit: 500 });
  return await scenarioCompare(replica.context({ as_of_ms: AS_OF_MS, role: 'planner' }), args);
}
const orderValue = (answer: ScenarioCompare) => answer.figures.find(({ id }) => id === 'order_value')?.scenario;

test('a service target of every class is that target of every policy that goes by one', async () => {
  replica.writer.exec(
    "UPDATE policy SET kind = 'service', measure = 'cycle', target_bp = 9000, review_days = 7 WHERE id % 2 = 0",
  );
  const classes = (['A', 'B', 'C'] as const).map((abc) =>
    assume({ kind: 'class_policy', abc, site_id: null, target_bp: 9_900 }),
  );
  const assumed = await ask(classes);
  expect(assumed.rows.length).toBeGreaterThan(0);
  const ids = new Set(classes.map(({ id }) => id));
  expect(assumed.rows.every(({ because }) => because.length === 1 && ids.has(because[0] ?? ''))).toBe(true);
  replica.writer.exec("UPDATE policy SET target_bp = 9900 WHERE kind = 'service'");
  const happened = await ask([]);
  expect(happened.figures.map(({ id, today }) => [id, today])).toEqual(
    assumed.figures.map(({ id, scenario: value }) => [id, value]),
  );
});

test('minimum and maximum of every class are those of every policy that has them, in lines as in stock ahead', async () => {
  replica.writer.exec(
    `UPDATE policy SET kind = 'min_max' WHERE kind = '';
     UPDATE policy SET kind = 'service', measure = 'cycle', target_bp = 9000, review_days = 7 WHERE id % 5 = 0;
     UPDATE policy SET kind = 'lots', lot_qty_milli = 5000 WHERE id % 5 = 1;`,
  );
  const classes = (['A', 'B', 'C'] as const).map((abc) =>
    assume({
      kind: 'class_policy',
      abc,
      site_id: null,
      target_bp: null,
      min_factor_bp: 15_000,
      max_factor_bp: 20_000,
    }),
  );
  const assumed = await ask(classes);
  expect(assumed.counts.appears + assumed.counts.changes).toBeGreaterThan(0);
  const ids = new Set(classes.map(({ id }) => id));
  expect(assumed.rows.every(({ because }) => because.length > 0 && because.every((id) => ids.has(id)))).toBe(true);
  // one class alone is part of it
  const [first] = classes;
  const alone = await ask(first === undefined ? [] : [first]);
  expect(orderValue(alone)).not.toBe(orderValue(assumed));
  replica.writer.exec(
    `UPDATE policy SET max_qty_milli = CASE kind WHEN 'min_max' THEN max(round(max_qty_milli * 2.0), round(min_qty_milli * 1.5))
       ELSE max_qty_milli END WHERE max_qty_milli >= min_qty_milli AND kind <> 'service';
     UPDATE policy SET max_qty_milli = round(max_qty_milli * 2.0) WHERE max_qty_milli < min_qty_milli AND kind = 'min_max';
     UPDATE policy SET min_qty_milli = round(min_qty_milli * 1.5) WHERE kind <> 'service';
     UPDATE policy SET max_qty_milli = max(max_qty_milli, min_qty_milli) WHERE kind = 'lots';`,
  );
  const happened = await ask([]);
  expect(happened.figures.map(({ id, today }) => [id, today])).toEqual(
    assumed.figures.map(({ id, scenario: value }) => [id, value]),
  );
  expect(happened.weeks.map(({ today }) => today)).toEqual(assumed.weeks.map(({ scenario: then }) => then));
});
