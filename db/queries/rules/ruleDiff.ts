/** What a file of rules, or a change drafted again, would change on a day. Nothing is written. */
import { dayNumber } from '#domain/calendar.ts';
import { draftedAgain } from '#domain/governance/change.ts';
import { inForceOn } from '#domain/governance/inForce.ts';
import { MOST_DIFF_LINES, readRuleFile, type RuleFileLine } from '#domain/governance/ruleFile.ts';
import { differingFields, keyText, type RuleSubject, SUBJECTS, sameRule } from '#domain/governance/subjects.ts';
import { effectiveDayProblem, ruleProblems } from '#domain/governance/validate.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { RuleDiff } from '#contract/queries.ts';
import { ruleRows } from '#db/governance/ruleRows.ts';
import { changesOf } from '#db/governance/changes.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { costsOf } from './ruleChanges.ts';
import { neededFor, ruleCompany, ruleNames } from './names.ts';

const MOST_REFUSED = 500;

export const ruleDiff: QueryHandler<'ruleDiff'> = async (context, { company_id, subject, effective_on, text }) => {
  const company = await ruleCompany(context, company_id);
  const day = dayNumber(effective_on) ?? company.today;
  const items = new Map(
    SUBJECTS[subject].key.includes('item_id')
      ? context
          .scan<readonly [number, string, string]>('SELECT id, code, uom FROM main.item WHERE company_id = ?', [
            company_id,
          ])
          .map(([id, code, uom]) => [code, { id, uom }])
      : [],
  );
  const versions = Map.groupBy(ruleRows(context.scan, company_id, subject), keyText);
  context.checkCancelled();
  const codes = ruleNames(context, company_id, []);
  const { key, party = 'customer' } = SUBJECTS[subject];
  const parties = new Map(
    key.includes('party_id')
      ? context.scan<readonly [string, number]>('SELECT code, id FROM main.party WHERE company_id = ? AND kind = ?', [
          company_id,
          party,
        ])
      : [],
  );
  const categories = new Set(
    key.includes('category')
      ? context
          .scan<readonly [string | null]>('SELECT DISTINCT category FROM main.item WHERE company_id = ?', [company_id])
          .map(([category]) => category)
      : [],
  );
  const file = readRuleFile(text, subject, {
    currency: company.currency,
    site: codes.site,
    channel: codes.channel,
    item: (code) => items.get(code) ?? null,
    party: (code) => parties.get(code) ?? null,
    category: (name) => categories.has(name),
    held: (key) => inForceOn(versions.get(keyText(key)) ?? [], day)?.values ?? null,
  });
  return {
    problem: file.problem,
    day_problem: effectiveDayProblem(subject, effective_on, company.today),
    not_read: file.not_read,
    ...compared(context, company_id, subject, file.lines),
    currency: company.currency,
    provenance: provenance(context, neededFor(subject)),
  };
};

/** A change that came to nothing, against what holds now. */
export const ruleAgain: QueryHandler<'ruleAgain'> = async (context, { company_id, change_id, effective_on }) => {
  const company = await ruleCompany(context, company_id);
  const [change] = changesOf(context.scan, company_id, { id: change_id });
  if (!change) throw new BinnacleError('not_found', 'That change is not on this machine.');
  const { subject } = change;
  const day = dayNumber(effective_on) ?? company.today;
  const items = change.lines.flatMap(({ item_id }) => item_id ?? []);
  const versions = Map.groupBy(ruleRows(context.scan, company_id, subject, items), keyText);
  const names = ruleNames(context, company_id, change.lines);
  const lines = change.lines.map((line, at) => {
    const { site, channel, item_code, kpi, customer_code, category, name } = names.of(line);
    const label = [customer_code, item_code, category, kpi, channel, site, name]
      .filter((part) => part !== null)
      .join(' · ');
    const held = inForceOn(versions.get(keyText(line)) ?? [], day)?.values ?? null;
    return { line_number: at + 1, label, problem: null, line: draftedAgain(subject, line, held) };
  });
  return {
    problem: null,
    day_problem: effectiveDayProblem(subject, effective_on, company.today),
    not_read: [],
    ...compared(context, company_id, subject, lines),
    currency: company.currency,
    provenance: provenance(context, neededFor(subject)),
  };
};

/** Lines beside what holds: what moves, and what cannot hold, with why. */
function compared(
  context: QueryContext,
  company_id: number,
  subject: RuleSubject,
  all: readonly RuleFileLine[],
): Pick<RuleDiff, 'counts' | 'lines' | 'refused'> {
  const counts = { lines: all.length, added: 0, changed: 0, ended: 0, unchanged: 0, refused: 0 };
  const lines: RuleDiff['lines'][number][] = [];
  const refused: RuleDiff['refused'][number][] = [];
  const named = all.flatMap(({ line }) => line ?? []);
  const names = ruleNames(context, company_id, named);
  const costs = costsOf(
    context,
    company_id,
    named.flatMap(({ item_id }) => item_id ?? []),
  );
  for (const { line_number, label, problem, line } of all) {
    const refuse = (reason: string): void => {
      counts.refused += 1;
      if (refused.length < MOST_REFUSED) refused.push({ line_number, label, reason });
    };
    if (line === null) {
      refuse(problem);
      continue;
    }
    const { before, after } = line;
    if (sameRule(subject, before, after)) {
      counts.unchanged += 1;
      continue;
    }
    const problems = ruleProblems(subject, line, { unit_cost_micro: costs.get(line.item_id ?? 0) ?? null });
    const wrong = problems.find(({ level }) => level === 'error');
    if (wrong !== undefined) {
      refuse(wrong.message);
      continue;
    }
    counts[before === null ? 'added' : after === null ? 'ended' : 'changed'] += 1;
    if (lines.length >= MOST_DIFF_LINES) continue;
    const differs = differingFields(subject, before, after);
    lines.push({
      ...names.of(line),
      line_number,
      key: keyText(line),
      before,
      after,
      differs,
      problems,
      overtaken: false,
    });
  }
  return { counts, lines, refused };
}
