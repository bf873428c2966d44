/** The queue over a small distributor written by hand, and over random stock from columns and tables alike. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { QUERIES, type QueryArgs, type QueryInput } from '#contract/queries.ts';
import { createTestColumns } from '#db/analysis/testing/columns.ts';
import * as golden from '../testing/golden.ts';
import { insertRandomStock } from '../testing/randomStock.ts';
import { type ContextOptions, createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { AS_OF_MS, COMPANY, TODAY_ON, troubledDistributor } from '../testing/troubledDistributor.ts';
import { fulfilment } from './fulfilment.ts';
import { fulfilmentLine } from './fulfilmentLine.ts';
import { openLines } from './openLines.ts';

const parse = (args: Partial<QueryInput<'fulfilment'>>): QueryArgs<'fulfilment'> =>
  QUERIES.fulfilment.args.parse({ company_id: COMPANY, ...args });

describe('a small distributor', () => {
  let replica: TestReplica;
  beforeEach(() => {
    replica = troubledDistributor();
  });
  afterEach(() => replica.close());

  const context = (options: ContextOptions = {}) =>
    replica.context({ role: 'planner', as_of_ms: AS_OF_MS, user_name: 'ingrid', ...options });
  const ask = (args: Partial<QueryInput<'fulfilment'>> = {}, options: ContextOptions = {}) =>
    fulfilment(context(options), parse(args));
  const states = async (args: Partial<QueryInput<'fulfilment'>> = {}) =>
    (await ask(args)).rows.map(
      (row) => `${row.order_line_id} ${row.state} ${row.now_qty_milli}/${row.in_time_qty_milli}`,
    );

  const decide = (id: string, kind: string, more: Record<string, number | string | null> = {}) => {
    const {
      author = 'buyer',
      order_id = 83,
      order_line_id = 93,
      until_on = kind === 'released' ? null : TODAY_ON + 9,
    } = more;
    replica.insert('fulfilment_override', [
      {
        id,
        company_id: COMPANY,
        site_id: 11,
        channel_id: 22,
        order_id,
        order_line_id,
        kind,
        until_on,
        reason: 'r',
        author,
        accepted_at: AS_OF_MS,
      },
    ]);
  };

  test('filters of its columns leave the lines they say, the totals with them; of states all are counted', async () => {
    const all = await ask();
    const ids = async (...filters: NonNullable<QueryInput<'fulfilment'>['filters']>) =>
      (await ask({ filters })).rows.map((row) => row.order_line_id);
    const named = (of: (row: (typeof all.rows)[number]) => boolean) =>
      all.rows.filter(of).map((row) => row.order_line_id);
    const [first] = all.rows;
    if (!first) throw new Error('no lines');
    expect(await ids({ column: 'name', op: 'contains', value: first.number ?? '' })).toEqual(
      named(({ number }) => number === first.number),
    );
    expect(await ids({ column: 'item', op: 'excludes', value: first.item_code ?? '' })).toEqual(
      named(({ item_code }) => item_code !== first.item_code),
    );
    expect(await ids({ column: 'short', op: 'between', value: { from: 4_000, to: null } })).toEqual(
      named(({ short_qty_milli }) => (short_qty_milli ?? 0) >= 4_000),
    );
    expect(await ids({ column: 'due', op: 'between', value: { from: null, to: first.due_on } })).toEqual(
      named(({ due_on }) => (due_on ?? '') <= (first.due_on ?? '')),
    );
    expect(await ids({ column: 'whole', op: 'blank', value: true })).toEqual(
      named(({ whole_on }) => whole_on === null),
    );
    const late = await ask({ filters: [{ column: 'state', op: 'in', value: ['late'] }] });
    expect(late.rows.map(({ state }) => state)).toEqual(['late']);
    expect(late.counts).toEqual(all.counts);
    expect(late.totals).toMatchObject({ lines: 1, short_minor: late.rows[0]?.short_minor });
    // two hold together, and groups are of what is left
    const both = await ask({
      group_by: 'item',
      filters: [
        { column: 'state', op: 'in', value: ['late', 'short'] },
        { column: 'item', op: 'contains', value: first.item_code ?? '' },
      ],
    });
    expect(both.rows.map((row) => row.item_code)).toEqual([first.item_code]);
  });

  test('who has what, by which day, and why', async () => {
    const answer = await ask();
    expect(answer.rows.map((row) => [row.order_line_id, row.state, row.now_qty_milli, row.short_qty_milli])).toEqual([
      [94, 'late', 0, 10_000],
      [93, 'short', 0, 3_000],
      [91, 'short', 4_000, 6_000],
      [92, 'short', 0, 10_000],
    ]);
    // e-commerce has a rule of priority 1, key accounts have none: the receipt of 5 is e-commerce's alone
    expect(answer.rows[1]).toMatchObject({
      waits_for: { number: 'PO-61', on: '2026-11-09' },
      whole_on: null,
      why: { rule: 'earlier_turn', priority: 1, found_qty_milli: 0 },
      short_minor: 3_000,
    });
    expect(answer.rows[2]?.why).toMatchObject({ rule: 'fair_share', found_qty_milli: 4_000, peers_qty_milli: 10_000 });
    // an overdue receipt is taken to come in a week
    expect(answer.rows[0]).toMatchObject({ whole_on: '2026-11-12', waits_for: { number: 'PO-62' } });
    expect(answer.counts).toEqual({ short: 3, late: 1, held: 0, coming: 0, ready: 0, left_out: 0 });
    expect(answer.totals).toMatchObject({ lines: 4, at_risk: 4, open_qty_milli: 38_000, short_minor: 29_000 });
    expect(answer.picking).toEqual({ until_on: '2026-11-10', lines: 2, short_lines: 2, short_minor: 13_000 });
  });

  test('an overdue receipt is taken to come when half of what was as late of its supplier had come, and says so', async () => {
    const common = { company_id: COMPANY, site_id: 11 };
    replica.insert('purchase_order', [
      { ...common, id: 900, number: 'PO-1', supplier_id: 32, ordered_on: TODAY_ON - 90, state: 'received' },
    ]);
    const came = { ...common, purchase_order_id: 900, item_id: 1, ordered_qty_milli: 1, received_qty_milli: 1 };
    replica.insert(
      'po_line',
      Array.from({ length: 8 }, (_, at) => ({
        ...came,
        id: 900 + at,
        promised_on: TODAY_ON - 60,
        expected_on: TODAY_ON - 60,
        received_on: TODAY_ON - 51,
      })),
    );
    // six days late by its newest promise; the eight came when they were nine days late
    const { rows } = await fulfilment(context(), QUERIES.fulfilment.args.parse({ company_id: COMPANY }));
    expect(rows[0]).toMatchObject({ whole_on: '2026-11-08', waits_for: { number: 'PO-62' } });
    const working = await fulfilmentLine(context(), { company_id: COMPANY, order_line_id: 94 });
    expect(working.receipts).toMatchObject([
      { number: 'PO-62', overdue: { taken_on: '2026-11-08', wait: { days: 3, by: 'supplier', lines: 8 } } },
    ]);
  });

  test('filters, groups and orders', async () => {
    expect(await states({ before_picking: true })).toEqual(['94 late 0/0', '93 short 0/5000']);
    expect(await states({ text: 'torque', sort: [{ column: 'short', descending: true }] })).toEqual([
      '92 short 0/0',
      '93 short 0/5000',
    ]);
    expect(await states({ channel_id: 22 })).toEqual(['93 short 0/5000']);
    expect(await states({ states: ['late'] })).toEqual(['94 late 0/0']);
    expect(await states({ due_until: '2026-11-10' })).toHaveLength(2);
    const grouped = await ask({ group_by: 'item', expanded: ['i:42:11'] });
    expect(grouped.rows.map((row) => [row.key, row.lines, row.open_qty_milli, row.left_qty_milli])).toEqual([
      ['i:42:11', 2, 18_000, 0],
      ['l:93', 1, 8_000, 0],
      ['l:92', 1, 10_000, 0],
      ['i:43:11', 1, 10_000, 0],
      ['i:41:11', 1, 10_000, 0],
    ]);
    const channels = (await ask({ group_by: 'channel' })).rows.map((row) => [row.label, row.lines]);
    expect(channels).toEqual([
      ['Key accounts', 3],
      ['E-commerce', 1],
    ]);
  });

  test('a decision moves a line, the newest of the line before that of its order', async () => {
    decide('00000000-0000-0000-0000-000000000001', 'raised', { order_id: 82, order_line_id: null });
    expect(await states({ text: 'torque' })).toEqual(['93 short 0/0', '92 short 0/5000']);
    decide('00000000-0000-0000-0000-000000000002', 'released', { order_id: 82, order_line_id: 92, author: 'ingrid' });
    expect(await states({ text: 'torque' })).toEqual(['93 short 0/5000', '92 short 0/0']);
    decide('00000000-0000-0000-0000-000000000003', 'held');
    const held = await ask({ text: 'torque' });
    expect(held.rows.map((row) => [row.order_line_id, row.state, row.standing, row.standing_by])).toEqual([
      [92, 'short', 'rule', null],
      [93, 'held', 'held', 'buyer'],
    ]);
  });

  test('the working of a line: supply, who stands before it, what would make it whole', async () => {
    replica.insert('site', [{ id: 12, company_id: COMPANY, code: 'ANT', name: 'Antwerp', kind: 'dc' }]);
    replica.insert('stock_balance', [
      { id: 60, company_id: COMPANY, site_id: 12, item_id: 42, on_hand_qty_milli: 7_000, reserved_qty_milli: 1_000 },
    ]);
    decide('00000000-0000-0000-0000-000000000004', 'lowered', { until_on: TODAY_ON - 1 });
    const working = await fulfilmentLine(context(), { company_id: COMPANY, order_line_id: 92 });
    expect(working).toMatchObject({
      row: { key: 'l:92', ordinal: 1 },
      on_hand_qty_milli: 0,
      demand_qty_milli: 18_000,
      receipts: [{ number: 'PO-61', qty_milli: 5_000, to_line_qty_milli: 0, overdue: null }],
      queue: [
        { place: 1, order_line_id: 93 },
        { place: 2, order_line_id: 92 },
      ],
      raised: { in_time_qty_milli: 5_000, whole_on: null, others_hurt: 1 },
      elsewhere: [{ site: 'Antwerp', left_qty_milli: 6_000 }],
      decisions: [],
    });
    const other = await fulfilmentLine(context(), { company_id: COMPANY, order_line_id: 93 });
    expect(other.decisions.map((each) => [each.kind, each.whole_order])).toEqual([['lowered', false]]);
    expect((await fulfilmentLine(context(), { company_id: COMPANY, order_line_id: 95 })).row).toBeNull();
  });

  test('goods reserved for orders that are not here go first', async () => {
    replica.writer.exec('UPDATE stock_balance SET reserved_qty_milli = 13000 WHERE id = 51');
    expect(await states({ text: 'cylinder' })).toEqual(['91 short 1000/1000']);
    const working = await fulfilmentLine(context(), { company_id: COMPANY, order_line_id: 91 });
    expect(working.unseen_qty_milli).toBe(3_000);
  });

  test('nothing is shared out while rows are loading', async () => {
    const answer = await ask({}, { loading: ['shipment_line'] });
    expect([answer.waiting, answer.rows, answer.provenance.coverage]).toEqual([true, [], 'still loading: shipments']);
  });

  test('an edition stands while rows change, newer ones beside it; a note leaves it standing', async () => {
    const first = await ask({}, { cached: true });
    replica.writer.exec("INSERT INTO item_note SELECT 'n1', 1, 1, 1, 41, 'seen', 'tester', 1, 1");
    expect(await ask({}, { cached: true })).toMatchObject({ edition: first.edition, newer: false });
    replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = 10000 WHERE id = 51');
    const within = await ask({ edition: first.edition, locate: ['l:91'] }, { cached: true });
    expect(within).toMatchObject({ edition: first.edition, newer: true, located: [2] });
    expect((await ask({}, { cached: true })).counts.ready).toBe(1);
  });

  test('can be given up', async () => {
    const columns = createTestColumns(replica);
    columns.settle();
    const given_up = () => {
      throw new Error('given up');
    };
    await expect(ask({}, { checkCancelled: given_up, facts: columns.view })).rejects.toThrow('given up');
  });
});

describe('random stock', () => {
  let replica: TestReplica;
  const AS_OF_ON = Math.floor(golden.AS_OF_MS / 86_400_000);
  beforeAll(() => {
    replica = createTestReplica();
    insertRandomStock(replica, 4711, AS_OF_ON);
  });
  afterAll(() => replica.close());

  test('columns and tables give the same lines, also after changes the columns have not taken in', async () => {
    const columns = createTestColumns(replica);
    columns.settle();
    const scope = { company_id: golden.COMPANY, as_of_on: AS_OF_ON };
    const sorted = (facts: boolean) =>
      openLines(
        replica.context({ as_of_ms: golden.AS_OF_MS, ...(facts ? { facts: columns.view } : {}) }),
        scope,
      ).lines.toSorted((a, b) => a.order_line_id - b.order_line_id);
    expect(columns.view()).not.toBeNull();
    expect(sorted(true).length).toBeGreaterThan(100);
    expect(sorted(true)).toEqual(sorted(false));
  });

  test('what is given at a position is never more than lies there', async () => {
    const all = await fulfilment(
      replica.context({ as_of_ms: golden.AS_OF_MS, role: 'planner' }),
      QUERIES.fulfilment.args.parse({ company_id: golden.COMPANY, group_by: 'item', limit: 500 }),
    );
    expect(all.rows.length).toBeGreaterThan(20);
    let scarce = 0;
    for (const row of all.rows) {
      const on_hand = Math.max(0, row.on_hand_qty_milli ?? 0);
      expect((row.now_qty_milli ?? 0) + (row.left_qty_milli ?? 0)).toBeLessThanOrEqual(on_hand);
      if ((row.now_qty_milli ?? 0) < (row.open_qty_milli ?? 0)) scarce += 1;
    }
    expect(scarce).toBeGreaterThan(3);
  });
});
