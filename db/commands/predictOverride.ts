/** What a decision on the fulfilment queue would do, told from the copy. */
import { MAX_OVERRIDE_DAYS, mayHoldUntil } from '#domain/allocation/servingOrder.ts';
import { dayNumber } from '#domain/calendar.ts';
import { dayInWords } from '#domain/calendarWords.ts';
import { grantsPermit } from '#domain/access/grants.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { domainGrants } from '#db/session/grants.ts';
import { companyDay } from './companyDay.ts';
import type { PredictContext, Prediction } from './predict.ts';

const VERBS = { raised: 'Raise', lowered: 'Lower', held: 'Hold', released: 'Release' } as const;

interface OrderRow {
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly number: string;
  readonly state: string;
}

export function predictOverride(context: PredictContext, args: CommandArgs<'overrideFulfilment'>): Prediction {
  const order = context.reader
    .prepare<[number], OrderRow>(
      'SELECT company_id, site_id, channel_id, number, state FROM main.sales_order WHERE id = ?',
    )
    .get(args.order_id);
  if (!order) throw new BinnacleError('not_found', 'That order is not on this machine.');
  const line =
    args.order_line_id === null
      ? null
      : context.reader
          .prepare<[number, number], { site_id: number | null; channel_id: number | null; ordinal: number }>(
            'SELECT site_id, channel_id, ordinal FROM main.order_line WHERE id = ? AND order_id = ?',
          )
          .get(args.order_line_id, args.order_id);
  if (line === undefined) throw new BinnacleError('not_found', 'That line is not of this order.');
  const place = line ?? order;
  if (
    !grantsPermit(domainGrants(context.user.grants), 'plan', {
      company_id: order.company_id,
      site_id: place.site_id,
      channel_id: place.channel_id,
    })
  ) {
    throw new BinnacleError('not_permitted', 'Your role may not decide who is served first.');
  }
  if (order.state !== 'open') throw new BinnacleError('conflict', 'That order is not open any more.');
  const until_on = args.until_on === null ? null : dayNumber(args.until_on);
  const { today_on } = companyDay(context, order.company_id);
  if (until_on !== null && !mayHoldUntil(until_on, today_on)) {
    throw new BinnacleError('bad_arguments', `A decision holds from today for ${MAX_OVERRIDE_DAYS} days at the most.`);
  }
  return {
    lane: `fulfilment:${args.order_id}`,
    title: `${VERBS[args.kind]} ${line === null ? '' : `line ${line.ordinal} of `}order ${order.number}${args.until_on === null ? '' : ` until ${dayInWords(args.until_on)}`}`,
    effects: [
      {
        tbl: 'fulfilment_override',
        pk: context.mutation_id,
        image: [
          order.company_id,
          place.site_id,
          place.channel_id,
          args.order_id,
          args.order_line_id,
          args.kind,
          until_on,
          args.reason,
          context.user.name,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
    ],
  };
}
