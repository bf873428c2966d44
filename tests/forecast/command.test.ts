/** The cockpit and the command line forecast the same history alike: points, intervals, the lead time’s level, the verdict. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addMonths, firstDayOfMonth } from '#domain/calendar.ts';
import { itemForecast } from '#db/queries/forecast/itemForecast.ts';
import { AS_OF_MS, COMPANY, insertReference } from '#db/queries/testing/golden.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';

const BINNACLE = fileURLToPath(new URL('../../cli/binnacle.ts', import.meta.url));
const FIRST_MONTH = 202311;
const MONTHS = 36;
/** In the order of their codes, as the cockpit has them. */
const SERIES: readonly (readonly number[])[] = [
  series((at) => 200 + 40 * Math.sin((at * Math.PI) / 6) + ((at * 37) % 23)),
  series((at) => 50 + at * 2 + ((at * 53) % 17)),
  series((at) => (at % 5 === 0 ? 10 + ((at * 7) % 4) : 0)),
  series((at) => (at % 4 === 1 ? (at % 8 === 1 ? 2 : 90) : 0)),
  series((at) => ((at * 29) % 31) * (at % 3)),
  series((at) => (at < 33 ? 0 : 12)),
];

function series(of: (at: number) => number): readonly number[] {
  return Array.from({ length: MONTHS }, (_, at) => Math.round(of(at)));
}

let dir: string;
let replica: TestReplica;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'binnacle-forecast-'));
  replica = createTestReplica();
  insertReference(replica);
  const of = { company_id: COMPANY, site_id: 21 };
  SERIES.forEach((values, nth) => {
    const item_id = 500 + nth;
    const item = { id: item_id, company_id: COMPANY, code: `A-${nth}`, name: `Item ${nth}`, uom: 'pcs', active: 1 };
    replica.insert('item', [{ ...item, supplier_id: 41 }]);
    replica.insert('policy', [
      {
        id: item_id,
        ...of,
        item_id,
        min_qty_milli: 0,
        max_qty_milli: 1000,
        multiple_qty_milli: 1000,
        lead_time_days: 80,
      },
    ]);
    values.forEach((pieces, at) => {
      if (pieces === 0) return;
      const month = addMonths(FIRST_MONTH, at);
      const line = { id: nth * 100 + at, ...of, order_id: nth * 100 + at, ordinal: 1, item_id, month, kind: 'goods' };
      replica.insert('order_line', [
        { ...line, ordered_on: firstDayOfMonth(month) + 3, ordered_qty_milli: pieces * 1000, channel_id: 11 },
      ]);
    });
  });
  writeFileSync(join(dir, 'in.csv'), SERIES.map((values, nth) => `${nth},${values.join(',')}\n`).join(''));
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await replica.close();
});

async function binnacle(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [BINNACLE, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(stderr.includes('Error') || code !== 0 ? stderr : '').toBe('');
}

function rows(name: string): string[][] {
  return readFileSync(join(dir, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
}
const figures = (row: readonly string[] | undefined): number[] => (row ?? []).slice(1).map(Number);

it('says the same of every class of demand', async () => {
  const file = (name: string) => join(dir, name);
  const input = ['--input', file('in.csv'), '--frequency', '12'];
  const chances = ['--quantiles', '0.05,0.95', '--backtest', file('report.csv')];
  await binnacle('forecast', ...input, '--horizon', '6', '--output', file('f.csv'), ...chances);
  await binnacle('lead-time-level', ...input, '--horizon', '3', '--service', '0.95', '--output', file('level.csv'));
  const context = replica.context({ as_of_ms: AS_OF_MS, role: 'planner', cached: true });
  for (const nth of SERIES.keys()) {
    const forecast = await itemForecast(context, { item_id: 500 + nth, site_id: 21 });
    const ahead = forecast.periods.slice(MONTHS);
    const close = (found: readonly (number | null)[], said: readonly number[]) => {
      expect(found).toHaveLength(said.length);
      // files say six digits, the cockpit thousandths
      found.forEach((value, step) => {
        const wanted = (said[step] ?? 0) * 1000;
        expect(Math.abs((value ?? Number.NaN) - wanted)).toBeLessThanOrEqual(1 + Math.abs(wanted) * 1e-5);
      });
    };
    close(
      ahead.map((each) => each.expected_qty_milli),
      figures(rows('f.csv')[nth]),
    );
    close(
      ahead.map((each) => each.low_qty_milli),
      figures(rows('f.q0.05.csv')[nth]),
    );
    close(
      ahead.map((each) => each.high_qty_milli),
      figures(rows('f.q0.95.csv')[nth]),
    );
    // the level of the command is of the forecast itself; where the naive is used the cockpit's is of the naive
    if (forecast.method !== 'seasonal naive')
      close([forecast.lead_time?.quantile_qty_milli ?? null], figures(rows('level.csv')[nth]));
    const [id, kind, method, origins] = rows('report.csv')[nth + 1] ?? [];
    expect([id, kind, method]).toEqual([String(nth), forecast.demand_class, forecast.method]);
    expect(Number(origins)).toBe(forecast.accuracy?.origins ?? 0);
  }
}, 60_000);
