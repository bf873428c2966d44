/**
 * On the demo distributor, whatever its seed: what was planted in demand is found by the forecasts a copy makes and by the
 * exceptions made of them, each with its cause; and where the same items are calm, nothing of the kind is.
 */
import { afterEach, expect, test } from 'vitest';
import { keepForecasts } from '#db/forecastStore.ts';
import { itemForecast } from '#db/queries/forecast/itemForecast.ts';
import { makeForecasts } from '#db/queries/forecast/makeForecasts.ts';
import type { TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { exceptionsOf, findingOf } from '#db/queries/today/exceptions.ts';
import { QUERIES } from '#contract/queries.ts';
import { wireTable } from '#contract/wire/tables.ts';
import { DEMAND_PLANTS, type DemandPlant, type PlantedDemand } from '#server/demo/demand/plants.ts';
import { plantedDemand } from '#server/demo/generate.ts';
import type { DemoOptions } from '#server/demo/size.ts';
import { optionsFor, SMALL } from '#server/demo/testing.ts';
import { createDemoReplica } from '#tests/fixtures/demoReplica.ts';

let replica: TestReplica | undefined;
afterEach(() => replica?.close());

/** The exceptions each plant is to raise; of the others none of these. */
const RAISED: Readonly<Partial<Record<DemandPlant, string>>> = {
  level_shift: 'demand_shift',
  spike: 'demand_spike',
  unit_error: 'demand_unit_error',
  ending: 'obsolete_stock',
};
const OF_DEMAND: ReadonlySet<string> = new Set(Object.values(RAISED));
const CLASSES: Readonly<Partial<Record<DemandPlant, string>>> = {
  ending: 'obsolete',
  new: 'new',
  intermittent: 'intermittent',
  lumpy: 'lumpy',
  // by the one month alone
  unit_error: 'erratic',
};

/** What the copy says of each planted item. */
async function told(options: DemoOptions, key: readonly PlantedDemand[]) {
  const held = createDemoReplica(options);
  replica = held;
  const company_id = held.writer.prepare<unknown[], number>("SELECT id FROM company WHERE code = 'HAL'").pluck().get();
  // the copy says how far back it goes; rows written by hand have no buckets
  held.writer.exec(
    `INSERT INTO bucket (id, tbl, company, site, channel, month, client, state, rows)
     SELECT 900000 + id, ${wireTable('order_line').id}, id, 0, 0,
       (SELECT min(month) FROM order_line), '', 'complete', 1 FROM company`,
  );
  const as_of_ms = options.today * 86_400_000 + 43_200_000;
  const context = () => held.context({ as_of_ms, role: 'planner', cached: true });
  keepForecasts(held.writer, await makeForecasts(context()));
  const { exceptions } = await exceptionsOf(await findingOf(context(), company_id ?? 0), { kept: true });
  const answers = new Map<DemandPlant, { raised: string[]; forecast: Awaited<ReturnType<typeof itemForecast>> }>();
  for (const { kind, item_id, site_id } of key) {
    const raised = exceptions.flatMap(({ facts }) =>
      OF_DEMAND.has(facts.kind) && 'item_id' in facts && facts.item_id === item_id ? [facts] : [],
    );
    const forecast = await itemForecast(context(), QUERIES.itemForecast.args.parse({ item_id, site_id }));
    answers.set(kind, { raised: raised.map((facts) => facts.kind), forecast });
    for (const facts of raised) {
      if (!('from_month' in facts)) continue;
      const planted = key.find((each) => each.kind === kind);
      expect([facts.site_id, facts.from_month, facts.months], kind).toEqual([
        planted?.site_id,
        planted?.from_month,
        planted?.kind === 'level_shift' ? 3 : 1,
      ]);
      // by as much as was planted, give or take a quarter
      const ratio = facts.actual_qty_milli / facts.expected_qty_milli / (planted?.factor ?? 1);
      expect(Math.abs(Math.log(ratio)), `${kind} ${ratio}`).toBeLessThan(Math.log(1.25));
    }
  }
  return answers;
}

const censoredMonths = ({ periods }: Awaited<ReturnType<typeof itemForecast>>) =>
  periods.flatMap(({ month, censored }) => (censored ? [month] : []));

/** The largest month ahead against the least. */
function swing({ periods }: Awaited<ReturnType<typeof itemForecast>>): number {
  const expected = periods.flatMap(({ expected_qty_milli }) => expected_qty_milli ?? []);
  return Math.max(...expected) / Math.min(...expected);
}

const SEEDS = [
  [1, '2026-11-23'],
  [7, '2026-03-02'],
  [42, '2027-06-30'],
  [20261123, '2026-01-01'],
] as const;

test.each(SEEDS)(
  'what was planted with seed %i on %s is found, each with its cause, and nothing else of the kind',
  async (seed, today) => {
    const options = optionsFor(SMALL, seed, today);
    const key = plantedDemand(options);
    expect(key.map(({ kind }) => kind).toSorted()).toEqual([...DEMAND_PLANTS].toSorted());
    const answers = await told(options, key);
    for (const planted of key) {
      const { kind } = planted;
      const answer = answers.get(kind);
      if (!answer) throw new Error(kind);
      const { forecast, raised } = answer;
      expect(raised, kind).toEqual(RAISED[kind] === undefined ? [] : [RAISED[kind]]);
      expect(forecast.demand_class, kind).toBe(CLASSES[kind] ?? 'smooth');
      if (kind === 'stockout') {
        expect(censoredMonths(forecast)).toContain(planted.from_month);
        // what could not be asked for is not taken for less demand
        const out = forecast.periods.find(({ month }) => month === planted.from_month);
        expect(out?.fed_qty_milli ?? 0).toBeGreaterThan(2 * (out?.demand_qty_milli ?? 0));
      } else {
        expect(censoredMonths(forecast), kind).toEqual([]);
      }
      if (kind === 'season') expect(swing(forecast)).toBeGreaterThan(1.8);
    }
  },
  60_000,
);

test.each(SEEDS)(
  'calm, the same items of seed %i on %s raise nothing of the kind',
  async (seed, today) => {
    const options = optionsFor(SMALL, seed, today);
    const answers = await told({ ...options, calm_demand: true }, plantedDemand(options));
    for (const [kind, { raised, forecast }] of answers) {
      expect(raised, kind).toEqual([]);
      expect(forecast.demand_class, kind).toBe('smooth');
      expect(censoredMonths(forecast), kind).toEqual([]);
      expect(swing(forecast), kind).toBeLessThan(1.4);
    }
  },
  60_000,
);
