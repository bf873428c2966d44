/** Which lines were due, complete or not? Read by the same function as the rate. */
import { addMonths, isoDate } from '#domain/calendar.ts';
import type { FillLineView, OrderLineView, QueryArgs } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { itemFacts } from '../facts.ts';
import { type KeptList, listBlock, type ListReader } from '../listEditions.ts';
import { type LineFigures, lineFigures, orderLineViews, shippedByLine } from '../orders/orderLineViews.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { graceOf } from '../reference/grace.ts';
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

/** A line due as it is kept: what the fill rate says of it, its figures, and what went out in all (null = unknown). */
interface FillListRow {
  readonly due: DueLine;
  readonly line: LineFigures;
  readonly shipped_qty_milli: number | null;
}
export type FillList = KeptList<FillListRow>;

const FILL_LIST_TABLES = ['order_line', 'shipment_line', 'channel', 'channel_rule', 'item'] as const;

/** The list a question is about; its blocks are read of it. */
export async function fillListOf(context: QueryContext, asked: Args) {
  const company = await companyById(context, asked.company_id);
  const since_month = await fillSince(context, company.id);
  const args = { ...asked, from_month: Math.max(asked.from_month, since_month ?? 0) };
  const as_of_on = asOfDay(context, company.time_zone);
  const { offset: _offset, limit: _limit, edition: _edition, locate: _locate, ...of } = args;
  const reader: ListReader<FillList> = {
    pick: (cache) => cache.fillLists,
    question: {
      of,
      tables: FILL_LIST_TABLES,
      as_of_on,
      read: (range) => readFillList(context, { ...args, ...range }, as_of_on, company.currency),
      keyOf: ({ line }) => String(line.id),
    },
  };
  return { company, since_month, reader };
}

export const fillRateLines: QueryHandler<'fillRateLines'> = async (context, args) => {
  const { company, since_month, reader } = await fillListOf(context, args);
  const { list, rows, read_in, standing } = await listBlock(context, args, reader);
  const views = await orderLineViews(
    context,
    company.id,
    rows.map(({ line }) => line),
  );
  return {
    lines: views.map((view, at) => fillLineView(view, rows[at])),
    total_lines: list.total_lines,
    ...read_in,
    provenance: provenance(
      { ...context, replica: standing },
      ['order_line', 'shipment_line', 'channel', 'channel_rule', 'item', 'sales_order'],
      since_month,
    ),
  };
};

async function readFillList(context: QueryContext, args: Args, as_of_on: number, currency: string): Promise<FillList> {
  if ((await missingForFill(context, args.company_id)).length > 0) return { rows: [], total_lines: 0 };
  const { block, total_lines } = await findLines(context, args, as_of_on, currency);
  const ids = block.map((line) => line.id);
  context.checkCancelled();
  const figures = await lineFigures(context, ids);
  const shipped = await shippedByLine(context, args.company_id, ids);
  const rows = block.flatMap((due, at): FillListRow[] => {
    const line = figures[at];
    if (!line) return [];
    return [{ due, line, shipped_qty_milli: shipped === null ? null : (shipped.get(due.id) ?? 0) }];
  });
  return { rows, total_lines };
}

interface FoundLines {
  readonly block: readonly DueLine[];
  readonly total_lines: number;
}

/** From columns, or from the tables while those are not loaded. */
async function findLines(context: QueryContext, args: Args, as_of_on: number, currency: string): Promise<FoundLines> {
  const view = columnsSince(context, [args.company_id], addMonths(args.from_month, -1));
  if (view === null) return await readLines(context, args, as_of_on, currency);
  const ids = foundDueLines(
    view,
    {
      range: args,
      figure: args.figure,
      sort: SORTS.find((sort) => sort === args.sort?.column) ?? 'committed_on',
      descending: args.sort?.descending ?? false,
    },
    {
      grace: await graceOf(context, args.company_id),
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

function fillLineView(view: OrderLineView, row: FillListRow | undefined): FillLineView {
  if (row?.line.id !== view.order_line_id) throw new Error('a block of lines lost its order');
  const { fill } = row.due;
  return {
    ...view,
    shipped_qty_milli: row.shipped_qty_milli,
    cut_off_on: isoDate(fill.cut_off_on),
    shipped_by_cut_off_qty_milli: fill.shipped_by_cut_off_qty_milli,
    missing_qty_milli: fill.missing_qty_milli,
    due_value_minor: fill.due_value_minor,
    first_pass: fill.first_pass,
  };
}
