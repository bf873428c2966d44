/** Stock accuracy of posted counts: by location, and by value. A location with several items is right only if all are. */
import { monthOfDay } from '../calendar.ts';
import { lineAmountMinor, safeNumber } from '../money.ts';
import type { EmitRow } from './tally.ts';

export interface CountLineFact {
  readonly id: number;
  readonly count_id: number;
  readonly posted: boolean;
  readonly counted_on: number;
  readonly location: string;
  readonly book_qty_milli: number;
  readonly counted_qty_milli: number;
  readonly tolerance_qty_milli: number;
  /** null = not known; undefined = not looked up. */
  readonly unit_cost_micro?: number | null;
}

export function countRows(line: CountLineFact, currency: string, emit: EmitRow): void {
  if (!line.posted) return;
  const variance_qty_milli = Math.abs(line.counted_qty_milli - line.book_qty_milli);
  const row = { month: monthOfDay(line.counted_on), channel_id: null } as const;
  emit({
    ...row,
    kpi: 'stock_accuracy_locations',
    source: 'count_location',
    id: `${line.count_id}:${line.location}`,
    numerator: variance_qty_milli <= line.tolerance_qty_milli ? 1 : 0,
    denominator: 1,
    weight: 0,
    known: 0,
    unknown: false,
  });
  if (line.unit_cost_micro === undefined) return;
  const cost = line.unit_cost_micro;
  const valueOf = (qty_milli: number): number =>
    cost === null ? 0 : safeNumber(lineAmountMinor(BigInt(qty_milli), BigInt(cost), currency));
  const book_minor = valueOf(line.book_qty_milli);
  emit({
    ...row,
    kpi: 'stock_accuracy_value',
    source: 'count_line',
    id: line.id,
    numerator: book_minor - valueOf(variance_qty_milli),
    denominator: book_minor,
    weight: 1,
    known: cost === null ? 0 : 1,
    unknown: cost === null,
  });
}
