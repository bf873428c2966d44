/** Which rows make this figure? The same passes as the figure, listened to row by row. */
import { kpiDefinition } from '#domain/kpi/definitions.ts';
import { addRow, emptyTally, figureOf, type KpiFigure, type KpiRow, NO_FIGURE } from '#domain/kpi/tally.ts';
import type { QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { scanRows } from './measure.ts';
import { hindrances, neededTables } from './needs.ts';
import { reasonOf } from './reasons.ts';
import { rowViews } from './rowViews.ts';
import { kpiScope } from './scope.ts';

/** The rows of a whole figure lie in memory while they are sorted; 5 million order lines stay below it a month at a time. */
const MOST_ROWS = 2_000_000;

export const kpiRows: QueryHandler<'kpiRows'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const definition = kpiDefinition(args.kpi);
  const from_month = definition.period === 'snapshot' ? args.to_month : args.from_month;
  const hindrance = (await hindrances(context, company.id, [definition], args)).get(definition.id);
  const rows: KpiRow[] = [];
  const figure = { value: NO_FIGURE };
  if (!hindrance) {
    const scope = kpiScope(context, company, from_month, args.to_month, args);
    const months = new Set(scope.months);
    await scanRows(context, scope, [definition.id], (row) => {
      if (row.kpi !== definition.id || !months.has(row.month)) return;
      if (rows.length >= MOST_ROWS) throw new RangeError('more rows than can be sorted; ask for fewer months');
      rows.push(row);
    });
    figure.value = figureOfRows(definition, rows);
  }
  const shown = definition.measure === 'whole' ? wholeRows(rows) : rows;
  shown.sort((a, b) => rank(b) - rank(a) || compareIds(a.id, b.id));
  const block = shown.slice(args.offset, args.offset + args.limit);
  const computed: KpiFigure = figure.value;
  return {
    kpi: definition.id,
    rows: await rowViews(context, block),
    total_rows: shown.length,
    figure: computed,
    reason: hindrance?.reason ?? reasonOf(definition, computed),
    visible: hindrance?.visible ?? true,
    currency: company.currency,
    provenance: provenance(context, neededTables([definition])),
  };

  /** Of a rate what is missing from it, else the size. */
  function rank(row: KpiRow): number {
    if (row.unknown) return Number.MAX_SAFE_INTEGER;
    const missing = definition.measure === 'whole' || (definition.measure === 'ratio' && definition.format === 'rate');
    return missing ? row.denominator - row.numerator : Math.abs(row.numerator) + Math.abs(row.denominator);
  }
};

function figureOfRows(definition: ReturnType<typeof kpiDefinition>, rows: readonly KpiRow[]): KpiFigure {
  const tally = emptyTally();
  for (const row of rows) addRow(tally, definition.measure, row);
  return figureOf(definition, tally);
}

/** An order or a location is one row: it counts when all its parts do. */
function wholeRows(parts: readonly KpiRow[]): KpiRow[] {
  const whole = new Map<number | string, KpiRow>();
  for (const part of parts) {
    const counts = part.numerator === part.denominator && (whole.get(part.id)?.numerator ?? 1) === 1;
    whole.set(part.id, { ...part, numerator: counts ? 1 : 0, denominator: 1 });
  }
  return [...whole.values()];
}

function compareIds(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
}
