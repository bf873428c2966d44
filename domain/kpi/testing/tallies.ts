/** Figures of rows collected in a test, by KPI. */
import { kpiDefinition } from '../definitions.ts';
import { addRow, emptyTally, type EmitRow, figureOf, type KpiFigure, type KpiRow } from '../tally.ts';

export function collected(visit: (emit: EmitRow) => void): KpiRow[] {
  const rows: KpiRow[] = [];
  visit((row) => rows.push(row));
  return rows;
}

/** The figure of one KPI over all collected rows. */
export function figureIn(rows: readonly KpiRow[], kpi: string): KpiFigure {
  const definition = kpiDefinition(kpi);
  const tally = emptyTally();
  for (const row of rows) if (row.kpi === kpi) addRow(tally, definition.measure, row);
  return figureOf(definition, tally);
}
