/** What the demo's receipts teach of overdue ones, tested on days after those it was learned from. */
import { expect, test } from 'vitest';
import { learnWaits, type PromisedLine, WAIT_DAYS_UNLEARNED } from '#domain/planning/overdueWaits.ts';
import { generateDemo } from '#server/demo/generate.ts';
import type { DemoRow } from '#server/demo/rows.ts';
import { optionsFor, SMALL } from '#server/demo/testing.ts';

const LOOKED_BACK_DAYS = 90;
const LOOK_EVERY_DAYS = 3;

function linesOf(seed: number): { readonly companies: readonly (readonly PromisedLine[])[]; readonly today: number } {
  const options = optionsFor(SMALL, seed);
  const orders = new Map<number, DemoRow<'purchase_order'>>();
  const lines: DemoRow<'po_line'>[] = [];
  const told: DemoRow<'promise_event'>[] = [];
  for (const batch of generateDemo(options)) {
    if (batch.table === 'purchase_order') for (const row of batch.rows) orders.set(row.id, row);
    if (batch.table === 'po_line') lines.push(...batch.rows);
    if (batch.table === 'promise_event') told.push(...batch.rows);
  }
  const told_of = Map.groupBy(told, ({ po_line_id }) => po_line_id);
  const companies = Map.groupBy(lines, ({ company_id }) => company_id);
  return {
    today: options.today,
    companies: [...companies.values()].map((own) =>
      own.flatMap(({ id, purchase_order_id, promised_on, received_on }) => {
        const order = orders.get(purchase_order_id);
        if (order === undefined || order.state === 'cancelled') return [];
        const { supplier_id, ordered_on } = order;
        return [{ supplier_id, ordered_on, promised_on, received_on, told: told_of.get(id) ?? [] }];
      }),
    ),
  };
}

test('on the last ninety days of the demo, learned from the days before each, the wait errs by less than a week for all', () => {
  let [cases, learned, fixed] = [0, 0, 0];
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const { companies, today } = linesOf(seed);
    for (const lines of companies) {
      for (let on = today - LOOKED_BACK_DAYS; on < today; on += LOOK_EVERY_DAYS) {
        const waits = learnWaits(lines, on);
        for (const { supplier_id, ordered_on, promised_on, told, received_on } of lines) {
          if (received_on === null || received_on < on || ordered_on >= on) continue;
          const newest = told
            .filter(({ told_on }) => told_on < on)
            .toSorted((a, b) => a.told_on - b.told_on)
            .at(-1);
          const late = on - (newest?.promised_on ?? promised_on);
          if (late <= 0) continue;
          cases += 1;
          learned += Math.abs(received_on - on - waits.waitOf(supplier_id, late).days);
          fixed += Math.abs(received_on - on - WAIT_DAYS_UNLEARNED);
        }
      }
    }
  }
  expect(cases).toBeGreaterThan(200);
  expect(learned / cases).toBeLessThan(fixed / cases);
});
