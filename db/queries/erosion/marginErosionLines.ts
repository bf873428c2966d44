/** Which lines make this fall? Those of the group that no fall told before it holds. */
import { monthOfDay } from '#domain/calendar.ts';
import { atRate } from '#domain/pricing/erosion/unusual.ts';
import type { ErosionLineView } from '#contract/queries.ts';
import { valueColumn } from '#db/analysis/segment.ts';
import type { QueryHandler } from '../context.ts';
import { columnsOf } from '../margin/bridgeScan.ts';
import { creditViews } from '../margin/creditViews.ts';
import { marginLineViews } from '../margin/marginLines.ts';
import { lineFigures } from '../orders/orderLineViews.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { creditsOf, type ErosionGround, type Group, MONTHS, scanGroup } from './erosionColumns.ts';
import { EROSION_FACTS, erosionGround, foundErosions } from './found.ts';

interface ShortRow {
  readonly source: 'line' | 'credit' | 'claim';
  readonly id: number;
  readonly short_minor: number;
}

export const marginErosionLines: QueryHandler<'marginErosionLines'> = async (
  context,
  { company_id, month, key, limit },
) => {
  const { told } = await foundErosions(context, company_id, month);
  const { currency } = await companyById(context, company_id);
  const about = { currency, provenance: provenance(context, [...EROSION_FACTS, 'sales_order', 'item']) };
  const found = told.find(({ row }) => row.key === key);
  if (found === undefined) {
    return { ...about, row: null, lines: [], total_lines: 0, other_lines: 0, other_minor: 0, total_minor: 0 };
  }
  const { row, erosion, taken } = found;
  const all = shortRows(await erosionGround(context, company_id, month), erosion, taken, erosion.usual_ppm);
  const shown = largest(all, limit);
  const idsOf = (source: ShortRow['source']) => shown.flatMap((each) => (each.source === source ? [each.id] : []));
  const figures = await lineFigures(context, idsOf('line'));
  const rows = figures.map((line) => ({ key: `line ${line.id}`, line, document: null }));
  const views = new Map([
    ...(await marginLineViews(context, company_id, rows, true)).map((view) => [view.key, view] as const),
    ...(await creditViews(context, idsOf('credit'), idsOf('claim'))),
  ]);
  const lines = shown.map(({ source, id, short_minor }): ErosionLineView => {
    const view = views.get(`${source} ${id}`);
    if (!view) throw new Error(`${source} ${id} of a fall vanished inside a read transaction`);
    return { ...view, short_minor };
  });
  return {
    ...about,
    row,
    lines,
    total_lines: all.length,
    other_lines: all.length - lines.length,
    other_minor: row.fall_minor - lines.reduce((sum, line) => sum + line.short_minor, 0),
    total_minor: row.fall_minor,
  };
};

function largest(rows: readonly ShortRow[], limit: number): ShortRow[] {
  return rows.toSorted((a, b) => b.short_minor - a.short_minor || a.id - b.id).slice(0, limit);
}

function shortRows(ground: ErosionGround, group: Group, taken: readonly Group[], usual_ppm: number): ShortRow[] {
  const found: ShortRow[] = [];
  scanGroup(ground, group, taken, {
    slotOfMonth: (nth) => (nth === MONTHS - 1 ? 0 : -1),
    slots: 1,
    visit: (part, keys) => {
      const { gross, discount, cost, freight, rebate, fee } = columnsOf(part);
      const ids = valueColumn(part.general, 'line');
      for (let i = 0; i < part.general.rows; i++) {
        if ((keys[i] as number) < 0) continue;
        const net_minor = (gross[i] as number) - (discount[i] as number);
        const costs = (cost[i] as number) + (freight[i] as number) + (rebate[i] as number) + (fee[i] as number);
        const short_minor = atRate(net_minor, usual_ppm) - net_minor + costs;
        found.push({ source: 'line', id: (ids.values?.[i] ?? 0) + ids.origin, short_minor });
      }
    },
  });
  for (const row of creditsOf(ground, group, taken)) {
    if (monthOfDay(row.day) !== ground.months[MONTHS - 1]) continue;
    const net_minor = row.claim_id === null ? -row.amount_minor : 0;
    const short_minor = atRate(net_minor, usual_ppm) + row.amount_minor;
    found.push({ source: row.source === 'credit_note' ? 'credit' : 'claim', id: row.id, short_minor });
  }
  return found;
}
