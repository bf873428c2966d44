/** What a change of rules, and a decision about one, would do, told from the copy. */
import { grantsPermit } from '#domain/access/grants.ts';
import { dayNumber } from '#domain/calendar.ts';
import {
  mayDecideRules,
  mayWithdrawRules,
  overtakenLines,
  reachOf,
  type RuleAnswer,
} from '#domain/governance/change.ts';
import { inForceOn } from '#domain/governance/inForce.ts';
import { keyText, RULE_PERMISSIONS, SUBJECTS } from '#domain/governance/subjects.ts';
import { changeProblem } from '#domain/governance/validate.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { RULE_CHANGE_TABLES } from '#contract/wire/ruleTables.ts';
import { scanner } from '#db/connection.ts';
import { type Change, changesOf } from '#db/governance/changes.ts';
import { ruleRows } from '#db/governance/ruleRows.ts';
import { domainGrants } from '#db/session/grants.ts';
import { companyDay } from './companyDay.ts';
import type { PredictContext, Prediction } from './predict.ts';

export function predictRuleDraft(context: PredictContext, args: CommandArgs<'draftRuleChange'>): Prediction {
  const { company_id, subject, lines, effective_on } = args;
  const { area, many, one } = SUBJECTS[subject];
  const reach = reachOf(lines);
  if (!grantsPermit(domainGrants(context.user.grants), RULE_PERMISSIONS[area].draft, { company_id, ...reach })) {
    throw new BinnacleError('not_permitted', 'Your role may not draft rules here.');
  }
  const { today_on: today } = companyDay(context, company_id);
  const problem = changeProblem(subject, effective_on, lines, today);
  if (problem !== null) throw new BinnacleError('bad_arguments', problem);
  const day = dayNumber(effective_on) ?? today;
  const items = lines.flatMap(({ item_id }) => item_id ?? []);
  const versions = Map.groupBy(ruleRows(scanner(context.reader), company_id, subject, items), keyText);
  const overtaken = overtakenLines(
    subject,
    lines,
    (line) => inForceOn(versions.get(keyText(line)) ?? [], day)?.values ?? null,
  );
  if (overtaken.length > 0) {
    throw new BinnacleError('conflict', `A ${one} is not what the change was drafted against. Draft it again.`);
  }
  return {
    lane: `rules:${company_id}:${subject}`,
    title: `Draft: ${args.title} (${lines.length} ${lines.length === 1 ? one : many})`,
    effects: [
      {
        tbl: RULE_CHANGE_TABLES[area].change,
        pk: context.mutation_id,
        image: [
          company_id,
          reach.site_id,
          reach.channel_id,
          subject,
          args.title,
          args.reason,
          day,
          JSON.stringify(lines),
          context.user.name,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
    ],
  };
}

export function predictRuleDecision(context: PredictContext, args: CommandArgs<'decideRuleChange'>): Prediction {
  const change = changeOf(context, args.change_id);
  const { company_id, site_id, channel_id } = change;
  insist(
    mayDecideRules({
      verdict: args.verdict,
      user_name: context.user.name,
      may_approve: grantsPermit(domainGrants(context.user.grants), RULE_PERMISSIONS[change.area].approve, {
        company_id,
        site_id,
        channel_id,
      }),
      author: change.author,
      state: change.state,
      content_hash: change.content_hash,
      seen_content_hash: args.content_hash,
      effective_on: dayNumber(change.effective_on) ?? 0,
      today: companyDay(context, company_id).today_on,
    }),
  );
  return verdictOn(context, change, args.verdict, args.reason);
}

export function predictRuleWithdrawal(context: PredictContext, args: CommandArgs<'withdrawRuleChange'>): Prediction {
  const change = changeOf(context, args.change_id);
  insist(mayWithdrawRules({ user_name: context.user.name, author: change.author, state: change.state }));
  return verdictOn(context, change, 'withdrawn', args.reason);
}

const VERBS = { approved: 'Approve', refused: 'Refuse', withdrawn: 'Withdraw' } as const;

function verdictOn(context: PredictContext, change: Change, verdict: keyof typeof VERBS, reason: string): Prediction {
  return {
    // a change that is still on its way is decided behind it
    lane: `rules:${change.company_id}:${change.subject}`,
    title: `${VERBS[verdict]}: ${change.title}`,
    effects: [
      {
        tbl: RULE_CHANGE_TABLES[change.area].verdict,
        pk: context.mutation_id,
        image: [
          change.company_id,
          change.site_id,
          change.channel_id,
          change.id,
          verdict,
          reason,
          change.content_hash,
          context.user.name,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
    ],
  };
}

function changeOf({ reader }: PredictContext, id: string): Change {
  const scan = scanner(reader);
  for (const [company_id] of scan<readonly [number]>('SELECT id FROM main.company', [])) {
    const [change] = changesOf(scan, company_id, { id });
    if (change) return change;
  }
  throw new BinnacleError('not_found', 'That change is not on this machine.');
}

function insist(answer: RuleAnswer): void {
  if (answer.ok) return;
  throw new BinnacleError(answer.outcome === 'conflict' ? 'conflict' : 'not_permitted', answer.message);
}
