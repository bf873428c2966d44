/** Forecasts that were made, kept in the copy: one short write. */
import type { Connection } from './connection.ts';
import type { ForecastRowMade } from './queries/forecast/makeForecasts.ts';

export function keepForecasts(replica: Connection, made: readonly ForecastRowMade[]): void {
  const insert = replica.prepare(
    `INSERT OR REPLACE INTO forecast_made
       (company_id, made_at_ms, first_month, history, versions, basis, positions, widths, breaks, columns)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  replica
    .transaction(() => {
      for (const each of made) {
        insert.run(
          each.company_id,
          each.made_at_ms,
          each.first_month,
          each.history,
          each.versions,
          each.basis,
          each.positions,
          each.widths,
          each.breaks,
          each.columns,
        );
      }
    })
    .immediate();
}
