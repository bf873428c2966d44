/** States of a line in words, as its filter offers them. */
import type { ReplenishmentState } from '#contract/queries.ts';

export const REPLENISHMENT_STATE_WORDS: Readonly<Record<ReplenishmentState, string>> = {
  new: 'New',
  accepted: 'Accepted',
  changed: 'Changed',
  rejected: 'Rejected',
  awaiting_approval: 'Approver',
  in_draft: 'On a draft',
};
