/** The list of overrides says of each what its item says of it, and adds up by who made them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addMonths, firstDayOfMonth } from '#domain/calendar.ts';
import { QUERIES } from '#contract/queries.ts';
import { AS_OF_MS, COMPANY, day, INSIDE, insertReference } from '../testing/golden.ts';
import { type ContextOptions, createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { forecastOverrides } from './forecastOverrides.ts';
import { itemForecast } from './itemForecast.ts';

const FIRST = 202411;
const SITE = 21;
const ITEMS = [100, 101];

let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
  insertReference(replica);
  replica.insert('item', [
    { id: 101, company_id: COMPANY, code: 'FA-2', name: 'Washer', category: 'Fasteners', uom: 'pcs', active: 1 },
  ]);
  replica.writer.exec('DELETE FROM main.item_cost');
  replica.insert(
    'item_cost',
    ITEMS.map((id) => ({ id, company_id: COMPANY, unit_cost_micro: id * 12_345 })),
  );
  // ten times as much of the second, 24 months each
  const lines = ITEMS.flatMap((item_id, nth) =>
    Array.from({ length: 24 }, (_, at) => ({
      id: nth * 100 + at + 1,
      company_id: COMPANY,
      site_id: SITE,
      channel_id: INSIDE,
      month: addMonths(FIRST, at),
      party_id: 31,
      ordered_on: firstDayOfMonth(addMonths(FIRST, at)) + 9,
      item_id,
      ordered_qty_milli: (100 + ((at * 37) % 11)) * 1000 * (nth === 0 ? 1 : 10),
    })),
  );
  replica.insert(
    'sales_order',
    lines.map(({ item_id: _, ordered_qty_milli: __, ...line }) => ({
      ...line,
      source: 'test',
      number: `SO ${line.id}`,
      state: 'done',
    })),
  );
  replica.insert(
    'order_line',
    lines.map((line) => ({
      ...line,
      order_id: line.id,
      ordinal: 1,
      kind: 'goods',
      committed_on: line.ordered_on + 2,
      cancelled_qty_milli: 0,
    })),
  );
});
afterEach(() => replica.close());

const at = (iso: string): number => day(iso) * 86_400_000;
const october = (item_id: number) =>
  replica
    .context({ as_of_ms: AS_OF_MS })
    .scan<readonly [number]>('SELECT sum(ordered_qty_milli) FROM order_line WHERE item_id = ? AND month = 202610', [
      item_id,
    ])[0]?.[0] ?? 0;

function say(id: string, item_id: number, qty_milli: number, author: string, month = 202610): void {
  replica.insert('forecast_override', [
    {
      id: id.repeat(36),
      company_id: COMPANY,
      site_id: SITE,
      item_id,
      replaces: null,
      kind: 'set',
      from_month: month,
      to_month: month,
      qty_milli,
      factor_bp: null,
      reason: `Said by ${author}`,
      expires_on: day('2027-01-31'),
      author,
      written_at: at('2026-09-20') + id.charCodeAt(0),
      accepted_at: at('2026-09-20') + id.charCodeAt(0),
    },
  ]);
}

const context = (options: ContextOptions = {}) => replica.context({ as_of_ms: AS_OF_MS, role: 'planner', ...options });
const list = (options: ContextOptions = {}) =>
  forecastOverrides(context(options), QUERIES.forecastOverrides.args.parse({ company_id: COMPANY }));

test('each says what its item says of it, the newest first, at cost and by who made it', async () => {
  say('a', 100, october(100), 'ann');
  say('b', 101, 10 * october(101), 'bob');
  say('c', 101, 500_000, 'ann', 202612);
  const { rows, by, total_rows } = await list();
  expect(total_rows).toBe(3);
  expect(rows.map(({ id, item_id, state }) => [id.charAt(0), item_id, state])).toEqual([
    ['c', 101, 'in_force'],
    ['b', 101, 'expired'],
    ['a', 100, 'expired'],
  ]);
  for (const item_id of ITEMS) {
    const { overrides } = await itemForecast(context(), { item_id, site_id: SITE });
    expect(rows.filter((row) => row.item_id === item_id)).toMatchObject(overrides.map((each) => ({ ...each })));
  }
  const [ahead, hurt, helped] = rows;
  expect(ahead).toMatchObject({ value: null, better_qty_milli: null, better_minor: null });
  expect(helped?.value?.error_with_qty_milli).toBe(0);
  expect(helped?.better_qty_milli).toBe(helped?.value?.error_without_qty_milli);
  expect(helped?.better_qty_milli).toBeGreaterThan(0);
  // nine times what came too much, less what the forecast missed
  expect(hurt?.better_qty_milli).toBe((hurt?.value?.error_without_qty_milli ?? 0) - 9 * october(101));
  expect(hurt?.better_minor).toBe(Math.round(((hurt?.better_qty_milli ?? 0) * 101 * 12_345) / 10_000_000));
  expect(by).toEqual([
    { author: 'ann', overrides: 2, over: 1, helped: 1, hurt: 0, better_minor: helped?.better_minor },
    { author: 'bob', overrides: 1, over: 1, helped: 0, hurt: 1, better_minor: hurt?.better_minor },
  ]);
});

test('who sees no cost is told quantities; while the history loads nothing is judged', async () => {
  say('a', 100, october(100), 'ann');
  const seen = await list({ role: 'sales' });
  expect(seen).toMatchObject({ cost_visible: false, by: [{ helped: 1, better_minor: null }] });
  expect(seen.rows[0]?.better_minor).toBeNull();
  const loading = await list({ loading: ['order_line'] });
  expect(loading.rows[0]?.value).toBeNull();
  expect(loading.provenance.coverage).toContain('order lines');
});

test('no history is reckoned while no override has a month that is over', async () => {
  const before = context({ cached: true });
  await forecastOverrides(before, { company_id: COMPANY });
  say('c', 101, 500_000, 'ann', 202612);
  const ahead = context({ cached: true });
  const { rows } = await forecastOverrides(ahead, { company_id: COMPANY });
  expect(rows).toMatchObject([{ state: 'in_force', value: null, better_qty_milli: null }]);
  expect(ahead.cache?.forecastGrounds.size).toBe(0);
  say('a', 100, october(100), 'ann');
  const over = context({ cached: true });
  expect((await forecastOverrides(over, { company_id: COMPANY })).rows.some(({ value }) => value !== null)).toBe(true);
  expect(over.cache?.forecastGrounds.size).toBe(1);
});
