/** What the rule says, as it is told: its days as ISO text. */
import { isoDate } from '#domain/calendar.ts';
import { daysOfOrder } from '#domain/planning/replenishment/orderDays.ts';
import type { OrderTermsOfPosition, Warning } from '#domain/planning/replenishment/proposal.ts';
import type { ProposalWarning, SiteProposal } from '#contract/queries.ts';
import type { CalendarWords } from '#db/replenishment/calendars.ts';
import type { DemandInForce } from '../forecast/demandInForce.ts';

export function shownWarnings(warnings: readonly Warning[]): ProposalWarning[] {
  return warnings.map(
    (each): ProposalWarning => (each.warning === 'short_before_receipt' ? { ...each, on: isoDate(each.on) } : each),
  );
}

/** The days orders and goods are bound to, with the next of each. */
export function orderingDays(
  words: CalendarWords | null,
  asked: Pick<OrderTermsOfPosition, 'calendar' | 'as_of_on' | 'lead_time_days'>,
): SiteProposal['made_of']['calendar'] {
  if (words === null) return null;
  const { order_on, receive_on } = daysOfOrder(asked);
  return { ...words, order_on: isoDate(order_on), receive_on: isoDate(receive_on) };
}

/** What its demand is reckoned by. */
export function demandTold(
  forecasts: DemandInForce,
  item_id: number,
  site_id: number,
): Pick<SiteProposal['made_of'], 'demand_by' | 'forecast'> {
  return { demand_by: forecasts.basisOf(item_id, site_id), forecast: forecasts.toldOf(item_id, site_id) };
}
