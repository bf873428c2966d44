/** The sale a credit note or a claim is of: its order line, customer, site and channel. */
import { sql } from 'kysely';
import { textArray } from '#server/imports/arrayText.ts';
import type { Job } from './job.ts';
import { unknown } from './missing.ts';

export interface SalePlace {
  readonly party_id: number | null;
  /** Of an order named without an item: its first line of goods. */
  readonly order_line_id: number | null;
  readonly item_id: number | null;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  /** Site and channel are those of a sale, not of the file. */
  readonly of_sale: boolean;
}

export interface OfSale {
  readonly order?: string | null | undefined;
  readonly item?: string | null | undefined;
  readonly customer?: string | null | undefined;
  readonly channel?: string | null | undefined;
}

export function isReason<T>(found: T | string): found is string {
  return typeof found === 'string';
}

interface GoodsLine {
  readonly number: string;
  readonly order_id: number;
  readonly order_party_id: number | null;
  readonly order_site_id: number | null;
  readonly order_channel_id: number | null;
  readonly id: number | null;
  readonly item_id: number | null;
  readonly party_id: number | null;
  readonly site_id: number | null;
  readonly channel_id: number | null;
}

/** A finder of the sale a row is of, or why there is none; a row names an order or a customer. */
export async function salePlaces(job: Job, rows: readonly OfSale[]): Promise<(row: OfSale) => SalePlace | string> {
  const { lookups } = job;
  const codes = (name: keyof OfSale): readonly string[] => rows.flatMap((row) => row[name] ?? []);
  await lookups.find('customer', codes('customer'));
  await lookups.find('item', codes('item'));
  await lookups.find('channel', codes('channel'));
  const { rows: lines } = await sql<GoodsLine>`
    select o.number, o.id as order_id, o.party_id as order_party_id, o.site_id as order_site_id,
      o.channel_id as order_channel_id, l.id, l.item_id, l.party_id, l.site_id, l.channel_id
    from sales_order o left join order_line l on l.order_id = o.id and l.kind = 'goods'
    where o.company_id = ${job.company_id}::bigint
      and o.number = any(${textArray(new Set(codes('order')))}::text::text[])
    order by o.id, l.ordinal`.execute(job.tx);
  const orders = Map.groupBy(lines, ({ number }) => number);
  return (row) => {
    const { order, item, customer, channel } = row;
    const party_id = customer == null ? null : lookups.id('customer', customer);
    const item_id = item == null ? null : lookups.id('item', item);
    const channel_id = channel == null ? null : lookups.id('channel', channel);
    if (customer != null && party_id === null) return unknown('customer', customer);
    if (item != null && item_id === null) return unknown('item', item);
    if (channel != null && channel_id === null) return unknown('channel', channel);
    if (order == null) return { party_id, order_line_id: null, item_id, site_id: null, channel_id, of_sale: false };
    const own = orders.get(order) ?? [];
    const [first] = own;
    if (first === undefined) return unknown('order', order);
    if (own.some(({ order_id }) => order_id !== first.order_id))
      return `The order "${order}" exists in several sources; the line cannot tell which.`;
    const sold = item_id === null ? first : own.find((line) => line.item_id === item_id);
    if (sold === undefined) return `The order "${order}" has no goods of the item "${item}".`;
    const bought_by = sold.party_id ?? first.order_party_id;
    if (party_id !== null && bought_by !== null && party_id !== bought_by)
      return `The order "${order}" is of another customer than "${customer}".`;
    return {
      party_id: bought_by ?? party_id,
      order_line_id: sold.id,
      item_id,
      site_id: sold.id === null ? first.order_site_id : sold.site_id,
      channel_id: sold.id === null ? first.order_channel_id : sold.channel_id,
      of_sale: true,
    };
  };
}
