/** The server's SQL on both engines gives the figures on paper, and on random rows those of the pure functions. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPANY_KPI_IDS, kpiDefinition } from '#domain/kpi/definitions.ts';
import { refusalOf } from '#domain/kpi/slice.ts';
import type { KpiFigure } from '#domain/kpi/tally.ts';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { bulkLoad } from '#server/demo/bulkLoad.ts';
import type { DemoBatch } from '#server/demo/rows.ts';
import { kpiFigures } from '#server/kpi/figures.ts';
import { migrate } from '#server/migrations/migrate.ts';
import { ensureIdentity } from '#server/sync/epoch.ts';
import { installTriggers } from '#server/sync/triggers.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { AS_OF, BRK, HAL } from '#tests/fixtures/kpi/distributor.ts';
import { EXPECTED, EXPECTED_COVERAGE, type Expected } from '#tests/fixtures/kpi/expected.ts';
import { SLICES } from './slices.ts';
import { AMSTERDAM_OFFSET, pureFigures } from './pure.ts';
import { randomTables } from './randomTables.ts';
import { day, fixtureInWireForm, type WireFormTables } from './wireForm.ts';

const MONTHS = [202609, 202610, 202611] as const;
const clock = (): number => Date.parse(AS_OF);
const HALVORSEN = {
  company_id: HAL,
  currency: 'EUR',
  time_zone: 'Europe/Amsterdam',
  as_of_on: day('2026-11-05'),
  as_of_ms: clock(),
};

const asExpected = ({ numerator, denominator, value, beyond }: KpiFigure): Expected =>
  beyond ? [numerator, denominator, value, 'beyond'] : [numerator, denominator, value];

describe.each(ENGINES)('KPIs on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('server', () => {
    let engine: TestEngine;
    const opened: OpenDatabase[] = [];
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(async () => {
      for (const database of opened) await database.close();
      await engine?.stop();
    });

    async function databaseOf(tables: WireFormTables): Promise<OpenDatabase> {
      const database = await openDatabase(await engine.prepared());
      opened.push(database);
      await migrate(database.db);
      await ensureIdentity(database.db, clock);
      await installTriggers(database.db);
      const batches = [...tables].map(([table, rows]) => ({ table, rows }) as unknown as DemoBatch);
      await bulkLoad(database.db, batches, { clock });
      return database;
    }

    test('give the figures on paper', async () => {
      const { db } = await databaseOf(fixtureInWireForm());
      for (const month of MONTHS) {
        const figures = await kpiFigures(db, { ...HALVORSEN, month });
        expect(Object.fromEntries([...figures].map(([kpi, figure]) => [kpi, asExpected(figure)]))).toEqual(
          Object.fromEntries(COMPANY_KPI_IDS.map((kpi) => [kpi, EXPECTED[kpi]?.[month]])),
        );
        if (month !== 202610) continue;
        for (const [kpi, coverage_bp] of Object.entries(EXPECTED_COVERAGE)) {
          expect(figures.get(kpi), kpi).toMatchObject({ coverage_bp });
        }
      }
      const brook = { ...HALVORSEN, company_id: BRK, currency: 'GBP', time_zone: 'Europe/London', month: 202610 };
      const figures = await kpiFigures(db, brook);
      expect(figures.get('gm3')).toMatchObject({ value: 280 });
      expect(figures.get('otif_committed')).toMatchObject({ numerator: 0, denominator: 1 });
      expect(figures.get('order_cycle_median')).toMatchObject({ value: 2000 });
    });

    test('agree with the pure functions on random rows', async () => {
      for (const seed of [20_261_105, 7]) {
        const tables = randomTables(seed);
        const { db } = await databaseOf(tables);
        for (const month of MONTHS) {
          const pure = pureFigures({ ...HALVORSEN, tables, month, offsetMinutes: AMSTERDAM_OFFSET });
          const figures = await kpiFigures(db, { ...HALVORSEN, month });
          expect(Object.fromEntries(figures)).toEqual(
            Object.fromEntries(COMPANY_KPI_IDS.map((kpi) => [kpi, pure(kpi)])),
          );
        }
        for (const slice of SLICES) {
          const pure = pureFigures({ ...HALVORSEN, tables, month: 202610, slice, offsetMinutes: AMSTERDAM_OFFSET });
          const asked = COMPANY_KPI_IDS.filter((kpi) => refusalOf(kpiDefinition(kpi), slice) === null);
          expect(Object.fromEntries(await kpiFigures(db, { ...HALVORSEN, month: 202610, slice }))).toEqual(
            Object.fromEntries(asked.map((kpi) => [kpi, pure(kpi)])),
          );
        }
      }
    });
  });
});
