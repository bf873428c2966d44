/** Where changes of rules lie: a change reaches no role that may not see the rules it is about. */
import type { RuleSubject } from '#domain/governance/subjects.ts';

export const RULE_CHANGE_TABLES = {
  general: { change: 'rule_change', verdict: 'rule_verdict' },
  cost: { change: 'rule_change_cost', verdict: 'rule_verdict_cost' },
} as const;

export type RuleChangeTable = 'rule_change' | 'rule_change_cost';
export type RuleVerdictTable = 'rule_verdict' | 'rule_verdict_cost';
export type { RuleSubject };
