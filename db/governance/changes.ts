/** Changes of rules as this person sees them: those of the copy, and their own that wait to be decided. */
import { createHash } from 'node:crypto';
import { isoDate } from '#domain/calendar.ts';
import {
  type RuleChangeContent,
  ruleChangeContent,
  type RuleChangeState,
  ruleChangeState,
  type RuleVerdict,
  RULE_VERDICTS,
} from '#domain/governance/change.ts';
import { RULE_SUBJECTS, type RuleArea, type RuleSubject } from '#domain/governance/subjects.ts';
import { RuleLines } from '#contract/commands/rules.ts';
import { RULE_AREAS, RULE_CHANGE_TABLES } from '#contract/wire/ruleTables.ts';
import type { Scan } from '#db/connection.ts';

export interface Verdict {
  readonly verdict: RuleVerdict;
  readonly reason: string;
  /** null = the server, when the day had come. */
  readonly author: string | null;
  readonly at_ms: number;
  /** 'accepted' = on the server; otherwise predicted. */
  readonly mutation_state: string;
}

export interface Change extends RuleChangeContent {
  readonly id: string;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly area: RuleArea;
  readonly written_at_ms: number;
  /** The server's; of one on its way the device's. */
  readonly accepted_at_ms: number;
  readonly mutation_state: string;
  readonly content_hash: string;
  readonly state: RuleChangeState;
  /** Oldest first. */
  readonly verdicts: readonly Verdict[];
}

const NOT_THERE: ReadonlySet<string> = new Set(['conflict', 'rejected']);

/** Newest first; a change the server refused stays its author's to mend in Sync, and is none here. */
export function changesOf(
  scan: Scan,
  company_id: number,
  { subject, id }: { readonly subject?: RuleSubject; readonly id?: string },
): Change[] {
  const found: Change[] = [];
  for (const area of RULE_AREAS) {
    const tables = RULE_CHANGE_TABLES[area];
    const verdicts = Map.groupBy(
      scan<readonly [string, string, string, string | null, number, string]>(
        `SELECT change_id, verdict, reason, author, written_at, mutation_state FROM v_${tables.verdict}
         WHERE company_id = ? ORDER BY mutation_state <> 'accepted', accepted_at, ver`,
        [company_id],
      ).filter(([, , , , , state]) => !NOT_THERE.has(state)),
      ([change_id]) => change_id,
    );
    const rows = scan<
      readonly [
        ...[string, number | null, number | null, string, string, string, number, string, string],
        ...[written_at_ms: number, accepted_at_ms: number, mutation_state: string],
      ]
    >(
      `SELECT id, site_id, channel_id, subject, title, reason, effective_on, lines, author, written_at, accepted_at, mutation_state
       FROM v_${tables.change} WHERE company_id = ?`,
      [company_id],
    );
    for (const row of rows) {
      const [row_id, site_id, channel_id, subject_name, title, reason, day, lines, author, ...when] = row;
      const [written_at_ms, accepted_at_ms, state] = when;
      const of = RULE_SUBJECTS.find((each) => each === subject_name);
      if (of === undefined || NOT_THERE.has(state)) continue;
      if ((subject !== undefined && of !== subject) || (id !== undefined && row_id !== id)) continue;
      const effective_on = isoDate(day);
      const read = RuleLines.parse(JSON.parse(lines));
      const content = { company_id, subject: of, title, reason, effective_on, author, lines: read };
      const said = (verdicts.get(row_id) ?? []).map(([, verdict, why, by, at_ms, mutation_state]): Verdict => {
        const known = RULE_VERDICTS.find((each) => each === verdict);
        if (known === undefined) throw new Error(`an unknown verdict ${verdict}`);
        return { verdict: known, reason: why, author: by, at_ms, mutation_state };
      });
      found.push({
        ...content,
        id: row_id,
        site_id,
        channel_id,
        area,
        written_at_ms,
        accepted_at_ms,
        mutation_state: state,
        content_hash: createHash('sha256').update(ruleChangeContent(content)).digest('hex'),
        state: ruleChangeState(said.map(({ verdict }) => verdict)),
        verdicts: said,
      });
    }
  }
  return found.toSorted((a, b) => b.accepted_at_ms - a.accepted_at_ms || (a.id < b.id ? -1 : 1));
}
