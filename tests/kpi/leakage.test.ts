/** Leaks and Today of the demo distributor from the columns are those from the tables, row by row. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QUERIES } from '#contract/queries.ts';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import { leakingLines, linesBeyondRules } from '#db/queries/leakage/leakage.ts';
import { leaksOf } from '#db/queries/leakage/leaks.ts';
import type { TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { today } from '#db/queries/today/today.ts';
import { optionsFor, SMALL } from '#server/demo/testing.ts';
import { createDemoReplica } from '#tests/fixtures/demoReplica.ts';
import { day } from './wireForm.ts';

const as_of_ms = Date.UTC(2026, 10, 23, 12);
let replica: TestReplica;
let columns: TestColumns;
beforeAll(() => {
  replica = createDemoReplica(optionsFor(SMALL));
  plantLeaks();
  columns = createTestColumns(replica);
  columns.settle();
}, 120_000);
afterAll(() => replica?.close());

/** A demo this small has few leaks made of cost: some items get a high floor and a risen price, some customers a rebate. */
function plantLeaks(): void {
  const on = day('2026-09-01');
  replica.writer.exec(`
    UPDATE price_floor SET floor_price_micro = 900000000 WHERE item_id % 3 = 0;
    INSERT INTO rebate_agreement (id, ver, bucket, company_id, party_id, name, rate_bp, threshold_minor, valid_from)
      SELECT 9000000 + id, 1, 1, company_id, id, 'Planted', 150, 0, ${on} FROM party WHERE kind = 'customer' AND id % 2 = 0;
    UPDATE order_line_cost SET rebate_minor = NULL WHERE id % 3 = 0;
    UPDATE order_line_cost SET rebate_minor = (SELECT l.net_minor / 200 FROM order_line l WHERE l.id = order_line_cost.id) WHERE id % 3 = 1;
    UPDATE supplier_item_price SET valid_from = ${day('2026-01-01')}, valid_to = NULL;
    INSERT INTO supplier_item_price (id, ver, bucket, company_id, supplier_item_id, unit_price_micro, valid_from)
      SELECT 9000000 + id, 1, 1, company_id, supplier_item_id, unit_price_micro * 3 / 2, ${on} FROM supplier_item_price
      WHERE id IN (SELECT max(id) FROM supplier_item_price GROUP BY supplier_item_id);`);
}

const companies = (): { id: number; currency: string }[] =>
  replica.writer.prepare<unknown[], { id: number; currency: string }>('SELECT id, currency FROM company').all();
const tables = (role: string) => replica.context({ as_of_ms, role });
const fromColumns = (role: string) => replica.context({ as_of_ms, role, facts: columns.view });

test.each(['controller', 'sales'])('%s', async (role) => {
  const found = new Set<string>();
  await columns.reading(async () => {
    expect(columns.view()?.lines).toBeGreaterThan(1000);
    for (const { id: company_id, currency } of companies()) {
      const question = {
        company_id,
        currency,
        from_on: day('2026-07-10'),
        to_on: day('2026-11-10'),
        cost_visible: role === 'controller',
      };
      const lines = await leakingLines(tables(role), question);
      expect(await leakingLines(fromColumns(role), question)).toEqual(lines);
      for (const line of lines) found.add(line.given_bp !== 50 ? line.cause : `${line.cause}, too little`);
      const months = { company_id, from_month: 202606, to_month: 202611 };
      const leaks = await leaksOf(tables(role), months);
      expect(await leaksOf(fromColumns(role), months)).toEqual(leaks);
      for (const leak of leaks.leaks) found.add(leak.cause);
      const args = QUERIES.today.args.parse({ company_ids: [company_id] });
      expect(await today(fromColumns(role), args)).toEqual(await today(tables(role), args));
    }
  });
  const causes = ['discount_not_approved', 'freight_not_charged'];
  const of_cost = ['below_floor', 'cost_rise', 'rebate_not_accrued', 'rebate_not_accrued, too little'];
  expect([...found].toSorted()).toEqual([...causes, ...(role === 'controller' ? of_cost : [])].toSorted());
});

test('approvals, freight and costs that come later are seen', async () => {
  const [company] = companies();
  if (!company) throw new Error('no company');
  const question = {
    company_id: company.id,
    currency: company.currency,
    from_on: day('2026-07-10'),
    to_on: day('2026-11-10'),
    cost_visible: true,
  };
  const before = await leakingLines(tables('controller'), question);
  const of = (cause: string) => before.find((line) => line.cause === cause);
  const approved = of('discount_not_approved')?.order_line_id ?? 0;
  const rebated = of('rebate_not_accrued')?.order_line_id ?? 0;
  const freighted = of('freight_not_charged')?.order_id ?? 0;
  replica.writer.exec(`UPDATE order_line SET approved_by = 'boss' WHERE id = ${approved}`);
  replica.writer.exec(`DELETE FROM order_line_cost WHERE id = ${rebated}`);
  replica.writer.exec(
    `UPDATE order_line SET kind = 'freight', item_id = NULL WHERE id = (SELECT max(id) FROM order_line WHERE order_id = ${freighted})`,
  );
  const after = await leakingLines(tables('controller'), question);
  expect(after).not.toEqual(before);
  const beyond = await linesBeyondRules(tables('controller'), question);
  expect(
    beyond.find((line) => line.order_line_id === approved && line.cause === 'discount_not_approved'),
  ).toMatchObject({ approved_by: 'boss', leak_minor: of('discount_not_approved')?.leak_minor });
  await columns.reading(async () => {
    expect(await leakingLines(fromColumns('controller'), question)).toEqual(after);
  });
}, 60_000);

test('what Today remembers gives way when any table it is made of changes', async () => {
  const changed: string[] = [];
  for (const { id } of companies()) {
    const args = QUERIES.today.args.parse({ company_ids: [id] });
    const context = (cached: boolean) => replica.context({ as_of_ms, role: 'controller', cached });
    const { rows } = await today(context(true), args);
    let before = JSON.stringify(rows);
    for (const { name } of WIRE_TABLES) {
      // rows are named by other ids in a few tables: those have no part in it
      if (!replica.writer.prepare(`SELECT 1 FROM pragma_table_info('${name}') WHERE name = 'company_id'`).get())
        continue;
      replica.writer.exec(`DELETE FROM ${name} WHERE company_id = ${id} AND id % 3 = 1`);
      const now = JSON.stringify((await today(context(true), args)).rows);
      expect(now, name).toBe(JSON.stringify((await today(context(false), args)).rows));
      if (now !== before) changed.push(name);
      before = now;
    }
  }
  expect(changed.length).toBeGreaterThan(8);
}, 120_000);
