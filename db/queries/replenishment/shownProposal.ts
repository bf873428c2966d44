/** What the rule says, as it is told: its days as ISO text. */
import { isoDate } from '#domain/calendar.ts';
import type { Warning } from '#domain/planning/replenishment/proposal.ts';
import type { ProposalWarning } from '#contract/queries.ts';

export function shownWarnings(warnings: readonly Warning[]): ProposalWarning[] {
  return warnings.map(
    (each): ProposalWarning => (each.warning === 'short_before_receipt' ? { ...each, on: isoDate(each.on) } : each),
  );
}
