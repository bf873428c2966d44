/** Purchase orders, lines and receipts as they are before and after a file. */
import { sql } from 'kysely';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import type { Job } from '../job.ts';

export type StandingOrders = ReadonlyMap<
  string,
  readonly { readonly id: number; readonly site_id: number; readonly site: string }[]
>;

export async function standingOrders(job: Job, numbers: ReadonlySet<string>): Promise<StandingOrders> {
  const { rows } = await sql<{ id: number; number: string; site_id: number; site: string }>`
    select p.id, p.number, p.site_id, s.code as site from purchase_order p join site s on s.id = p.site_id
    where p.company_id = ${job.company_id}::bigint and p.number = any(${textArray(numbers)}::text::text[])
    order by p.id`.execute(job.tx);
  return Map.groupBy(rows, ({ number }) => number);
}

export interface StandingLines {
  /** The line imported under that name before, or the only other line of the item; null = there is none. */
  find(order_id: number, external_id: string, item_id: number): number | null;
}

export async function standingLines(job: Job, orders: readonly number[]): Promise<StandingLines> {
  const { rows } = await sql<{ id: number; purchase_order_id: number; item_id: number; external_id: string | null }>`
    select l.id, l.purchase_order_id, l.item_id, l.external_id
    from unnest(${integerArray(orders)}::text::bigint[]) as n(id) join po_line l on l.purchase_order_id = n.id
    order by l.id`.execute(job.tx);
  const byOrder = Map.groupBy(rows, ({ purchase_order_id }) => purchase_order_id);
  const taken = new Set<number>();
  return {
    find: (order_id, external_id, item_id) => {
      const lines = byOrder.get(order_id) ?? [];
      const named = lines.find((line) => line.external_id === external_id);
      if (named) return named.id;
      const [only, second] = lines.filter((line) => line.external_id === null && line.item_id === item_id);
      // Two lines of the file never mean the same line of the order.
      if (!only || second || taken.has(only.id)) return null;
      taken.add(only.id);
      return only.id;
    },
  };
}

export async function receivedOf(
  job: Job,
  lines: ReadonlySet<number>,
): Promise<ReadonlyMap<number, { readonly qty_milli: number; readonly received_on: string }>> {
  const { rows } = await sql<{ id: number; qty_milli: number; received_on: string }>`
    select r.po_line_id as id, sum(r.qty_milli)::bigint as qty_milli, max(r.received_on) as received_on
    from unnest(${integerArray(lines)}::text::bigint[]) as n(id) join receipt_line r on r.po_line_id = n.id
    group by r.po_line_id`.execute(job.tx);
  return new Map(rows.map(({ id, ...sum }) => [id, sum]));
}

export async function ordersReceived(
  job: Job,
  orders: readonly number[],
): Promise<ReadonlyMap<number, { readonly state: string; readonly complete: boolean }>> {
  const { rows } = await sql<{ id: number; state: string; complete: boolean }>`
    select p.id, p.state, bool_and(l.received_qty_milli >= l.ordered_qty_milli) as complete
    from unnest(${integerArray(orders)}::text::bigint[]) as n(id) join purchase_order p on p.id = n.id
    join po_line l on l.purchase_order_id = p.id group by p.id`.execute(job.tx);
  return new Map(rows.map(({ id, ...order }) => [id, order]));
}
