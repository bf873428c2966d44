/** Supplier price rises of the last months that sales prices did not follow, by supplier and item. */
import { sql } from 'kysely';
import { divideRounded, minorDigits, safeNumber } from '#domain/money.ts';
import { costRiseBp, costRiseMinor } from '#domain/pricing/leakage.ts';
import type { QueryContext } from '../context.ts';

/** How far back a rise is still news, and how long before it the old price is looked at. */
export const RISE_DAYS = 120;
const BEFORE_DAYS = 90;

export interface CostRise {
  readonly supplier_id: number;
  readonly item_id: number;
  readonly since_on: number;
  readonly rise_bp: number;
  readonly sold_since_qty_milli: number;
  readonly leak_minor: number;
}

interface RiseRow {
  readonly supplier_id: number;
  readonly item_id: number;
  readonly since_on: number;
  readonly new_cost_micro: number;
  readonly old_cost_micro: number | null;
  readonly before_net_minor: number;
  readonly before_qty_milli: number;
  readonly since_net_minor: number;
  readonly since_qty_milli: number;
}

/** Only for users who see cost. */
export async function costRises(
  context: QueryContext,
  question: { readonly company_id: number; readonly currency: string; readonly as_of_on: number },
): Promise<CostRise[]> {
  const { company_id, currency, as_of_on } = question;
  const { rows } = await sql<RiseRow>`
    WITH rise AS (
      SELECT s.supplier_id, s.item_id, p.valid_from AS since_on, p.unit_price_micro AS new_cost_micro,
        (SELECT q.unit_price_micro FROM supplier_item_price q
          WHERE q.supplier_item_id = s.id AND q.valid_from < p.valid_from ORDER BY q.valid_from DESC LIMIT 1) AS old_cost_micro
      FROM supplier_item_price p JOIN supplier_item s ON s.id = p.supplier_item_id
      WHERE p.company_id = ${company_id} AND s.preferred = 1
        AND p.valid_from BETWEEN ${as_of_on - RISE_DAYS} AND ${as_of_on}
        AND (p.valid_to IS NULL OR p.valid_to >= ${as_of_on})
    )
    SELECT r.*,
      coalesce(sum(CASE WHEN l.ordered_on < r.since_on THEN l.net_minor END), 0) AS before_net_minor,
      coalesce(sum(CASE WHEN l.ordered_on < r.since_on THEN l.ordered_qty_milli - l.cancelled_qty_milli END), 0) AS before_qty_milli,
      coalesce(sum(CASE WHEN l.ordered_on >= r.since_on THEN l.net_minor END), 0) AS since_net_minor,
      coalesce(sum(CASE WHEN l.ordered_on >= r.since_on THEN l.ordered_qty_milli - l.cancelled_qty_milli END), 0) AS since_qty_milli
    FROM rise r JOIN order_line l ON l.item_id = r.item_id AND l.kind = 'goods'
      AND l.ordered_on BETWEEN r.since_on - ${BEFORE_DAYS} AND ${as_of_on}
    WHERE r.old_cost_micro < r.new_cost_micro
    GROUP BY r.supplier_id, r.item_id, r.since_on`.execute(context.db);
  return rows.flatMap((row) => {
    if (row.old_cost_micro === null) return [];
    const change = {
      old_cost_micro: row.old_cost_micro,
      new_cost_micro: row.new_cost_micro,
      old_price_micro: meanPriceMicro(row.before_net_minor, row.before_qty_milli, currency),
      new_price_micro: meanPriceMicro(row.since_net_minor, row.since_qty_milli, currency),
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

/** Millionths of the major unit for one base unit; 0 when nothing was sold. */
function meanPriceMicro(net_minor: number, qty_milli: number, currency: string): number {
  if (qty_milli <= 0) return 0;
  const scale = 10n ** BigInt(9 - minorDigits(currency));
  return safeNumber(divideRounded(BigInt(net_minor) * scale, BigInt(qty_milli)));
}
