/**
 * How order lines were delivered, as columns: what OTIF, order cycle time and backorder need of a line, reduced once by
 * the domain's own rules. Days are kept as distances, so that most need one byte.
 */
import { owedSpans } from '#domain/kpi/backorder.ts';
import { cycleOfLine } from '#domain/kpi/cycleTime.ts';
import type { DeliveryLine } from '#domain/kpi/delivery.ts';
import { otifOfLine } from '#domain/kpi/otif.ts';

/** Of `arrived`: not everything wanted has come. Further away than any day. */
export const STILL_OPEN = 1_000_000;
/** Of `owed_until`: owed to this day. */
export const STILL_OWED = 1_000_000;

/** A line's counts, as the dictionary of the column `delivery` tells them. */
export interface DeliveryCounts {
  /** Of what is wanted: shipments, and how many of them have a known delivery. */
  readonly parts: number;
  readonly known: number;
  /** Of what was due: the same, 1 when something is missing, and parts in time. */
  readonly due_parts: number;
  readonly due_known: number;
  readonly missing: number;
  readonly requested_in_time: number;
  readonly committed_in_time: number;
}

export function deliveryCounts(entry: string): DeliveryCounts {
  const numbers = entry.split(',').map(Number);
  const { 0: parts = 0, 1: known = 0, 2: due_parts = 0, 3: due_known = 0, 4: missing = 0 } = numbers;
  const { 5: requested_in_time = 0, 6: committed_in_time = 0 } = numbers;
  return { parts, known, due_parts, due_known, missing, requested_in_time, committed_in_time };
}

/** One array a column while rows come in; those that begin with `owed_` hold only lines that came late or never. */
export function deliveryColumns() {
  const empty = (): number[] => [];
  return {
    numbers: {
      /** Days from the order to the requested date; NaN = nothing due or no date. */
      requested: empty(),
      /** Days from the order to the last arrival; NaN = nothing wanted. */
      arrived: empty(),
    },
    texts: { delivery: [] as string[] },
    values: {
      owed_row: empty(),
      /** Days after the committed date, the first and the one after the last. */
      owed_from: empty(),
      owed_until: empty(),
      owed_qty: empty(),
      owed_value: empty(),
    },
  };
}

const NOTHING = '0,0,0,0,0,0,0';

/** Adds the line as row `index`. */
export function addDelivery(columns: ReturnType<typeof deliveryColumns>, index: number, line: DeliveryLine): void {
  const { numbers, texts, values } = columns;
  const due = otifOfLine(line);
  const cycle = due === null ? null : cycleOfLine(line);
  const { requested_on, committed_on, ordered_on } = line;
  numbers.requested.push(due === null || requested_on === null ? Number.NaN : requested_on - ordered_on);
  if (due === null) {
    numbers.arrived.push(Number.NaN);
    texts.delivery.push(NOTHING);
    return;
  }
  const arrived = cycle?.complete ? (cycle.arrived_on ?? ordered_on) - ordered_on : STILL_OPEN;
  numbers.arrived.push(cycle === null ? Number.NaN : arrived);
  const { parts, known, missing, requested_in_time, committed_in_time } = due;
  texts.delivery.push(
    `${cycle?.parts ?? 0},${cycle?.known ?? 0},${parts},${known},${missing},${requested_in_time},${committed_in_time}`,
  );
  if (committed_on === null) return;
  for (const { from_on, until_on, qty_milli, value_minor } of owedSpans(line)) {
    values.owed_row.push(index);
    values.owed_from.push(from_on - committed_on);
    values.owed_until.push(until_on === null ? STILL_OWED : until_on - committed_on);
    values.owed_qty.push(qty_milli);
    values.owed_value.push(value_minor);
  }
}
