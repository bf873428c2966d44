/** Which lines were due, complete or not? Read by the same function as the rate. */
import { isoDate } from '#domain/calendar.ts';
import type { FillLineView } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { orderLineViews } from '../orders/orderLineViews.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { type DueLine, eachDueLine, missingForFill } from './dueLines.ts';

const byCommitted = (line: DueLine): number => line.committed_on;
const SORT_VALUE: ReadonlyMap<string, (line: DueLine) => number> = new Map([
  ['committed_on', byCommitted],
  ['missing', (line) => line.fill.missing_qty_milli],
  ['value', (line) => line.fill.due_value_minor],
]);

export const fillRateLines: QueryHandler<'fillRateLines'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const found: DueLine[] = [];
  if ((await missingForFill(context, company.id)).length === 0) {
    await eachDueLine(context, args, asOfDay(context, company.time_zone), company.currency, (line) => {
      if (args.figure === 'due' || line.fill.complete === (args.figure === 'complete')) found.push(line);
    });
  }
  const valueOf = SORT_VALUE.get(args.sort?.column ?? 'committed_on') ?? byCommitted;
  const sign = args.sort?.descending ? -1 : 1;
  found.sort((a, b) => sign * (valueOf(a) - valueOf(b) || a.id - b.id));
  const block = found.slice(args.offset, args.offset + args.limit);
  const views = await orderLineViews(
    context,
    company.id,
    block.map((line) => line.id),
  );
  return {
    lines: views.map((view, index) => fillLineView(view, block[index])),
    total_lines: found.length,
    provenance: provenance(context, ['order_line', 'shipment_line', 'channel', 'item', 'sales_order']),
  };
};

function fillLineView(
  view: Awaited<ReturnType<typeof orderLineViews>>[number],
  line: DueLine | undefined,
): FillLineView {
  if (line?.id !== view.order_line_id) throw new Error('a block of lines lost its order');
  return {
    ...view,
    cut_off_on: isoDate(line.fill.cut_off_on),
    shipped_by_cut_off_qty_milli: line.fill.shipped_by_cut_off_qty_milli,
    missing_qty_milli: line.fill.missing_qty_milli,
    due_value_minor: line.fill.due_value_minor,
    first_pass: line.fill.first_pass,
  };
}
