/** On the demo distributor the replica and the server give the same figures, and every KPI has one in its last whole month. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QUERIES } from '#contract/queries.ts';
import { kpiValues } from '#db/queries/kpi/kpiValues.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { bulkLoad } from '#server/demo/bulkLoad.ts';
import { generateDemo } from '#server/demo/generate.ts';
import { optionsFor, SMALL } from '#server/demo/testing.ts';
import { kpiFigures } from '#server/kpi/figures.ts';
import { migrate } from '#server/migrations/migrate.ts';
import { ensureIdentity } from '#server/sync/epoch.ts';
import { installTriggers } from '#server/sync/triggers.ts';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { day } from './wireForm.ts';

const AS_OF_MS = Date.UTC(2026, 10, 23, 12);
const clock = (): number => AS_OF_MS;
const options = optionsFor(SMALL);

let engine: TestEngine;
let database: OpenDatabase;
let replica: TestReplica;
beforeAll(async () => {
  replica = createTestReplica();
  for (const batch of generateDemo(options)) {
    replica.insert(
      batch.table,
      batch.rows.map((row) => ({ ...row })),
    );
  }
  engine = await PGLITE.start();
  database = await openDatabase(await engine.fresh());
  await migrate(database.db);
  await ensureIdentity(database.db, clock);
  await installTriggers(database.db);
  await bulkLoad(database.db, generateDemo(options), { clock });
}, 180_000);
afterAll(async () => {
  await database?.close();
  await engine?.stop();
  await replica?.close();
});

test('replica and server agree', async () => {
  const companies = await database.db
    .selectFrom('company')
    .select(['id', 'currency', 'time_zone'])
    .orderBy('id')
    .execute();
  const answer = await kpiValues(
    replica.context({ as_of_ms: AS_OF_MS, role: 'controller' }),
    QUERIES.kpiValues.args.parse({ company_ids: companies.map(({ id }) => id), from_month: 202611, to_month: 202611 }),
  );
  for (const { id: company_id, currency, time_zone } of companies) {
    const values = answer.companies.find((each) => each.company_id === company_id)?.values ?? [];
    if (company_id === companies[0]?.id) {
      const without = values.filter(
        ({ months }) => (months.find(({ month }) => month === 202610)?.value ?? null) === null,
      );
      // no claim need be open on a month's last day in a demo this small
      expect(without.map(({ kpi }) => kpi).filter((kpi) => kpi !== 'claim_open_age')).toEqual([]);
    }
    for (const month of [202607, 202610, 202611]) {
      const figures = await kpiFigures(database.db, {
        company_id,
        currency,
        time_zone,
        month,
        as_of_on: day('2026-11-23'),
        as_of_ms: AS_OF_MS,
      });
      const shown = values.filter(({ reason, months }) => months.length > 0 || reason === null);
      expect(
        Object.fromEntries(shown.map(({ kpi, months }) => [kpi, months.find((each) => each.month === month)])),
      ).toEqual(Object.fromEntries(shown.map(({ kpi }) => [kpi, { month, ...figures.get(kpi) }])));
    }
  }
}, 120_000);
