/** Exceptions over a small distributor written by hand: what each is made of, who sees it, what marks do to it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Today } from '#contract/queries.ts';
import type { TestReplica } from '../testing/replicaFixture.ts';
import { AS_OF_MS, COMPANY, TODAY_ON, troubledDistributor } from '../testing/troubledDistributor.ts';
import { marginLeakage } from '../leakage/marginLeakage.ts';
import { marginLeakageLines } from '../leakage/marginLeakageLines.ts';
import { exceptionDetail } from './exceptionDetail.ts';
import { today } from './today.ts';

let replica: TestReplica;

beforeAll(() => {
  replica = troubledDistributor();
});
afterAll(() => replica.close());

const ask = (role: string, args: object = {}): Promise<Today> =>
  today(replica.context({ role, as_of_ms: AS_OF_MS, user_name: 'ingrid' }), {
    company_ids: [COMPANY],
    whose: 'all',
    snoozed: false,
    escalated: false,
    at_once: false,
    limit: 200,
    ...args,
  });
const found = (answer: Today) => new Map(answer.rows.map((row) => [row.key, row]));

describe('what stands on Today', () => {
  test('an item that runs out: the uncovered part of the lines at net price', async () => {
    const row = found(await ask('planner')).get('runs_out:41:11');
    expect(row).toMatchObject({
      stake_minor: 6_000,
      due_on: '2026-11-11',
      owner: 'ingrid',
      severity: 'bad',
      facts: { runs_out_on: TODAY_ON + 6, late_qty_milli: 6_000, next_in_on: null },
    });
    expect(row?.parts).toEqual([{ part: 'no_receipt', lines: 1, amount_minor: 6_000 }]);
  });
  test('a receipt promised twice is oversold, by what it cannot bring', async () => {
    const row = found(await ask('planner')).get('oversold:42:11');
    expect(row).toMatchObject({
      stake_minor: 13_000,
      facts: { oversold_qty_milli: 13_000, po_number: 'PO-61', channels: ['E-commerce', 'Key accounts'] },
    });
  });
  test('what waits for an overdue purchase order counts there and nowhere else', async () => {
    const rows = found(await ask('planner'));
    expect(rows.get('late_receipt:62')).toMatchObject({
      stake_minor: 10_000,
      since_on: '2026-10-30',
      facts: { days_late: 6, supplier: 'Festo', lines: 1 },
    });
    expect(rows.has('runs_out:43:11')).toBe(false);
  });
  test('leaks of price: discount beyond the rule, freight not charged, and below the floor for those who see cost', async () => {
    const planner = found(await ask('planner'));
    expect(planner.get('discount_not_approved:22')).toMatchObject({
      stake_minor: 1_000,
      facts: { lines: 1, party: 'Rijnmond Havens' },
    });
    expect(planner.get('freight_not_charged:22')?.stake_minor).toBe(950);
    expect(planner.get('below_floor:22')?.stake_minor).toBe(1_000);
    const sales = found(await ask('sales'));
    expect(sales.get('discount_not_approved:22')?.stake_minor).toBe(1_000);
    expect(sales.has('below_floor:22')).toBe(false);
  });
  test('credit is for those who see finance', async () => {
    expect(found(await ask('finance')).get('over_credit_limit:31')).toMatchObject({
      stake_minor: 30_000,
      facts: { open_minor: 80_000, limit_minor: 50_000, oldest_days: 41 },
    });
    const sales = await ask('sales');
    expect(sales.rows.filter((row) => row.group === 'credit')).toEqual([]);
    expect(sales.not_for_you).toEqual(['credit', 'close']);
    expect((await ask('finance')).not_for_you).toEqual([]);
  });
  test('a claim past its target', async () => {
    expect(found(await ask('warehouse')).get('claim_waiting:121')).toMatchObject({
      stake_minor: 11_640,
      facts: { days_open: 19 },
    });
  });
  test('ranked by money; parts add up to the stake; counts and totals speak of all rows', async () => {
    const answer = await ask('controller');
    const stakes = answer.rows.map((row) => row.stake_minor);
    expect(stakes).toEqual(stakes.toSorted((a, b) => b - a));
    for (const row of answer.rows) {
      expect(row.parts.reduce((sum, part) => sum + part.amount_minor, 0)).toBe(row.stake_minor);
    }
    const first = await ask('controller', { limit: 1 });
    expect(first.rows).toHaveLength(1);
    expect(first.total_rows).toBe(answer.rows.length);
    expect(first.total_stake_minor).toBe(stakes.reduce((sum, stake) => sum + stake, 0));
    expect(Object.values(answer.counts).reduce((sum, count) => sum + count, 0)).toBe(answer.awake);
  });
  test('mine is what I own or was given', async () => {
    expect((await ask('planner', { whose: 'mine' })).rows.map((row) => row.key)).toEqual(['runs_out:41:11']);
  });
  test('a group alone', async () => {
    const rows = (await ask('controller', { group: 'supply' })).rows;
    expect(rows.map((row) => row.key)).toEqual(['late_receipt:62']);
  });
});

describe('the working', () => {
  const working = (key: string, role = 'controller') =>
    exceptionDetail(replica.context({ role, as_of_ms: AS_OF_MS }), { company_id: COMPANY, key, limit: 50 });
  test('the rows add up to the stake, and the promises tell the story', async () => {
    const detail = await working('late_receipt:62');
    expect(detail.lines).toEqual([
      {
        part: 'past_promise',
        order_id: 84,
        number: 'SO-84',
        party: 'Rijnmond Havens',
        channel_kind: 'key_accounts',
        on: '2026-11-04',
        qty_milli: 10_000,
        uom: 'pcs',
        amount_minor: 10_000,
      },
    ]);
    expect(detail.events.map((event) => [event.what, event.on, event.to_on])).toEqual([
      ['moved', '2026-10-26', '2026-10-30'],
      ['promised', '2026-10-06', '2026-10-27'],
    ]);
  });
  test('every exception’s rows add up to its stake, or to the exposure behind it', async () => {
    for (const row of (await ask('controller')).rows) {
      const detail = await working(row.key);
      const sum = detail.lines.reduce((all, each) => all + each.amount_minor, 0);
      if (row.facts.kind === 'over_credit_limit') expect(sum).toBe(row.facts.open_minor);
      else expect(sum, row.key).toBe(row.stake_minor);
    }
  });
  test('one that is not for this user, or cleared itself, is not there', async () => {
    expect((await working('over_credit_limit:31', 'sales')).row).toBeNull();
    expect((await working('over_credit_limit:31', 'sales')).lines).toEqual([]);
    expect((await working('runs_out:999:11')).row).toBeNull();
  });
});

const MONTH = { from_month: 202611, to_month: 202611 };
describe('shown in another currency', () => {
  const dollars = { company_ids: [COMPANY], reporting_currency: 'USD' };
  beforeAll(() => {
    replica.insert('fx_rate', [
      {
        id: 1,
        company_id: COMPANY,
        month: 202611,
        currency: 'USD',
        average_rate_micro: 1_100_300,
        closing_rate_micro: 1_123_450,
        per_units: 1,
      },
    ]);
  });
  afterAll(() => void replica.writer.exec('DELETE FROM fx_rate'));

  test('what is at stake goes by the closing rate, each decision by itself, and keeps its own amount', async () => {
    const own = await ask('planner');
    const shown = await ask('planner', dollars);
    expect(own.rows.every((row) => row.shown_minor === row.stake_minor && row.currency === 'EUR')).toBe(true);
    // €60.00 at 1.12345
    expect(found(shown).get('runs_out:41:11')).toMatchObject({
      stake_minor: 6_000,
      shown_minor: 6_741,
      currency: 'EUR',
    });
    expect(shown).toMatchObject({ currency: 'USD', total_rows: own.total_rows, awake: own.awake });
    expect(shown.total_stake_minor).toBe(shown.rows.reduce((sum, row) => sum + (row.shown_minor ?? 0), 0));
    expect(shown.conversion?.rates).toMatchObject([{ kind: 'closing', rate_micro: 1_123_450, on: '2026-11-30' }]);
  });

  test('what leaked in a month goes by its average rate, and the causes add up to the whole', async () => {
    const context = () => replica.context({ role: 'planner', as_of_ms: AS_OF_MS });
    const own = await marginLeakage(context(), { company_ids: [COMPANY], ...MONTH });
    const shown = await marginLeakage(context(), { ...dollars, ...MONTH });
    // €10.00 at 1.1003 is 11.003 each, €9.50 is 10.45285
    expect(shown.rows.find((row) => row.cause === 'freight_not_charged')?.leak_minor).toBe(1_045);
    expect(shown.total_minor).toBe(Math.round(((own.total_minor ?? 0) * 1_100_300) / 1_000_000));
    expect(shown.rows.reduce((sum, row) => sum + (row.leak_minor ?? 0), 0)).toBe(shown.total_minor);
    const yen = await marginLeakage(context(), { company_ids: [COMPANY], reporting_currency: 'JPY', ...MONTH });
    expect(yen).toMatchObject({
      total_minor: null,
      conversion: { lacking: [expect.stringContaining('No JPY rate of')] },
    });
  });
});

describe('leakage by month', () => {
  const months = { company_id: COMPANY, ...MONTH };
  const leakage = (role: string) =>
    marginLeakage(replica.context({ role, as_of_ms: AS_OF_MS }), {
      company_ids: [COMPANY],
      ...MONTH,
    });
  test('is the sum of its lines, cause by cause, and says what is not for this user', async () => {
    const all = await leakage('planner');
    expect(all.rows.map((row) => [row.cause, row.lines, row.leak_minor, row.channel, row.party])).toEqual([
      ['below_floor', 1, 1_000, 'E-commerce', 'Rijnmond Havens'],
      ['discount_not_approved', 1, 1_000, 'E-commerce', 'Rijnmond Havens'],
      ['freight_not_charged', 1, 950, 'E-commerce', 'Rijnmond Havens'],
    ]);
    for (const row of all.rows) {
      const asked = { ...months, cause: row.cause, allowed: false, locate: [], offset: 0, limit: 100 };
      const lines = await marginLeakageLines(replica.context({ role: 'planner', as_of_ms: AS_OF_MS }), asked);
      expect([lines.total_lines, lines.total_minor]).toEqual([row.lines, row.leak_minor]);
      expect(lines.lines.reduce((sum, line) => sum + line.leak_minor, 0)).toBe(row.leak_minor);
    }
    const sales = await leakage('sales');
    expect(sales.rows.map((row) => row.cause)).toEqual(['discount_not_approved', 'freight_not_charged']);
    expect(sales.not_for_you).toEqual(['below_floor', 'cost_rise', 'rebate_not_accrued']);
  });
});

describe('marks', () => {
  test('a snooze takes a row off until its day; an assignment makes it theirs', async () => {
    replica.insert('exception_mark', [
      {
        id: 'm1',
        company_id: COMPANY,
        exception_key: 'late_receipt:62',
        kind: 'snoozed',
        until_on: TODAY_ON + 3,
        author: 'x',
      },
      {
        id: 'm2',
        company_id: COMPANY,
        exception_key: 'oversold:42:11',
        kind: 'assigned',
        assigned_to: 'ingrid',
        author: 'x',
        accepted_at: 5,
      },
    ]);
    const awake = await ask('planner');
    expect(found(awake).has('late_receipt:62')).toBe(false);
    expect(awake.snoozed).toBe(1);
    expect((await ask('planner', { snoozed: true })).rows.map((row) => row.snoozed_until_on)).toEqual(['2026-11-08']);
    expect((await ask('planner', { whose: 'mine' })).rows.map((row) => row.key)).toContain('oversold:42:11');
    expect(awake.people).toContain('ingrid');
  });
  test('a mark on a finance exception is not read without the area', async () => {
    replica.insert('exception_mark_finance', [
      { id: 'm3', company_id: COMPANY, exception_key: 'claim_waiting:121', kind: 'snoozed', until_on: TODAY_ON + 3 },
    ]);
    expect(found(await ask('warehouse')).has('claim_waiting:121')).toBe(true);
  });
});
