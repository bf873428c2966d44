/**
 * What has to be reckoned again, since an agreement, a fee, a receipt, its price, what it cost to bring in or an item's cost
 * changed: written down by database triggers (migration 084), gone through by a job.
 */
import { sql } from 'kysely';
import { nameAuthor } from '#server/close/bookAuthors.ts';
import type { Clock } from '#server/clock.ts';
import { integerArray } from '#server/imports/arrayText.ts';
import { importDatabase } from '#server/imports/schema.ts';
import type { Database } from '#server/schema/database.ts';
import { reckonOrders, takeCosts } from './reckonOrders.ts';

const ORDERS_A_PAGE = 1_000;
/** Whoever's receipt it was is named by the receipt; the cost that follows from it is the server's. */
const AUTHOR = 'binnacle';

/** Answers how many lines were written, a page of orders in each transaction. What is left when it throws, its next run finds. */
export async function reckonDueCosts(
  db: Database,
  clock: Clock,
  kick: () => void = () => undefined,
  pause: () => Promise<void> = async () => undefined,
): Promise<number> {
  const imports = importDatabase(db);
  const { rows: companies } = await sql<{ company_id: number }>`
    select distinct company_id from cost_due order by company_id`.execute(db);
  let written = 0;
  for (const { company_id } of companies) {
    await pause();
    const { seen, orders } = await imports.transaction().execute(async (tx) => {
      await takeCosts(tx, company_id);
      const { rows: due } = await sql<{ id: number }>`
        select id from cost_due where company_id = ${company_id}::bigint`.execute(tx);
      const ids = integerArray(due.map(({ id }) => id));
      const { rows } = await sql<{ order_id: number }>`
        with due as materialized (select * from cost_due where id = any(${ids}::text::bigint[]))
        select l.order_id from order_line l join due d on l.item_id = d.item_id and l.ordered_on >= d.from_on
          where l.company_id = ${company_id}::bigint and l.row_hash is not null
        union select l.order_id from order_line l join due d on l.party_id = d.party_id and l.ordered_on >= d.from_on
          where l.company_id = ${company_id}::bigint and l.row_hash is not null
        union select l.order_id from order_line l join due d on l.channel_id = d.channel_id and l.ordered_on >= d.from_on
          where l.company_id = ${company_id}::bigint and l.row_hash is not null
        union select order_id from due where order_id is not null
        union select l.order_id from order_line l where l.company_id = ${company_id}::bigint and l.row_hash is not null
          and exists (select from due where item_id is null and party_id is null and channel_id is null and order_id is null)
        order by order_id`.execute(tx);
      return { seen: ids, orders: rows.map(({ order_id }) => order_id) };
    });
    for (let at = 0; at < orders.length; at += ORDERS_A_PAGE) {
      await pause();
      const page = new Set(orders.slice(at, at + ORDERS_A_PAGE));
      const lines = await imports.transaction().execute(async (tx) => {
        await takeCosts(tx, company_id);
        const now = new Date(clock());
        await nameAuthor(tx, AUTHOR, now);
        return await reckonOrders({ tx, company_id, now }, page);
      });
      written += lines;
      if (lines > 0) kick();
    }
    await sql`delete from cost_due where id = any(${seen}::text::bigint[])`.execute(db);
  }
  return written;
}
