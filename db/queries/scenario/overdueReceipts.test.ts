/** An overdue receipt assumed with another quantity is waited for as long as it is today. */
import { expect, test } from 'vitest';
import type { Assumption } from '#domain/scenario/assumption.ts';
import { overlayOf } from '#domain/scenario/overlay.ts';
import { assumptionsOf, knownFacts } from '#db/scenarios/knownFacts.ts';
import { buyingColumns } from '../replenishment/buyingColumns.ts';
import { stockParts } from '../stock/stockColumns.ts';
import { AS_OF_MS, COMPANY, TODAY_ON, troubledDistributor } from '../testing/troubledDistributor.ts';
import { stockUnder } from './overlaidFacts.ts';

test('half of an overdue receipt comes when all of it would have', async () => {
  const replica = troubledDistributor();
  const context = replica.context({ as_of_ms: AS_OF_MS, role: 'planner' });
  const question = { company_id: COMPANY, currency: 'EUR', as_of_on: TODAY_ON, cost_visible: true, item_id: null };
  const views = [{ id: 'half', kind: 'receipt', po_line_id: 72, on: null, qty_milli: 5_000 } as const];
  const assumptions: Assumption[] = assumptionsOf(views);
  const overlay = overlayOf(assumptions, knownFacts(context.scan, COMPANY, TODAY_ON, views));
  const read = await stockParts(context, question);
  const buying = buyingColumns(context, question, read.ground);
  const { receipts } = stockUnder(read, overlay, { abc: null }, buying).open;
  const rowsOf = ({ on, qty_milli, taken_on }: typeof receipts) =>
    Array.from(on, (day, at) => [day - TODAY_ON, qty_milli[at], (taken_on?.[at] ?? 0) - TODAY_ON]);
  expect(rowsOf(read.open.receipts)).toContainEqual([-6, 10_000, 7]);
  expect(rowsOf(receipts)).toContainEqual([-6, 5_000, 7]);
  await replica.close();
});
