/** How rules come to be: changes that were drafted, and what was decided about them. */
import { date, instant, int, intOrNull, json, text, textOrNull } from '../columns.ts';
import type { Area, TableEntry } from '../table.ts';

/**
 * id = the mutation that drafted it. site_id, channel_id: what all its lines are about, null = several. lines: a list of
 * what held and what shall hold (domain/governance/change.ts), as it was drafted and for ever.
 */
function ruleChange<const Id extends number, const Name extends string, const In extends Area>(
  id: Id,
  name: Name,
  area: In,
) {
  return {
    id,
    name,
    area,
    dimensions: ['company', 'site', 'channel'],
    idType: 'text',
    loadOrder: 1,
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      text('subject'),
      text('title'),
      text('reason'),
      date('effective_on'),
      json('lines'),
      text('author'),
      instant('written_at'),
      instant('accepted_at'),
    ],
  } as const;
}

/**
 * verdict: 'approved' | 'refused' | 'withdrawn' by a person; 'effective' | 'overtaken' by the server, when the day has come
 * (author null). The last accepted counts.
 */
function ruleVerdict<const Id extends number, const Name extends string, const In extends Area>(
  id: Id,
  name: Name,
  area: In,
) {
  return {
    id,
    name,
    area,
    dimensions: ['company', 'site', 'channel'],
    idType: 'text',
    loadOrder: 1,
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      text('change_id'),
      text('verdict'),
      text('reason'),
      text('content_hash'),
      textOrNull('author'),
      instant('written_at'),
      instant('accepted_at'),
    ],
  } as const;
}

export const GOVERNANCE_TABLES = [
  ruleChange(80, 'rule_change', 'general'),
  ruleChange(81, 'rule_change_cost', 'cost'),
  ruleVerdict(82, 'rule_verdict', 'general'),
  ruleVerdict(83, 'rule_verdict_cost', 'cost'),
] as const satisfies readonly TableEntry[];
