/** Which changes ask for words from a month on: said by who reviews, in turns, with a reason, and told in the audit trail. */
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { maySetThreshold, thresholdOf } from '#domain/close/flux/thresholds.ts';
import { writeAudit } from '#server/audit/trail.ts';
import { keptThresholds } from '#server/close/unexplained.ts';
import { type CommandHandler, written } from '../handler.ts';
import { notFound, Refusal } from '../refusal.ts';

export const setFluxThreshold: CommandHandler<'setFluxThreshold'> = async (context, args) => {
  const { tx, user } = context;
  const { company_id, from_period, amount_minor, rate_bp, reason } = args;
  if (!grantsSee(user.grants, 'finance', { company_id })) throw notFound('company');
  const company = await tx
    .selectFrom('company')
    .select(['code', 'currency'])
    .where('id', '=', company_id)
    .executeTakeFirst();
  if (!company) throw notFound('company');
  // whoever signs, or locks for good, holds the period: what asks does not change between their look and their signature
  const periods = await tx
    .selectFrom('close_period')
    .select(['period', 'state'])
    .where('company_id', '=', company_id)
    .orderBy('id')
    .forUpdate()
    .execute();
  // of a company without any close two who set them take turns here
  await tx.selectFrom('company').select('id').where('id', '=', company_id).forNoKeyUpdate().execute();
  const locked = periods.filter(({ state }) => state === 'hard_locked').map(({ period }) => period);
  const now = thresholdOf(from_period, await keptThresholds(tx, company_id), company.currency);
  const answer = maySetThreshold({
    may_review: grantsPermit(user.grants, 'review_close', { company_id }),
    from_period,
    locked_period: locked.length === 0 ? null : Math.max(...locked),
    now,
    seen: { amount_minor: args.seen_amount_minor, rate_bp: args.seen_rate_bp },
  });
  if (!answer.ok) throw new Refusal(answer.outcome, { code: answer.code, message: answer.message });
  await tx
    .insertInto('flux_threshold')
    .values({ id: context.mutation_id, company_id, from_period, amount_minor, rate_bp, reason, ...written(context) })
    .execute();
  await writeAudit(tx, context.now_ms, {
    kind: 'flux_threshold_set',
    by: { name: user.name, address: context.address },
    about: company.code,
    detail: { from_period, amount_minor, rate_bp, before_minor: now.amount_minor, before_bp: now.rate_bp, reason },
  });
};
