/** Changes of rules: drafted against what holds, decided by somebody else, in effect when the day has come. */
import { sql } from 'kysely';
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { dayNumber } from '#domain/calendar.ts';
import {
  mayDecideRules,
  mayWithdrawRules,
  overtakenLines,
  reachOf,
  type RuleAnswer,
  type RuleLine,
} from '#domain/governance/change.ts';
import { KEY_TABLES, RULE_PERMISSIONS, type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import { changeProblem } from '#domain/governance/validate.ts';
import { RULE_CHANGE_TABLES } from '#contract/wire/ruleTables.ts';
import {
  type StoredChange,
  stateOfChange,
  storedChange,
  takeEffect,
  writeVerdict,
} from '#server/governance/changes.ts';
import { heldOn, lockRules, versionsOf } from '#server/governance/ruleRows.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { companyDay } from './companyDay.ts';
import { type CommandContext, type CommandHandler, written } from './handler.ts';
import { notFound, notPermitted, Refusal } from './refusal.ts';

export const draftRuleChange: CommandHandler<'draftRuleChange'> = async (context, args) => {
  const { tx, user } = context;
  const { company_id, subject, effective_on, lines } = args;
  const { area, one } = SUBJECTS[subject];
  const reach = reachOf(lines);
  const place = { company_id, ...reach };
  if (!grantsSee(user.grants, area, place)) throw notFound(one);
  if (!grantsPermit(user.grants, RULE_PERMISSIONS[area].draft, place)) throw notPermitted('draft rules');
  const { today_on: today } = await companyDay(context, company_id);
  const problem = changeProblem(subject, effective_on, lines, today);
  if (problem !== null) throw badRule(problem);
  if (!(await areOfCompany(tx, company_id, subject, lines))) throw notFound(one);
  await refuseStrangers(tx, company_id, subject, lines);
  await lockRules(tx, company_id, subject);
  const held = heldOn(await versionsOf(tx, company_id, subject, lines), dayNumber(effective_on) ?? today);
  const overtaken = overtakenLines(subject, lines, held);
  if (overtaken.length > 0) {
    throw new Refusal('conflict', {
      code: 'overtaken',
      message: `${overtaken.length === 1 ? 'A rule is' : `${overtaken.length} rules are`} not what the change was drafted against. Draft it again from what holds now.`,
      detail: { lines: overtaken.length },
    });
  }
  await tx
    .insertInto(RULE_CHANGE_TABLES[area].change)
    .values({
      id: context.mutation_id,
      company_id,
      ...reach,
      subject,
      title: args.title,
      reason: args.reason,
      effective_on,
      lines: JSON.stringify(lines),
      ...written(context),
    })
    .execute();
};

export const decideRuleChange: CommandHandler<'decideRuleChange'> = async (context, args) => {
  const { user } = context;
  const change = await seenChange(context, args.change_id);
  const day = dayNumber(change.effective_on);
  if (day === null) throw new Error('a change has no day');
  const { today_on: today } = await companyDay(context, change.company_id);
  insist(
    mayDecideRules({
      verdict: args.verdict,
      user_name: user.name,
      may_approve: grantsPermit(user.grants, RULE_PERMISSIONS[change.area].approve, change),
      author: change.author,
      state: await stateOfChange(context.tx, change),
      content_hash: change.content_hash,
      seen_content_hash: args.content_hash,
      effective_on: day,
      today,
    }),
  );
  await verdict(context, change, args.verdict, args.reason);
  if (args.verdict === 'approved' && day <= today) await takeEffect(context.tx, change, context.now_ms);
};

export const withdrawRuleChange: CommandHandler<'withdrawRuleChange'> = async (context, args) => {
  const change = await seenChange(context, args.change_id);
  const state = await stateOfChange(context.tx, change);
  insist(mayWithdrawRules({ user_name: context.user.name, author: change.author, state }));
  if (!grantsPermit(context.user.grants, RULE_PERMISSIONS[change.area].draft, change))
    throw notPermitted('withdraw rules');
  await verdict(context, change, 'withdrawn', args.reason);
};

async function verdict(
  context: CommandContext,
  change: StoredChange,
  decided: 'approved' | 'refused' | 'withdrawn',
  reason: string,
): Promise<void> {
  const { tx, user, mutation_id: id, made_at_ms: written_at_ms, now_ms } = context;
  await writeVerdict(tx, change, { id, verdict: decided, reason, author: user.name, written_at_ms, now_ms });
  context.tell({
    kind: 'rules_decided',
    about: change.author,
    // a title may speak of prices: the trail names the change, not its words
    detail: { verdict: decided, subject: change.subject, lines: change.lines.length, change: change.id },
  });
}

function insist(answer: RuleAnswer): void {
  if (!answer.ok) throw new Refusal(answer.outcome, { code: answer.code, message: answer.message });
}

function badRule(message: string): Refusal {
  return new Refusal('rejected', { code: 'bad_rule', message });
}

async function seenChange({ tx, user }: CommandContext, id: string): Promise<StoredChange> {
  const change = await storedChange(tx, id);
  if (change === undefined || !grantsSee(user.grants, change.area, change)) throw notFound('change');
  return change;
}

/** What the lines are about is the company's. */
async function areOfCompany(
  tx: ServerTransaction,
  company_id: number,
  subject: RuleSubject,
  lines: readonly RuleLine[],
): Promise<boolean> {
  const party = SUBJECTS[subject].party ?? 'customer';
  for (const name of ['site_id', 'channel_id', 'item_id', 'party_id'] as const) {
    const ids = [...new Set(lines.flatMap((line) => line[name] ?? []))];
    if (ids.length === 0) continue;
    const found = await tx
      .selectFrom(KEY_TABLES[name])
      .select((row) => row.fn.countAll<number>().as('n'))
      .where('company_id', '=', company_id)
      .where(sql<boolean>`id = any(${`{${ids.join(',')}}`}::bigint[])`)
      .where(name === 'party_id' ? sql<boolean>`kind = ${party}` : sql<boolean>`true`)
      .executeTakeFirstOrThrow();
    if (found.n !== ids.length) return false;
  }
  for (const category of new Set(lines.flatMap((line) => line.category ?? []))) {
    const found = await tx
      .selectFrom('item')
      .select('id')
      .where('company_id', '=', company_id)
      .where('category', '=', category)
      .limit(1)
      .executeTakeFirst();
    if (found === undefined) return false;
  }
  return true;
}

/** An owner is somebody who works on the company. */
async function refuseStrangers(
  tx: ServerTransaction,
  company_id: number,
  subject: RuleSubject,
  lines: readonly RuleLine[],
): Promise<void> {
  const owners = [
    ...new Set(lines.flatMap(({ after }) => (typeof after?.['owner'] === 'string' ? [after['owner']] : []))),
  ];
  if (owners.length === 0) return;
  const known = await tx
    .selectFrom('app_user as u')
    .innerJoin('access_grant as g', 'g.user_id', 'u.id')
    .select('u.name')
    .distinct()
    .where('u.name', 'in', owners)
    .where('u.active', '=', true)
    .where((where) => where.or([where('g.company_id', 'is', null), where('g.company_id', '=', company_id)]))
    .execute();
  const stranger = owners.find((owner) => !known.some(({ name }) => name === owner));
  if (stranger !== undefined) {
    throw badRule(
      `Nobody named ${stranger} works on this company, so nobody would answer for the ${SUBJECTS[subject].one}. Name another owner.`,
    );
  }
}
