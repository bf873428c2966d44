/** A day to come has what is approved until then, as the server will let it take effect; drafts still wait. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { NO_KEY, type RuleKey, type RuleSubject, type RuleValues } from '#domain/governance/subjects.ts';
import { QUERIES, type QueryInput } from '#contract/queries.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { rulesInForce } from './rulesInForce.ts';

const NOW_MS = Date.UTC(2026, 10, 26, 9);
const TODAY = 20_783;
const FIRST_OF_DECEMBER = TODAY + 5;
const SITE = 3;
const [INSIDE, WEB] = [11, 12];

let copy: TestReplica;
beforeEach(() => {
  copy = createTestReplica();
  copy.insert('company', [{ id: 1, code: 'HAL', name: 'H', currency: 'EUR', time_zone: 'Europe/Amsterdam' }]);
  copy.insert('site', [{ id: SITE, company_id: 1, code: 'AMS', name: 'AMS', kind: 'dc' }]);
  copy.insert(
    'channel',
    [INSIDE, WEB].map((id) => ({ id, company_id: 1, code: `C${id}`, name: `Channel ${id}`, kind: 'ecommerce' })),
  );
  copy.insert(
    'item',
    [800, 801, 802].map((id) => ({ id, company_id: 1, code: `I-${id}`, name: `Item ${id}`, uom: 'pcs', active: 1 })),
  );
  copy.insert(
    'policy',
    [800, 801].map((item_id) => ({ id: item_id, company_id: 1, site_id: SITE, item_id, ...policy(1000) })),
  );
  copy.insert('channel_rule', [{ id: 1, company_id: 1, channel_id: INSIDE, ...channelRule(1) }]);
  copy.insert('price_floor', [
    { id: 1, company_id: 1, item_id: 800, floor_price_micro: 5_000_000, owner: 'controller' },
  ]);
  copy.insert('kpi_target', [
    { id: 1, company_id: 1, kpi: 'unit_fill', from_month: 202601, target: 9_500, owner: 'finance' },
  ]);
});
afterEach(() => copy.close());

const policy = (min: number): RuleValues => ({
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
  owner: 'planner',
});
const channelRule = (priority: number): RuleValues => ({
  priority,
  protected_bp: 0,
  max_discount_bp: 300,
  free_freight_from_minor: null,
  freight_charge_minor: null,
  grace_days: null,
  owner: 'planner',
});

let changes = 0;
function change(
  subject: RuleSubject,
  on: number,
  key: Partial<RuleKey>,
  [before, after]: readonly [RuleValues | null, RuleValues | null],
  verdicts: readonly string[] = ['approved'],
): void {
  changes += 1;
  const at = changes;
  const id = `${String(at).padStart(8, '0')}-1111-4111-8111-000000000000`;
  const area = subject === 'price_floor' ? 'rule_change_cost' : 'rule_change';
  const said = { company_id: 1, written_at: NOW_MS + at, accepted_at: NOW_MS + at };
  copy.insert(area, [
    {
      ...said,
      id,
      subject,
      title: `Change ${at}`,
      reason: 'Test.',
      effective_on: on,
      lines: JSON.stringify([{ ...NO_KEY, ...key, before, after }]),
      author: 'planner',
    },
  ]);
  copy.insert(
    area === 'rule_change' ? 'rule_verdict' : 'rule_verdict_cost',
    verdicts.map((verdict, place) => ({
      ...said,
      id: `${String(at).padStart(8, '0')}-2222-4222-8222-${String(place).padStart(12, '0')}`,
      change_id: id,
      verdict,
      reason: '',
      content_hash: '0'.repeat(64),
      author: 'controller',
    })),
  );
}

const held = (subject: RuleSubject, day: number, args: Partial<QueryInput<'rulesInForce'>> = {}) =>
  rulesInForce(
    { ...copy.context({ role: 'controller', user_name: 'tester', as_of_ms: NOW_MS }), now_ms: NOW_MS },
    QUERIES.rulesInForce.args.parse({ company_id: 1, subject, limit: 100, on: isoDate(day), ...args }),
  );
const minimums = async (day: number) =>
  (await held('policy', day)).rows.map(({ item_id, values }) => [item_id, values['min_qty_milli']]);

test('a policy: from its day on the approved figures, by whom and since when; a draft waits beside what holds', async () => {
  const of = { site_id: SITE, item_id: 800 };
  change('policy', TODAY + 3, of, [policy(1000), policy(2000)]);
  change('policy', TODAY + 6, of, [policy(2000), policy(3000)]);
  change('policy', TODAY + 3, { site_id: SITE, item_id: 801 }, [policy(1000), policy(7000)], []);
  change('policy', TODAY + 4, { site_id: SITE, item_id: 802 }, [null, policy(4000)]);
  expect(await minimums(TODAY)).toEqual([
    [800, 1000],
    [801, 1000],
  ]);
  expect(await minimums(TODAY + 2)).toEqual([
    [800, 1000],
    [801, 1000],
  ]);
  expect(await minimums(TODAY + 3)).toEqual([
    [800, 2000],
    [801, 1000],
  ]);
  expect(await minimums(TODAY + 5)).toEqual([
    [800, 2000],
    [801, 1000],
    [802, 4000],
  ]);
  expect(await minimums(TODAY + 6)).toEqual([
    [800, 3000],
    [801, 1000],
    [802, 4000],
  ]);
  const { rows, total_rows } = await held('policy', TODAY + 4);
  expect(total_rows).toBe(3);
  expect(rows[0]).toMatchObject({
    since: isoDate(TODAY + 3),
    changed_by: 'planner',
    approved_by: 'controller',
    waits: { state: 'approved' },
  });
  expect(rows[1]?.waits).toMatchObject({ state: 'draft' });
  expect(rows[2]?.waits).toBeNull();
  expect((await held('policy', TODAY + 6)).rows[0]?.waits).toBeNull();
  expect((await held('policy', TODAY + 6, { text: 'i-802' })).rows).toHaveLength(1);
  expect((await held('policy', TODAY + 6, { limit: 1, offset: 1 })).rows[0]?.item_id).toBe(801);
});

test('of two changes the one of the later day holds, whichever was drafted first', async () => {
  const of = { site_id: SITE, item_id: 800 };
  change('policy', TODAY + 6, of, [policy(2000), policy(3000)]);
  change('policy', TODAY + 3, of, [policy(1000), policy(2000)]);
  const [then] = (await held('policy', TODAY + 4)).rows;
  expect(then).toMatchObject({ since: isoDate(TODAY + 3), until: isoDate(TODAY + 5), values: { min_qty_milli: 2000 } });
  const [last] = (await held('policy', TODAY + 6)).rows;
  expect(last).toMatchObject({ since: isoDate(TODAY + 6), until: null, values: { min_qty_milli: 3000 } });
});

test('what replaces something else than holds by then takes no effect, as a whole', async () => {
  const of = { site_id: SITE, item_id: 800 };
  change('policy', TODAY + 3, of, [policy(1000), policy(2000)]);
  change('policy', TODAY + 4, of, [policy(1000), policy(9000)]);
  expect(await minimums(TODAY + 5)).toEqual([
    [800, 2000],
    [801, 1000],
  ]);
});

test('dated rules: the version that will hold, of which day to which, one that ends and one that begins', async () => {
  change('channel_rule', TODAY + 3, { channel_id: INSIDE }, [channelRule(1), channelRule(5)]);
  change('channel_rule', TODAY + 3, { channel_id: WEB }, [null, channelRule(2)]);
  const floor = { floor_price_micro: 5_000_000, owner: 'controller' };
  change('price_floor', TODAY + 3, { item_id: 800 }, [floor, null]);
  const priorities = async (day: number) =>
    (await held('channel_rule', day)).rows.map(({ channel_id, values, since, until }) => [
      channel_id,
      values['priority'],
      since,
      until,
    ]);
  expect(await priorities(TODAY + 2)).toEqual([[INSIDE, 1, null, isoDate(TODAY + 2)]]);
  expect(await priorities(TODAY + 3)).toEqual([
    [INSIDE, 5, isoDate(TODAY + 3), null],
    [WEB, 2, isoDate(TODAY + 3), null],
  ]);
  expect((await held('price_floor', TODAY + 2)).rows).toHaveLength(1);
  expect((await held('price_floor', TODAY + 3)).rows).toEqual([]);
});

test('a target: from its month on', async () => {
  const target = (figure: number) => ({ target: figure, owner: 'finance' });
  change('kpi_target', FIRST_OF_DECEMBER, { kpi: 'unit_fill' }, [target(9_500), target(9_700)]);
  const figures = async (day: number) =>
    (await held('kpi_target', day)).rows.map(({ kpi, values, since }) => [kpi, values['target'], since]);
  expect(await figures(FIRST_OF_DECEMBER - 1)).toEqual([['unit_fill', 9_500, '2026-01-01']]);
  expect(await figures(FIRST_OF_DECEMBER)).toEqual([['unit_fill', 9_700, '2026-12-01']]);
  expect(await figures(FIRST_OF_DECEMBER + 90)).toEqual([['unit_fill', 9_700, '2026-12-01']]);
});
