/** Where changes of rules lie, by area: a change reaches no role that may not see the rules it is about. */
import type { RuleSubjectEntry } from '#domain/governance/subjects.ts';
import type { WireTableName } from './tables.ts';

export const RULE_CHANGE_TABLES = {
  general: { change: 'rule_change', verdict: 'rule_verdict' },
  cost: { change: 'rule_change_cost', verdict: 'rule_verdict_cost' },
} as const satisfies Readonly<Record<RuleSubjectEntry['area'], Readonly<Record<'change' | 'verdict', WireTableName>>>>;
