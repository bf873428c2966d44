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
  const moved = (at_ms: number): number => from_ms + Math.floor(((at_ms - from_ms) * passed_ms) / DAY_MS);
  for (const batch of batches) {
    const moments = wireTable(batch.table).columns.filter(({ type }) => type === 'instant');
    if (moments.length === 0) {
      yield batch;
      continue;
    }
    const rows = batch.rows.map((row) => {
      const cells: Readonly<Record<string, unknown>> = { ...row };
      const later = moments.flatMap(({ name }): [string, number][] => {
        const at_ms = cells[name];
        return typeof at_ms === 'number' && at_ms >= from_ms ? [[name, moved(at_ms)]] : [];
      });
      return later.length === 0 ? row : { ...row, ...Object.fromEntries(later) };
    });
    yield { ...batch, rows } as DemoBatch;
  }
}
