import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BinnacleError } from '#contract/errors.ts';
import { QUERIES } from '#contract/queries.ts';
import { fillRate } from './fill/fillRate.ts';
import { fillRateLines } from './fill/fillRateLines.ts';
import { QUERY_HANDLERS } from './handlers.ts';
import { marginByChannel } from './margin/marginByChannel.ts';
import { marginLines } from './margin/marginLines.ts';
import { companies } from './reference/companies.ts';
import { AS_OF_MS, COMPANY, day, GOLDEN, insertGolden } from './testing/golden.ts';
import { tellMonths } from './testing/monthBuckets.ts';
import { createTestReplica, type TestReplica } from './testing/replicaFixture.ts';

let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
  insertGolden(replica);
});
afterEach(() => replica.close());

const range = { company_id: COMPANY, from_month: 202601, to_month: 202612 };
const marginArgs = QUERIES.marginByChannel.args.parse(range);
const fillArgs = QUERIES.fillRate.args.parse(range);

describe('what the data lacks is said, not filled in', () => {
  test('no cost data', async () => {
    replica.writer.exec('DELETE FROM order_line_cost');
    const answer = await marginByChannel(replica.context({ as_of_ms: AS_OF_MS }), marginArgs);
    expect(answer).toMatchObject({ cost_visible: true, cost_statement: 'no cost data' });
    expect(answer.total).toMatchObject({
      gross_minor: GOLDEN.margin.gross_minor,
      cost_minor: null,
      gm1_minor: null,
      cost_coverage_bp: 0,
    });
  });

  test('no committed dates, no shipments', async () => {
    replica.writer.exec('DELETE FROM shipment_line');
    const context = replica.context({ as_of_ms: AS_OF_MS });
    expect((await fillRate(context, fillArgs)).missing).toEqual(['No shipments recorded']);
    replica.writer.exec('UPDATE order_line SET committed_on = NULL');
    const answer = await fillRate(context, fillArgs);
    expect(answer.missing).toEqual(['No committed dates on any order line', 'No shipments recorded']);
    expect(answer.rows).toEqual([]);
    expect(answer.total.unit).toEqual({ numerator: 0, denominator: 0, value_bp: null });
    const lines = await fillRateLines(context, QUERIES.fillRateLines.args.parse({ ...range, figure: 'due' }));
    expect(lines.total_lines).toBe(0);
  });

  test('rows still loading are named, and are not called missing', async () => {
    replica.writer.exec('DELETE FROM shipment_line');
    const loading = ['order_line', 'shipment_line'] as const;
    const answer = await fillRate(replica.context({ as_of_ms: AS_OF_MS, loading }), fillArgs);
    expect(answer.missing).toEqual(['Shipments are still loading']);
    tellMonths(replica, (table, month) => table === 'order_line' && month <= 202609);
    const margin = await marginByChannel(replica.context({ as_of_ms: AS_OF_MS, loading }), marginArgs);
    expect(margin.provenance.coverage).toBe('complete since Oct 2026; older months are loading: order lines');
    // a part of September would pass for all of it
    expect(margin.months).toEqual([202610]);
    const months = [{ company_id: COMPANY, months: [202609, 202610] }];
    tellMonths(replica, (table, month) => table === 'credit_note' && month <= 202609, months);
    const credits = await marginByChannel(
      replica.context({ as_of_ms: AS_OF_MS, loading: ['credit_note'] }),
      marginArgs,
    );
    expect(credits.provenance.coverage).toBe('complete since Oct 2026; older months are loading: credit notes');
    const complete = await marginByChannel(replica.context({ as_of_ms: AS_OF_MS }), marginArgs);
    expect(complete.provenance).toMatchObject({ coverage: 'complete', checkpoint: 7, as_of_ms: AS_OF_MS });
  });
});

describe('a remembered answer', () => {
  test('is dropped as soon as the file changes', async () => {
    const context = replica.context({ as_of_ms: AS_OF_MS, cached: true });
    expect((await marginByChannel(context, marginArgs)).total.lines).toBe(15);
    expect(context.cache?.margin.size).toBe(1);
    const held = [...(context.cache?.margin.values() ?? [])][0];
    await marginByChannel(context, marginArgs);
    expect([...(context.cache?.margin.values() ?? [])][0]).toBe(held);
    replica.writer.exec('DELETE FROM order_line WHERE id = 12');
    const answer = await marginByChannel(context, marginArgs);
    expect(answer.total).toMatchObject({ lines: 14, other_minor: GOLDEN.margin.other_minor - 475 });
  });

  test('is dropped when a credit comes, and its lines’ total with it', async () => {
    const context = replica.context({ as_of_ms: AS_OF_MS, cached: true });
    const lines = QUERIES.marginLines.args.parse({ ...range, figure: 'net' });
    expect((await marginLines(context, lines)).total_minor).toBe(GOLDEN.margin.net_minor);
    expect((await marginByChannel(context, marginArgs)).total.net_minor).toBe(GOLDEN.margin.net_minor);
    const credit = { company_id: COMPANY, month: 202610, issued_on: day('2026-10-09'), amount_minor: 91 };
    replica.insert('credit_note', [{ id: 1, ...credit, number: 'CN 1' }]);
    expect((await marginLines(context, lines)).total_minor).toBe(GOLDEN.margin.net_minor - 91);
    expect((await marginByChannel(context, marginArgs)).total.net_minor).toBe(GOLDEN.margin.net_minor - 91);
  });

  test('is not mistaken for another question’s', async () => {
    const context = replica.context({ as_of_ms: AS_OF_MS, cached: true });
    const all = await marginByChannel(context, marginArgs);
    const one = await marginByChannel(context, { ...marginArgs, channel_id: 11 });
    const none = await marginByChannel(context, { ...marginArgs, channel_id: 0 });
    expect(new Set([all.total.lines, one.total.lines, none.total.lines]).size).toBe(3);
  });
});

test('a cancelled scan stops between months', async () => {
  let calls = 0;
  const checkCancelled = () => {
    calls += 1;
    if (calls === 2) throw new BinnacleError('cancelled', 'Stopped.');
  };
  const context = replica.context({ as_of_ms: AS_OF_MS, checkCancelled });
  await expect(marginByChannel(context, marginArgs)).rejects.toMatchObject({ code: 'cancelled' });
  expect(calls).toBe(2);
});

test('a company outside the scope is not found', async () => {
  const context = replica.context({ as_of_ms: AS_OF_MS });
  await expect(marginByChannel(context, { ...marginArgs, company_id: 999 })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('companies come with their sites, channels and months', async () => {
  const [company, ...others] = await companies(replica.context({ role: 'sales' }), {});
  expect(others).toEqual([]);
  expect(company).toMatchObject({ code: 'HAL', currency: 'EUR', months: [202609, 202610], has_finance: false });
  expect(company?.sites.map((site) => site.code)).toEqual(['RTM', 'ANR']);
  expect(company?.channels.map((channel) => channel.kind)).toEqual(['inside_sales', 'ecommerce']);
  expect((await companies(replica.context({ role: 'finance' }), {}))[0]?.has_finance).toBe(true);
});

test('every KPI on a screen has a definition with a null rule and a version', async () => {
  const definitions = await QUERY_HANDLERS.kpiDefinitions(replica.context(), {});
  expect(new Set(definitions.map((each) => each.id)).size).toBe(definitions.length);
  for (const each of definitions) {
    expect(each.null_rule, each.id).not.toBe('');
    expect(each.version, each.id).toBeGreaterThanOrEqual(1);
  }
});
