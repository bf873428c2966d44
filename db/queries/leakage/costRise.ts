/** Supplier price rises of the last months that sales prices did not follow, by supplier and item. */
import { sql } from 'kysely';
import { monthOfDay } from '#domain/calendar.ts';
import { unitPriceMicro } from '#domain/money.ts';
import { costRiseBp, costRiseMinor } from '#domain/pricing/leakage.ts';
import { createCellLayout } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';
import { GOODS_ONLY } from '../facts.ts';
import { columnsSince } from '../wholeSince.ts';
import { rowReader } from './rowReader.ts';

/** How far back a rise is still news, and how long before it the old price is looked at. */
export const RISE_DAYS = 120;
const BEFORE_DAYS = 90;

/** What rises that were not passed on are made of. */
export const RISES_MADE_OF = [
  'supplier_item',
  'supplier_item_price',
  'sales_order',
  'order_line',
  'order_line_cost',
  'item',
  'party',
] as const satisfies readonly WireTableName[];

export interface CostRise {
  readonly supplier_id: number;
  readonly item_id: number;
  readonly since_on: number;
  readonly rise_bp: number;
  readonly sold_since_qty_milli: number;
  readonly leak_minor: number;
}

interface Rise {
  readonly supplier_id: number;
  readonly item_id: number;
  readonly since_on: number;
  readonly new_cost_micro: number;
  readonly old_cost_micro: number | null;
}

/** What was sold of an item before a price rose, and since. */
interface RiseSums {
  before_net_minor: number;
  before_qty_milli: number;
  since_net_minor: number;
  since_qty_milli: number;
}

/** Since a day, or those that are still news. Only for users who see cost. */
export async function costRises(
  context: QueryContext,
  question: {
    readonly company_id: number;
    readonly currency: string;
    readonly as_of_on: number;
    readonly from_on?: number;
  },
): Promise<CostRise[]> {
  const { company_id, currency, as_of_on, from_on = as_of_on - RISE_DAYS } = question;
  const { rows: rises } = await sql<Rise>`
    SELECT s.supplier_id, s.item_id, p.valid_from AS since_on, p.unit_price_micro AS new_cost_micro,
      (SELECT q.unit_price_micro FROM supplier_item_price q
        WHERE q.supplier_item_id = s.id AND q.valid_from < p.valid_from ORDER BY q.valid_from DESC LIMIT 1) AS old_cost_micro
    FROM supplier_item_price p JOIN supplier_item s ON s.id = p.supplier_item_id
    WHERE p.company_id = ${company_id} AND s.preferred = 1
      AND p.valid_from BETWEEN ${from_on} AND ${as_of_on}
      AND (p.valid_to IS NULL OR p.valid_to >= ${as_of_on})`.execute(context.db);
  const risen = rises.filter((rise) => rise.old_cost_micro !== null && rise.old_cost_micro < rise.new_cost_micro);
  if (risen.length === 0) return [];
  const view = columnsSince(context, [company_id], monthOfDay(from_on - BEFORE_DAYS));
  // of half the lines before a rise no price can be told; they are looked up by item, which has no index until they are here
  if (view === null && context.replica.loading_tables.has('order_line')) return [];
  const sums =
    view === null ? soldFromLines(context, risen, as_of_on) : soldFromColumns(context, view, risen, as_of_on);
  const rows = risen.map((rise, at) => ({ ...rise, ...(sums[at] ?? nothingSold()) }));
  return rows.flatMap((row) => {
    if (row.old_cost_micro === null) return [];
    const change = {
      old_cost_micro: row.old_cost_micro,
      new_cost_micro: row.new_cost_micro,
      old_price_micro: unitPriceMicro(row.before_net_minor, row.before_qty_milli, currency),
      new_price_micro: unitPriceMicro(row.since_net_minor, row.since_qty_milli, currency),
      sold_since_qty_milli: row.since_qty_milli,
    };
    const leak_minor = costRiseMinor(change, currency);
    if (leak_minor <= 0) return [];
    return [
      {
        supplier_id: row.supplier_id,
        item_id: row.item_id,
        since_on: row.since_on,
        rise_bp: costRiseBp(change.old_cost_micro, change.new_cost_micro),
        sold_since_qty_milli: row.since_qty_milli,
        leak_minor,
      },
    ];
  });
}

const nothingSold = (): RiseSums => ({
  before_net_minor: 0,
  before_qty_milli: 0,
  since_net_minor: 0,
  since_qty_milli: 0,
});

/** Goods of the items up to the day, beginning `BEFORE_DAYS` before each rise. */
function soldFromLines({ scan }: QueryContext, rises: readonly Rise[], as_of_on: number): RiseSums[] {
  const rows = scan<readonly [number, number, number, number]>(
    `SELECT coalesce(sum(CASE WHEN l.ordered_on < r.since_on THEN l.net_minor END), 0),
       coalesce(sum(CASE WHEN l.ordered_on < r.since_on THEN l.ordered_qty_milli - l.cancelled_qty_milli END), 0),
       coalesce(sum(CASE WHEN l.ordered_on >= r.since_on THEN l.net_minor END), 0),
       coalesce(sum(CASE WHEN l.ordered_on >= r.since_on THEN l.ordered_qty_milli - l.cancelled_qty_milli END), 0)
     FROM (SELECT j.key AS at, j.value ->> 0 AS item_id, j.value ->> 1 AS since_on FROM json_each(?) j) r
       LEFT JOIN main.order_line l ON l.item_id = r.item_id AND l.kind = 'goods'
         AND l.ordered_on BETWEEN r.since_on - ${BEFORE_DAYS} AND ?
     GROUP BY r.at ORDER BY r.at`,
    [JSON.stringify(rises.map(({ item_id, since_on }) => [item_id, since_on])), as_of_on],
  );
  return rows.map(([before_net_minor, before_qty_milli, since_net_minor, since_qty_milli]) => ({
    before_net_minor,
    before_qty_milli,
    since_net_minor,
    since_qty_milli,
  }));
}

/** The same in one pass over the columns. */
function soldFromColumns(context: QueryContext, view: FactView, rises: readonly Rise[], as_of_on: number): RiseSums[] {
  const sums = rises.map(nothingSold);
  const risesOf = Map.groupBy(rises.keys(), (at) => rises[at]?.item_id ?? 0);
  const first_on = rises.reduce((first, { since_on }) => Math.min(first, since_on), as_of_on) - BEFORE_DAYS;
  const layout = createCellLayout(view);
  layout.keep('item', (item) => risesOf.has(Number(item)));
  layout.keep('ordered_on', (day) => Number(day) >= first_on && Number(day) <= as_of_on);
  scanFacts(view, {
    cells: 1,
    keys: layout.keys(),
    codes: [GOODS_ONLY],
    sums: [],
    checkCancelled: context.checkCancelled,
    visit: (part, keys) => {
      const row = rowReader(part);
      for (let at = 0; at < part.general.rows; at += 1) {
        if ((keys[at] as number) < 0) continue;
        const on = row.ordered_on(at);
        for (const nth of risesOf.get(row.item(at)) ?? []) {
          const sum = sums[nth];
          const since_on = rises[nth]?.since_on ?? 0;
          if (sum === undefined || on < since_on - BEFORE_DAYS) continue;
          const net_minor = row.gross(at) - row.discount(at);
          if (on < since_on) {
            sum.before_net_minor += net_minor;
            sum.before_qty_milli += row.qty(at);
          } else {
            sum.since_net_minor += net_minor;
            sum.since_qty_milli += row.qty(at);
          }
        }
      }
    },
  });
  return sums;
}
