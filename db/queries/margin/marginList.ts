/**
 * The lines of a figure in their order, as an edition keeps them: by the same predicate as the figure, with a total that
 * equals it to the cent. Credit notes and costs of claims stand among the lines where the figure counts them.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { ladderFigures } from '#domain/kpi/marginLadder.ts';
import type { MarginLineView, QueryArgs } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { questionKey } from '../editions.ts';
import { itemFacts, NOTHING_KNOWN } from '../facts.ts';
import { columnsSince } from '../wholeSince.ts';
import type { KeptList } from '../listEditions.ts';
import { linePredicate } from '../orders/linePredicate.ts';
import { type LineFigures, lineFigures } from '../orders/orderLineViews.ts';
import { remembered } from '../readCache.ts';
import { creditViews } from './creditViews.ts';
import { addCreditRow, type CreditRow, creditRows, keepsCredit } from './credits.ts';
import { ladderScan } from './marginScan.ts';
import { ladderTotals, type MarginLineTotals, marginTotals, type Step, type SummedFigure } from './marginTotals.ts';

/** What makes the figure: totals of lines and other documents, and which of those. */
export interface FigureParts {
  readonly totals: {
    readonly total_lines: number;
    readonly total_credits: number;
    readonly total_minor: number | null;
  };
  readonly credit_ids: readonly number[];
  readonly claim_cost_ids: readonly number[];
}

/** A line by its figures, named when it is shown; what is no line as it is shown. */
export type MarginListRow =
  | { readonly key: string; readonly line: LineFigures; readonly document: null }
  | { readonly key: string; readonly line: null; readonly document: MarginLineView };

export interface MarginList extends KeptList<MarginListRow> {
  readonly totals: FigureParts['totals'];
}

/** What the lines of a margin are made of. */
export const MARGIN_LIST_TABLES = ['order_line', 'order_line_cost', 'credit_note', 'claim_cost', 'item'] as const;

type Args = QueryArgs<'marginLines'>;
type Figure = Args['figure'];

/** Which of the filtered lines belong to a figure, and what each adds to it. */
const FIGURES: Readonly<
  Record<SummedFigure, { readonly lines: RawBuilder<SqlBool>; readonly amount: RawBuilder<number> }>
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
    lines: sql<SqlBool>`(l.kind = 'goods' AND NOT EXISTS (SELECT 1 FROM order_line_cost c WHERE c.id = l.id AND c.cost_minor IS NOT NULL))`,
    amount: sql<number>`l.net_minor`,
  },
};

const STEPS: ReadonlySet<Figure> = new Set<Step>(['gm1', 'gm2', 'gm3', 'claims']);
export const isStep = (figure: Figure): figure is Step => STEPS.has(figure);

/** Figures that credit notes without a claim are part of, and those that claims are. */
export const CREDITED: ReadonlySet<Figure> = new Set<Figure>(['all', 'returns', 'net', 'gm1', 'gm2', 'gm3']);
export const CLAIMED: ReadonlySet<Figure> = new Set<Figure>(['gm3', 'claims']);

interface Sorted {
  /** Of a line `l`, with its costs `k`; of a credit note and of a cost of a claim, both `c`, as they count. */
  readonly line: RawBuilder<number>;
  readonly document: RawBuilder<number>;
  readonly of_cost?: true;
}
const part = (column: string): RawBuilder<number> =>
  sql<number>`CASE WHEN l.kind IN ('goods', 'return') THEN coalesce(${sql.ref(`k.${column}`)}, 0) ELSE 0 END`;
const NET = sql<number>`(CASE WHEN c.claim_id IS NULL THEN -c.amount_minor ELSE 0 END)`;
const NONE = sql<number>`0`;
const GM1 = sql<number>`l.net_minor - ${part('cost_minor')}`;
const GM2 = sql<number>`${GM1} - ${part('freight_minor')}`;
const SORTS: ReadonlyMap<string, Sorted> = new Map<string, Sorted>([
  ['ordered_on', { line: sql<number>`l.ordered_on`, document: sql<number>`c.day` }],
  ['net', { line: sql<number>`l.net_minor`, document: NET }],
  ['gross', { line: sql<number>`l.gross_minor`, document: NET }],
  ['discount', { line: sql<number>`l.discount_minor`, document: NONE }],
  ['quantity', { line: sql<number>`l.ordered_qty_milli`, document: NONE }],
  ['cost', { line: part('cost_minor'), document: NONE, of_cost: true }],
  ['freight', { line: part('freight_minor'), document: NONE, of_cost: true }],
  ['rebate', { line: part('rebate_minor'), document: NONE, of_cost: true }],
  ['fee', { line: part('fee_minor'), document: NONE, of_cost: true }],
  [
    'claim',
    { line: NONE, document: sql<number>`CASE WHEN c.claim_id IS NULL THEN 0 ELSE c.amount_minor END`, of_cost: true },
  ],
  ['gm1', { line: GM1, document: NET, of_cost: true }],
  ['gm2', { line: GM2, document: NET, of_cost: true }],
  [
    'gm3',
    {
      line: sql<number>`${GM2} - ${part('rebate_minor')} - ${part('fee_minor')}`,
      document: sql<number>`-c.amount_minor`,
      of_cost: true,
    },
  ],
]);

export function marginSort({ sort }: Args): Sorted {
  const sorted = SORTS.get(sort?.column ?? 'ordered_on');
  if (!sorted) throw new Error(`no sort ${sort?.column}`);
  return sorted;
}

/** Those rows of the list that the arguments' offset and limit name. */
export async function readMarginList(context: QueryContext, args: Args): Promise<MarginList> {
  const { offset: _offset, limit: _limit, edition: _edition, locate: _locate, sort: _sort, ...question } = args;
  const parts = await remembered(
    context,
    (cache) => cache.marginLines,
    questionKey(question),
    () => partsOf(context, args),
  );
  context.checkCancelled();
  const page = await pageOf(context, args, parts);
  context.checkCancelled();
  const ids = (source: PageRow['source']) => page.filter((row) => row.source === source).map((row) => row.id);
  const lines = new Map((await lineFigures(context, ids('line'))).map((line) => [line.id, line]));
  const documents = await creditViews(context, ids('credit'), ids('claim'));
  const rows = page.map(({ id, source }): MarginListRow => {
    const key = `${source} ${id}`;
    const line = source === 'line' ? lines.get(id) : undefined;
    if (line) return { key, line, document: null };
    const document = documents.get(key);
    if (!document) throw new Error(`${key} of a figure vanished inside a read transaction`);
    return { key, line: null, document };
  });
  return { rows, total_lines: parts.totals.total_lines, totals: parts.totals };
}

interface PageRow {
  readonly id: number;
  readonly source: 'line' | 'credit' | 'claim';
}

async function pageOf(
  context: QueryContext,
  args: Args,
  { credit_ids, claim_cost_ids }: FigureParts,
): Promise<readonly PageRow[]> {
  const sorted = marginSort(args);
  const direction = args.sort?.descending ? sql`DESC` : sql`ASC`;
  const documents = (source: string, table: string, day: string, ids: readonly number[]) =>
    ids.length === 0
      ? sql``
      : sql`UNION ALL SELECT c.id, ${source}, ${sorted.document}
          FROM (SELECT id, claim_id, amount_minor, ${sql.ref(day)} AS day FROM ${sql.table(table)}
            WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))) c`;
  const costs = sorted.of_cost ? sql`LEFT JOIN order_line_cost k ON k.id = l.id` : sql``;
  const { rows } = await sql<PageRow>`
    SELECT l.id AS id, 'line' AS source, ${sorted.line} AS sorted_by FROM order_line l ${costs} WHERE ${where(args)}
    ${documents('credit', 'credit_note', 'issued_on', credit_ids)}
    ${documents('claim', 'claim_cost', 'booked_on', claim_cost_ids)}
    ORDER BY sorted_by ${direction}, id ${direction}, source ${direction}
    LIMIT ${args.limit} OFFSET ${args.offset}`.execute(context.db);
  return rows;
}

/** Credits and claims are kept by the very test the figure keeps them by. */
async function partsOf(context: QueryContext, args: Args): Promise<FigureParts> {
  const { figure } = args;
  const rows =
    CREDITED.has(figure) || CLAIMED.has(figure)
      ? await creditRows(context, [args.company_id], args, CLAIMED.has(figure))
      : [];
  const items = rows.length === 0 ? NOTHING_KNOWN : await itemFacts(context);
  const kept = rows.filter(
    (row) => (row.claim_id === null ? CREDITED : CLAIMED).has(figure) && keepsCredit(row, args, items),
  );
  const idsOf = (source: CreditRow['source']) => kept.filter((row) => row.source === source).map((row) => row.id);
  const documents = { credit_ids: idsOf('credit_note'), claim_cost_ids: idsOf('claim_cost') };
  if (figure === 'claims') {
    const total_minor = kept.reduce((sum, row) => sum + row.amount_minor, 0);
    return { totals: { total_lines: kept.length, total_credits: kept.length, total_minor }, ...documents };
  }
  const lines = await totalsOf(context, args, isStep(figure) ? 'net' : figure);
  const total_minor = isStep(figure)
    ? await stepMinor(context, args, figure, kept)
    : kept.reduce((sum, row) => sum - row.amount_minor, lines.total_minor);
  if (total_minor !== null && !Number.isSafeInteger(total_minor)) {
    throw new Error('a margin total is beyond the exact range');
  }
  const total_lines = lines.total_lines + kept.length;
  return { totals: { total_lines, total_credits: kept.length, total_minor }, ...documents };
}

/** The step as the ladder makes it; null while a part is not known. */
async function stepMinor(
  context: QueryContext,
  args: Args,
  step: Step,
  kept: readonly CreditRow[],
): Promise<number | null> {
  const view = columnsSince(context, [args.company_id], args.from_month);
  const sums =
    view === null
      ? await ladderScan(context, args)
      : ladderTotals(view, args, await itemFacts(context), context.checkCancelled);
  for (const row of kept) addCreditRow(sums, row);
  return ladderFigures(sums, true).get(step)?.value ?? null;
}

function where(args: Args): RawBuilder<SqlBool> {
  const { figure } = args;
  const lines = figure === 'claims' ? sql<SqlBool>`0` : FIGURES[isStep(figure) ? 'net' : figure].lines;
  return sql<SqlBool>`l.month BETWEEN ${args.from_month} AND ${args.to_month} AND ${linePredicate(args)} AND ${lines}`;
}

/** From columns where they tell; lines with a discount are counted in the tables. */
async function totalsOf(context: QueryContext, args: Args, figure: SummedFigure): Promise<MarginLineTotals> {
  const view = figure === 'discounts' ? null : columnsSince(context, [args.company_id], args.from_month);
  if (view !== null) return marginTotals(view, args, figure, await itemFacts(context), context.checkCancelled);
  const { rows } = await sql<MarginLineTotals>`
    SELECT count(*) AS total_lines, coalesce(sum(${FIGURES[figure].amount}), 0) AS total_minor
    FROM order_line l WHERE ${where({ ...args, figure })}`.execute(context.db);
  const totals = rows[0];
  if (!totals || !Number.isSafeInteger(totals.total_minor)) throw new Error('a margin total is beyond the exact range');
  return totals;
}
