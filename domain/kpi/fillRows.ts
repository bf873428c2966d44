/** What one line adds to each fill rate: the rows behind the figures of fillRate.ts. */
import { type FillFact, fillOfLine } from './fillRate.ts';
import type { EmitRow } from './tally.ts';

export interface FillLine extends FillFact {
  readonly id: number;
  readonly channel_id: number | null;
}

export function fillRows(line: FillLine, as_of_on: number, currency: string, emit: EmitRow): void {
  const fill = fillOfLine(line, as_of_on, currency);
  if (fill === null) return;
  const { id, channel_id } = line;
  const row = {
    source: 'order_line',
    id,
    month: fill.due_month,
    channel_id,
    weight: 0,
    known: 0,
    unknown: false,
  } as const;
  const complete = fill.complete ? 1 : 0;
  emit({ ...row, kpi: 'fill_rate_unit', numerator: fill.filled_qty_milli, denominator: fill.due_qty_milli });
  emit({ ...row, kpi: 'fill_rate_value', numerator: fill.filled_value_minor, denominator: fill.due_value_minor });
  emit({ ...row, kpi: 'fill_rate_line', numerator: complete, denominator: 1 });
  emit({ ...row, kpi: 'fill_rate_first_pass', numerator: fill.first_pass ? 1 : 0, denominator: 1 });
  emit({ ...row, kpi: 'fill_rate_order', source: 'order', id: fill.order_id, numerator: complete, denominator: 1 });
}
