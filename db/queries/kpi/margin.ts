/** The margin ladder: sums by month for the figures, lines and credits one by one for the rows behind them. */
import { sql } from 'kysely';
import {
  addCredit,
  addClaimCost,
  claimRows,
  creditRows,
  emptyLadderSums,
  type LadderLine,
  type LadderSums,
  ladderLineRows,
} from '#domain/kpi/marginLadder.ts';
import type { MarginSums } from '#domain/kpi/margin.ts';
import type { EmitRow } from '#domain/kpi/tally.ts';
import type { QueryContext } from '../context.ts';
import { type KpiScope, ofSlice } from './scope.ts';

interface SumsRow extends MarginSums {
  readonly freight_minor: number;
  readonly freight_lines: number;
  readonly freight_goods_lines: number;
  readonly freight_goods_net_minor: number;
  readonly rebate_minor: number;
  readonly rebate_lines: number;
  readonly rebate_goods_lines: number;
  readonly rebate_goods_net_minor: number;
  readonly fee_minor: number;
  readonly fee_lines: number;
  readonly fee_goods_lines: number;
  readonly fee_goods_net_minor: number;
  readonly sent_goods_net_minor: number;
  readonly whole_goods_lines: number;
  readonly whole_goods_net_minor: number;
}

/** month → sums of order lines; a month without lines is missing. */
export async function ladderByMonth(context: QueryContext, scope: KpiScope): Promise<Map<number, LadderSums>> {
  const months = new Map<number, LadderSums>();
  for (const month of scope.months) {
    context.checkCancelled();
    const row = await sumsOf(context, scope, month);
    if (row.lines > 0) months.set(month, ladderSums(row));
  }
  return months;
}

/** Adds what stands beside the lines: credit notes and claim costs. */
export async function addBesides(
  context: QueryContext,
  scope: KpiScope,
  months: Map<number, LadderSums>,
): Promise<void> {
  const at = (month: number): LadderSums => {
    const held = months.get(month) ?? emptyLadderSums();
    months.set(month, held);
    return held;
  };
  for (const credit of await creditsOf(context, scope)) addCredit(at(credit.month), credit);
  for (const cost of await claimCostsOf(context, scope)) addClaimCost(at(cost.month), cost.amount_minor);
}

/** The SQL twin of domain/kpi/marginLadder.ts addLadderLine. */
async function sumsOf(context: QueryContext, scope: KpiScope, month: number): Promise<SumsRow> {
  const sold = sql`l.kind IN ('goods', 'return')`;
  const cost = (column: string) => (scope.with_cost ? sql.ref(`c.${column}`) : sql`NULL`);
  const join = scope.with_cost ? sql`LEFT JOIN order_line_cost c ON c.id = l.id` : sql``;
  const amount = (column: string) => sql`sum(CASE WHEN ${sold} THEN coalesce(${cost(column)}, 0) ELSE 0 END)`;
  const lines = (column: string) => sql`sum(${sold} AND ${cost(column)} IS NOT NULL)`;
  const goods = (column: string) => sql`sum(l.kind = 'goods' AND ${cost(column)} IS NOT NULL)`;
  const net = (column: string) =>
    sql`sum(CASE WHEN l.kind = 'goods' AND ${cost(column)} IS NOT NULL THEN abs(l.net_minor) ELSE 0 END)`;
  const sent = sql`l.kind = 'goods' AND ${cost('cost_minor')} IS NOT NULL AND ${cost('freight_minor')} IS NOT NULL`;
  const whole = sql`${sent}
    AND ${cost('rebate_minor')} IS NOT NULL AND ${cost('fee_minor')} IS NOT NULL`;
  const { rows } = await sql<{ readonly [K in keyof SumsRow]: number | null }>`
    SELECT count(*) AS lines,
      sum(CASE l.kind WHEN 'goods' THEN l.gross_minor ELSE 0 END) AS gross_minor,
      sum(CASE WHEN ${sold} THEN -l.discount_minor WHEN l.kind = 'discount' THEN l.net_minor ELSE 0 END) AS discounts_minor,
      sum(CASE l.kind WHEN 'return' THEN l.gross_minor ELSE 0 END) AS returns_minor,
      sum(CASE WHEN l.kind IN ('goods', 'return', 'discount') THEN 0 ELSE l.net_minor END) AS other_minor,
      ${amount('cost_minor')} AS cost_minor, ${lines('cost_minor')} AS costed_lines,
      sum(l.kind = 'goods') AS goods_lines, ${goods('cost_minor')} AS costed_goods_lines,
      sum(CASE l.kind WHEN 'goods' THEN abs(l.net_minor) ELSE 0 END) AS goods_net_minor,
      ${net('cost_minor')} AS costed_goods_net_minor,
      ${amount('freight_minor')} AS freight_minor, ${lines('freight_minor')} AS freight_lines,
      ${goods('freight_minor')} AS freight_goods_lines, ${net('freight_minor')} AS freight_goods_net_minor,
      ${amount('rebate_minor')} AS rebate_minor, ${lines('rebate_minor')} AS rebate_lines,
      ${goods('rebate_minor')} AS rebate_goods_lines, ${net('rebate_minor')} AS rebate_goods_net_minor,
      ${amount('fee_minor')} AS fee_minor, ${lines('fee_minor')} AS fee_lines,
      ${goods('fee_minor')} AS fee_goods_lines, ${net('fee_minor')} AS fee_goods_net_minor,
      sum(CASE WHEN ${sent} THEN abs(l.net_minor) ELSE 0 END) AS sent_goods_net_minor,
      sum(${whole}) AS whole_goods_lines,
      sum(CASE WHEN ${whole} THEN abs(l.net_minor) ELSE 0 END) AS whole_goods_net_minor
    FROM order_line l ${join}
    WHERE ${ofSlice(scope)} AND l.month = ${month}`.execute(context.db);
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate without a row');
  const of = (name: keyof SumsRow): number => row[name] ?? 0;
  return {
    lines: of('lines'),
    gross_minor: of('gross_minor'),
    discounts_minor: of('discounts_minor'),
    returns_minor: of('returns_minor'),
    other_minor: of('other_minor'),
    cost_minor: of('cost_minor'),
    costed_lines: of('costed_lines'),
    goods_lines: of('goods_lines'),
    costed_goods_lines: of('costed_goods_lines'),
    goods_net_minor: of('goods_net_minor'),
    costed_goods_net_minor: of('costed_goods_net_minor'),
    freight_minor: of('freight_minor'),
    freight_lines: of('freight_lines'),
    freight_goods_lines: of('freight_goods_lines'),
    freight_goods_net_minor: of('freight_goods_net_minor'),
    rebate_minor: of('rebate_minor'),
    rebate_lines: of('rebate_lines'),
    rebate_goods_lines: of('rebate_goods_lines'),
    rebate_goods_net_minor: of('rebate_goods_net_minor'),
    fee_minor: of('fee_minor'),
    fee_lines: of('fee_lines'),
    fee_goods_lines: of('fee_goods_lines'),
    fee_goods_net_minor: of('fee_goods_net_minor'),
    sent_goods_net_minor: of('sent_goods_net_minor'),
    whole_goods_lines: of('whole_goods_lines'),
    whole_goods_net_minor: of('whole_goods_net_minor'),
  };
}

interface CreditRow {
  readonly id: number;
  readonly month: number;
  readonly channel_id: number | null;
  readonly claim_id: number | null;
  readonly amount_minor: number;
}

async function creditsOf(context: QueryContext, scope: KpiScope): Promise<readonly CreditRow[]> {
  if (scope.months.length === 0) return [];
  const { rows } = await sql<CreditRow>`
    SELECT l.id, l.month, l.channel_id, l.claim_id, l.amount_minor FROM credit_note l
    WHERE ${ofSlice(scope)} AND l.month IN (${sql.join(scope.months)})`.execute(context.db);
  return rows;
}

async function claimCostsOf(context: QueryContext, scope: KpiScope): Promise<readonly Omit<CreditRow, 'claim_id'>[]> {
  if (!scope.with_cost || scope.months.length === 0) return [];
  const { rows } = await sql<Omit<CreditRow, 'claim_id'>>`
    SELECT l.id, l.month, l.channel_id, l.amount_minor FROM claim_cost l
    WHERE ${ofSlice(scope)} AND l.month IN (${sql.join(scope.months)})`.execute(context.db);
  return rows;
}

function ladderSums(row: SumsRow): LadderSums {
  return {
    margin: row,
    freight: {
      sum_minor: row.freight_minor,
      known_lines: row.freight_lines,
      known_goods_lines: row.freight_goods_lines,
      known_goods_net_minor: row.freight_goods_net_minor,
    },
    rebates: {
      sum_minor: row.rebate_minor,
      known_lines: row.rebate_lines,
      known_goods_lines: row.rebate_goods_lines,
      known_goods_net_minor: row.rebate_goods_net_minor,
    },
    fees: {
      sum_minor: row.fee_minor,
      known_lines: row.fee_lines,
      known_goods_lines: row.fee_goods_lines,
      known_goods_net_minor: row.fee_goods_net_minor,
    },
    sent_goods_net_minor: row.sent_goods_net_minor,
    whole_goods_lines: row.whole_goods_lines,
    whole_goods_net_minor: row.whole_goods_net_minor,
    credits_minor: 0,
    claims_minor: 0,
  };
}

interface LineRow extends LadderLine {
  readonly id: number;
  readonly month: number;
  readonly channel_id: number | null;
}

/** Every line, credit note and claim cost of the months, as what it adds to each figure. */
export async function scanLadder(context: QueryContext, scope: KpiScope, emit: EmitRow): Promise<void> {
  const cost = scope.with_cost
    ? sql`c.cost_minor, c.freight_minor, c.rebate_minor, c.fee_minor`
    : sql`NULL AS cost_minor, NULL AS freight_minor, NULL AS rebate_minor, NULL AS fee_minor`;
  const join = scope.with_cost ? sql`LEFT JOIN order_line_cost c ON c.id = l.id` : sql``;
  for (const month of scope.months) {
    context.checkCancelled();
    const { rows } = await sql<LineRow>`
      SELECT l.id, l.month, l.channel_id, l.kind, l.gross_minor, l.discount_minor, l.net_minor, ${cost}
      FROM order_line l ${join} WHERE ${ofSlice(scope)} AND l.month = ${month}`.execute(context.db);
    for (const row of rows) ladderLineRows(row, row, scope.with_cost, emit);
  }
  for (const credit of await creditsOf(context, scope)) creditRows(credit, credit, scope.with_cost, emit);
  for (const each of await claimCostsOf(context, scope)) claimRows('claim_cost', each, each.amount_minor, emit);
}
