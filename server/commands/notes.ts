/** Notes on items and orders: append-only, the mutation's id is the note's. */
import { grantsCoverBucket, grantsPermit } from '#domain/access/grants.ts';
import type { CommandHandler } from './handler.ts';
import { notFound, notPermitted } from './refusal.ts';

export const addItemNote: CommandHandler<'addItemNote'> = async (context, args) => {
  const { tx, user } = context;
  const item = await tx.selectFrom('item').select('company_id').where('id', '=', args.item_id).executeTakeFirst();
  if (
    !item ||
    !grantsCoverBucket(user.grants, {
      area: 'general',
      company_id: item.company_id,
      site_id: undefined,
      channel_id: undefined,
    })
  ) {
    throw notFound('item');
  }
  if (!grantsPermit(user.grants, 'write_notes', { company_id: item.company_id })) throw notPermitted('write notes');
  await tx
    .insertInto('item_note')
    .values({
      id: context.mutation_id,
      company_id: item.company_id,
      item_id: args.item_id,
      body: args.body,
      author: user.name,
      written_at: new Date(context.made_at_ms),
      accepted_at: new Date(context.now_ms),
    })
    .execute();
};

export const addOrderNote: CommandHandler<'addOrderNote'> = async (context, args) => {
  const { tx, user } = context;
  const order = await tx
    .selectFrom('sales_order')
    .select(['company_id', 'site_id', 'channel_id'])
    .where('id', '=', args.order_id)
    .executeTakeFirst();
  if (
    !order ||
    !grantsCoverBucket(user.grants, {
      area: 'general',
      company_id: order.company_id,
      site_id: order.site_id ?? 0,
      channel_id: order.channel_id ?? 0,
    })
  ) {
    throw notFound('order');
  }
  if (!grantsPermit(user.grants, 'write_notes', order)) throw notPermitted('write notes');
  await tx
    .insertInto('order_note')
    .values({
      id: context.mutation_id,
      company_id: order.company_id,
      site_id: order.site_id,
      channel_id: order.channel_id,
      order_id: args.order_id,
      body: args.body,
      author: user.name,
      written_at: new Date(context.made_at_ms),
      accepted_at: new Date(context.now_ms),
    })
    .execute();
};
