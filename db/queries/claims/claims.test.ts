/** Claims over rows written by hand: that they are those of the exception, the clock that of the KPI, the money that of the margin. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLAIM_TARGET_DAYS } from '#domain/claims/claim.ts';
import { type ClaimRow, QUERIES, type QueryInput } from '#contract/queries.ts';
import { kpiRows } from '../kpi/kpiRows.ts';
import { kpiValues } from '../kpi/kpiValues.ts';
import type { ContextOptions, TestReplica } from '../testing/replicaFixture.ts';
import { AS_OF_MS, COMPANY, TODAY_ON, troubledDistributor } from '../testing/troubledDistributor.ts';
import { exceptions } from '../today/allExceptions.ts';
import { claimDetail } from './claimDetail.ts';
import { claims } from './claims.ts';

const DAY_MS = 86_400_000;
const at = (days_ago: number): number => (TODAY_ON - days_ago) * DAY_MS + 8 * 3_600_000;
const place = { company_id: COMPANY, site_id: 11, channel_id: 22, month: 202611 };
let replica: TestReplica;

const claim = (id: number, days_ago: number, more: object = {}) => ({
  id,
  ...place,
  number: `CL-${id}`,
  party_id: 31,
  order_line_id: 95,
  item_id: 44,
  kind: 'wrong_item',
  opened_on: TODAY_ON - days_ago,
  state: 'open',
  claimed_minor: 1_000 * id,
  ...more,
});
const event = (id: number, claim_id: number, kind: string, days_ago: number) => ({
  id,
  ...place,
  claim_id,
  kind,
  happened_at: at(days_ago),
});

beforeAll(() => {
  // beside the one that is there: CL-7731, open for 19 days, of no line, without an event
  replica = troubledDistributor();
  replica.insert('party', [
    { id: 33, company_id: COMPANY, code: 'C2', name: 'Zeeland Marine', kind: 'customer', salesperson: 'M. Jansen' },
  ]);
  replica.insert('claim', [
    claim(201, 10),
    claim(202, 30, { state: 'waiting', party_id: 33, kind: 'damaged' }),
    claim(203, 25, { state: 'resolved', resolved_on: TODAY_ON - 2, site_id: null, channel_id: null }),
    claim(204, 12, { state: 'resolved', resolved_on: TODAY_ON - 3, order_line_id: null, item_id: null, party_id: 33 }),
  ]);
  replica.insert('claim_event', [
    event(1, 201, 'opened', 10),
    event(2, 202, 'opened', 30),
    event(3, 202, 'waiting', 26),
    event(4, 203, 'opened', 25),
    event(5, 203, 'waiting', 20),
    event(6, 203, 'resumed', 6),
    event(7, 203, 'resolved', 2),
    event(8, 204, 'opened', 12),
    event(9, 204, 'resolved', 3),
  ]);
  replica.insert('credit_note', [
    { id: 1, ...place, number: 'CN-1', issued_on: TODAY_ON - 2, claim_id: 203, amount_minor: 900, reason: 'claim' },
    { id: 2, ...place, number: 'CN-2', issued_on: TODAY_ON - 3, claim_id: 204, amount_minor: 4_000, reason: 'claim' },
    { id: 3, ...place, number: 'CN-3', issued_on: TODAY_ON - 3, claim_id: 204, amount_minor: 250, reason: 'claim' },
    { id: 4, ...place, number: 'CN-4', issued_on: TODAY_ON - 3, amount_minor: 777, reason: 'price difference' },
  ]);
  replica.insert('claim_cost', [
    { id: 1, ...place, claim_id: 203, booked_on: TODAY_ON - 2, amount_minor: 60, site_id: null, channel_id: null },
    { id: 2, ...place, claim_id: 204, booked_on: TODAY_ON - 3, amount_minor: 40 },
  ]);
});
afterAll(async () => await replica.close());

const context = (more: ContextOptions = {}) =>
  replica.context({ as_of_ms: AS_OF_MS, role: 'finance', cached: true, ...more });
const ask = async (args: Partial<QueryInput<'claims'>> = {}, more: ContextOptions = {}) =>
  await claims(context(more), QUERIES.claims.args.parse({ company_id: COMPANY, ...args }));
const numbers = (rows: readonly ClaimRow[]) => rows.map(({ label }) => label);
const detail = async (claim_id: number, more: ContextOptions = {}) =>
  await claimDetail(context(more), { company_id: COMPANY, claim_id });

describe('the list', () => {
  test('shows what is open first, open too long before that, the most money first', async () => {
    const answer = await ask({ view: 'all' });
    expect(numbers(answer.rows)).toEqual(['CL-202', 'CL-7731', 'CL-201', 'CL-203', 'CL-204']);
    expect(answer.counts).toEqual({
      open: 3,
      too_long: 2,
      customer: 1,
      resolved: 2,
      all: 5,
      claimed_minor: 201_000 + 202_000 + 11_640,
      too_long_minor: 202_000 + 11_640,
    });
    for (const view of ['open', 'too_long', 'resolved', 'all'] as const) {
      const { total_rows, totals } = await ask({ view });
      expect([total_rows, totals.claims], view).toEqual([answer.counts[view], answer.counts[view]]);
    }
    expect(answer.target_days).toBe(CLAIM_TARGET_DAYS);
  });
  test('how long it may be open is a target of its channel or its company, as the exception takes it', async () => {
    const target = { company_id: COMPANY, kpi: 'claim_open_age', from_month: 202601, owner: 'sales' };
    const waiting = async () => {
      const { rows } = await exceptions(
        context(),
        QUERIES.exceptions.args.parse({ company_ids: [COMPANY], kind: 'claim_waiting', group_by: 'none' }),
      );
      return rows.flatMap(({ exception }) => exception?.key ?? []);
    };
    replica.insert('kpi_target', [{ ...target, id: 1, channel_id: null, target: 25_000 }]);
    const whole = await ask({ view: 'too_long' });
    expect([whole.target_days, numbers(whole.rows)]).toEqual([25, ['CL-202']]);
    expect(whole.rows[0]?.target_days).toBe(25);
    expect(await waiting()).toEqual(['claim_waiting:202']);
    replica.insert('kpi_target', [{ ...target, id: 2, channel_id: 22, target: 9_000 }]);
    const own = await ask({ view: 'too_long' });
    expect([own.target_days, numbers(own.rows).toSorted()]).toEqual([null, ['CL-201', 'CL-202']]);
    expect((await waiting()).toSorted()).toEqual(['claim_waiting:201', 'claim_waiting:202']);
    replica.writer.exec('DELETE FROM kpi_target WHERE id IN (1, 2)');
  });
  test('says of each what it is about, whom it waits for and what it took', async () => {
    const { rows } = await ask({ view: 'all' });
    expect(rows.find(({ claim_id }) => claim_id === 203)).toMatchObject({
      party: 'Rijnmond Havens',
      order_number: 'SO-85',
      order_id: 85,
      item_code: 'I-44',
      shipped_on: '2026-11-03',
      reason: 'wrong_item',
      state: 'resolved',
      age_days: 23,
      allowed_minor: 900,
      cost_minor: 60,
      margin_minor: -960,
      owner: null,
    });
    expect(rows.find(({ claim_id }) => claim_id === 202)).toMatchObject({
      state: 'customer',
      too_long: 1,
      owner: 'M. Jansen',
      margin_minor: 0,
      clock_milli_days: 4_000,
    });
    expect(rows.find(({ claim_id }) => claim_id === 121)).toMatchObject({ order_id: null, clock_milli_days: null });
  });
  test('narrows, orders and groups; groups add up to the total', async () => {
    expect(numbers((await ask({ view: 'all', text: 'so-85' })).rows)).toEqual(['CL-202', 'CL-201', 'CL-203']);
    expect(numbers((await ask({ view: 'all', text: 'zeeland' })).rows)).toEqual(['CL-202', 'CL-204']);
    const filters = [{ column: 'order' as const, op: 'contains' as const, value: '85' }];
    expect((await ask({ view: 'all', filters })).total_rows).toBe(3);
    expect((await ask({ view: 'all', channel_id: 0 })).total_rows).toBe(1);
    const by = async (column: 'claimed' | 'clock' | 'customer', descending: boolean) =>
      numbers((await ask({ view: 'all', sort: [{ column, descending }] })).rows);
    expect(await by('claimed', false)).toEqual(['CL-7731', 'CL-201', 'CL-202', 'CL-203', 'CL-204']);
    expect((await by('clock', true)).at(-1), 'what has no clock comes last').toBe('CL-7731');
    expect((await by('clock', false)).at(-1)).toBe('CL-7731');
    for (const group_by of ['customer', 'item', 'reason', 'owner'] as const) {
      const folded = await ask({ view: 'all', group_by });
      for (const sum of ['claims', 'open', 'too_long', 'claimed_minor', 'allowed_minor'] as const) {
        expect(
          folded.rows.reduce((to, row) => to + row[sum], 0),
          `${group_by} ${sum}`,
        ).toBe(folded.totals[sum]);
      }
      const [first] = folded.rows;
      const open = await ask({ view: 'all', group_by, expanded: [first?.key ?? ''] });
      expect(open.total_rows).toBe(folded.total_rows + (first?.claims ?? 0));
    }
  });
  test('finds the place of a claim however far down it stands', async () => {
    const { located } = await ask({ view: 'all', limit: 1, locate: ['c:204', 'c:999'] });
    expect(located).toEqual([4, null]);
  });
});

describe('one definition', () => {
  test('open too long is what the exception counts, with the same money', async () => {
    const answer = await exceptions(
      context(),
      QUERIES.exceptions.args.parse({ company_ids: [COMPANY], kind: 'claim_waiting', group_by: 'none' }),
    );
    const { rows, counts } = await ask({ view: 'too_long' });
    expect(answer.rows.map(({ exception }) => exception?.key).toSorted()).toEqual(
      rows.map(({ claim_id }) => `claim_waiting:${claim_id}`).toSorted(),
    );
    expect(answer.total_stake_minor).toBe(counts.too_long_minor);
    for (const { exception } of answer.rows) {
      if (exception?.facts.kind !== 'claim_waiting') throw new Error('another kind');
      const { claim_id, days_open } = exception.facts;
      expect(rows.find((row) => row.claim_id === claim_id)?.age_days).toBe(days_open);
    }
  });
  test('our time is that of claim resolution time and of the age of open claims', async () => {
    const { rows } = await ask({ view: 'all' });
    const clockOf = new Map(rows.map(({ claim_id, clock_milli_days }) => [claim_id, clock_milli_days]));
    for (const [kpi, state] of [
      ['claim_time_median', 'resolved'],
      ['claim_open_age', 'open'],
    ] as const) {
      const told = await kpiRows(
        context(),
        QUERIES.kpiRows.args.parse({ company_id: COMPANY, kpi, from_month: 202611, to_month: 202611 }),
      );
      expect(told.rows.length, kpi).toBeGreaterThan(0);
      for (const { id, numerator } of told.rows) expect(clockOf.get(Number(id)), kpi).toBe(numerator);
      const timed = rows.filter(
        (row) => row.clock_milli_days !== null && (row.state === 'resolved') === (state === 'resolved'),
      );
      expect(told.rows.length, kpi).toBe(timed.length);
    }
  });
  test('what they took from GM3 is the step Claims of the margin', async () => {
    const values = await kpiValues(
      context(),
      QUERIES.kpiValues.args.parse({ company_ids: [COMPANY], kpis: ['claims'], from_month: 202611, to_month: 202611 }),
    );
    const { totals } = await ask({ view: 'all' });
    expect(totals.margin_minor).toBe(-(900 + 4_000 + 250 + 60 + 40));
    expect(JSON.stringify(values)).toContain(`"value":${0 - (totals.margin_minor ?? 0)}`);
  });
});

describe('who may see what', () => {
  test('whoever sees no cost learns none, not by sorting, filters, sums or the panel either', async () => {
    for (const role of ['sales', 'warehouse']) {
      const answer = await ask({ view: 'all' }, { role });
      expect(answer.cost_visible).toBe(false);
      for (const row of [...answer.rows, answer.totals]) {
        expect([row.cost_minor, row.margin_minor]).toEqual([null, null]);
      }
      const dear = [{ column: 'cost' as const, op: 'between' as const, value: { from: 1, to: null } }];
      expect((await ask({ view: 'all', filters: dear }, { role })).total_rows).toBe(0);
      const sorted = await ask({ view: 'all', sort: [{ column: 'margin', descending: false }] }, { role });
      expect(numbers(sorted.rows)).toEqual(numbers(answer.rows));
      const one = await detail(203, { role });
      expect(one.costs).toBeNull();
      expect(one.line?.cost_minor ?? null).toBeNull();
      expect(one.row).toMatchObject({ allowed_minor: 900, cost_minor: null, margin_minor: null });
    }
  });
  test('cost of one site: what lies elsewhere has none, and no sum takes it for nothing', async () => {
    const grant = { role: 'planner', company_id: COMPANY, site_id: 11 };
    const answer = await ask({ view: 'all' }, { grant });
    expect(answer.rows.find(({ claim_id }) => claim_id === 203)?.margin_minor).toBeNull();
    expect(answer.rows.find(({ claim_id }) => claim_id === 204)?.margin_minor).toBe(-4_290);
    expect(answer.totals.margin_minor).toBeNull();
  });
  test('a company that is not theirs is not found', async () => {
    await expect(ask({ company_id: 99 })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('one claim', () => {
  test('with its line, shipments, money, clock and what else the customer claims', async () => {
    const { row, line, shipments, credits, costs, events, others, of_customer } = await detail(203);
    expect(row?.number).toBe('CL-203');
    expect(line).toMatchObject({ order_number: 'SO-85', net_minor: 7_000, unit_price_micro: 10_000_000 });
    expect(shipments).toEqual([{ number: 'DN1', shipped_on: '2026-11-03', delivered_on: null, qty_milli: 10_000 }]);
    expect(credits.map(({ number, amount_minor }) => [number, amount_minor])).toEqual([['CN-1', 900]]);
    expect(costs).toEqual([{ booked_on: '2026-11-03', amount_minor: 60 }]);
    expect(events.map(({ kind }) => kind)).toEqual(['opened', 'waiting', 'resumed', 'resolved']);
    expect(numbers(others)).toEqual(['CL-201', 'CL-7731']);
    expect(of_customer).toEqual({
      claims: 3,
      open: 2,
      claimed_minor: 203_000 + 201_000 + 11_640,
      allowed_minor: 900,
    });
  });
  test('that names no line says so, and one that is gone is told as gone', async () => {
    expect(await detail(204)).toMatchObject({ line: null, shipments: [], notes: [] });
    expect((await detail(999)).row).toBeNull();
  });
});

test('a claim given to somebody stands under their name, a resolved one under nobody’s', async () => {
  const written = { company_id: COMPANY, author: 'ingrid', written_at: AS_OF_MS, accepted_at: AS_OF_MS };
  replica.insert('exception_mark', [
    { id: 'm1', ...written, exception_key: 'claim_waiting:201', kind: 'assigned', assigned_to: 'sofia' },
    { id: 'm2', ...written, exception_key: 'claim_waiting:202', kind: 'snoozed', until_on: TODAY_ON + 3 },
    { id: 'm3', ...written, exception_key: 'claim_waiting:204', kind: 'assigned', assigned_to: 'sofia' },
  ]);
  const { rows, people } = await ask({ view: 'all' });
  const of = (id: number) => rows.find(({ claim_id }) => claim_id === id);
  expect(of(201)).toMatchObject({ assigned_to: 'sofia', owner: null });
  expect(of(202)?.snoozed_until_on).toBe('2026-11-08');
  expect(of(204)?.assigned_to).toBeNull();
  expect(people).toContain('sofia');
  const hers = [{ column: 'owner' as const, op: 'contains' as const, value: 'sofia' }];
  expect(numbers((await ask({ view: 'all', filters: hers })).rows)).toEqual(['CL-201']);
});
