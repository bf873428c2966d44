/** Changes of rules in every state: one in effect for weeks, one approved for next month, two that wait, one refused. */
import { addMonths, firstDayOfMonth, isoDate } from '#domain/calendar.ts';
import { reachOf, type RuleLine } from '#domain/governance/change.ts';
import { NO_KEY, type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import { RULE_CHANGE_TABLES } from '#contract/wire/ruleTables.ts';
import { contentHash } from '#server/governance/changes.ts';
import { PRIORITY_CHANGED, priorityChangedOn, RULE_OWNERS } from './governanceTerms.ts';
import { FLUX_THRESHOLD, ITEM_THRESHOLDS } from './close/draft.ts';
import { targetRows } from './pricing/plans.ts';
import { CHANNEL_TERMS } from './pricing/terms.ts';
import type { DemoBatch, DemoRow } from './rows.ts';
import type { CompanyWorld } from './world.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

interface Told {
  readonly subject: RuleSubject;
  readonly title: string;
  readonly reason: string;
  readonly effective_on: number;
  readonly author: string;
  readonly lines: readonly RuleLine[];
  readonly written_on: number;
  readonly verdicts: readonly (readonly [verdict: string, author: string | null, reason: string, days_later: number])[];
}

/** `floors`: what holds today, of a few items. */
export function* governanceBatches(
  world: CompanyWorld,
  floors: readonly { readonly item_id: number; readonly floor_price_micro: number }[],
): Generator<DemoBatch> {
  const { company, horizon, ids } = world;
  if (company.code !== 'HAL') return;
  const random = world.stream('governance');
  const next_month = firstDayOfMonth(addMonths(horizon.this_month, 1));
  const channelOf = (kind: string) => company.channels.find((channel) => channel.kind === kind);
  const changed = channelOf(PRIORITY_CHANGED);
  const ecommerce = channelOf('ecommerce');
  const changed_on = priorityChangedOn(horizon);
  const told: Told[] = [];
  if (changed) {
    const rule = {
      ...CHANNEL_TERMS[PRIORITY_CHANGED],
      grace_days: changed.grace_days,
      owner: RULE_OWNERS.channel_rule,
    };
    const before = { ...rule, priority: rule.priority + 2 };
    yield {
      table: 'channel_rule',
      rows: [
        {
          id: ids.next(),
          company_id: company.id,
          channel_id: changed.id,
          ...before,
          valid_from: null,
          valid_to: changed_on - 1,
        },
      ],
    };
    told.push({
      subject: 'channel_rule',
      title: 'Key accounts are served earlier',
      reason: 'Two framework contracts promise delivery from stock; what is short goes to them first.',
      effective_on: changed_on,
      author: 'planner',
      lines: [{ ...NO_KEY, channel_id: changed.id, before, after: rule }],
      written_on: changed_on - 6,
      verdicts: [
        ['approved', 'controller', '', 2],
        ['effective', null, '', 6],
      ],
    });
  }
  if (ecommerce) {
    const before = {
      ...CHANNEL_TERMS.ecommerce,
      grace_days: ecommerce.grace_days,
      owner: RULE_OWNERS.channel_rule,
    };
    told.push({
      subject: 'channel_rule',
      title: 'A twentieth of every item is kept for the web shop',
      reason: 'Shop orders were cancelled twice this season because a project order took the last box.',
      effective_on: next_month,
      author: 'planner',
      lines: [
        { ...NO_KEY, channel_id: ecommerce.id, before, after: { ...before, protected_bp: before.protected_bp + 500 } },
      ],
      written_on: horizon.today - 4,
      verdicts: [['approved', 'executive', 'As agreed in the sales meeting.', 1]],
    });
  }
  const [lowered] = floors;
  if (lowered) {
    const before = { floor_price_micro: lowered.floor_price_micro, owner: RULE_OWNERS.price_floor };
    told.push({
      subject: 'price_floor',
      title: 'A lower floor for a single contract',
      reason: 'Key accounts asks for room to answer an offer.',
      effective_on: next_month,
      author: 'buyer',
      lines: [
        {
          ...NO_KEY,
          item_id: lowered.item_id,
          before,
          after: { ...before, floor_price_micro: Math.round(lowered.floor_price_micro / 20_000) * 10_000 },
        },
      ],
      written_on: horizon.today - 12,
      verdicts: [['refused', 'controller', 'Below cost. Agree a price rule for that customer instead.', 2]],
    });
  }
  const raised = floors.map(({ item_id, floor_price_micro }): RuleLine => {
    const before = { floor_price_micro, owner: RULE_OWNERS.price_floor };
    const after = { ...before, floor_price_micro: Math.round(floor_price_micro / 10_000) * 10_300 };
    return { ...NO_KEY, item_id, before, after };
  });
  if (raised.length > 0) {
    told.push({
      subject: 'price_floor',
      title: 'Floors follow the supplier’s rise',
      reason: 'The supplier has announced 3 % from the first of next month.',
      effective_on: next_month,
      author: 'buyer',
      lines: raised,
      written_on: horizon.today - 1,
      verdicts: [],
    });
  }
  for (const [kpi, shift, title, verdicts] of [
    ['fill_rate_line', 50, 'Half a point more lines in full', []],
    [
      'gm1_rate',
      200,
      'Two points more margin',
      [['refused', 'controller', 'Copper is up 6 % since spring; not while contracts run.', 3]],
    ],
  ] as const) {
    const row = targetRows(world).find((each) => each.kpi === kpi && each.channel_id === null);
    if (!row) continue;
    const before = { target: row.target, owner: row.owner };
    told.push({
      subject: 'kpi_target',
      title,
      reason: 'Follows the plan of next year.',
      effective_on: next_month,
      author: 'finance',
      lines: [{ ...NO_KEY, kpi, before, after: { ...before, target: row.target + shift } }],
      written_on: horizon.today - 8,
      verdicts,
    });
  }
  const asks = { ...FLUX_THRESHOLD, owner: RULE_OWNERS.flux_threshold };
  told.push({
    subject: 'flux_threshold',
    title: 'Flux asks from 4,000 on',
    reason: 'Half of what asked in the last three closes was freight and energy between 2,500 and 4,000.',
    effective_on: next_month,
    author: 'finance',
    lines: [{ ...NO_KEY, before: asks, after: { ...asks, amount_minor: 400_000 } }],
    written_on: horizon.today - 2,
    verdicts: [],
  });
  const passes = { threshold_minor: ITEM_THRESHOLDS.grni, owner: RULE_OWNERS.reconciliation_threshold };
  told.push({
    subject: 'reconciliation_threshold',
    title: 'Receipts below 250 need no words',
    reason: 'Most of what is explained there is small.',
    effective_on: next_month,
    author: 'finance',
    lines: [{ ...NO_KEY, name: 'grni', before: passes, after: { ...passes, threshold_minor: 25_000 } }],
    written_on: horizon.today - 9,
    verdicts: [['refused', 'controller', 'A bill posted twice in August was 211. It would have passed.', 1]],
  });
  for (const each of told) yield* batchesOf(company.id, each, () => random.uuid());
}

function* batchesOf(company_id: number, told: Told, uuid: () => string): Generator<DemoBatch> {
  const { subject, title, reason, author, lines } = told;
  const id = uuid();
  const place = { company_id, ...reachOf(lines) };
  const effective_on = isoDate(told.effective_on);
  const content_hash = contentHash({ company_id, subject, title, reason, effective_on, author, lines });
  const at = (days_later: number) => (told.written_on + days_later) * DAY_MS + 10 * HOUR_MS;
  const change: DemoRow<'rule_change'> = {
    id,
    ...place,
    subject,
    title,
    reason,
    effective_on: told.effective_on,
    lines: JSON.stringify(lines),
    author,
    written_at: at(0),
    accepted_at: at(0) + 900,
  };
  const verdicts = told.verdicts.map(([verdict, by, why, days_later]): DemoRow<'rule_verdict'> => {
    const written_at = at(days_later);
    const said = { verdict, reason: why, author: by, written_at, accepted_at: written_at + 700 };
    return { id: uuid(), ...place, change_id: id, content_hash, ...said };
  });
  const tables = RULE_CHANGE_TABLES[SUBJECTS[subject].area];
  yield { table: tables.change, rows: [change] };
  yield { table: tables.verdict, rows: verdicts };
}
