/** What the movements of each position of some sites add up to by a day. Read month by month: no statement takes long. */
import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import { wireTable } from '#contract/wire/tables.ts';
import { integerArray } from '#server/imports/arrayText.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';

const MOVING = [
  { table: 'stock_move', from: 'stock_move m', item: 'm.item_id', on: 'm.moved_on', sign: 1 },
  {
    table: 'receipt_line',
    from: 'receipt_line m join po_line l on l.id = m.po_line_id',
    item: 'l.item_id',
    on: 'm.received_on',
    sign: 1,
  },
  {
    table: 'shipment_line',
    from: 'shipment_line m join order_line l on l.id = m.order_line_id',
    item: 'l.item_id',
    on: 'm.shipped_on',
    sign: -1,
  },
] as const;

/** Of all movements up to the end of `day`, which lies between the two days that were asked for. */
export type MovedQuantities = (site_id: number, item_id: number, day: string) => number;

interface Moved {
  up_to_first: number;
  readonly later: { readonly day: string; readonly qty_milli: number }[];
}

export async function movedQuantities(
  db: ImportDatabase,
  company_id: number,
  site_ids: ReadonlySet<number>,
  days: { readonly first: string; readonly last: string },
): Promise<MovedQuantities> {
  const positions = new Map<string, Moved>();
  for (const { table, from, item, on, sign } of MOVING) {
    const buckets = await sql<{ id: number; month: number }>`
      select id, month from sync_bucket where tbl = ${wireTable(table).id} and company = ${company_id}::bigint
        and site = any(${integerArray(site_ids)}::text::bigint[])`.execute(db);
    for (const of of Map.groupBy(buckets.rows, ({ month }) => month).values()) {
      const { rows } = await sql<{ site_id: number; item_id: number; day: string | null; qty_milli: number }>`
        select m.site_id, ${sql.raw(item)} as item_id, sum(m.qty_milli)::bigint as qty_milli,
          case when ${sql.raw(on)} > ${days.first}::date then ${sql.raw(on)} end as day
        from ${sql.raw(from)}
        where m.bucket = any(${integerArray(of.map(({ id }) => id))}::text::int[]) and ${sql.raw(item)} is not null
          and ${sql.raw(on)} <= ${days.last}::date
        group by 1, 2, 4`.execute(db);
      await turn();
      for (const { site_id, item_id, day, qty_milli } of rows) {
        const position = `${site_id}|${item_id}`;
        const moved = positions.get(position) ?? { up_to_first: 0, later: [] };
        positions.set(position, moved);
        if (day === null) moved.up_to_first += sign * qty_milli;
        else moved.later.push({ day, qty_milli: sign * qty_milli });
      }
    }
  }
  return (site_id, item_id, day) => {
    const moved = positions.get(`${site_id}|${item_id}`);
    if (!moved) return 0;
    return moved.later.reduce((sum, each) => (each.day <= day ? sum + each.qty_milli : sum), moved.up_to_first);
  };
}
