/** What an override of the forecast, or its withdrawal, would do, told from the copy. */
import { grantsPermit } from '#domain/access/grants.ts';
import { dayNumber, monthOfDay } from '#domain/calendar.ts';
import { mayOverride, mayWithdraw, type OverrideAnswer, type OverrideFact } from '#domain/forecast/override.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { domainGrants } from '#db/session/grants.ts';
import { companyDay } from './companyDay.ts';
import type { PredictContext, Prediction } from './predict.ts';

interface Place {
  readonly item_id: number;
  readonly site_id: number;
}

export function overrideLane(args: Readonly<Record<string, unknown>>): string {
  return `forecast:${String(args['item_id'])}:${String(args['site_id'])}`;
}

export function predictForecastOverride(context: PredictContext, args: CommandArgs<'overrideForecast'>): Prediction {
  const place = placeOf(context, args);
  const expires_on = dayNumber(args.expires_on);
  if (expires_on === null) throw new BinnacleError('bad_arguments', 'That is no date.');
  const { today_on: on } = companyDay(context, place.company_id);
  refuse(mayOverride(factsOf(context, args), { ...args, expires_on }, { on, month: monthOfDay(on) }));
  return {
    lane: overrideLane({ ...args }),
    title: `Override the forecast of ${place.code} at ${place.site}`,
    effects: [
      {
        tbl: 'forecast_override',
        pk: context.mutation_id,
        image: [
          place.company_id,
          args.site_id,
          args.item_id,
          'set',
          args.replaces,
          args.from_month,
          args.to_month,
          args.qty_milli,
          args.factor_bp,
          args.reason,
          expires_on,
          context.user.name,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
    ],
  };
}

export function predictWithdrawal(context: PredictContext, args: CommandArgs<'withdrawOverride'>): Prediction {
  const place = placeOf(context, args);
  const facts = factsOf(context, args);
  refuse(mayWithdraw(facts, args.override_id));
  const held = facts.find((fact) => fact.id === args.override_id);
  if (!held) throw new BinnacleError('not_found', 'That override is not on this machine.');
  return {
    lane: overrideLane({ ...args }),
    title: `Withdraw an override of ${place.code} at ${place.site}`,
    effects: [
      {
        tbl: 'forecast_override',
        pk: context.mutation_id,
        image: [
          place.company_id,
          args.site_id,
          args.item_id,
          'withdrawn',
          args.override_id,
          held.from_month,
          held.to_month,
          null,
          null,
          args.reason,
          held.expires_on,
          context.user.name,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
    ],
  };
}

function placeOf({ reader, user }: PredictContext, { item_id, site_id }: Place) {
  const place = reader
    .prepare<[number, number], { company_id: number; code: string; site: string }>(
      `SELECT i.company_id, i.code, s.code AS site FROM main.item i JOIN main.site s ON s.company_id = i.company_id
       WHERE i.id = ? AND s.id = ?`,
    )
    .get(item_id, site_id);
  if (!place) throw new BinnacleError('not_found', 'That item at that site is not on this machine.');
  if (!grantsPermit(domainGrants(user.grants), 'plan', { company_id: place.company_id, site_id })) {
    throw new BinnacleError('not_permitted', 'Your role may not override a forecast.');
  }
  return place;
}

function factsOf({ reader }: PredictContext, { item_id, site_id }: Place): readonly OverrideFact[] {
  return reader
    .prepare<[number, number], OverrideFact>(
      `SELECT id, kind, replaces, from_month, to_month, qty_milli, factor_bp, expires_on, author,
         accepted_at AS accepted_at_ms
       FROM v_forecast_override
       WHERE item_id = ? AND site_id = ? AND mutation_state IN ('accepted', 'pending', 'sent')
       ORDER BY accepted_at, id`,
    )
    .all(item_id, site_id);
}

function refuse(answer: OverrideAnswer): void {
  if (!answer.ok) {
    throw new BinnacleError(answer.outcome === 'conflict' ? 'conflict' : 'bad_arguments', answer.message);
  }
}
