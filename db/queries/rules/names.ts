/** What rules are about, in words, and what is known of their changes. */
import { dayNumber } from '#domain/calendar.ts';
import { grantsPermit } from '#domain/access/grants.ts';
import { mayDecideRules, mayWithdrawRules, type RuleAnswer } from '#domain/governance/change.ts';
import { keyText, RULE_PERMISSIONS, type RuleKey, type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import type { NamedRule, RuleChangeView } from '#contract/queries.ts';
import { RULE_CHANGE_TABLES } from '#contract/wire/ruleTables.ts';
import { type Change, changesOf } from '#db/governance/changes.ts';
import { domainGrants } from '#db/session/grants.ts';
import type { QueryContext } from '../context.ts';
import { companyById } from '../reference/companies.ts';

/** Tables every answer about rules of a subject needs. */
export function neededFor(subject: RuleSubject) {
  const { change, verdict } = RULE_CHANGE_TABLES[SUBJECTS[subject].area];
  return [SUBJECTS[subject].table, change, verdict] as const;
}

export interface RuleCompany {
  readonly id: number;
  readonly currency: string;
  /** Of the clock, not of the copy: a rule is drafted from now on. */
  readonly today: number;
}

export async function ruleCompany(context: QueryContext, company_id: number): Promise<RuleCompany> {
  const company = await companyById(context, company_id);
  return { id: company.id, currency: company.currency, today: dayInZone(context.now_ms, company.time_zone) };
}

export interface RuleNames {
  readonly of: (key: RuleKey) => NamedRule;
  /** By code; null = none, or of a channel's name several. */
  readonly site: (code: string) => number | null;
  readonly channel: (code: string) => number | null;
}

/** `named`: what will be named, where it is about items or customers. */
export function ruleNames(
  { scan }: QueryContext,
  company_id: number,
  named: readonly Partial<Pick<RuleKey, 'item_id' | 'party_id'>>[],
): RuleNames {
  const ids = (of: 'item_id' | 'party_id'): string =>
    JSON.stringify([...new Set(named.flatMap((each) => each[of] ?? []))]);
  const sites = scan<readonly [number, string]>('SELECT id, code FROM main.site WHERE company_id = ?', [company_id]);
  const channels = scan<readonly [number, string, string]>(
    'SELECT id, code, name FROM main.channel WHERE company_id = ?',
    [company_id],
  );
  const items = new Map(
    scan<readonly [number, string, string, string]>(
      'SELECT id, code, name, uom FROM main.item WHERE id IN (SELECT value FROM json_each(?))',
      [ids('item_id')],
    ).map(([id, code, name, uom]) => [id, { code, name, uom }]),
  );
  const customers = new Map(
    scan<readonly [number, string, string]>(
      'SELECT id, code, name FROM main.party WHERE id IN (SELECT value FROM json_each(?))',
      [ids('party_id')],
    ).map(([id, code, name]) => [id, { code, name }]),
  );
  const site_codes = new Map(sites);
  const channel_names = new Map(channels.map(([id, , name]) => [id, name]));
  const only = (found: readonly { readonly 0: number }[]): number | null =>
    found.length === 1 ? (found[0]?.[0] ?? null) : null;
  return {
    of: ({ site_id, channel_id, item_id, kpi, party_id, category, name }) => {
      const item = item_id === null ? undefined : items.get(item_id);
      const customer = party_id === null ? undefined : customers.get(party_id);
      return {
        party_id,
        category,
        name,
        customer_code: customer?.code ?? null,
        customer_name: party_id === null ? null : (customer?.name ?? `customer ${party_id}`),
        site_id,
        channel_id,
        item_id,
        kpi,
        site: site_id === null ? null : (site_codes.get(site_id) ?? `site ${site_id}`),
        channel: channel_id === null ? null : (channel_names.get(channel_id) ?? `channel ${channel_id}`),
        item_code: item?.code ?? null,
        item_name: item?.name ?? null,
        uom: item?.uom ?? null,
      };
    },
    site: (code) => only(sites.filter(([, each]) => each === code)),
    channel: (code) => only(channels.filter(([, each, name]) => each === code || name === code)),
  };
}

/** The newest changes of each rule: what is in effect, `held` by their ids among them, and what waits. */
export function standingChanges(
  context: QueryContext,
  company_id: number,
  subject: RuleSubject,
  held: ReadonlySet<string> = new Set(),
) {
  const effective = new Map<string, Change>();
  const waiting = new Map<string, Change>();
  // oldest first, so that the newest stays
  for (const change of changesOf(context.scan, company_id, { subject }).toReversed()) {
    const into =
      change.state === 'effective' || held.has(change.id)
        ? effective
        : change.state === 'draft' || change.state === 'approved'
          ? waiting
          : null;
    if (into === null) continue;
    for (const line of change.lines) into.set(keyText(line), change);
  }
  return { effective, waiting };
}

export function approverOf(change: Pick<Change, 'verdicts'>): string | null {
  return change.verdicts.find(({ verdict }) => verdict === 'approved')?.author ?? null;
}

export function changeView({ user }: QueryContext, change: Change, today: number): RuleChangeView {
  const { company_id, site_id, channel_id, author, state, content_hash } = change;
  const grants = domainGrants(user.grants);
  const decision = (verdict: 'approved' | 'refused'): string | null =>
    why(
      mayDecideRules({
        verdict,
        user_name: user.name,
        may_approve: grantsPermit(grants, RULE_PERMISSIONS[change.area].approve, { company_id, site_id, channel_id }),
        author,
        state,
        content_hash,
        seen_content_hash: content_hash,
        effective_on: dayNumber(change.effective_on) ?? 0,
        today,
      }),
    );
  return {
    id: change.id,
    subject: change.subject,
    title: change.title,
    reason: change.reason,
    effective_on: change.effective_on,
    author,
    written_at_ms: change.written_at_ms,
    predicted: change.mutation_state !== 'accepted',
    state,
    lines: change.lines.length,
    content_hash,
    verdicts: change.verdicts.map(({ verdict, reason, author: by, at_ms, mutation_state }) => ({
      verdict,
      reason,
      author: by,
      at_ms,
      predicted: mutation_state !== 'accepted',
    })),
    may_approve: decision('approved'),
    may_refuse: decision('refused'),
    may_withdraw: why(mayWithdrawRules({ user_name: user.name, author, state })),
  };
}

function why(answer: RuleAnswer): string | null {
  return answer.ok ? null : answer.message;
}
