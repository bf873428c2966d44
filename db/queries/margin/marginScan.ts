/** Margin sums by group and month: one pass per month over order_line, names and costs of nothing but ids. */
import { type RawBuilder, sql } from 'kysely';
import { type MarginSums, addMarginSums, emptyMarginSums } from '#domain/kpi/margin.ts';
import { emptyLadderSums, type LadderSums } from '#domain/kpi/marginLadder.ts';
import type { QueryContext } from '../context.ts';
import { type LineFilter, linePredicate } from '../orders/linePredicate.ts';
import { categoriesOf, type FactGroup } from '../reference/names.ts';

/** group key → month → sums */
export type MarginScan = Map<string, Map<number, MarginSums>>;

const GROUP_COLUMN: Readonly<Record<FactGroup, string>> = {
  channel: 'l.channel_id',
  country: 'l.country',
  category: 'l.item_id',
  item: 'l.item_id',
  customer: 'l.party_id',
  site: 'l.site_id',
};

interface ScanRow extends MarginSums {
  readonly key: string | number | null;
}

export interface MarginRange extends LineFilter {
  readonly from_month: number;
  readonly to_month: number;
}

/** `with_cost`: look costs up at all; false for users without the area and companies without cost data. */
export async function marginScan(
  context: QueryContext,
  range: MarginRange & { readonly group_by: FactGroup; readonly with_cost: boolean },
  months: readonly number[],
): Promise<MarginScan> {
  const { group_by, with_cost } = range;
  const categories = group_by === 'category' ? await categoriesOf(context.db, range.company_id) : null;
  const groups: MarginScan = new Map();
  for (const month of months) {
    context.checkCancelled();
    for (const row of await scanMonth(context, range, month, group_by, with_cost)) {
      const key = categories ? (categories.get(Number(row.key)) ?? '') : row.key === null ? '' : String(row.key);
      const byMonth = groups.get(key) ?? new Map<number, MarginSums>();
      groups.set(key, byMonth);
      const sums = byMonth.get(month) ?? emptyMarginSums();
      byMonth.set(month, sums);
      addMarginSums(sums, row);
    }
  }
  return groups;
}

/** The SQL twin of domain/kpi/margin.ts addMarginLine; a golden fixture and random data hold them together. */
function marginSelect(cost: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`count(*) AS lines,
      sum(CASE l.kind WHEN 'goods' THEN l.gross_minor ELSE 0 END) AS gross_minor,
      sum(CASE WHEN l.kind IN ('goods', 'return') THEN -l.discount_minor WHEN l.kind = 'discount' THEN l.net_minor ELSE 0 END)
        AS discounts_minor,
      sum(CASE l.kind WHEN 'return' THEN l.gross_minor ELSE 0 END) AS returns_minor,
      sum(CASE WHEN l.kind IN ('goods', 'return', 'discount') THEN 0 ELSE l.net_minor END) AS other_minor,
      sum(CASE WHEN l.kind IN ('goods', 'return') THEN coalesce(${cost}, 0) ELSE 0 END) AS cost_minor,
      sum(l.kind IN ('goods', 'return') AND ${cost} IS NOT NULL) AS costed_lines,
      sum(l.kind = 'goods') AS goods_lines,
      sum(l.kind = 'goods' AND ${cost} IS NOT NULL) AS costed_goods_lines,
      sum(CASE l.kind WHEN 'goods' THEN abs(l.net_minor) ELSE 0 END) AS goods_net_minor,
      sum(CASE WHEN l.kind = 'goods' AND ${cost} IS NOT NULL THEN abs(l.net_minor) ELSE 0 END) AS costed_goods_net_minor`;
}

async function scanMonth(
  context: QueryContext,
  filter: LineFilter,
  month: number,
  group_by: FactGroup,
  with_cost: boolean,
): Promise<readonly ScanRow[]> {
  const cost = with_cost ? sql`c.cost_minor` : sql`NULL`;
  const join = with_cost ? sql`LEFT JOIN order_line_cost c ON c.id = l.id` : sql``;
  const { rows } = await sql<ScanRow>`
    SELECT ${sql.ref(GROUP_COLUMN[group_by])} AS key, ${marginSelect(cost)}
    FROM order_line l ${join}
    WHERE l.month = ${month} AND ${linePredicate(filter)}
    GROUP BY 1`.execute(context.db);
  return rows;
}

type PartRow = Readonly<
  Record<
    | `${'freight' | 'rebate' | 'fee'}_${'minor' | 'lines' | 'goods_lines' | 'goods_net_minor'}`
    | 'sent_goods_net_minor'
    | 'whole_goods_lines'
    | 'whole_goods_net_minor',
    number
  >
>;

/** The same of domain/kpi/marginLadder.ts addLadderLine: the sums of all lines of a range. */
export async function ladderScan(context: QueryContext, range: MarginRange): Promise<LadderSums> {
  const known = (column: string) => sql`${sql.ref(`c.${column}`)} IS NOT NULL`;
  const part = (name: string, column: string) => sql`
      sum(CASE WHEN l.kind IN ('goods', 'return') THEN coalesce(${sql.ref(`c.${column}`)}, 0) ELSE 0 END) AS ${sql.ref(`${name}_minor`)},
      sum(l.kind IN ('goods', 'return') AND ${known(column)}) AS ${sql.ref(`${name}_lines`)},
      sum(l.kind = 'goods' AND ${known(column)}) AS ${sql.ref(`${name}_goods_lines`)},
      sum(CASE WHEN l.kind = 'goods' AND ${known(column)} THEN abs(l.net_minor) ELSE 0 END) AS ${sql.ref(`${name}_goods_net_minor`)}`;
  const sent = sql`l.kind = 'goods' AND ${known('cost_minor')} AND ${known('freight_minor')}`;
  const whole = sql`${sent} AND ${known('rebate_minor')} AND ${known('fee_minor')}`;
  const { rows } = await sql<MarginSums & PartRow>`
    SELECT ${marginSelect(sql`c.cost_minor`)}, ${part('freight', 'freight_minor')}, ${part('rebate', 'rebate_minor')},
      ${part('fee', 'fee_minor')}, sum(CASE WHEN ${sent} THEN abs(l.net_minor) ELSE 0 END) AS sent_goods_net_minor,
      sum(${whole}) AS whole_goods_lines,
      sum(CASE WHEN ${whole} THEN abs(l.net_minor) ELSE 0 END) AS whole_goods_net_minor
    FROM order_line l LEFT JOIN order_line_cost c ON c.id = l.id
    WHERE l.month BETWEEN ${range.from_month} AND ${range.to_month} AND ${linePredicate(range)}
    HAVING count(*) > 0`.execute(context.db);
  const sums = emptyLadderSums();
  const [row] = rows;
  if (!row) return sums;
  addMarginSums(sums.margin, row);
  for (const [name, column] of PARTS) {
    sums[name].sum_minor += row[`${column}_minor`];
    sums[name].known_lines += row[`${column}_lines`];
    sums[name].known_goods_lines += row[`${column}_goods_lines`];
    sums[name].known_goods_net_minor += row[`${column}_goods_net_minor`];
  }
  sums.sent_goods_net_minor += row.sent_goods_net_minor;
  sums.whole_goods_lines += row.whole_goods_lines;
  sums.whole_goods_net_minor += row.whole_goods_net_minor;
  return sums;
}
const PARTS = [
  ['freight', 'freight'],
  ['rebates', 'rebate'],
  ['fees', 'fee'],
] as const;

/** True when the company has any line cost on this replica. */
export async function hasLineCosts(context: QueryContext, company_id: number): Promise<boolean> {
  const row = await context.db
    .selectFrom('order_line_cost')
    .select('id')
    .where('company_id', '=', company_id)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
