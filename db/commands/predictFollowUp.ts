/** What a note about what a customer owes would do, told from the copy. */
import { dayNumber } from '#domain/calendar.ts';
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { domainGrants } from '#db/session/grants.ts';
import type { PredictContext, Prediction } from './predict.ts';

export function predictFollowUp(context: PredictContext, args: CommandArgs<'addFollowUp'>): Prediction {
  const { company_id, party_id } = args;
  const grants = domainGrants(context.user.grants);
  const party = context.reader
    .prepare<[number, number], { name: string }>(
      `SELECT name FROM main.party WHERE id = ? AND company_id = ? AND kind = 'customer'`,
    )
    .get(party_id, company_id);
  if (!party || !grantsSee(grants, 'finance', { company_id })) {
    throw new BinnacleError('not_found', 'That customer is not on this machine.');
  }
  if (!grantsPermit(grants, 'write_notes', { company_id })) {
    throw new BinnacleError('not_permitted', 'Your role may not write notes here.');
  }
  const day = (iso: string | null): number | null => (iso === null ? null : dayNumber(iso));
  return {
    lane: `party:${party_id}`,
    title: `Follow-up with ${party.name}`,
    effects: [
      {
        tbl: 'credit_follow_up',
        pk: context.mutation_id,
        image: [
          company_id,
          party_id,
          args.said,
          day(args.promised_on),
          day(args.next_on),
          context.user.name,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
    ],
  };
}
