import { wireTable } from '#contract/wire/tables.ts';
import type { DemoBatch } from './rows.ts';

const DAY_MS = 86_400_000;

/**
 * The same batches, with nothing of the last day later than now: its moments keep their order and move into the part of
 * the day that has passed. A cockpit that is filled before breakfast shows no decision of 11:25.
 */
export function* untilNow(batches: Iterable<DemoBatch>, today: number, now_ms: number): Generator<DemoBatch> {
  const from_ms = today * DAY_MS;
  const passed_ms = Math.max(0, Math.min(DAY_MS, now_ms - from_ms));
  for (const batch of batches) {
    const moments = wireTable(batch.table).columns.filter(({ type }) => type === 'instant');
    const moved = (row: Readonly<Record<string, unknown>>) =>
      moments.flatMap(({ name }): [string, number][] => {
        const at_ms = row[name];
        if (typeof at_ms !== 'number' || at_ms < from_ms) return [];
        return [[name, from_ms + Math.floor(((at_ms - from_ms) * passed_ms) / DAY_MS)]];
      });
    if (moments.length === 0) yield batch;
    else
      yield {
        ...batch,
        rows: batch.rows.map((row) => ({ ...row, ...Object.fromEntries(moved({ ...row })) })),
      } as DemoBatch;
  }
}
