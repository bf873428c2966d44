/** What other thresholds of the flux task would do, told from the copy. */
import { grantsPermit } from '#domain/access/grants.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import { maySetThreshold, thresholdOf } from '#domain/close/flux/thresholds.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { keptThresholds } from '#db/close/fluxThresholds.ts';
import { scanner } from '#db/connection.ts';
import { domainGrants } from '#db/session/grants.ts';
import type { PredictContext, Prediction } from './predict.ts';

export function predictFluxThreshold(context: PredictContext, args: CommandArgs<'setFluxThreshold'>): Prediction {
  const { company_id, from_period, amount_minor, rate_bp, reason } = args;
  const company = context.reader
    .prepare<[number], { currency: string }>('SELECT currency FROM main.company WHERE id = ?')
    .get(company_id);
  if (!company) throw new BinnacleError('not_found', 'That company is not on this machine.');
  const locked = context.reader
    .prepare<[number], { period: number | null }>(
      `SELECT max(period) AS period FROM main.close_period WHERE company_id = ? AND state = 'hard_locked'`,
    )
    .get(company_id);
  const answer = maySetThreshold({
    may_review: grantsPermit(domainGrants(context.user.grants), 'review_close', { company_id }),
    from_period,
    locked_period: locked?.period ?? null,
    now: thresholdOf(from_period, keptThresholds(scanner(context.reader), company_id), company.currency),
    seen: { amount_minor: args.seen_amount_minor, rate_bp: args.seen_rate_bp },
  });
  if (!answer.ok) {
    throw new BinnacleError(answer.outcome === 'conflict' ? 'conflict' : 'not_permitted', answer.message);
  }
  return {
    lane: `flux_threshold:${company_id}`,
    title: `Set thresholds of flux from ${monthInWords(from_period)} on`,
    effects: [
      {
        tbl: 'flux_threshold',
        pk: context.mutation_id,
        image: [
          company_id,
          from_period,
          amount_minor,
          rate_bp,
          reason,
          context.user.name,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
    ],
  };
}
