import { sql } from 'kysely';
import { formatDecimal } from '#domain/decimal.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import type { SHIPMENTS } from '#domain/imports/kinds/shipments.ts';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import { lockedDays } from '#server/close/lockedDays.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';

type ShipmentRow = RowOf<(typeof SHIPMENTS)['fields']>;

interface OrderLine {
  readonly id: number;
  readonly number: string;
  readonly source: string;
  readonly ordinal: number;
  readonly item: string | null;
  readonly month: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
}

export const shipmentStore: KindStore<ShipmentRow> = {
  check: async (job, lines) => {
    const reasons = new Map<number, string>();
    const seen = new Map<string, number>();
    const lookUp = await orderLines(job, lines);
    const locked = await lockedShipments(job, lines, lookUp);
    for (const { line_number, row } of lines) {
      const found = lookUp(row);
      if (typeof found === 'string') {
        reasons.set(line_number, found);
        continue;
      }
      const why = locked(found.id, row);
      if (why !== null) {
        reasons.set(line_number, why);
        continue;
      }
      const key = `${found.id}|${row.number}`;
      const before = seen.get(key);
      if (before === undefined) seen.set(key, line_number);
      else reasons.set(line_number, `Line ${before} is the same shipment of the same order line.`);
    }
    return reasons;
  },
  store: async (job, lines) => {
    const lookUp = await orderLines(job, lines);
    const found = lines.map((line) => {
      const order_line = lookUp(line.row);
      if (typeof order_line === 'string') throw new Error(`line ${line.line_number} lost its order line`);
      return { ...line, order_line };
    });
    await storeEach(
      job,
      'shipment_line',
      found,
      ({ row, order_line }) => ({
        key: { order_line_id: order_line.id, number: row.number },
        set: { shipped_on: row.shipped_on, qty_milli: row.quantity, delivered_on: row.delivered_on },
        create: { month: order_line.month, site_id: order_line.site_id, channel_id: order_line.channel_id },
      }),
      true,
    );
    const over = await overShipped(
      job,
      found.map(({ order_line }) => order_line.id),
    );
    for (const line of found) {
      const more = over.get(line.order_line.id);
      if (more !== undefined) job.changes.flag(line, `${more} more are shipped than the line still orders.`);
    }
  },
};

/** Why a shipment can be neither booked nor altered: its month is locked, or the one it stands in. What stands so already may. */
async function lockedShipments(
  job: Job,
  lines: readonly Line<ShipmentRow>[],
  lookUp: (row: ShipmentRow) => OrderLine | string,
): Promise<(order_line_id: number, row: ShipmentRow) => string | null> {
  const locked = await lockedDays(job, 'sales');
  const ids = lines.flatMap(({ row }) => {
    const found = lookUp(row);
    return typeof found === 'string' ? [] : [found.id];
  });
  const { rows } = await sql<{ order_line_id: number; number: string; shipped_on: string; qty_milli: number }>`
    select s.order_line_id, s.number, to_char(s.shipped_on, 'YYYY-MM-DD') as shipped_on, s.qty_milli
    from shipment_line s where s.order_line_id = any(${integerArray(new Set(ids))}::text::bigint[])`.execute(job.tx);
  const standing = new Map(rows.map((row) => [`${row.order_line_id}|${row.number}`, row]));
  return (order_line_id, row) => {
    const stands = standing.get(`${order_line_id}|${row.number}`);
    if (stands?.shipped_on === row.shipped_on && stands.qty_milli === row.quantity) return null;
    return locked(row.shipped_on) ?? (stands ? locked(stands.shipped_on) : null);
  };
}

/** A finder of order lines, or why there is none. */
async function orderLines(
  job: Job,
  lines: readonly Line<ShipmentRow>[],
): Promise<(row: ShipmentRow) => OrderLine | string> {
  const { rows } = await sql<OrderLine>`
    select l.id, o.number, o.source, l.ordinal, i.code as item, l.month, l.site_id, l.channel_id
    from sales_order o join order_line l on l.order_id = o.id left join item i on i.id = l.item_id
    where o.company_id = ${job.company_id}::bigint
      and o.number = any(${textArray(new Set(lines.map(({ row }) => row.order)))}::text::text[])
    order by o.number, o.source, l.ordinal`.execute(job.tx);
  const orders = Map.groupBy(rows, ({ number }) => number);
  return (row) => {
    const order = orders.get(row.order);
    if (!order) return `There is no order "${row.order}" in this company.`;
    const sources = new Set(order.map(({ source }) => source));
    if (sources.size > 1)
      return `The order "${row.order}" exists in ${sources.size} sources; the line cannot tell which.`;
    const { line = null } = row;
    if (line !== null) {
      const found = order.find(({ ordinal }) => ordinal === line);
      if (!found) return `The order "${row.order}" has no line ${line}.`;
      return found.item === row.item ? found : `Line ${line} of the order "${row.order}" is for another item.`;
    }
    const [found, second] = order.filter(({ item }) => item === row.item);
    if (!found) return `The order "${row.order}" has no line for the item "${row.item}".`;
    return second
      ? `The order "${row.order}" has the item on lines ${found.ordinal} and ${second.ordinal}; the file must say which.`
      : found;
  };
}

/** By order line: how many more are shipped than ordered less cancelled. */
async function overShipped(job: Job, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const { rows } = await sql<{ id: number; more_milli: number }>`
    select l.id, (coalesce(sum(s.qty_milli), 0) - (l.ordered_qty_milli - l.cancelled_qty_milli))::bigint as more_milli
    from unnest(${integerArray(new Set(ids))}::text::bigint[]) as n(id)
    join order_line l on l.id = n.id join shipment_line s on s.order_line_id = l.id
    group by l.id having sum(s.qty_milli) > l.ordered_qty_milli - l.cancelled_qty_milli and l.ordered_qty_milli >= 0`.execute(
    job.tx,
  );
  return new Map(rows.map(({ id, more_milli }) => [id, formatDecimal({ units: BigInt(more_milli), places: 3 })]));
}
