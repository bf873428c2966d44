/** Which lines were due, complete or not? Read by the same function as the rate. */
import { addMonths, isoDate } from '#domain/calendar.ts';
import type { FillLineView, QueryArgs } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { itemFacts } from '../facts.ts';
import { orderLineViews } from '../orders/orderLineViews.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { channelsOf } from '../reference/names.ts';
import { columnsSince } from '../wholeSince.ts';
import { type DueLine, dueLinesById, eachDueLine, fillSince, missingForFill } from './dueLines.ts';
import { foundDueLines } from './foundLines.ts';

type Args = QueryArgs<'fillRateLines'>;

const byCommitted = (line: DueLine): number => line.committed_on;
const SORT_VALUE: ReadonlyMap<string, (line: DueLine) => number> = new Map([
  ['committed_on', byCommitted],
  ['missing', (line) => line.fill.missing_qty_milli],
  ['value', (line) => line.fill.due_value_minor],
]);

export const fillRateLines: QueryHandler<'fillRateLines'> = async (context, asked_args) => {
  const company = await companyById(context, asked_args.company_id);
  const whole_since = await fillSince(context, company.id);
  const args = { ...asked_args, from_month: Math.max(asked_args.from_month, whole_since ?? 0) };
  const as_of_on = asOfDay(context, company.time_zone);
  const complete = (await missingForFill(context, company.id)).length === 0;
  const { block, total_lines } = complete
    ? await findLines(context, args, as_of_on, company.currency)
    : { block: [], total_lines: 0 };
  const views = await orderLineViews(
    context,
    company.id,
    block.map((line) => line.id),
  );
  return {
    lines: views.map((view, index) => fillLineView(view, block[index])),
    total_lines,
    provenance: provenance(context, ['order_line', 'shipment_line', 'channel', 'item', 'sales_order'], whole_since),
  };
};

interface FoundLines {
  readonly block: readonly DueLine[];
  readonly total_lines: number;
}

/** From columns, or from the tables while those are not loaded. */
async function findLines(context: QueryContext, args: Args, as_of_on: number, currency: string): Promise<FoundLines> {
  const view = columnsSince(context, [args.company_id], addMonths(args.from_month, -1));
  if (view === null) return await readLines(context, args, as_of_on, currency);
  const channels = await channelsOf(context.db, args.company_id);
  const ids = foundDueLines(
    view,
    {
      range: args,
      figure: args.figure,
      sort: SORTS.find((sort) => sort === args.sort?.column) ?? 'committed_on',
      descending: args.sort?.descending ?? false,
    },
    {
      grace_days: new Map([...channels].map(([id, channel]) => [id, channel.grace_days])),
      as_of_on: new Map([[args.company_id, as_of_on]]),
    },
    await itemFacts(context),
    context.checkCancelled,
  );
  const wanted = [...ids.subarray(args.offset, args.offset + args.limit)];
  const lines = await dueLinesById(context, args.company_id, wanted, as_of_on, currency);
  return { block: wanted.flatMap((id) => lines.get(id) ?? []), total_lines: ids.length };
}

const SORTS = ['committed_on', 'missing', 'value'] as const;

async function readLines(context: QueryContext, args: Args, as_of_on: number, currency: string): Promise<FoundLines> {
  const found: DueLine[] = [];
  await eachDueLine(context, args, as_of_on, currency, (line) => {
    if (args.figure === 'due' || line.fill.complete === (args.figure === 'complete')) found.push(line);
  });
  const valueOf = SORT_VALUE.get(args.sort?.column ?? 'committed_on') ?? byCommitted;
  const sign = args.sort?.descending ? -1 : 1;
  found.sort((a, b) => sign * (valueOf(a) - valueOf(b) || a.id - b.id));
  return { block: found.slice(args.offset, args.offset + args.limit), total_lines: found.length };
}

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
