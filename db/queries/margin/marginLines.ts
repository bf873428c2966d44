/** Which lines make this figure? The same predicate as the figure, and a total that equals it to the cent. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { QueryArgs } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { itemFacts } from '../facts.ts';
import { linePredicate } from '../orders/linePredicate.ts';
import { orderLineViews } from '../orders/orderLineViews.ts';
import { provenance } from '../provenance.ts';
import { remembered } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { marginTotals } from './marginTotals.ts';

export interface MarginLineTotals {
  readonly total_lines: number;
  readonly total_minor: number;
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

const SORT_COLUMN: ReadonlyMap<string, string> = new Map([
  ['ordered_on', 'l.ordered_on'],
  ['net', 'l.net_minor'],
  ['gross', 'l.gross_minor'],
  ['discount', 'l.discount_minor'],
  ['quantity', 'l.ordered_qty_milli'],
]);

export const marginLines: QueryHandler<'marginLines'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const { offset, limit, sort, ...question } = args;
  const totals = await remembered(
    context,
    (cache) => cache.marginLines,
    JSON.stringify(Object.entries(question).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    () => totalsOf(context, args),
  );
  context.checkCancelled();
  const direction = sort?.descending ? sql`DESC` : sql`ASC`;
  const { rows } = await sql<{ id: number }>`
    SELECT l.id FROM order_line l WHERE ${where(args)}
    ORDER BY ${sql.ref(SORT_COLUMN.get(sort?.column ?? 'ordered_on') ?? 'l.ordered_on')} ${direction}, l.id ${direction}
    LIMIT ${limit} OFFSET ${offset}`.execute(context.db);
  return {
    lines: await orderLineViews(
      context,
      company.id,
      rows.map((row) => row.id),
    ),
    ...totals,
    currency: company.currency,
    cost_visible: seesArea(context.user, company.id, 'cost'),
    provenance: provenance(context, ['order_line', 'sales_order', 'item']),
  };
};

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
