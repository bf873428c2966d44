/** Notes on items and orders: append-only, the mutation's id is the note's. */
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { type CommandHandler, written } from './handler.ts';
import { notFound, notPermitted } from './refusal.ts';

export const addItemNote: CommandHandler<'addItemNote'> = async (context, args) => {
  const { tx, user } = context;
  const item = await tx.selectFrom('item').select('company_id').where('id', '=', args.item_id).executeTakeFirst();
  if (!item || !grantsSee(user.grants, 'general', item)) throw notFound('item');
  if (!grantsPermit(user.grants, 'write_notes', item)) throw notPermitted('write notes');
  await tx
    .insertInto('item_note')
    .values({
      id: context.mutation_id,
      company_id: item.company_id,
      item_id: args.item_id,
      body: args.body,
      ...written(context),
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
  if (!order || !grantsSee(user.grants, 'general', order)) throw notFound('order');
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
      ...written(context),
    })
    .execute();
};
