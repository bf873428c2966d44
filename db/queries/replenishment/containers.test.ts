import { afterEach, beforeEach, expect, test } from 'vitest';
import { dayNumber } from '#domain/calendar.ts';
import { FILL_DAYS } from '#domain/planning/replenishment/containerLoad.ts';
import { QUERIES, type ReplenishmentLine } from '#contract/queries.ts';
import { AS_OF_MS, COMPANY } from '../testing/golden.ts';
import { insertRandomStock } from '../testing/randomStock.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { replenishment } from './replenishment.ts';
import { replenishmentDesk } from './replenishmentDesk.ts';
import { replenishmentWorking } from './replenishmentWorking.ts';
import { insertBuying, insertSuppliers } from './testing/randomBuying.ts';

const AS_OF_ON = dayNumber('2026-11-05') ?? 0;
/** It sends in crates of 8 litres and 8 kg, the last at least nine tenths full. */
const OVERSEAS = 42;

let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
  insertRandomStock(replica, 4711, AS_OF_ON);
  insertSuppliers(replica, 12, AS_OF_ON);
  insertBuying(replica, 7);
});
afterEach(() => replica.close());

const context = () => replica.context({ as_of_ms: AS_OF_MS, role: 'planner' });
async function linesOf(): Promise<ReadonlyMap<string, ReplenishmentLine>> {
  const args = QUERIES.replenishment.args.parse({ company_id: COMPANY, limit: 500 });
  const { rows } = await replenishment(context(), args);
  return new Map(rows.flatMap((row) => (row.kind === 'group' ? [] : [[row.key, row]])));
}
const containerOf = async (key: string) => {
  const args = QUERIES.replenishmentWorking.args.parse({ company_id: COMPANY, key });
  return (await replenishmentWorking(context(), args)).checks?.order?.container ?? null;
};

test('an order of a supplier with containers is filled by what runs out soonest: no line is less, none lasts too long', async () => {
  const before = await linesOf();
  expect([...before.values()].every((line) => line.fill_qty_milli === 0)).toBe(true);
  // nothing is known of sizes: nothing is said of containers
  const [first] = [...before.values()].filter((line) => line.supplier_id === OVERSEAS);
  expect(await containerOf(first?.key ?? '')).toBeNull();
  replica.writer.exec('UPDATE main.item SET volume_ml = 1 + id % 7, weight_g = 1 + id % 5');
  const after = await linesOf();
  const own = [...after.values()].filter((line) => line.supplier_id === OVERSEAS);
  for (const line of before.values()) {
    expect(after.get(line.key)?.qty_milli ?? 0).toBeGreaterThanOrEqual(line.qty_milli);
    if (line.supplier_id !== OVERSEAS) expect(after.get(line.key)).toEqual(line);
  }
  let raised = 0;
  for (const line of own) {
    const known = before.get(line.key);
    expect(line.qty_milli - (known?.qty_milli ?? 0)).toBe(line.fill_qty_milli);
    expect(line.reason === 'for_container').toBe(known === undefined);
    if (line.fill_qty_milli === 0) continue;
    if (known) raised += 1;
    expect(line.lasts_days ?? 0).toBeLessThanOrEqual(FILL_DAYS + 7);
    if (line.multiple_qty_milli > 0 && known === undefined) expect(line.qty_milli % line.multiple_qty_milli).toBe(0);
    expect(line.qty_milli).toBeGreaterThanOrEqual(line.minimum_qty_milli);
  }
  expect(raised).toBeGreaterThan(0);
  const orders = Map.groupBy(own, (line) => line.draft ?? '');
  for (const lines of orders.values()) {
    const container = await containerOf(lines[0]?.key ?? '');
    if (!container) throw new Error('it has no containers');
    const filling = lines.filter((line) => line.fill_qty_milli > 0).length;
    expect(container.filling_lines).toBe(filling);
    if (container.below === null) expect(container.last_fill_bp).toBeGreaterThanOrEqual(container.least_fill_bp);
    else expect(container.last_fill_bp).toBeLessThan(container.least_fill_bp);
  }
});

test('what was accepted says on the desk how full it is', async () => {
  replica.writer.exec('UPDATE main.item SET volume_ml = 1 + id % 7, weight_g = 1 + id % 5');
  const own = [...(await linesOf()).values()].filter((line) => line.supplier_id === OVERSEAS);
  replica.insert(
    'replenishment_decision',
    own.map((line) => ({
      id: `${line.key}/0`,
      company_id: COMPANY,
      site_id: line.site_id,
      item_id: line.item_id,
      kind: 'buy',
      supplier_id: line.supplier_id,
      from_site_id: null,
      verdict: 'accepted',
      proposed_qty_milli: line.qty_milli,
      qty_milli: line.qty_milli,
      receive_on: dayNumber(line.receive_on),
      reason: null,
      inputs: '{"because":"for_container"}',
      rule_version: 1,
      author: 'planner',
      written_at: AS_OF_MS,
      accepted_at: AS_OF_MS,
    })),
  );
  const { ready } = await replenishmentDesk(context(), { company_id: COMPANY });
  const proposed = Map.groupBy(own, (line) => line.draft ?? '');
  expect(ready.length).toBe(proposed.size);
  for (const order of ready) {
    const told = await containerOf(proposed.get(order.key)?.[0]?.key ?? '');
    expect(order.container).toEqual(told && { ...told, filling_lines: 0, below: null });
    expect(order.lines.every(({ because }) => because === 'for_container')).toBe(true);
  }
  // ordered, its draft is as full as what was accepted
  const made = ready.find(({ container }) => container !== null);
  if (!made) throw new Error('none is in containers');
  const common = { company_id: COMPANY, site_id: made.site_id };
  const written = { author: 'planner', written_at: AS_OF_MS, accepted_at: AS_OF_MS };
  const { supplier_id, value_minor } = made;
  const draft = { ...common, id: 'draft', number: 'DO 1', supplier_id, value_minor, freight_minor: 0 };
  replica.insert('draft_order', [{ ...draft, minimum_reason: null, ...written }]);
  replica.insert(
    'draft_order_line',
    made.lines.map(({ decision_id, item_id, qty_milli, unit_price_micro, value_minor: worth }, nth) => ({
      ...common,
      id: `draft/${nth}`,
      draft_order_id: 'draft',
      decision_id,
      item_id,
      qty_milli,
      unit_price_micro,
      value_minor: worth,
    })),
  );
  const { drafts } = await replenishmentDesk(context(), { company_id: COMPANY });
  expect(drafts.map(({ container }) => container)).toEqual([made.container]);
});

test('proposals and drafts go by the rule of the day: what ended yesterday or begins tomorrow fills nothing, another fill asks for more', async () => {
  replica.writer.exec('UPDATE main.item SET volume_ml = 1 + id % 7, weight_g = 1 + id % 5');
  const plain = [...(await linesOf()).values()].filter((line) => line.supplier_id === OVERSEAS);
  const fullness = async (): Promise<Set<number | null>> =>
    new Set(await Promise.all(plain.map(async ({ key }) => (await containerOf(key))?.least_fill_bp ?? null)));
  expect([...(await fullness())]).toContain(9_000);
  replica.writer.exec(`UPDATE main.supplier_container SET valid_to = ${AS_OF_ON - 1}`);
  expect([...(await fullness())]).toEqual([null]);
  expect([...(await linesOf()).values()].every((line) => line.fill_qty_milli === 0)).toBe(true);
  const rule = { company_id: COMPANY, party_id: OVERSEAS, volume_litres: 8, weight_kg: null, owner: 'buyer' };
  replica.insert('supplier_container', [{ ...rule, id: 2, least_fill_bp: 5_000, valid_from: AS_OF_ON + 1 }]);
  expect([...(await fullness())]).toEqual([null]);
  replica.writer.exec(`UPDATE main.supplier_container SET valid_from = ${AS_OF_ON} WHERE id = 2`);
  expect([...(await fullness())]).toContain(5_000);
});

test('a supplier that asks nothing of an order but a container has one all the same', async () => {
  replica.writer.exec('UPDATE main.item SET volume_ml = 1 + id % 7, weight_g = 1 + id % 5');
  const before = await linesOf();
  replica.writer.exec(
    `DELETE FROM main.supplier_terms_cost WHERE id = 2; DELETE FROM main.supplier_terms WHERE id = 2`,
  );
  const [first] = [...before.values()].filter((line) => line.supplier_id === OVERSEAS);
  expect(await containerOf(first?.key ?? '')).not.toBeNull();
});
