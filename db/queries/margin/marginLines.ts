/**
 * Which lines make this figure? The same predicate as the figure, and a total that equals it to the cent. Credit notes
 * stand among the lines where the figure counts them.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { MarginLineView, QueryArgs } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { itemFacts } from '../facts.ts';
import { linePredicate } from '../orders/linePredicate.ts';
import { orderLineViews } from '../orders/orderLineViews.ts';
import { provenance } from '../provenance.ts';
import { remembered } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { creditViews } from './creditViews.ts';
import { creditRows, keepsCredit } from './credits.ts';
import { marginTotals } from './marginTotals.ts';

export interface MarginLineTotals {
  readonly total_lines: number;
  readonly total_minor: number;
}

/** What makes the figure: totals of lines and credits, and which credits. */
export interface FigureParts {
  readonly totals: MarginLineTotals & { readonly total_credits: number };
  readonly credit_ids: readonly number[];
}

type Args = QueryArgs<'marginLines'>;

/** Which of the filtered lines belong to a figure, and what each adds to it. */
const FIGURES: Readonly<
  Record<Args['figure'], { readonly lines: RawBuilder<SqlBool>; readonly amount: RawBuilder<number> }>
> = {
  all: { lines: sql<SqlBool>`1`, amount: sql<number>`l.net_minor` },
  gross: { lines: sql<SqlBool>`l.kind = 'goods'`, amount: sql<number>`l.gross_minor` },
  discounts: {
    lines: sql<SqlBool>`(l.kind = 'discount' OR (l.kind IN ('goods', 'return') AND l.discount_minor <> 0))`,
    amount: sql<number>`CASE l.kind WHEN 'discount' THEN l.net_minor ELSE -l.discount_minor END`,
  },
  returns: { lines: sql<SqlBool>`l.kind = 'return'`, amount: sql<number>`l.gross_minor` },
  net: { lines: sql<SqlBool>`l.kind IN ('goods', 'return', 'discount')`, amount: sql<number>`l.net_minor` },
  other: { lines: sql<SqlBool>`l.kind NOT IN ('goods', 'return', 'discount')`, amount: sql<number>`l.net_minor` },
  no_cost: {
    lines: sql<SqlBool>`(l.kind = 'goods' AND NOT EXISTS (SELECT 1 FROM order_line_cost c WHERE c.id = l.id))`,
    amount: sql<number>`l.net_minor`,
  },
};

/** Figures that credit notes are part of. */
const CREDITED: ReadonlySet<Args['figure']> = new Set(['all', 'returns', 'net']);

/** What a sort compares: of a line and, as it counts, of a credit note. */
const SORTS: ReadonlyMap<string, readonly [RawBuilder<number>, RawBuilder<number>]> = new Map([
  ['ordered_on', [sql<number>`l.ordered_on`, sql<number>`c.issued_on`]],
  ['net', [sql<number>`l.net_minor`, sql<number>`-c.amount_minor`]],
  ['gross', [sql<number>`l.gross_minor`, sql<number>`-c.amount_minor`]],
  ['discount', [sql<number>`l.discount_minor`, sql<number>`0`]],
  ['quantity', [sql<number>`l.ordered_qty_milli`, sql<number>`0`]],
]);

export const marginLines: QueryHandler<'marginLines'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const { offset, limit, sort, ...question } = args;
  const { totals, credit_ids } = await remembered(
    context,
    (cache) => cache.marginLines,
    JSON.stringify(Object.entries(question).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    () => partsOf(context, args),
  );
  context.checkCancelled();
  const page = await pageOf(context, args, credit_ids);
  const ids = (is_credit: number) => page.filter((row) => row.is_credit === is_credit).map((row) => row.id);
  const lines = new Map(
    (await orderLineViews(context, company.id, ids(0))).map((line) => [line.order_line_id, line] as const),
  );
  const credits = await creditViews(context, ids(1));
  return {
    lines: page.map(({ id, is_credit }): MarginLineView => {
      const credit = is_credit === 1 ? credits.get(id) : undefined;
      if (credit) return credit;
      const line = lines.get(id);
      if (!line) throw new Error(`line ${id} of a figure vanished inside a read transaction`);
      return { ...line, credit_note_id: null };
    }),
    ...totals,
    currency: company.currency,
    cost_visible: seesArea(context.user, company.id, 'cost'),
    provenance: provenance(context, [
      'order_line',
      'sales_order',
      'item',
      ...(CREDITED.has(args.figure) ? (['credit_note'] as const) : []),
    ]),
  };
};

interface PageRow {
  readonly id: number;
  readonly is_credit: number;
}

async function pageOf(context: QueryContext, args: Args, credit_ids: readonly number[]): Promise<readonly PageRow[]> {
  const direction = args.sort?.descending ? sql`DESC` : sql`ASC`;
  const sorted = SORTS.get(args.sort?.column ?? 'ordered_on');
  if (!sorted) throw new Error(`no sort ${args.sort?.column}`);
  const [ofLine, ofCredit] = sorted;
  const credits =
    credit_ids.length === 0
      ? sql``
      : sql`UNION ALL SELECT c.id, 1, ${ofCredit} FROM credit_note c
          WHERE c.id IN (SELECT value FROM json_each(${JSON.stringify(credit_ids)}))`;
  const { rows } = await sql<PageRow>`
    SELECT l.id AS id, 0 AS is_credit, ${ofLine} AS sorted_by FROM order_line l WHERE ${where(args)}
    ${credits}
    ORDER BY sorted_by ${direction}, id ${direction}, is_credit ${direction}
    LIMIT ${args.limit} OFFSET ${args.offset}`.execute(context.db);
  return rows;
}

/** The credits are kept by the very test the figure keeps them by. */
async function partsOf(context: QueryContext, args: Args): Promise<FigureParts> {
  const lines = await totalsOf(context, args);
  const found = CREDITED.has(args.figure) ? await creditRows(context, [args.company_id], args, false) : [];
  if (found.length === 0) return { totals: { ...lines, total_credits: 0 }, credit_ids: [] };
  const items = await itemFacts(context);
  const kept = found.filter((row) => keepsCredit(row, args, items));
  const total_minor = kept.reduce((sum, row) => sum - row.amount_minor, lines.total_minor);
  if (!Number.isSafeInteger(total_minor)) throw new Error('a margin total is beyond the exact range');
  return {
    totals: { total_lines: lines.total_lines + kept.length, total_credits: kept.length, total_minor },
    credit_ids: kept.map((row) => row.id),
  };
}

function where(args: Args): RawBuilder<SqlBool> {
  return sql<SqlBool>`l.month BETWEEN ${args.from_month} AND ${args.to_month} AND ${linePredicate(args)} AND ${FIGURES[args.figure].lines}`;
}

/** From columns where they tell; lines with a discount are counted in the tables. */
async function totalsOf(context: QueryContext, args: Args): Promise<MarginLineTotals> {
  const view = args.figure === 'discounts' ? null : (context.facts?.() ?? null);
  if (view !== null) return marginTotals(view, args, await itemFacts(context), context.checkCancelled);
  const { rows } = await sql<MarginLineTotals>`
    SELECT count(*) AS total_lines, coalesce(sum(${FIGURES[args.figure].amount}), 0) AS total_minor
    FROM order_line l WHERE ${where(args)}`.execute(context.db);
  const totals = rows[0];
  if (!totals || !Number.isSafeInteger(totals.total_minor)) throw new Error('a margin total is beyond the exact range');
  return totals;
}
