/** How rules come to be: changes that were drafted, and what was decided about them. */
import { date, instant, json, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';
import { placedRecords, WRITTEN } from './placedRecords.ts';

/**
 * site_id, channel_id: what all its lines are about, null = several. lines: a list of what held and what shall hold
 * (domain/governance/change.ts), as it was drafted and for ever.
 */
const RULE_CHANGE = [
  text('subject'),
  text('title'),
  text('reason'),
  date('effective_on'),
  json('lines'),
  ...WRITTEN,
] as const;

/**
 * verdict: 'approved' | 'refused' | 'withdrawn' by a person; 'effective' | 'overtaken' by the server, when the day has come
 * (author null, an id of its own). The last accepted counts.
 */
const RULE_VERDICT = [
  text('change_id'),
  text('verdict'),
  text('reason'),
  text('content_hash'),
  textOrNull('author'),
  instant('written_at'),
  instant('accepted_at'),
] as const;

export const GOVERNANCE_TABLES = [
  placedRecords(80, 'rule_change', 'general', RULE_CHANGE),
  placedRecords(81, 'rule_change_cost', 'cost', RULE_CHANGE),
  placedRecords(82, 'rule_verdict', 'general', RULE_VERDICT),
  placedRecords(83, 'rule_verdict_cost', 'cost', RULE_VERDICT),
  placedRecords(160, 'rule_change_finance', 'finance', RULE_CHANGE),
  placedRecords(161, 'rule_verdict_finance', 'finance', RULE_VERDICT),
] as const satisfies readonly TableEntry[];
