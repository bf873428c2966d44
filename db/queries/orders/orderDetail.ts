/** What is in this order? */
import { isoDate } from '#domain/calendar.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { notesOnOrder } from './notes.ts';
import { lineFigures, orderLineViews } from './orderLineViews.ts';

export const orderDetail: QueryHandler<'orderDetail'> = async (context, args) => {
  const { db } = context;
  const order = await db
    .selectFrom('sales_order as o')
    .leftJoin('party as p', 'p.id', 'o.party_id')
    .leftJoin('channel as h', 'h.id', 'o.channel_id')
    .leftJoin('site as s', 's.id', 'o.site_id')
    .selectAll('o')
    .select(['p.name as party', 'h.name as channel', 'h.kind as channel_kind', 's.name as site'])
    .where('o.id', '=', args.order_id)
    .executeTakeFirst();
  if (!order) throw new BinnacleError('not_found', `There is no order ${args.order_id} among yours.`);
  const company = await companyById(context, order.company_id);
  const totals = await db
    .selectFrom('order_line')
    .select(({ fn }) => [fn.countAll<number>().as('lines'), fn.sum<number | null>('net_minor').as('net_minor')])
    .where('order_id', '=', order.id)
    .executeTakeFirstOrThrow();
  const ids = await db
    .selectFrom('order_line')
    .select('id')
    .where('order_id', '=', order.id)
    .orderBy('ordinal')
    .limit(args.limit)
    .offset(args.offset)
    .execute();
  const lines = await lineFigures(
    context,
    ids.map((row) => row.id),
  );
  return {
    order_id: order.id,
    company_id: order.company_id,
    number: order.number,
    source: order.source,
    party: order.party,
    country: order.country,
    channel: order.channel,
    channel_kind: order.channel_kind ?? 'unmapped',
    site: order.site,
    ordered_on: isoDate(order.ordered_on),
    ordered_at_ms: order.ordered_at,
    state: order.state,
    currency: company.currency,
    lines: await orderLineViews(context, company.id, lines),
    total_lines: totals.lines,
    net_minor: totals.net_minor ?? 0,
    notes: await notesOnOrder(context, order.id),
    provenance: provenance(context, ['sales_order', 'order_line', 'shipment_line', 'order_note']),
  };
};
