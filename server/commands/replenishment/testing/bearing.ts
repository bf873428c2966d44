/** An item to decide about: sold in cartons of 60, at least 120; 38 there, ordered at 167 and below up to 226. */
import type { Database } from '#server/schema/database.ts';

/** What a copy says it was proposed from: 188 are needed, which in whole cartons are 240. */
export const BEARING_INPUTS = {
  as_of_on: '2026-11-05',
  because: 'needed',
  position_qty_milli: 38_000,
  week_qty_milli: 59_000,
  reorder_qty_milli: 167_000,
  up_to_qty_milli: 226_000,
  need_qty_milli: 188_000,
  accepted_before_qty_milli: 0,
  order_by_on: '2026-11-05',
  runs_out_on: null,
  short_qty_milli: 0,
};

export interface Bearing {
  readonly company_id: number;
  readonly site_id: number;
  readonly supplier_id: number;
  readonly code: string;
  readonly price_micro: number;
}

/** Its id. */
export async function insertBearing(
  db: Database,
  { company_id, site_id, supplier_id, code, price_micro }: Bearing,
): Promise<number> {
  const { id: item_id } = await db
    .insertInto('item')
    .values({ company_id, code, name: 'Bearing', uom: 'pcs', active: true, supplier_id })
    .returning('id')
    .executeTakeFirstOrThrow();
  const terms = await db
    .insertInto('supplier_item')
    .values({
      company_id,
      supplier_id,
      item_id,
      moq_qty_milli: 120_000,
      multiple_qty_milli: 60_000,
      lead_time_days: 14,
      preferred: true,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('supplier_item_price')
    .values({ company_id, supplier_item_id: terms.id, unit_price_micro: price_micro, valid_from: '2020-01-01' })
    .execute();
  const position = { company_id, site_id, item_id };
  await db
    .insertInto('policy')
    .values({
      ...position,
      min_qty_milli: 167_000,
      max_qty_milli: 226_000,
      multiple_qty_milli: 1_000,
      lead_time_days: 14,
    })
    .execute();
  await db
    .insertInto('stock_balance')
    .values({ ...position, on_hand_qty_milli: 38_000, reserved_qty_milli: 0 })
    .execute();
  return item_id;
}
