/** What the rule says, as it is told: its days as ISO text. */
import { isoDate } from '#domain/calendar.ts';
import type { Warning } from '#domain/planning/replenishment/proposal.ts';
import type { ProposalWarning, SiteProposal } from '#contract/queries.ts';
import type { DemandInForce } from '../forecast/demandInForce.ts';

export function shownWarnings(warnings: readonly Warning[]): ProposalWarning[] {
  return warnings.map(
    (each): ProposalWarning => (each.warning === 'short_before_receipt' ? { ...each, on: isoDate(each.on) } : each),
  );
}

/** What its demand is reckoned by. */
export function demandTold(
  forecasts: DemandInForce,
  item_id: number,
  site_id: number,
): Pick<SiteProposal['made_of'], 'demand_by' | 'forecast'> {
  return { demand_by: forecasts.basisOf(item_id, site_id), forecast: forecasts.toldOf(item_id, site_id) };
}
