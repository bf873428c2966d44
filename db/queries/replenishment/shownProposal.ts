/** What the rule says, as it is told: its days as ISO text. */
import { isoDate } from '#domain/calendar.ts';
import { calendarWordsOn } from '#domain/planning/buyingCalendar.ts';
import { daysOfOrder, lastDaysThatCount } from '#domain/planning/replenishment/orderDays.ts';
import type { OrderTermsOfPosition, Warning } from '#domain/planning/replenishment/proposal.ts';
import type { ProposalWarning, SiteProposal } from '#contract/queries.ts';
import type { DemandInForce } from '../forecast/demandInForce.ts';
import { isoDateOrNull } from '../provenance.ts';

export function shownWarnings(warnings: readonly Warning[]): ProposalWarning[] {
  return warnings.map(
    (each): ProposalWarning => (each.warning === 'short_before_receipt' ? { ...each, on: isoDate(each.on) } : each),
  );
}

/** The days orders and goods are bound to, with the next of each. */
export function orderingDays(
  asked: Pick<OrderTermsOfPosition, 'calendar' | 'as_of_on' | 'lead_time_days' | 'policy'>,
): SiteProposal['made_of']['calendar'] {
  if (!asked.calendar) return null;
  const days = daysOfOrder(asked);
  const words = calendarWordsOn(asked.calendar, asked.as_of_on, days, lastDaysThatCount(asked));
  if (words === null) return null;
  return {
    ...words,
    orders_from: isoDateOrNull(words.orders_from),
    receives_from: isoDateOrNull(words.receives_from),
    order_on: isoDate(days.order_on),
    receive_on: isoDate(days.receive_on),
  };
}

/** What its demand is reckoned by. */
export function demandTold(
  forecasts: DemandInForce,
  item_id: number,
  site_id: number,
): Pick<SiteProposal['made_of'], 'demand_by' | 'forecast'> {
  return { demand_by: forecasts.basisOf(item_id, site_id), forecast: forecasts.toldOf(item_id, site_id) };
}
