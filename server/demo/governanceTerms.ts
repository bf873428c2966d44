/** What the demo's rules and the changes of them have in common. */
import type { RuleSubject } from '#domain/governance/subjects.ts';
import type { ChannelKind } from './companies.ts';
import type { Horizon } from './size.ts';

/** Who answers for the rules of a kind; stock policies have owners of their own. */
export const RULE_OWNERS = {
  channel_rule: 'planner',
  list_price: 'controller',
  price_rule: 'controller',
  rebate_agreement: 'controller',
  channel_fee: 'finance',
  price_floor: 'controller',
  kpi_target: 'finance',
  supplier_container: 'buyer',
  flux_threshold: 'controller',
  reconciliation_threshold: 'controller',
} as const satisfies Partial<Record<RuleSubject, string>>;

/** The channel that was served later before. */
export const PRIORITY_CHANGED: ChannelKind = 'key_accounts';

export function priorityChangedOn({ today }: Pick<Horizon, 'today'>): number {
  return today - 40;
}
