import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addFillLine, emptyFillSums, type FillSums } from '#domain/kpi/fillRate.ts';
import { addMarginCredit, addMarginLine, emptyMarginSums, marginFigures } from '#domain/kpi/margin.ts';
import { FILL_GROUPS, type FillRow, MARGIN_GROUPS, QUERIES, type QueryInput } from '#contract/queries.ts';
import { fillRate } from './fill/fillRate.ts';
import { fillRateLines } from './fill/fillRateLines.ts';
import { marginByChannel } from './margin/marginByChannel.ts';
import { marginLines } from './margin/marginLines.ts';
import { AS_OF_MS, COMPANY } from './testing/golden.ts';
import { insertRandomCredits, insertRandomOrders } from './testing/randomOrders.ts';
import { createTestReplica, type TestReplica } from './testing/replicaFixture.ts';

let replica: TestReplica;
beforeAll(() => {
  replica = createTestReplica();
  insertRandomOrders(replica, { seed: 20_261_105, lines: 3000, items: 40, months: 6, first_month: 202605 });
  insertRandomCredits(replica, { seed: 43, credits: 150, lines: 3000, items: 40, months: 7, first_month: 202605 });
});
afterAll(() => replica.close());

const range = { company_id: COMPANY, from_month: 202606, to_month: 202610 };
const context = () => replica.context({ as_of_ms: AS_OF_MS });
const margin = (changes: Partial<QueryInput<'marginByChannel'>>) =>
  marginByChannel(context(), QUERIES.marginByChannel.args.parse({ ...range, ...changes }));
const drill = (changes: Partial<QueryInput<'marginLines'>>) =>
  marginLines(context(), QUERIES.marginLines.args.parse({ ...range, ...changes }));

/** The filter that opens a row of a grouping: what the screen sends when a figure is drilled. */
function filterOf(group_by: string, key: string) {
  const field = {
    channel: 'channel_id',
    country: 'country',
    category: 'category',
    item: 'item_id',
    customer: 'party_id',
    site: 'site_id',
  }[group_by];
  return { [field ?? '']: group_by === 'country' || group_by === 'category' ? key : Number(key) };
}

const AMOUNTS = [
  ['gross', 'gross_minor'],
  ['discounts', 'discounts_minor'],
  ['returns', 'returns_minor'],
  ['net', 'net_minor'],
  ['other', 'other_minor'],
] as const;

describe('margin on random orders', () => {
  test('the query agrees with the pure function over all lines', async () => {
    const sums = emptyMarginSums();
    const rows = replica.writer
      .prepare<
        [],
        { kind: string; gross_minor: number; discount_minor: number; net_minor: number; cost_minor: number | null }
      >(
        `SELECT l.kind, l.gross_minor, l.discount_minor, l.net_minor, c.cost_minor
         FROM order_line l LEFT JOIN order_line_cost c ON c.id = l.id WHERE l.month BETWEEN 202606 AND 202610`,
      )
      .all();
    for (const row of rows) addMarginLine(sums, row);
    expect(rows.length).toBeGreaterThan(2000);
    const credits = replica.writer
      .prepare<[], { amount_minor: number }>(
        'SELECT amount_minor FROM credit_note WHERE claim_id IS NULL AND month BETWEEN 202606 AND 202610',
      )
      .all();
    expect(credits.length).toBeGreaterThan(50);
    for (const { amount_minor } of credits) addMarginCredit(sums, amount_minor);
    expect((await margin({})).total).toMatchObject(marginFigures(sums));
  });

  test.each(MARGIN_GROUPS)(
    'rows by %s add up to the total, and every figure equals its lines to the cent',
    async (group_by) => {
      const answer = await margin({ group_by });
      expect(answer.rows.length).toBeGreaterThan(1);
      for (const [figure, field] of AMOUNTS) {
        expect(answer.rows.reduce((sum, row) => sum + row[field], 0)).toBe(answer.total[field]);
        for (const row of answer.rows.slice(0, 6)) {
          const lines = await drill({ ...filterOf(group_by, row.key), figure });
          expect(lines.total_minor, `${figure} of ${row.label}`).toBe(row[field]);
        }
      }
      for (const row of answer.rows.slice(0, 6)) {
        const month = row.months[0];
        const inMonth = { from_month: month?.month ?? 0, to_month: month?.month ?? 0 };
        const lines = await drill({ ...filterOf(group_by, row.key), ...inMonth, figure: 'all' });
        expect(lines.total_lines - lines.total_credits).toBe(month?.lines);
        expect(lines.total_minor).toBe((month?.net_minor ?? 0) + (month?.other_minor ?? 0));
      }
    },
  );

  test('credits count in their own month, although no line lies there, and in a group that has no line', async () => {
    const late = { from_month: 202611, to_month: 202611 };
    const answer = await margin({ ...late, group_by: 'item' });
    expect(answer.months).toEqual([202611]);
    // what was given back is margin that is gone
    expect(answer.total).toMatchObject({
      lines: 0,
      gross_minor: 0,
      cost_minor: null,
      gm1_minor: answer.total.net_minor,
    });
    expect(answer.total.returns_minor).toBeLessThan(0);
    expect(answer.total.net_minor).toBe(answer.total.returns_minor);
    const { lines, total_minor, total_credits } = await drill({ ...late, figure: 'net', limit: 500 });
    expect(total_minor).toBe(answer.total.net_minor);
    expect(total_credits).toBe(lines.length);
    for (const line of lines) {
      expect(line).toMatchObject({ kind: 'credit', order_number: `CN${line.credit_note_id}`, cost_minor: null });
      expect(line.net_minor).toBe(line.gross_minor - line.discount_minor);
    }
    expect(new Set(lines.map((line) => line.order_line_id)).size).toBe(lines.length);
  });

  test('a credit opens the order it is about, where that is known', async () => {
    const { lines } = await drill({ figure: 'returns', limit: 500 });
    const credits = lines.filter((line) => line.credit_note_id !== null);
    expect(credits.length).toBeGreaterThan(50);
    expect(lines.length).toBeGreaterThan(credits.length);
    for (const credit of credits) {
      const order_id: unknown = replica.writer
        .prepare(
          'SELECT l.order_id FROM credit_note c LEFT JOIN order_line l ON l.id = c.order_line_id WHERE c.id = ? AND c.claim_id IS NULL',
        )
        .pluck()
        .get(credit.credit_note_id);
      expect(credit.order_id, String(credit.credit_note_id)).toBe(order_id ?? 0);
    }
    expect(new Set(credits.map((credit) => credit.order_id === 0)).size).toBe(2);
  });

  test('what is cut off is in "Other", and nothing is lost', async () => {
    const answer = await margin({ group_by: 'item', limit: 5 });
    expect(answer.rows).toHaveLength(5);
    expect(answer.other?.label).toMatch(/^Other \d+ items$/);
    const shown = [...answer.rows, ...(answer.other ? [answer.other] : [])];
    for (const field of [...AMOUNTS.map(([, name]) => name), 'lines'] as const) {
      expect(shown.reduce((sum, row) => sum + row[field], 0)).toBe(answer.total[field]);
    }
  });

  test.each(['discounts', 'net'] as const)(
    'blocks of lines of %s are the sorted whole, without gaps or repeats',
    async (figure) => {
      const all: number[] = [];
      const nets: number[] = [];
      for (let offset = 0; ; offset += 170) {
        const block = await drill({ figure, sort: { column: 'net', descending: true }, offset, limit: 170 });
        all.push(...block.lines.map((line) => line.order_line_id));
        nets.push(...block.lines.map((line) => line.net_minor));
        if (block.lines.length === 0) {
          expect(all.length).toBe(block.total_lines);
          break;
        }
      }
      expect(new Set(all).size).toBe(all.length);
      expect(nets).toEqual(nets.toSorted((a, b) => b - a));
    },
  );

  test('lines without a cost are what keeps the margin from being shown', async () => {
    const answer = await margin({});
    const lines = await drill({ figure: 'no_cost' });
    expect(lines.total_lines).toBeGreaterThan(0);
    expect(answer.total.gm1_minor).toBeNull();
    expect(answer.cost_statement).toMatch(/^cost for \d+ % of net sales$/);
    expect(lines.lines.every((line) => line.cost_minor === null && line.kind === 'goods')).toBe(true);
  });
});

describe('fill rate on random orders', () => {
  const fill = (changes: Partial<QueryInput<'fillRate'>>) =>
    fillRate(context(), QUERIES.fillRate.args.parse({ ...range, ...changes }));
  const lineCounts = (row: FillRow) => [row.line.numerator, row.line.denominator];

  test.each(FILL_GROUPS)('rows by %s drill to as many lines as they count', async (group_by) => {
    const answer = await fill({ group_by });
    expect(answer.rows.length).toBeGreaterThan(1);
    expect(answer.rows.reduce((sum, row) => sum + row.line.denominator, 0)).toBe(answer.total.line.denominator);
    expect(answer.rows.reduce((sum, row) => sum + row.unit.numerator, 0)).toBe(answer.total.unit.numerator);
    for (const row of answer.rows.slice(0, 5)) {
      const counts = [];
      for (const figure of ['complete', 'due'] as const) {
        const lines = await fillRateLines(
          context(),
          QUERIES.fillRateLines.args.parse({ ...range, ...filterOf(group_by, row.key), figure, limit: 1 }),
        );
        counts.push(lines.total_lines);
      }
      expect(counts, row.label).toEqual(lineCounts(row));
    }
  });

  test('missing quantities of the lines are what the rate lacks', async () => {
    const { total } = await fill({});
    let missing = 0;
    for (let offset = 0; ; offset += 500) {
      const block = await fillRateLines(
        context(),
        QUERIES.fillRateLines.args.parse({ ...range, figure: 'incomplete', offset, limit: 500 }),
      );
      missing += block.lines.reduce((sum, line) => sum + line.missing_qty_milli, 0);
      if (block.lines.length === 0) break;
    }
    expect(missing).toBe(total.unit.denominator - total.unit.numerator);
  });

  test('an order with lines due in two months counts once in the total', () => {
    const line = {
      order_id: 1,
      due_month: 202610,
      cut_off_on: 1,
      due_qty_milli: 1,
      shipped_by_cut_off_qty_milli: 1,
      filled_qty_milli: 1,
      missing_qty_milli: 0,
      due_value_minor: 1,
      filled_value_minor: 1,
      complete: true,
      first_pass: true,
    };
    const sums: FillSums = emptyFillSums();
    addFillLine(sums, line);
    addFillLine(sums, { ...line, complete: false });
    addFillLine(sums, line);
    expect([...sums.orders]).toEqual([[1, false]]);
  });
});
