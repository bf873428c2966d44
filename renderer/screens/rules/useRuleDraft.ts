/** One rule as it is drafted: against what holds of it on the chosen day, with the figures that are typed. */
import type { RuleLine } from '#domain/governance/change.ts';
import { ruleCellText } from '#domain/governance/ruleFile.ts';
import {
  fieldsOf,
  type RuleKey,
  ruleKeyOf,
  type RuleSubject,
  type RuleValues,
  SUBJECTS,
} from '#domain/governance/subjects.ts';
import { type RuleProblem, ruleProblems } from '#domain/governance/validate.ts';
import type { RuleAbout } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { typedFigure } from './ruleWords.ts';

/** What stands in the fields, by the names of the figures. */
export type RuleTexts = Readonly<Record<string, string>>;

interface Drafting {
  readonly subject: RuleSubject;
  readonly currency: string;
  readonly rule: RuleKey;
  /** What stands in the fields, of what holds on the day; null = nothing does. */
  readonly textsOf: (held: RuleValues | null) => RuleTexts;
  readonly ends?: boolean;
}

export interface RuleDraft {
  readonly line: RuleLine;
  readonly texts: RuleTexts;
  readonly problems: readonly RuleProblem[];
}

export function ruleDraft(
  { subject, currency, rule, textsOf, ends = false }: Drafting,
  about: Pick<RuleAbout, 'held' | 'unit_cost_micro'> | undefined,
): RuleDraft {
  const before = about?.held ?? null;
  const texts = textsOf(before);
  const after = Object.fromEntries(
    // what a rule about something else says was typed before this was chosen
    fieldsOf(subject, rule).map((field) => [
      field.name,
      typedFigure(field, texts[field.name] ?? '', currency, rule.kpi),
    ]),
  );
  const line = { ...ruleKeyOf(rule), before, after: ends ? null : after };
  return { line, texts, problems: ruleProblems(subject, line, { unit_cost_micro: about?.unit_cost_micro ?? null }) };
}

export function useRuleDraft(drafting: Drafting & { readonly company_id: number; readonly effective_on: string }) {
  const { company_id, effective_on, subject, rule } = drafting;
  // the names to choose from stay while the next answer is read; what it says of the rule is not used
  const { data: about, isPlaceholderData } = useAsk('ruleAbout', {
    company_id,
    subject,
    effective_on,
    ...ruleKeyOf(rule),
  });
  const draft = ruleDraft(drafting, about);
  const { problems } = draft;
  const said = problems.find(({ field, level }) => (level === 'error' ? field === null : true));
  return {
    ...draft,
    /** undefined: not read yet. */
    about,
    /** It cannot hold, or what it replaces is not known yet. */
    blocked: about === undefined || isPlaceholderData || problems.some(({ level }) => level === 'error'),
    /** Of the rule as a whole: why it cannot hold, or what to think of before. */
    said: said?.message ?? null,
  };
}

/** Figures as they would be typed. */
export function ruleTexts(subject: RuleSubject, values: RuleValues, currency: string, kpi: string | null): RuleTexts {
  return Object.fromEntries(
    SUBJECTS[subject].fields.map((field) => [
      field.name,
      ruleCellText(field, values[field.name] ?? null, currency, kpi),
    ]),
  );
}
