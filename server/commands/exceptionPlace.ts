/** Where the entity of an exception lies. The sender names a site and a channel; the rows say whether that is so. */
import { type RawBuilder, sql } from 'kysely';
import type { ExceptionEntity } from '#domain/exceptions/entity.ts';
import { RULE_AREAS, RULE_CHANGE_TABLES } from '#contract/wire/ruleTables.ts';
import type { ServerTransaction } from '#server/schema/database.ts';

export interface ExceptionPlace {
  readonly company_id: number;
  /** null = it belongs to no single site or channel. */
  readonly site_id: number | null;
  readonly channel_id: number | null;
}

/** The places an exception about the entity may have; none = there is no such entity. */
export async function placesOf(
  tx: ServerTransaction,
  entity: ExceptionEntity,
  company_id: number,
): Promise<readonly ExceptionPlace[]> {
  switch (entity.of) {
    case 'position':
      return await found(
        tx,
        sql`select i.company_id, s.id as site_id, null::bigint as channel_id
          from item i join site s on s.company_id = i.company_id where i.id = ${entity.item_id} and s.id = ${entity.site_id}`,
      );
    case 'channel':
      if (entity.channel_id === null) {
        return await found(
          tx,
          sql`select id as company_id, null::bigint as site_id, null::bigint as channel_id from company where id = ${company_id}`,
        );
      }
      return await found(
        tx,
        sql`select company_id, null::bigint as site_id, id as channel_id from channel where id = ${entity.channel_id}`,
      );
    case 'month':
      return await found(
        tx,
        sql`select id as company_id, null::bigint as site_id, null::bigint as channel_id from company where id = ${company_id}`,
      );
    case 'count_line':
      return await found(
        tx,
        sql`select company_id, site_id, null::bigint as channel_id from stock_count_line where id = ${entity.id}`,
      );
    case 'transfer':
      // whoever gives is asked
      return await found(
        tx,
        sql`select distinct company_id, from_site_id as site_id, null::bigint as channel_id from transfer_event
          where transfer_id = ${entity.id}`,
      );
    case 'rule_change':
      return await found(
        tx,
        sql.join(
          RULE_AREAS.map(
            (area) =>
              sql`select company_id, site_id, channel_id from ${sql.table(RULE_CHANGE_TABLES[area].change)} where id = ${entity.id}`,
          ),
          sql` union all `,
        ),
      );
    case 'purchase_order':
      // it is found where one of its lines is late
      return await found(
        tx,
        sql`select company_id, site_id, null::bigint as channel_id from po_line where purchase_order_id = ${entity.id}`,
      );
    case 'item':
      return await found(
        tx,
        sql`select company_id, null::bigint as site_id, null::bigint as channel_id from item where id = ${entity.id}`,
      );
    case 'site':
      return await found(
        tx,
        sql`select company_id, id as site_id, null::bigint as channel_id from site where id = ${entity.id}`,
      );
    case 'supplier':
    case 'customer':
      return await found(
        tx,
        sql`select company_id, null::bigint as site_id, null::bigint as channel_id from party
          where id = ${entity.id} and kind = ${entity.of}`,
      );
    case 'close_task':
      return await found(
        tx,
        sql`select company_id, null::bigint as site_id, null::bigint as channel_id from close_task where id = ${entity.id}`,
      );
    case 'close_period':
      return await found(
        tx,
        sql`select company_id, null::bigint as site_id, null::bigint as channel_id from close_period where id = ${entity.id}`,
      );
    case 'claim':
      return await found(tx, sql`select company_id, site_id, channel_id from claim where id = ${entity.id}`);
  }
}

async function found(tx: ServerTransaction, statement: RawBuilder<unknown>): Promise<readonly ExceptionPlace[]> {
  const { rows } = await sql<ExceptionPlace>`${statement}`.execute(tx);
  return rows;
}
