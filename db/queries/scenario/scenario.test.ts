/** Scenarios over a small distributor written by hand, and over random stock beside what would have had to happen. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { type NamedAssumption, QUERIES, type QueryInput, type ScenarioCompare } from '#contract/queries.ts';
import type { AssumptionView, NewAssumption } from '#contract/queries/scenarios.ts';
import { keepForecasts } from '#db/forecastStore.ts';
import { makeForecasts } from '../forecast/makeForecasts.ts';
import { insertRandomStock } from '../testing/randomStock.ts';
import { insertBuying, insertLanes, insertSuppliers } from '../replenishment/testing/randomBuying.ts';
import { createTestReplica, type ContextOptions, type TestReplica } from '../testing/replicaFixture.ts';
import * as golden from '../testing/golden.ts';
import { AS_OF_MS, COMPANY, troubledDistributor } from '../testing/troubledDistributor.ts';
import { scenario, scenarioCheck } from './scenario.ts';
import { scenarioCompare } from './scenarioCompare.ts';

let replica: TestReplica;
afterEach(() => replica.close());

const assume = (body: NewAssumption): AssumptionView => ({ id: randomUUID(), ...body });

function keep(assumptions: readonly AssumptionView[], company_id = COMPANY): string {
  const id = randomUUID();
  replica.work
    .prepare('INSERT INTO scenario (id, company_id, name, body_json, saved_at_ms) VALUES (?, ?, ?, ?, 1)')
    .run(id, company_id, `Scenario ${id}`, JSON.stringify({ assumptions, sent: [] }));
  return id;
}

const context = (options: ContextOptions = {}) =>
  replica.context({ role: 'planner', as_of_ms: AS_OF_MS, user_name: 'ingrid', ...options });

async function compared(
  assumptions: readonly AssumptionView[],
  more: Partial<QueryInput<'scenarioCompare'>> = {},
  options: ContextOptions = {},
): Promise<ScenarioCompare> {
  const args = QUERIES.scenarioCompare.args.parse({ scenario_id: keep(assumptions), ...more });
  return await scenarioCompare(context(options), args);
}

const told = ({ rows }: ScenarioCompare) =>
  rows.map((row) => `${row.kind === 'line' ? row.order_line_id : row.key} ${row.change} ${row.money_minor}`);
const figure = (answer: ScenarioCompare, id: string) => {
  const { today, scenario: then } = answer.figures.find((each) => each.id === id) ?? { today: null, scenario: null };
  return [today, then];
};

describe('a small distributor', () => {
  beforeEach(() => {
    replica = troubledDistributor();
  });

  test('a receipt that comes earlier serves the line that waits for it, and says so', async () => {
    // PO-62 is overdue and taken to come in a week: line 94 is late
    const earlier = assume({ kind: 'receipt', po_line_id: 72, on: '2026-11-05', qty_milli: null });
    const answer = await compared([earlier]);
    expect(told(answer)).toEqual(['94 served -10000']);
    expect(answer.rows[0]).toMatchObject({
      because: [earlier.id],
      today: { state: 'late', in_time_qty_milli: 0, whole_on: '2026-11-12' },
      scenario: { state: 'coming', in_time_qty_milli: 10_000, whole_on: '2026-11-05' },
      number: 'SO-84',
      party: 'Rijnmond Havens',
    });
    expect(figure(answer, 'lines_not_in_time')).toEqual([4, 3]);
    expect(figure(answer, 'short_value')).toEqual([29_000, 19_000]);
    expect(figure(answer, 'orders_late')).toEqual([4, 3]);
    expect(answer).toMatchObject({ counting: 1, left_out: 0, promise_places: 1, reached: { [earlier.id]: 1 } });
    expect(answer.promises).toHaveLength(1);
  });

  test('a receipt that does not come leaves its line without it; a new one serves who waited longest in turn', async () => {
    const gone = assume({ kind: 'receipt', po_line_id: 71, on: null, qty_milli: 0 });
    expect(told(await compared([gone]))).toEqual(['93 short 5000']);
    const half = assume({ kind: 'receipt', po_line_id: 71, on: null, qty_milli: 2_000 });
    expect(told(await compared([half]))).toEqual(['93 short 3000']);
    const more = assume({ kind: 'new_receipt', item_id: 42, site_id: 11, on: '2026-11-08', qty_milli: 20_000 });
    const answer = await compared([more]);
    expect(told(answer)).toEqual(['92 served -10000', '93 served -3000']);
    expect(answer.promises[0]?.scenario_qty_milli.at(-1)).toBe(7_000);
  });

  test('who is served first: a raised line takes from the other, a channel of lower rank yields', async () => {
    const raised = assume({ kind: 'serving', order_id: 82, order_line_id: 92, standing: 'raised' });
    expect(told(await compared([raised]))).toEqual(['92 served -5000', '93 short 5000']);
    const held = assume({ kind: 'serving', order_id: 83, order_line_id: null, standing: 'held' });
    expect(told(await compared([held]))).toEqual(['92 served -5000', '93 held 5000']);
    const channel = assume({ kind: 'channel', channel_id: 21, priority: 1, protected_bp: 10_000 });
    const answer = await compared([channel]);
    expect(told(answer)).toEqual(['92 served -5000', '93 short 5000']);
    expect(answer.rows.every((row) => row.because[0] === channel.id)).toBe(true);
  });

  test('an order that is only assumed stands behind the others and is reserved for', async () => {
    const order = assume({
      kind: 'new_order_line',
      item_id: 43,
      site_id: 11,
      channel_id: 22,
      on: '2026-11-09',
      qty_milli: 4_000,
      net_minor: 9_900,
    });
    const answer = await compared([order]);
    // e-commerce has priority over who waits for 43, and the receipt of 10 comes on the 12th: nobody has it in time
    expect(told(answer)).toEqual(['null added 9900', '94 later 0']);
    expect(answer.rows[0]).toMatchObject({ today: null, channel_kind: 'ecommerce', number: null });
    expect(figure(answer, 'short_value')).toEqual([29_000, 38_900]);
  });

  test('nothing assumed, or nothing that can be: today, to the last figure', async () => {
    const gone = assume({ kind: 'receipt', po_line_id: 9_999, on: '2026-11-20', qty_milli: null });
    for (const assumptions of [[], [gone]]) {
      const answer = await compared(assumptions);
      expect(answer.rows).toEqual([]);
      for (const { today, scenario: then } of answer.figures) expect(then).toBe(today);
      for (const { today, scenario: then } of answer.weeks) expect(then).toEqual(today);
      expect(answer.left_out).toBe(assumptions.length);
    }
  });

  test('of one moment: what is read on says when rows changed, and costs stay with who may see them', async () => {
    const earlier = assume({ kind: 'receipt', po_line_id: 72, on: '2026-11-05', qty_milli: null });
    const scenario_id = keep([earlier]);
    const ask = (more: object = {}) =>
      scenarioCompare(context({ cached: true }), QUERIES.scenarioCompare.args.parse({ scenario_id, ...more }));
    const first = await ask();
    replica.writer.prepare('UPDATE stock_balance SET on_hand_qty_milli = 10000 WHERE id = 53').run();
    const again = await ask({ edition: first.edition });
    expect(again).toMatchObject({ edition: first.edition, newer: true, rows: first.rows });
    const newest = await ask();
    expect(newest.newer).toBe(false);
    expect(figure(newest, 'lines_not_in_time')).toEqual([3, 3]);
    const counter = await compared([earlier], {}, { role: 'warehouse' });
    expect(counter.cost_visible).toBe(false);
    for (const id of ['order_value', 'stock_value']) expect(figure(counter, id)).toEqual([null, null]);
    expect(counter.weeks.every((week) => week.scenario.short_minor === null)).toBe(true);
  });

  test('bad input is refused with a reason', async () => {
    const place = { item_id: 41, site_id: 11 };
    const wrong: readonly (readonly [NewAssumption, RegExp])[] = [
      [{ kind: 'receipt', po_line_id: 72, on: '2026-11-04', qty_milli: null }, /comes today or later/],
      [{ kind: 'receipt', po_line_id: 72, on: null, qty_milli: null }, /another day or another quantity/],
      [{ kind: 'receipt', po_line_id: 73, on: '2026-11-20', qty_milli: null }, /not on order any more/],
      [{ kind: 'new_receipt', item_id: 999, site_id: 11, on: '2026-11-20', qty_milli: 1 }, /no such item/],
      [{ kind: 'new_receipt', item_id: 41, site_id: 99, on: '2026-11-20', qty_milli: 1 }, /no such site/],
      [{ kind: 'new_receipt', ...place, on: '2026-11-20', qty_milli: 0 }, /above 0/],
      [{ kind: 'demand', item_id: 41, site_id: null, category: null, factor_bp: 0 }, /more than 0 %/],
      [{ kind: 'demand', item_id: null, site_id: null, category: 'Nonsense', factor_bp: 20_000 }, /No item/],
      [{ kind: 'serving', order_id: 85, order_line_id: null, standing: 'held' }, /left to serve/],
      [{ kind: 'serving', order_id: 86, order_line_id: null, standing: 'held' }, /not open/],
      [{ kind: 'channel', channel_id: 21, priority: 0, protected_bp: 0 }, /priority lies/],
      [{ kind: 'policy', ...place, min_qty_milli: 9_000, max_qty_milli: 1_000, target_bp: null }, /below the reorder/],
      [{ kind: 'lead_time', supplier_id: 32, days: -1 }, /lead time lies/],
    ];
    const assumptions = wrong.map(([body]) => assume(body));
    const { problems } = await scenarioCheck(context(), { company_id: COMPANY, assumptions });
    expect(problems).toHaveLength(wrong.length);
    for (const [at, { problem }] of problems.entries()) expect(problem).toMatch(wrong[at]?.[1] ?? /never/);
    const twice = [20_000, 30_000].map((factor_bp) =>
      assume({ kind: 'demand', item_id: 41, site_id: null, category: null, factor_bp }),
    );
    const both = await scenarioCheck(context(), { company_id: COMPANY, assumptions: twice });
    expect(both.problems).toMatchObject([{ assumption_id: twice[1]?.id, problem: /speaks of the same/ }]);
  });

  test('what can be sent is a command, what cannot says why it stays', async () => {
    const bodies: readonly NewAssumption[] = [
      { kind: 'receipt', po_line_id: 72, on: '2026-11-20', qty_milli: null },
      { kind: 'serving', order_id: 82, order_line_id: 92, standing: 'raised' },
      { kind: 'demand', item_id: 41, site_id: 11, category: null, factor_bp: 15_000 },
      { kind: 'demand', item_id: null, site_id: 11, category: 'Pneumatics', factor_bp: 15_000 },
      { kind: 'channel', channel_id: 22, priority: 3, protected_bp: 1_000 },
      { kind: 'channel', channel_id: 21, priority: 3, protected_bp: 1_000 },
    ];
    // what holds already is no change that anybody could approve
    const held = assume({ kind: 'channel', channel_id: 22, priority: 1, protected_bp: 0 });
    const same = await scenario(context(), { scenario_id: keep([held]) });
    expect(same.assumptions[0]?.sending).toEqual({ stays: 'It holds already: there is nothing to change.' });
    const { assumptions } = await scenario(context(), { scenario_id: keep(bodies.map(assume)) });
    const what = ({ sending, label }: NamedAssumption) =>
      `${label}: ${'sends' in sending ? sending.sends : sending.stays.slice(0, 12)}`;
    expect(assumptions.map(what)).toEqual([
      'PO-62 · I-43: When a recei',
      'SO-82 line 1: overrideFulfilment',
      'Demand I-41 Rotterdam: overrideForecast',
      'Demand Pneumatics Rotterdam: A forecast i',
      'E-commerce: draftRuleChange',
      'Key accounts: There is no ',
    ]);
    expect(assumptions[0]).toMatchObject({ known: { on: '2026-10-30', qty_milli: 10_000 }, problem: null });
    expect(assumptions[1]?.sending).toMatchObject({ args: { order_line_id: 92, until_on: '2026-11-12' } });
    expect(assumptions[1]).toMatchObject({ item_code: 'I-42', item: 'Torque wrench', uom: 'pcs', site: 'Rotterdam' });
    expect(assumptions[4]).toMatchObject({
      held: { priority: 1, protected_bp: 0 },
      sending: { args: { lines: [{ before: { priority: 1 }, after: { priority: 3, protected_bp: 1_000 } }] } },
    });
  });
});

/** What is assumed and what would have to be written for it to be so. */
describe('random stock', () => {
  const AS_OF_ON = Math.floor(golden.AS_OF_MS / 86_400_000);
  const after = (days: number): string => isoDate(AS_OF_ON + days);
  beforeEach(() => {
    replica = createTestReplica();
    insertRandomStock(replica, 4711, AS_OF_ON);
    insertSuppliers(replica, 12, AS_OF_ON);
    insertBuying(replica, 7);
    insertLanes(replica, AS_OF_ON);
  });

  const ask = async (assumptions: readonly AssumptionView[], more: object = {}) => {
    const scenario_id = keep(assumptions, golden.COMPANY);
    const args = QUERIES.scenarioCompare.args.parse({ scenario_id, limit: 500, ...more });
    return await scenarioCompare(replica.context({ as_of_ms: golden.AS_OF_MS, role: 'planner' }), args);
  };
  const numbers = (statement: string): number[][] => replica.writer.prepare<unknown[], number[]>(statement).raw().all();

  test('a scenario is what today would be if it had happened', async () => {
    const open = numbers(
      `SELECT l.id, l.ordered_qty_milli, l.received_qty_milli FROM po_line l JOIN purchase_order p ON p.id = l.purchase_order_id
       WHERE p.state = 'open' AND l.ordered_qty_milli > l.received_qty_milli AND l.item_id < 9999 AND l.site_id < 99
       ORDER BY l.expected_on LIMIT 40`,
    );
    const [positions, lines] = [
      numbers("SELECT item_id, site_id FROM policy WHERE kind = 'min_max' ORDER BY id LIMIT 12"),
      numbers(
        `SELECT l.id, l.order_id FROM order_line l JOIN sales_order o ON o.id = l.order_id
         WHERE o.state = 'open' AND l.kind = 'goods' AND l.item_id < 9999 AND l.site_id < 99
           AND l.ordered_qty_milli - l.cancelled_qty_milli > coalesce(
             (SELECT sum(qty_milli) FROM shipment_line s WHERE s.order_line_id = l.id), 0) ORDER BY l.id LIMIT 20`,
      ),
    ];
    const assumptions: AssumptionView[] = [];
    const write: (() => void)[] = [];
    const company_id = golden.COMPANY;
    const run = (statement: string, ...values: readonly (number | null)[]): void =>
      void write.push(() => replica.writer.prepare(statement).run(...values));
    for (const [at, [id = 0, ordered = 0, received = 0]] of open.entries()) {
      const days = at % 3 === 0 ? 0 : 25;
      const qty_milli = at % 4 === 0 ? 0 : at % 4 === 1 ? null : ordered - received + 50_000;
      assumptions.push(assume({ kind: 'receipt', po_line_id: id, on: after(days), qty_milli }));
      const wanted = qty_milli === null ? ordered : received + qty_milli;
      run('UPDATE po_line SET expected_on = ?, ordered_qty_milli = ? WHERE id = ?', AS_OF_ON + days, wanted, id);
    }
    const order = { id: 9_000, company_id, site_id: 21, supplier_id: 41, number: 'NEW', state: 'open' };
    write.push(() => replica.insert('purchase_order', [{ ...order, ordered_on: AS_OF_ON }]));
    for (const [at, [item_id = 0, site_id = 0]] of positions.entries()) {
      const place = { item_id, site_id };
      const id = 9_000 + at;
      if (at % 3 === 0) {
        const qty_milli = 700_000 * (at + 1);
        assumptions.push(assume({ kind: 'new_receipt', ...place, on: after(9), qty_milli }));
        const line = { id, company_id, site_id, purchase_order_id: 9_000, item_id, ordered_qty_milli: qty_milli };
        const on = { promised_on: AS_OF_ON + 9, expected_on: AS_OF_ON + 9 };
        write.push(() => replica.insert('po_line', [{ ...line, ...on }]));
      } else if (at % 3 === 1) {
        const [qty_milli, net_minor] = [300_000 * at, 5_000];
        assumptions.push(
          assume({ kind: 'new_order_line', ...place, channel_id: 11, on: after(4), qty_milli, net_minor }),
        );
        const of = { company_id, site_id, channel_id: 11, month: 202611, ordered_on: AS_OF_ON };
        write.push(() => {
          replica.insert('sales_order', [{ id, ...of, number: `NEW ${id}`, state: 'open' }]);
          // long ago, so that it is no usage: a scenario's order is no history
          const line = {
            id,
            ...of,
            order_id: id,
            ordinal: 1,
            item_id,
            kind: 'goods',
            month: 202401,
            ordered_on: 19_700,
          };
          const asked = { committed_on: AS_OF_ON + 4, ordered_qty_milli: qty_milli, net_minor, gross_minor: net_minor };
          replica.insert('order_line', [{ ...line, ...asked }]);
        });
        run(
          'UPDATE stock_balance SET reserved_qty_milli = reserved_qty_milli + ? WHERE item_id = ? AND site_id = ?',
          qty_milli,
          item_id,
          site_id,
        );
      } else {
        const [min_qty_milli, max_qty_milli] = [2_000_000 * at, 3_000_000 * at];
        assumptions.push(assume({ kind: 'policy', ...place, min_qty_milli, max_qty_milli, target_bp: null }));
        run(
          'UPDATE policy SET min_qty_milli = ?, max_qty_milli = ? WHERE item_id = ? AND site_id = ?',
          min_qty_milli,
          max_qty_milli,
          item_id,
          site_id,
        );
      }
    }
    const kinds = ['raised', 'lowered', 'held'] as const;
    for (const [at, [order_line_id = 0, order_id = 0]] of lines.entries()) {
      const standing = kinds[at % 3] ?? 'held';
      assumptions.push(assume({ kind: 'serving', order_id, order_line_id, standing }));
      const decision = { id: randomUUID(), company_id, site_id: null, channel_id: null, order_id, order_line_id };
      write.push(() =>
        replica.insert('fulfilment_override', [
          {
            ...decision,
            kind: standing,
            until_on: AS_OF_ON + 9,
            reason: 'r',
            author: 'x',
            accepted_at: golden.AS_OF_MS,
          },
        ]),
      );
    }
    const asked = await ask(assumptions);
    expect(asked).toMatchObject({ counting: assumptions.length, left_out: 0 });
    for (const kind of ['short', 'served', 'held', 'changes'] as const) {
      expect(asked.counts[kind], kind).toBeGreaterThan(0);
    }
    for (const each of write) each();
    const happened = await ask([]);
    expect(happened.figures.map(({ id, today }) => [id, today])).toEqual(
      asked.figures.map(({ id, scenario: then }) => [id, then]),
    );
    expect(happened.weeks.map(({ today }) => today)).toEqual(asked.weeks.map(({ scenario: then }) => then));
    // every line and every proposal says why, and what it says is one of those assumed
    const ids = new Set(assumptions.map(({ id }) => id));
    for (const { because, key } of asked.rows) {
      expect(because.length, key).toBeGreaterThan(0);
      expect(because.every((id) => ids.has(id))).toBe(true);
    }
    const serving = new Set(assumptions.flatMap(({ kind, id }) => (kind === 'serving' ? [id] : [])));
    for (const { because, kind } of asked.rows) {
      if (kind === 'proposal') expect(because.some((id) => serving.has(id))).toBe(false);
    }
  });

  test('demand doubled asks for more wherever it is asked, and no line of an order is served otherwise', async () => {
    const double = assume({ kind: 'demand', item_id: null, site_id: null, category: 'Kind 1', factor_bp: 20_000 });
    const answer = await ask([double]);
    expect(answer.rows.length).toBeGreaterThan(0);
    expect(answer.rows.every((row) => row.kind === 'proposal' && row.because[0] === double.id)).toBe(true);
    const [today, then] = figure(answer, 'stock_value');
    expect(then).not.toBe(today);
    expect((await ask([double])).rows).toEqual(answer.rows);
  });

  test('every class doubled is all demand doubled, and so is every channel; one channel is less, and stays here', async () => {
    const all = { kind: 'demand', item_id: null, site_id: null, category: null, factor_bp: 20_000 } as const;
    const then = async (bodies: readonly NewAssumption[]) =>
      (await ask(bodies.map(assume))).figures.map(({ id, scenario: value }) => [id, value]);
    replica.writer.exec(
      'UPDATE order_line SET channel_id = (SELECT max(id) FROM channel WHERE company_id = order_line.company_id) WHERE id % 3 = 0',
    );
    const doubled = await then([all]);
    expect(await then((['A', 'B', 'C'] as const).map((abc) => ({ ...all, abc })))).toEqual(doubled);
    const channels = replica
      .context({ as_of_ms: golden.AS_OF_MS })
      .scan<readonly [number]>('SELECT id FROM main.channel WHERE company_id = ?', [golden.COMPANY]);
    const of_channels = channels.map(([channel_id]): NewAssumption => ({ ...all, channel_id }));
    expect(channels.length).toBeGreaterThan(1);
    const [first] = of_channels;
    const one = first === undefined ? [] : await then([first]);
    expect(one).not.toEqual(doubled);
    expect(one).not.toEqual(await then([]));
    // what came without a channel is nobody's part
    replica.writer.exec(`UPDATE order_line SET channel_id = ${channels[0]?.[0] ?? 0} WHERE channel_id IS NULL`);
    expect(await then(of_channels)).toEqual(await then([all]));
    const kept = await scenario(replica.context({ as_of_ms: golden.AS_OF_MS, role: 'planner' }), {
      scenario_id: keep(of_channels.slice(0, 1).map(assume), golden.COMPANY),
    });
    expect(kept.assumptions[0]?.sending).toMatchObject({ stays: expect.stringContaining('all channels together') });
  });

  test('forecasts that were made meanwhile are another comparison, by what is proposed then', async () => {
    const cached = () => replica.context({ as_of_ms: golden.AS_OF_MS, role: 'planner', cached: true });
    const double = assume({ kind: 'demand', item_id: null, site_id: null, category: null, factor_bp: 20_000 });
    const args = QUERIES.scenarioCompare.args.parse({ scenario_id: keep([double], golden.COMPANY) });
    const before = await scenarioCompare(cached(), args);
    keepForecasts(replica.writer, await makeForecasts(cached()));
    const again = await scenarioCompare(cached(), { ...args, edition: before.edition });
    expect(again).toMatchObject({ edition: before.edition, newer: true });
    const newest = await scenarioCompare(cached(), args);
    expect(newest.edition).not.toBe(before.edition);
    expect(figure(newest, 'order_value')).not.toEqual(figure(before, 'order_value'));
  });

  test('a supplier that takes longer is what today would be, also where demand goes by a forecast', async () => {
    // nothing was measured, so what was agreed holds, and nothing is bought without an agreement
    replica.writer.exec('UPDATE purchase_order SET approved_on = NULL');
    replica.writer.exec('UPDATE item SET supplier_id = NULL WHERE id NOT IN (SELECT item_id FROM supplier_item)');
    keepForecasts(replica.writer, await makeForecasts(replica.context({ as_of_ms: golden.AS_OF_MS, role: 'planner' })));
    const longer = await ask([assume({ kind: 'lead_time', supplier_id: 41, days: 120 })]);
    expect(longer.counts.changes).toBeGreaterThan(0);
    replica.writer.exec('UPDATE supplier_item SET lead_time_days = 120 WHERE supplier_id = 41');
    const happened = await ask([]);
    expect(happened.figures.map(({ id, today }) => [id, today])).toEqual(
      longer.figures.map(({ id, scenario: then }) => [id, then]),
    );
    expect(happened.weeks.map(({ today }) => today)).toEqual(longer.weeks.map(({ scenario: then }) => then));
  });

  test('more on its way leaves no line worse and no place shorter', async () => {
    const open = numbers('SELECT DISTINCT item_id, site_id FROM stock_balance ORDER BY id LIMIT 60');
    const answer = await ask(
      open.map(([item_id = 0, site_id = 0]) =>
        assume({ kind: 'new_receipt', item_id, site_id, on: after(2), qty_milli: 1_500_000 }),
      ),
    );
    expect(answer.counts.served + answer.counts.sooner).toBeGreaterThan(0);
    expect(answer.counts.short + answer.counts.later).toBe(0);
    const [today, then] = figure(answer, 'short_value');
    expect(then).toBeLessThan(today ?? 0);
  });
});
