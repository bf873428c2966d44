/** Unusual falls from the columns are those of the lines one by one; who may not see cost sees none; lines add up to their fall. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayNumber } from '#domain/calendar.ts';
import { QUERIES } from '#contract/queries.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import { marginErosion } from '#db/queries/erosion/marginErosion.ts';
import { marginErosionLines } from '#db/queries/erosion/marginErosionLines.ts';
import { exceptionsOf, findingOf } from '#db/queries/today/exceptions.ts';
import { marginsFell } from '#db/queries/today/marginFell.ts';
import type { TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { optionsFor } from '#server/demo/testing.ts';
import { createDemoReplica } from '#tests/fixtures/demoReplica.ts';
import { demoMargins, pureFalls } from './pure.ts';

const as_of_ms = Date.UTC(2026, 10, 23, 12);
const OPTIONS = optionsFor({ order_lines: 20_000, items: 240, customers: 130 }, 8);
const READ =
  'company channel party item site sales_order order_line order_line_cost credit_note claim claim_cost price_rule'.split(
    ' ',
  );
let replica: TestReplica;
let columns: TestColumns;
beforeAll(() => {
  replica = createDemoReplica(OPTIONS, new Set(READ));
  columns = createTestColumns(replica);
  columns.settle();
}, 120_000);
afterAll(() => replica?.close());

const context = (role = 'controller', facts = true) =>
  replica.context({ as_of_ms, role, ...(facts ? { facts: columns.view } : {}) });

test('every fall, with its parts, and the lines it is made of', async () => {
  const demo = demoMargins(OPTIONS, 202508);
  let told = 0;
  await columns.reading(async () => {
    for (const company_id of demo.companies.values()) {
      for (const month of [202609, 202610, 202611]) {
        const args = QUERIES.marginErosion.args.parse({ company_id, month });
        const { rows, total_minor } = await marginErosion(context(), args);
        const pure = pureFalls(demo.rows, company_id, month);
        expect(
          rows.map(({ key, kind, scattered, fall_minor, parts, evidence }) => {
            return { key, kind, scattered, fall_minor, parts, dominant: evidence.part };
          }),
        ).toEqual(
          pure
            .map(({ level, key, kind, scattered, fall_minor, parts, dominant }) => {
              return { key: `${level}:${key}`, kind, scattered, fall_minor, parts, dominant };
            })
            .toSorted((a, b) => b.fall_minor - a.fall_minor || (a.key < b.key ? -1 : 1)),
        );
        told += rows.length;
        // each but the first is told of what those before it left
        expect(rows.filter(({ without_others }) => !without_others).length).toBeLessThanOrEqual(1);
        expect(total_minor).toBe(rows.reduce((sum, row) => sum + row.fall_minor, 0));
        const seen = new Set<string>();
        for (const row of rows) {
          expect(row.parts.reduce((sum, part) => sum + part.fall_minor, 0)).toBe(row.fall_minor);
          const asked = QUERIES.marginErosionLines.args.parse({ company_id, month, key: row.key });
          const behind = await marginErosionLines(context(), asked);
          expect(behind.total_lines).toBe(row.lines);
          const shown = behind.lines.reduce((sum, line) => sum + line.short_minor, 0);
          expect(shown + behind.other_minor).toBe(row.fall_minor);
          // each line is rounded by itself
          if (behind.other_lines === 0) expect(Math.abs(behind.other_minor)).toBeLessThanOrEqual(behind.total_lines);
          for (const { key } of behind.lines) {
            expect(seen.has(key), `${key} is told twice`).toBe(false);
            seen.add(key);
          }
          const few = await marginErosionLines(context(), { ...asked, limit: 3 });
          expect(few.lines.reduce((sum, line) => sum + line.short_minor, 0) + few.other_minor).toBe(row.fall_minor);
        }
      }
    }
  });
  expect(told).toBeGreaterThan(4);
}, 120_000);

test('the month is among the exceptions, and its money is that of its falls; none is looked for without columns', async () => {
  await columns.reading(async () => {
    const company = replica.writer.prepare<[], { id: number }>("SELECT id FROM company WHERE code = 'HAL'").get();
    const company_id = company?.id ?? 0;
    const { rows, total_minor } = await marginErosion(context(), { company_id, month: 202611 });
    expect(rows.length).toBeGreaterThan(0);
    const found = await marginsFell(await findingOf(context(), company_id));
    expect(found.map(({ key, stake_minor, lines }) => [key, stake_minor, lines.length])).toEqual([
      ['margin_fell:202611', total_minor, rows.length],
    ]);
    const early = { ...(await findingOf(context(), company_id)), as_of_on: dayNumber('2026-11-14') ?? 0 };
    expect((await marginsFell(early)).map(({ key }) => key)).toEqual(['margin_fell:202610']);
    expect(await marginsFell(await findingOf(context('controller', false), company_id))).toEqual([]);
    const kept = (await exceptionsOf(await findingOf(context(), company_id), { kept: true })).exceptions;
    expect(kept.filter(({ facts }) => facts.kind === 'margin_fell')).toHaveLength(1);
    const sales = (await exceptionsOf(await findingOf(context('sales'), company_id), { kept: true })).exceptions;
    expect(sales.filter(({ facts }) => facts.kind === 'margin_fell')).toEqual([]);
  });
}, 60_000);

test('who may not see cost is refused, and no key tells the lines', async () => {
  const [company_id = 0] = demoMargins(OPTIONS, 202611).companies.values();
  await columns.reading(async () => {
    const asked = { company_id, month: 202610 };
    for (const role of ['sales', 'warehouse']) {
      await expect(marginErosion(context(role), asked)).rejects.toMatchObject({ code: 'not_permitted' });
      const lines = marginErosionLines(context(role), { ...asked, key: 'channel:1', limit: 500 });
      await expect(lines).rejects.toMatchObject({ code: 'not_permitted' });
    }
    const { row, lines } = await marginErosionLines(context(), { ...asked, key: 'channel:0', limit: 500 });
    expect([row, lines]).toEqual([null, []]);
  });
}, 60_000);
