/** A drafted change of rules: what an approval is bound to, how it stands, who may decide. */
import {
  differingFields,
  keyText,
  type RuleKey,
  ruleKeyOf,
  type RuleSubject,
  type RuleValues,
  SUBJECTS,
} from './subjects.ts';

/** What travels and is read by a person in one piece; a larger file becomes several changes. */
export const MOST_RULE_LINES = 500;

/** `before` null: there was no such rule; `after` null: the rule ends. */
export interface RuleLine extends RuleKey {
  readonly before: RuleValues | null;
  readonly after: RuleValues | null;
}

export interface RuleChangeContent {
  readonly company_id: number;
  readonly subject: RuleSubject;
  readonly title: string;
  readonly reason: string;
  /** ISO date */
  readonly effective_on: string;
  readonly author: string;
  readonly lines: readonly RuleLine[];
}

/** Canonical text whose SHA-256 (hex) an approval is bound to. The order of lines and figures does not matter. */
export function ruleChangeContent(change: RuleChangeContent): string {
  const { fields } = SUBJECTS[change.subject];
  const values = (of: RuleValues | null) => (of === null ? null : fields.map(({ name }) => of[name] ?? null));
  const head = [change.company_id, change.subject, change.title, change.reason, change.effective_on, change.author];
  const lines = change.lines.map((line) => JSON.stringify([keyText(line), values(line.before), values(line.after)]));
  return [JSON.stringify(head), ...lines.toSorted()].join('\n');
}

/** The site and channel all lines are about; null = several, or all. Who is bound to one sees changes of that one. */
export function reachOf(lines: readonly RuleKey[]): { site_id: number | null; channel_id: number | null } {
  const common = (name: 'site_id' | 'channel_id'): number | null => {
    const first = lines[0]?.[name] ?? null;
    return lines.every((line) => line[name] === first) ? first : null;
  };
  return { site_id: common('site_id'), channel_id: common('channel_id') };
}

/** Policies of one site each, so that who plans a site sees its changes; none longer than a change may be. */
export function changeParts<L extends RuleLine>(subject: RuleSubject, lines: readonly L[]): readonly (readonly L[])[] {
  const groups = subject === 'policy' ? [...Map.groupBy(lines, ({ site_id }) => site_id).values()] : [lines];
  return groups.flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / MOST_RULE_LINES) }, (_, at) =>
      group.slice(at * MOST_RULE_LINES, (at + 1) * MOST_RULE_LINES),
    ),
  );
}

/** The changes that so many lines are drafted as, each with its part of the title. */
export function draftsOf(
  subject: RuleSubject,
  title: string,
  lines: readonly RuleLine[],
): readonly { readonly title: string; readonly lines: RuleLine[] }[] {
  const parts = changeParts(subject, lines);
  return parts.map((part, at) => ({
    title: parts.length === 1 ? title : `${title} (${at + 1} of ${parts.length})`,
    lines: part.map((line) => ({ ...ruleKeyOf(line), before: line.before, after: line.after })),
  }));
}

/**
 * A line drafted again from what holds now: the figures it moved are moved, those it left are as somebody made them since.
 * One that began a rule or ends one does so again.
 */
export function draftedAgain(subject: RuleSubject, line: RuleLine, held: RuleValues | null): RuleLine {
  const { before, after } = line;
  if (after === null || before === null || held === null) return { ...ruleKeyOf(line), before: held, after };
  const moved = new Set(differingFields(subject, before, after));
  const figures = SUBJECTS[subject].fields.map(({ name }) => [name, (moved.has(name) ? after : held)[name] ?? null]);
  return { ...ruleKeyOf(line), before: held, after: Object.fromEntries(figures) };
}

/** What came to nothing may be drafted again. */
export function mayDraftAgain(state: RuleChangeState): boolean {
  return state === 'refused' || state === 'withdrawn' || state === 'overtaken';
}

/** What people decide, and what the server finds when the day has come. */
export const RULE_VERDICTS = ['approved', 'refused', 'withdrawn', 'effective', 'overtaken'] as const;
export type RuleVerdict = (typeof RULE_VERDICTS)[number];
export type RuleChangeState = 'draft' | RuleVerdict;

/** Of the verdicts in the order they were accepted, the last counts. */
export function ruleChangeState(verdicts: readonly RuleVerdict[]): RuleChangeState {
  return verdicts.at(-1) ?? 'draft';
}

export type RuleAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly outcome: 'conflict' | 'rejected'; readonly code: string; readonly message: string };

const STATE_WORDS: Readonly<Record<RuleChangeState, string>> = {
  draft: 'waits for a decision',
  approved: 'is approved',
  refused: 'was refused',
  withdrawn: 'was withdrawn',
  effective: 'is in effect',
  overtaken: 'was overtaken by another change',
};

export interface DecisionFacts {
  readonly verdict: 'approved' | 'refused';
  readonly user_name: string;
  readonly may_approve: boolean;
  readonly author: string;
  readonly state: RuleChangeState;
  readonly content_hash: string;
  readonly seen_content_hash: string;
  /** Day numbers in the company's time zone. */
  readonly effective_on: number;
  readonly today: number;
}

export function mayDecideRules(facts: DecisionFacts): RuleAnswer {
  if (!facts.may_approve) return refused('rejected', 'not_permitted', 'Your role may not decide about rules.');
  if (facts.author === facts.user_name) {
    return refused('rejected', 'own_change', 'You drafted this change. Somebody else decides about it.');
  }
  if (facts.state !== 'draft') {
    return refused('conflict', 'decided', `The change ${STATE_WORDS[facts.state]} already. Nothing was decided again.`);
  }
  if (facts.content_hash !== facts.seen_content_hash) {
    return refused('conflict', 'content_changed', 'The change is not the one you looked at. Look again, then decide.');
  }
  if (facts.verdict === 'approved' && facts.effective_on < facts.today) {
    return refused(
      'conflict',
      'day_passed',
      'The day the change was to take effect has passed, and days gone by keep their rules. Refuse it; its author drafts it again for a later day.',
    );
  }
  return { ok: true };
}

/** A change that is in effect stays: another one takes it back. */
export function mayWithdrawRules(facts: {
  readonly user_name: string;
  readonly author: string;
  readonly state: RuleChangeState;
}): RuleAnswer {
  if (facts.author !== facts.user_name) {
    return refused('rejected', 'not_permitted', 'Only who drafted a change withdraws it.');
  }
  if (facts.state !== 'draft' && facts.state !== 'approved') {
    return refused('conflict', 'decided', `The change ${STATE_WORDS[facts.state]}. Draft another one instead.`);
  }
  return { ok: true };
}

/** Lines whose `before` is not what holds: somebody changed the rule meanwhile, or the sender never looked. */
export function overtakenLines<L extends RuleLine>(
  subject: RuleSubject,
  lines: readonly L[],
  holds: (line: L) => RuleValues | null,
): readonly L[] {
  return lines.filter((line) => {
    const held = holds(line);
    return (held === null) !== (line.before === null) || differingFields(subject, held, line.before).length > 0;
  });
}

function refused(outcome: 'conflict' | 'rejected', code: string, message: string): RuleAnswer {
  return { ok: false, outcome, code, message };
}
