/** Marks on exceptions: append-only, in a table as restricted as the figures the exception is made of. */
import { dayNumber } from '#domain/calendar.ts';
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { entityOfKey } from '#domain/exceptions/entity.ts';
import { areaOfKind, kindOfKey } from '#domain/exceptions/exception.ts';
import { MAX_SNOOZE_DAYS } from '#domain/exceptions/marks.ts';
import { MARK_TABLE } from '#contract/wire/markTables.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { companyDay } from './companyDay.ts';
import { type ExceptionPlace, placesOf } from './exceptionPlace.ts';
import { type CommandHandler, written } from './handler.ts';
import { notFound, notPermitted, Refusal } from './refusal.ts';

export const markException: CommandHandler<'markException'> = async (context, args) => {
  const { tx, user } = context;
  const kind = kindOfKey(args.key);
  if (kind === null) throw notFound('exception');
  const area = areaOfKind(kind);
  const { company_id, site_id, channel_id } = args;
  if (!grantsSee(user.grants, area, args) || !(await liesThere(tx, args))) throw notFound('exception');
  if (!grantsPermit(user.grants, 'write_notes', args)) throw notPermitted('decide about this');
  const until_on = args.until_on === null ? null : dayNumber(args.until_on);
  const { today_on } = await companyDay(context, company_id);
  if (until_on !== null && until_on > today_on + MAX_SNOOZE_DAYS) {
    throw new Refusal('rejected', {
      code: 'bad_arguments',
      message: `An exception sleeps ${MAX_SNOOZE_DAYS} days at the most.`,
    });
  }
  if (args.assigned_to !== null && !(await worksHere(tx, args.assigned_to, company_id))) {
    throw new Refusal('rejected', {
      code: 'unknown_user',
      message: `Nobody named ${args.assigned_to} works on this company. Check the user name.`,
    });
  }
  await tx
    .insertInto(MARK_TABLE[area])
    .values({
      id: context.mutation_id,
      company_id,
      site_id,
      channel_id,
      exception_key: args.key,
      kind: args.kind,
      until_on: args.until_on,
      assigned_to: args.assigned_to,
      ...written(context),
    })
    .execute();
};

/** What the key is about lies where the sender says. */
async function liesThere(
  tx: ServerTransaction,
  { key, company_id, site_id, channel_id }: ExceptionPlace & { readonly key: string },
): Promise<boolean> {
  const entity = entityOfKey(key);
  if (entity === null) return false;
  const places = await placesOf(tx, entity, company_id);
  return places.some(
    (place) => place.company_id === company_id && place.site_id === site_id && place.channel_id === channel_id,
  );
}

async function worksHere(tx: ServerTransaction, name: string, company_id: number): Promise<boolean> {
  const grant = await tx
    .selectFrom('app_user as u')
    .innerJoin('access_grant as g', 'g.user_id', 'u.id')
    .select('g.id')
    .where('u.name', '=', name)
    .where('u.active', '=', true)
    .where((where) => where.or([where('g.company_id', 'is', null), where('g.company_id', '=', company_id)]))
    .executeTakeFirst();
  return grant !== undefined;
}
