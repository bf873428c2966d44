/** What the demand of a proposal is reckoned by, in words. Pure. */
import type { SiteProposal } from '#contract/queries.ts';
import { dateAndTime } from '#renderer/format/dates.ts';
import { METHOD_WORDS } from './forecastWords.ts';

type Told = Pick<SiteProposal['made_of'], 'demand_by' | 'forecast'>;

/** 'the forecast, mean of three': where it has a forecast there is a screen that shows it. */
export function demandSource({ forecast }: Told): string {
  if (forecast === null) return 'the last 90 days';
  const method = METHOD_WORDS[forecast.method];
  const named = method === 'TSB' ? method : method.toLowerCase();
  return `the forecast, ${named}${forecast.overridden ? ', overridden by a planner' : ''}`;
}

/** Why it goes by that. */
export function demandSourceNote({ demand_by, forecast }: Told): string {
  if (forecast !== null) return `Forecasts made ${dateAndTime(forecast.made_at_ms)}.`;
  return demand_by === 'not_made'
    ? 'Forecasts are not made yet: they will be, in the background.'
    : 'No forecast: nothing was ordered there in a whole month.';
}
