/** Decisions on the fulfilment queue: append-only, where the line (else its order) lies. */
import { MAX_OVERRIDE_DAYS, mayHoldUntil } from '#domain/allocation/servingOrder.ts';
import { dayNumber } from '#domain/calendar.ts';
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { companyDay } from './companyDay.ts';
import { type CommandHandler, written } from './handler.ts';
import { notFound, notPermitted, Refusal } from './refusal.ts';

export const overrideFulfilment: CommandHandler<'overrideFulfilment'> = async (context, args) => {
  const { tx, user } = context;
  const order = await tx
    .selectFrom('sales_order')
    .select(['company_id', 'site_id', 'channel_id', 'state'])
    .where('id', '=', args.order_id)
    .forUpdate()
    .executeTakeFirst();
  if (!order) throw notFound('order');
  const line =
    args.order_line_id === null
      ? order
      : await tx
          .selectFrom('order_line')
          .select(['site_id', 'channel_id'])
          .where('id', '=', args.order_line_id)
          .where('order_id', '=', args.order_id)
          .executeTakeFirst();
  const place = line ? { company_id: order.company_id, site_id: line.site_id, channel_id: line.channel_id } : null;
  if (!place || !grantsSee(user.grants, 'general', place)) throw notFound('order');
  if (!grantsPermit(user.grants, 'plan', place)) throw notPermitted('decide who is served first');
  if (order.state !== 'open') {
    throw new Refusal('conflict', { code: 'order_closed', message: 'That order is not open any more.' });
  }
  const until_on = args.until_on === null ? null : dayNumber(args.until_on);
  const { today_on } = await companyDay(context, order.company_id);
  if (until_on !== null && !mayHoldUntil(until_on, today_on)) {
    throw new Refusal('rejected', {
      code: 'bad_arguments',
      message: `A decision holds from today for ${MAX_OVERRIDE_DAYS} days at the most.`,
    });
  }
  await tx
    .insertInto('fulfilment_override')
    .values({
      id: context.mutation_id,
      ...place,
      order_id: args.order_id,
      order_line_id: args.order_line_id,
      kind: args.kind,
      until_on: args.until_on,
      reason: args.reason,
      ...written(context),
    })
    .execute();
};
