/** How far off a wait learned from a demo's receipts is, on its last days, beside a week for all. */
import { learnWaits, type PromisedLine, WAIT_DAYS_UNLEARNED } from '#domain/planning/overdueWaits.ts';
import type { DemoBatch, DemoRow } from '#server/demo/rows.ts';

const LOOKED_BACK_DAYS = 90;
const LOOK_EVERY_DAYS = 3;

/** Sums of days off over `cases` overdue lines looked at. */
export interface WaitError {
  readonly company_id: number;
  readonly cases: number;
  readonly learned_days: number;
  readonly fixed_days: number;
}

/** Learned each time from what was known that morning, and judged by the day each line came. */
export function waitErrors(batches: Iterable<DemoBatch>, today: number): WaitError[] {
  const orders = new Map<number, DemoRow<'purchase_order'>>();
  const lines: DemoRow<'po_line'>[] = [];
  const told: DemoRow<'promise_event'>[] = [];
  for (const batch of batches) {
    if (batch.table === 'purchase_order') for (const row of batch.rows) orders.set(row.id, row);
    if (batch.table === 'po_line') lines.push(...batch.rows);
    if (batch.table === 'promise_event') told.push(...batch.rows);
  }
  const told_of = Map.groupBy(told, ({ po_line_id }) => po_line_id);
  return [...Map.groupBy(lines, ({ company_id }) => company_id)].map(([company_id, own]) => {
    const promised = own.flatMap(({ id, purchase_order_id, promised_on, received_on }): PromisedLine[] => {
      const order = orders.get(purchase_order_id);
      if (order === undefined || order.state === 'cancelled') return [];
      const { supplier_id, ordered_on } = order;
      return [{ supplier_id, ordered_on, promised_on, received_on, told: told_of.get(id) ?? [] }];
    });
    return { company_id, ...errorOf(promised, today) };
  });
}

function errorOf(lines: readonly PromisedLine[], today: number): Omit<WaitError, 'company_id'> {
  let [cases, learned_days, fixed_days] = [0, 0, 0];
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
      learned_days += Math.abs(received_on - on - waits.waitOf(supplier_id, late).days);
      fixed_days += Math.abs(received_on - on - WAIT_DAYS_UNLEARNED);
    }
  }
  return { cases, learned_days, fixed_days };
}
