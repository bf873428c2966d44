/** Overrides of the forecast: one after the other for each item and site, so that nobody’s newer figure silently wins. */
import { sql } from 'kysely';
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { dayNumber, monthOfDay } from '#domain/calendar.ts';
import { mayOverride, mayWithdraw, type OverrideAnswer, type OverrideFact } from '#domain/forecast/override.ts';
import { companyDay } from './companyDay.ts';
import { type CommandContext, type CommandHandler, written } from './handler.ts';
import { notFound, notPermitted, Refusal } from './refusal.ts';

interface Place {
  readonly item_id: number;
  readonly site_id: number;
}

export const overrideForecast: CommandHandler<'overrideForecast'> = async (context, args) => {
  const company_id = await companyOf(context, args);
  const facts = await factsOf(context, args);
  const expires_on = dayNumber(args.expires_on);
  if (expires_on === null) throw new Refusal('rejected', { code: 'bad_arguments', message: 'That is no date.' });
  const { today_on: on } = await companyDay(context, company_id);
  refuse(mayOverride(facts, { ...args, expires_on }, { on, month: monthOfDay(on) }));
  await insert(context, company_id, { ...args, kind: 'set' });
};

export const withdrawOverride: CommandHandler<'withdrawOverride'> = async (context, args) => {
  const company_id = await companyOf(context, args);
  const facts = await factsOf(context, args);
  const { override_id, item_id, site_id, reason } = args;
  refuse(mayWithdraw(facts, override_id));
  const held = facts.find((fact) => fact.id === override_id);
  if (!held) throw notFound('override');
  const { from_month, to_month, expires_on_text: expires_on } = held;
  await insert(context, company_id, {
    item_id,
    site_id,
    kind: 'withdrawn',
    replaces: override_id,
    from_month,
    to_month,
    qty_milli: null,
    factor_bp: null,
    reason,
    expires_on,
  });
};

/** Where item and site are both the sender’s to see and to plan. */
async function companyOf({ tx, user }: CommandContext, { item_id, site_id }: Place): Promise<number> {
  const place = await tx
    .selectFrom('item as i')
    .innerJoin('site as s', 's.company_id', 'i.company_id')
    .select('i.company_id')
    .where('i.id', '=', item_id)
    .where('s.id', '=', site_id)
    .executeTakeFirst();
  if (!place || !grantsSee(user.grants, 'general', { ...place, site_id })) throw notFound('item at this site');
  if (!grantsPermit(user.grants, 'plan', { ...place, site_id })) throw notPermitted('override a forecast');
  return place.company_id;
}

interface StoredOverride extends OverrideFact {
  readonly expires_on_text: string;
}

/** Under a lock of the place: who comes second sees what the first one wrote. */
async function factsOf({ tx }: CommandContext, { item_id, site_id }: Place): Promise<readonly StoredOverride[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`forecast_override ${item_id} ${site_id}`}, 0))`.execute(
    tx,
  );
  const rows = await tx
    .selectFrom('forecast_override')
    .selectAll()
    .where('item_id', '=', item_id)
    .where('site_id', '=', site_id)
    .orderBy('accepted_at')
    .orderBy('ver')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind === 'withdrawn' ? 'withdrawn' : 'set',
    replaces: row.replaces,
    from_month: row.from_month,
    to_month: row.to_month,
    qty_milli: row.qty_milli,
    factor_bp: row.factor_bp,
    expires_on: dayNumber(row.expires_on) ?? 0,
    expires_on_text: row.expires_on,
    author: row.author,
    accepted_at_ms: row.accepted_at.getTime(),
  }));
}

function refuse(answer: OverrideAnswer): void {
  if (answer.ok) return;
  const { outcome, code, message, by, at_ms } = answer;
  throw new Refusal(outcome, {
    code,
    message,
    detail: { ...(by === undefined ? {} : { by }), ...(at_ms === undefined ? {} : { at_ms }) },
  });
}

interface Row extends Place, Omit<OverrideFact, 'id' | 'expires_on' | 'author' | 'accepted_at_ms'> {
  readonly reason: string;
  readonly expires_on: string;
}

async function insert(context: CommandContext, company_id: number, row: Row): Promise<void> {
  await context.tx
    .insertInto('forecast_override')
    .values({ id: context.mutation_id, company_id, ...row, ...written(context) })
    .execute();
}
