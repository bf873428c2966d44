/** Changes of rules as they lie on the server, and how they take effect. */
import { createHash, randomUUID } from 'node:crypto';
import { dayNumber } from '#domain/calendar.ts';
import {
  overtakenLines,
  type RuleChangeContent,
  ruleChangeContent,
  ruleChangeState,
  type RuleChangeState,
  type RuleVerdict,
  RULE_VERDICTS,
} from '#domain/governance/change.ts';
import { keyText, RULE_SUBJECTS, type RuleArea, type RuleKey, SUBJECTS } from '#domain/governance/subjects.ts';
import { RuleLines } from '#contract/commands/rules.ts';
import { RULE_AREAS, RULE_CHANGE_TABLES } from '#contract/wire/ruleTables.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { moveDueDays } from '#server/close/daysOff.ts';
import { heldOn, lockRules, versionsOf, writeRule } from './ruleRows.ts';

export interface StoredChange extends RuleChangeContent {
  readonly id: string;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly area: RuleArea;
  readonly content_hash: string;
}

export function contentHash(change: RuleChangeContent): string {
  return createHash('sha256').update(ruleChangeContent(change)).digest('hex');
}

/** In any of the tables; undefined = there is none. The row is held until the transaction ends: two decisions take turns. */
export async function storedChange(tx: ServerTransaction, id: string): Promise<StoredChange | undefined> {
  for (const area of RULE_AREAS) {
    const row = await tx
      .selectFrom(RULE_CHANGE_TABLES[area].change)
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) continue;
    const subject = RULE_SUBJECTS.find((each) => each === row.subject);
    if (subject === undefined) throw new Error(`a change is of no known subject: ${row.subject}`);
    // jsonb comes parsed; its shape was checked when it was drafted
    const { company_id, title, reason, effective_on, author, site_id, channel_id } = row;
    const content = { company_id, subject, title, reason, effective_on, author, lines: RuleLines.parse(row.lines) };
    return { ...content, id, site_id, channel_id, area, content_hash: contentHash(content) };
  }
  return undefined;
}

export async function stateOfChange(tx: ServerTransaction, change: StoredChange): Promise<RuleChangeState> {
  const rows = await tx
    .selectFrom(RULE_CHANGE_TABLES[change.area].verdict)
    .select('verdict')
    .where('change_id', '=', change.id)
    .orderBy('accepted_at')
    .orderBy('ver')
    .execute();
  return ruleChangeState(rows.flatMap(({ verdict }) => RULE_VERDICTS.filter((each) => each === verdict)));
}

export interface VerdictWritten {
  /** The mutation's, or one of its own where the server decides. */
  readonly id?: string;
  readonly verdict: RuleVerdict;
  readonly reason: string;
  readonly author: string | null;
  readonly written_at_ms: number;
  readonly now_ms: number;
}

export async function writeVerdict(
  tx: ServerTransaction,
  change: StoredChange,
  { id, verdict, reason, author, written_at_ms, now_ms }: VerdictWritten,
): Promise<void> {
  await tx
    .insertInto(RULE_CHANGE_TABLES[change.area].verdict)
    .values({
      id: id ?? randomUUID(),
      company_id: change.company_id,
      site_id: change.site_id,
      channel_id: change.channel_id,
      change_id: change.id,
      verdict,
      reason,
      content_hash: change.content_hash,
      author,
      written_at: new Date(written_at_ms),
      accepted_at: new Date(now_ms),
    })
    .execute();
}

/**
 * An approved change whose day has come: every line, or none and the verdict `overtaken` when what one of them replaces is
 * not what it was drafted against.
 */
export async function takeEffect(tx: ServerTransaction, change: StoredChange, now_ms: number): Promise<RuleVerdict> {
  const { company_id, subject, lines } = change;
  const day = dayNumber(change.effective_on);
  if (day === null) throw new Error('a change has no day');
  await lockRules(tx, company_id, subject);
  const versions = await versionsOf(tx, company_id, subject, lines);
  const overtaken = overtakenLines(subject, lines, heldOn(versions, day));
  const said = { author: null, written_at_ms: now_ms, now_ms };
  if (overtaken.length > 0) {
    const { one, many } = SUBJECTS[subject];
    const what = overtaken.length === 1 ? `One ${one} was` : `${overtaken.length} ${many} were`;
    const reason = `${what} changed after this was drafted. Nothing of it took effect: draft it again from what holds now.`;
    await writeVerdict(tx, change, { ...said, verdict: 'overtaken', reason });
    return 'overtaken';
  }
  for (const line of lines) {
    await writeRule(tx, company_id, subject, line, day, versions.get(keyText(line)) ?? []);
  }
  if (subject === 'buying_calendar' && lines.some(isCompany)) await moveDueDays(tx, company_id);
  await writeVerdict(tx, change, { ...said, verdict: 'effective', reason: '' });
  return 'effective';
}

/** A calendar of no supplier and no site is the company's. */
function isCompany({ party_id, site_id }: RuleKey): boolean {
  return party_id === null && site_id === null;
}
