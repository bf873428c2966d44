/** What was said to a customer about what they owe: append-only, the mutation's id is the row's. */
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { type CommandHandler, written } from './handler.ts';
import { notFound, notPermitted } from './refusal.ts';

export const addFollowUp: CommandHandler<'addFollowUp'> = async (context, args) => {
  const { tx, user } = context;
  const party = await tx
    .selectFrom('party')
    .select(['id', 'company_id', 'kind'])
    .where('id', '=', args.party_id)
    .where('company_id', '=', args.company_id)
    .executeTakeFirst();
  if (!party || party.kind !== 'customer' || !grantsSee(user.grants, 'finance', { company_id: party.company_id })) {
    throw notFound('customer');
  }
  if (!grantsPermit(user.grants, 'write_notes', { company_id: party.company_id })) throw notPermitted('write notes');
  await tx
    .insertInto('credit_follow_up')
    .values({
      id: context.mutation_id,
      company_id: party.company_id,
      party_id: party.id,
      said: args.said,
      promised_on: args.promised_on,
      next_on: args.next_on,
      ...written(context),
    })
    .execute();
};
