/** Policies have one row: what held on an earlier day is told by the changes that took effect since. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { NO_KEY, type RuleValues } from '#domain/governance/subjects.ts';
import { QUERIES, type QueryInput } from '#contract/queries.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { rulesInForce } from './rulesInForce.ts';

const NOW_MS = Date.UTC(2026, 10, 26, 9);
const TODAY = 20_783;
const SITE = 3;

let copy: TestReplica;
beforeEach(() => {
  copy = createTestReplica();
  copy.insert('company', [{ id: 1, code: 'HAL', name: 'H', currency: 'EUR', time_zone: 'Europe/Amsterdam' }]);
  copy.insert('site', [{ id: SITE, company_id: 1, code: 'AMS', name: 'AMS', kind: 'dc' }]);
  copy.insert(
    'item',
    [800, 801, 802].map((id) => ({ id, company_id: 1, code: `I-${id}`, name: `Item ${id}`, uom: 'pcs', active: 1 })),
  );
});
afterEach(() => copy.close());

const policy = (min: number, owner: string | null = 'planner'): RuleValues => ({
  kind: 'min_max',
  min_qty_milli: min,
  max_qty_milli: 9000,
  multiple_qty_milli: 1000,
  lead_time_days: 7,
  lot_qty_milli: null,
  measure: null,
  target_bp: null,
  review_days: null,
  order_qty_milli: null,
  owner,
});

interface Made {
  readonly item_id: number;
  readonly on: number;
  readonly before: RuleValues | null;
  readonly after: RuleValues;
  readonly verdicts?: readonly string[];
}

function keep(now: ReadonlyMap<number, RuleValues>, changes: readonly Made[]): void {
  copy.insert(
    'policy',
    [...now].map(([item_id, values]) => ({ id: item_id, company_id: 1, site_id: SITE, item_id, ...values })),
  );
  const id = (at: number, of: string): string =>
    `${String(at).padStart(8, '0')}-1111-4111-8111-${of.padStart(12, '0')}`;
  copy.insert(
    'rule_change',
    changes.map(({ item_id, on, before, after }, at) => ({
      id: id(at, '0'),
      company_id: 1,
      site_id: SITE,
      subject: 'policy',
      title: `Change ${at}`,
      reason: 'Test.',
      effective_on: on,
      lines: JSON.stringify([{ ...NO_KEY, site_id: SITE, item_id, before, after }]),
      author: 'planner',
      written_at: NOW_MS + at,
      accepted_at: NOW_MS + at,
    })),
  );
  copy.insert(
    'rule_verdict',
    changes.flatMap(({ verdicts = ['approved', 'effective'] }, at) =>
      verdicts.map((verdict, place) => ({
        id: id(at, String(place + 1)),
        company_id: 1,
        site_id: SITE,
        change_id: id(at, '0'),
        verdict,
        reason: '',
        content_hash: '0'.repeat(64),
        author: verdict === 'effective' ? null : 'controller',
        written_at: NOW_MS + at,
        accepted_at: NOW_MS + at * 10 + place,
      })),
    ),
  );
}

const held = (args: Partial<QueryInput<'rulesInForce'>> = {}) =>
  rulesInForce(
    { ...copy.context({ role: 'planner', user_name: 'tester', as_of_ms: NOW_MS }), now_ms: NOW_MS },
    QUERIES.rulesInForce.args.parse({ company_id: 1, subject: 'policy', limit: 100, ...args }),
  );
const minimumsOn = async (day: number) =>
  (await held({ on: isoDate(day) })).rows.map(({ item_id, values }) => [item_id, values['min_qty_milli']]);

test('an earlier day has the figures that held on it, since when and until when, and by whose change', async () => {
  keep(
    new Map([
      [800, policy(3000)],
      [801, policy(5000)],
      [802, policy(7000)],
    ]),
    [
      { item_id: 800, on: TODAY - 20, before: policy(1000, null), after: policy(2000) },
      { item_id: 800, on: TODAY - 5, before: policy(2000), after: policy(3000) },
      // there was none before
      { item_id: 801, on: TODAY - 3, before: null, after: policy(5000) },
      // never took effect
      { item_id: 802, on: TODAY - 3, before: policy(7000), after: policy(8000), verdicts: ['refused'] },
      { item_id: 802, on: TODAY + 3, before: policy(7000), after: policy(8000), verdicts: ['approved'] },
    ],
  );
  const today = [
    [800, 3000],
    [801, 5000],
    [802, 7000],
  ];
  expect(await minimumsOn(TODAY)).toEqual(today);
  expect(await minimumsOn(TODAY - 3)).toEqual(today);
  expect(await minimumsOn(TODAY - 4)).toEqual([
    [800, 3000],
    [802, 7000],
  ]);
  expect(await minimumsOn(TODAY - 5)).toEqual(await minimumsOn(TODAY - 4));
  expect(await minimumsOn(TODAY - 6)).toEqual([
    [800, 2000],
    [802, 7000],
  ]);
  expect(await minimumsOn(TODAY - 21)).toEqual([
    [800, 1000],
    [802, 7000],
  ]);
  const [then] = (await held({ on: isoDate(TODAY - 6) })).rows;
  expect(then).toMatchObject({
    since: isoDate(TODAY - 20),
    until: isoDate(TODAY - 6),
    changed_by: 'planner',
    approved_by: 'controller',
  });
  const first = await held({ on: isoDate(TODAY - 21) });
  expect(first.rows[0]).toMatchObject({ since: null, until: isoDate(TODAY - 21), changed_by: null });
  // what is counted and looked for is what held
  expect([first.total_rows, first.without_owner]).toEqual([2, 1]);
  expect((await held({ on: isoDate(TODAY - 21), text: 'planner' })).rows.map((row) => row.item_id)).toEqual([802]);
  expect((await held({ on: isoDate(TODAY - 21), limit: 1, offset: 1 })).rows.map((row) => row.item_id)).toEqual([802]);
});

test('whatever changed when, each day has what the changes until it made', async () => {
  const changes = fc.array(
    fc.record({
      item_id: fc.constantFrom(800, 801, 802),
      days: fc.nat({ max: 6 }),
      min: fc.integer({ min: 1, max: 9 }),
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(changes, async (drawn) => {
      for (const table of ['policy', 'rule_change', 'rule_verdict']) copy.writer.exec(`DELETE FROM main.${table}`);
      const now = new Map<number, RuleValues>([[800, policy(1000)]]);
      const made: Made[] = [];
      const then = new Map<number, [number, unknown][]>();
      // oldest day first; of one day as they were drafted
      for (let day = TODAY - 6; day <= TODAY; day++) {
        for (const { item_id, min } of drawn.filter(({ days }) => TODAY - days === day)) {
          const after = policy(min * 1000);
          made.push({ item_id, on: day, before: now.get(item_id) ?? null, after });
          now.set(item_id, after);
        }
        then.set(
          day,
          [...now]
            .map(([id, values]): [number, unknown] => [id, values['min_qty_milli']])
            .toSorted(([a], [b]) => a - b),
        );
      }
      keep(now, made);
      for (const [day, expected] of then) expect(await minimumsOn(day)).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});
