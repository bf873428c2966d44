/** What a mark on an exception would do, told from the copy. */
import { dayNumber } from '#domain/calendar.ts';
import { dayInWords } from '#domain/calendarWords.ts';
import { grantsPermit } from '#domain/access/grants.ts';
import { areaOfKind, kindOfKey } from '#domain/exceptions/exception.ts';
import { MAX_SNOOZE_DAYS } from '#domain/exceptions/marks.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { MARK_TABLE } from '#contract/wire/markTables.ts';
import { domainGrants } from '#db/session/grants.ts';
import { companyDay } from './companyDay.ts';
import type { PredictContext, Prediction } from './predict.ts';

const VERBS = { snoozed: 'Snooze', assigned: 'Assign', reopened: 'Wake' } as const;

export function predictMark(context: PredictContext, args: CommandArgs<'markException'>): Prediction {
  const kind = kindOfKey(args.key);
  if (kind === null) throw new BinnacleError('bad_arguments', 'That is no exception.');
  const { today_on } = companyDay(context, args.company_id);
  if (!grantsPermit(domainGrants(context.user.grants), 'write_notes', args)) {
    throw new BinnacleError('not_permitted', 'Your role may not decide about this.');
  }
  const until_on = args.until_on === null ? null : dayNumber(args.until_on);
  if (until_on !== null && until_on > today_on + MAX_SNOOZE_DAYS) {
    throw new BinnacleError('bad_arguments', `An exception sleeps ${MAX_SNOOZE_DAYS} days at the most.`);
  }
  const verb = VERBS[args.kind];
  const end =
    args.until_on === null
      ? args.assigned_to === null
        ? ''
        : ` to ${args.assigned_to}`
      : ` until ${dayInWords(args.until_on)}`;
  return {
    lane: `exception:${args.company_id}:${args.key}`,
    title: `${verb} ${kind.replaceAll('_', ' ')}${end}`,
    effects: [
      {
        tbl: MARK_TABLE[areaOfKind(kind)],
        pk: context.mutation_id,
        image: [
          args.company_id,
          args.site_id,
          args.channel_id,
          args.key,
          args.kind,
          until_on,
          args.assigned_to,
          context.user.name,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
    ],
  };
}
