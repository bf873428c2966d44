/** Where changes of rules lie, by area: a change reaches no role that may not see the rules it is about. */
import type { RuleArea } from '#domain/governance/subjects.ts';
import type { WireTableName } from './tables.ts';

export const RULE_CHANGE_TABLES = {
  general: { change: 'rule_change', verdict: 'rule_verdict' },
  cost: { change: 'rule_change_cost', verdict: 'rule_verdict_cost' },
  finance: { change: 'rule_change_finance', verdict: 'rule_verdict_finance' },
} as const satisfies Readonly<Record<RuleArea, Readonly<Record<'change' | 'verdict', WireTableName>>>>;

/** In the order they are looked through. */
export const RULE_AREAS = ['general', 'cost', 'finance'] as const satisfies readonly RuleArea[];
