/** What is remembered of figures, and what is left out of a pass because nobody asked for it, changes none of them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMPANY_KPI_IDS } from '#domain/kpi/definitions.ts';
import { type KpiValue, QUERIES } from '#contract/queries.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import { kpiValues } from '#db/queries/kpi/kpiValues.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { AS_OF, HAL } from '#tests/fixtures/kpi/distributor.ts';
import { fixtureInWireForm } from './wireForm.ts';

let replica: TestReplica;
let columns: TestColumns;
beforeEach(() => {
  replica = createTestReplica();
  for (const [table, rows] of fixtureInWireForm()) replica.insert(table, rows);
  columns = createTestColumns(replica);
  columns.settle();
});
afterEach(() => replica.close());

const AS_OF_MS = Date.parse(AS_OF);

async function ask(kpis: readonly string[], as_of_ms = AS_OF_MS): Promise<readonly KpiValue[]> {
  const months = { from_month: 202610, to_month: 202610 };
  const args = QUERIES.kpiValues.args.parse({ company_ids: [HAL], ...months, kpis: [...kpis] });
  const context = replica.context({ as_of_ms, role: 'controller', cached: true, facts: columns.view });
  return (await columns.reading(() => kpiValues(context, args))).total;
}

test('a figure asked alone is the one asked among all', async () => {
  const all = await ask(COMPANY_KPI_IDS);
  for (const kpi of COMPANY_KPI_IDS) expect(await ask([kpi]), kpi).toEqual(all.filter((value) => value.kpi === kpi));
});

test('how lines were delivered is counted once for all moments of a day, until one of its tables changes', async () => {
  const cycle = async (later_ms: number) => (await ask(['order_cycle_median'], AS_OF_MS + later_ms))[0]?.denominator;
  const before = await cycle(0);
  expect(before).toBeGreaterThan(0);
  // were it counted again now, orders would be missing under the same versions
  replica.writer.exec('DROP TRIGGER temp.version_order_line_DELETE');
  replica.writer.exec(`DELETE FROM order_line WHERE id > (SELECT min(id) FROM order_line WHERE company_id = ${HAL})`);
  expect(await cycle(1000)).toBe(before);
  replica.writer.exec('UPDATE sales_order SET month = month');
  expect(await cycle(2000)).not.toBe(before);
});

test('a channel’s new grace is counted with at once', async () => {
  const due = async (later_ms: number) => (await ask(['fill_rate_line'], AS_OF_MS + later_ms))[0]?.denominator;
  const before = await due(0);
  expect(before).toBeGreaterThan(0);
  // nobody is late within a year: nothing is due yet
  replica.writer.exec(
    `INSERT INTO channel_rule (id, ver, bucket, company_id, channel_id, priority, protected_bp, grace_days)
     SELECT 900000 + id, 1, 1, company_id, id, 1, 0, 365 FROM channel`,
  );
  columns.settle();
  expect(await due(1000)).not.toBe(before);
});
