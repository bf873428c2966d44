/** What is allowed and governed: orders beyond their rules, and the rules themselves. */
import { createHash } from 'node:crypto';
import { addMonths, firstDayOfMonth, isoDate, monthOfDay } from '#domain/calendar.ts';
import { inForceOn } from '#domain/governance/inForce.ts';
import { NO_KEY, RULE_SUBJECTS } from '#domain/governance/subjects.ts';
import { ruleChangeContent, type RuleLine } from '#domain/governance/change.ts';
import { APPROVAL_KINDS, areaOfApproval, type ApprovedLine, orderContent } from '#domain/orders/approval.ts';
import type { Machine } from './machine.ts';
import type { Making } from './people.ts';
import type { Random } from './random.ts';
import { CHANNELS, COMPANY, costOf, ITEMS, tag } from './world.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const TAG_OF = { general: 'g', cost: 'c', finance: 'f' } as const;

const decidesOrder: Making = (machine, random, words) => {
  const orders = machine.look((all) =>
    all<[number, number | null]>('SELECT id, party_id FROM main.sales_order ORDER BY id'),
  );
  if (!orders || orders.length === 0) return undefined;
  const [id, party_id] = random.pick(orders);
  const lines = machine.look((all) =>
    all<[number, string, number | null, number, number, number, number, number, number]>(
      `SELECT id, kind, item_id, ordered_qty_milli, cancelled_qty_milli, unit_price_micro, gross_minor, discount_minor,
         net_minor FROM main.order_line WHERE order_id = ? ORDER BY id`,
      id,
    ),
  );
  const kind = random.pick(APPROVAL_KINDS);
  return {
    command: 'approveOrder',
    args: {
      order_id: id,
      kind,
      decision: random.pick(['asked', 'approved', 'approved', 'refused']),
      reason: `${words} ${tag(TAG_OF[areaOfApproval(kind)])}`,
      content_hash: sha256(orderContent({ id, party_id }, (lines ?? []).map(asLine))),
    },
  };
};

function asLine([
  id,
  kind,
  item_id,
  ordered_qty_milli,
  cancelled_qty_milli,
  unit_price_micro,
  gross_minor,
  discount_minor,
  net_minor,
]: readonly [number, string, number | null, number, number, number, number, number, number]): ApprovedLine {
  return {
    id,
    kind,
    item_id,
    ordered_qty_milli,
    cancelled_qty_milli,
    unit_price_micro,
    gross_minor,
    discount_minor,
    net_minor,
  };
}

/** What holds on the day as this copy has it; null = no such rule. */
function held(machine: Machine, table: string, key: string, id: number, figures: string, day: number) {
  const rows = machine.look((all) =>
    all<[number | null, number | null, string]>(
      `SELECT valid_from, valid_to, ${figures} FROM main.${table} WHERE ${key} = ?`,
      id,
    ),
  );
  const found = inForceOn(
    (rows ?? []).map(([valid_from, valid_to, values]) => ({ valid_from, valid_to, values })),
    day,
  );
  return found === undefined ? null : (JSON.parse(found.values) as RuleLine['before']);
}

const drafts: Making = (machine, random, words) => {
  // on a machine with a wrong clock that may be a day gone by
  const day = Math.floor(machine.clock() / 86_400_000) + (random.chance(0.6) ? 0 : random.below(4));
  if (random.chance(0.3)) return draftsThreshold(machine, random, words, day);
  const cost = random.chance(0.4);
  const channel_id = random.pick(CHANNELS);
  return {
    command: 'draftRuleChange',
    args: {
      company_id: COMPANY,
      subject: cost ? 'price_floor' : 'channel_rule',
      title: `${words} ${tag(cost ? 'c' : 'g', 0, cost ? 0 : channel_id)}`,
      reason: 'because',
      effective_on: isoDate(day),
      lines: [cost ? floorLine(machine, random, day) : channelLine(machine, random, day, channel_id)],
    },
  };
};

/** From a month that is to come; now and then from another day, which no threshold begins on. */
function draftsThreshold(machine: Machine, random: Random, words: string, today: number) {
  const day = random.chance(0.1) ? today + 1 : firstDayOfMonth(addMonths(monthOfDay(today), 1 + random.below(2)));
  const figures = "json_object('amount_minor', amount_minor, 'rate_bp', rate_bp, 'owner', owner)";
  const before = held(machine, 'flux_threshold', 'company_id', COMPANY, figures, day);
  const after = { amount_minor: random.below(500_000), rate_bp: random.below(3_000), owner: 'finance' };
  return {
    command: 'draftRuleChange' as const,
    args: {
      company_id: COMPANY,
      subject: 'flux_threshold' as const,
      title: `${words} ${tag('f')}`,
      reason: 'because',
      effective_on: isoDate(day),
      lines: [{ ...NO_KEY, before, after }],
    },
  };
}

function floorLine(machine: Machine, random: Random, day: number): RuleLine {
  const item_id = random.pick(ITEMS);
  const figures = "json_object('floor_price_micro', floor_price_micro, 'owner', owner)";
  const before = held(machine, 'price_floor', 'item_id', item_id, figures, day);
  return {
    ...NO_KEY,
    item_id,
    before,
    after: { floor_price_micro: costOf(0, random.below(900_000)), owner: 'finance' },
  };
}

function channelLine(machine: Machine, random: Random, day: number, channel_id: number): RuleLine {
  const names = ['priority', 'protected_bp', 'max_discount_bp', 'owner'];
  const figures = `json_object(${names.map((name) => `'${name}', ${name}`).join(', ')})`;
  const before = held(machine, 'channel_rule', 'channel_id', channel_id, figures, day);
  const after = { priority: 1, protected_bp: random.below(5000), max_discount_bp: 500, owner: 'controller' };
  return { ...NO_KEY, channel_id, before, after };
}

type ChangeRow = readonly [
  id: string,
  channel_id: number | null,
  subject: string,
  title: string,
  reason: string,
  effective_on: number,
  lines: string,
  author: string,
  /** Place of its tables in CHANGES. */
  area: number,
];

const CHANGES = ['rule_change', 'rule_change_cost', 'rule_change_finance'] as const;
const AREA_TAGS = ['g', 'c', 'f'] as const;

/** A change nobody decided about yet; one of their own at times, which the rule has to see. */
function undecided(machine: Machine, random: Random): ChangeRow | undefined {
  const rows = machine.look((all) =>
    CHANGES.flatMap((table, area) =>
      all<ChangeRow>(
        `SELECT c.id, c.channel_id, c.subject, c.title, c.reason, c.effective_on, c.lines, c.author, ${area}
         FROM v_${table} c WHERE NOT EXISTS
           (SELECT 1 FROM v_${table.replace('change', 'verdict')} v WHERE v.change_id = c.id) ORDER BY c.id`,
      ),
    ),
  );
  return rows && rows.length > 0 ? random.pick(rows) : undefined;
}

const decidesRules: Making = (machine, random, words) => {
  const found = undecided(machine, random);
  if (!found) return undefined;
  const [change_id, channel_id, subject, title, reason, day, lines, author, area] = found;
  const said = `${words} ${tag(AREA_TAGS[area] ?? 'g', 0, channel_id ?? 0)}`;
  if (author === machine.user_name && random.chance(0.4)) {
    return { command: 'withdrawRuleChange', args: { change_id, reason: said } };
  }
  const content = {
    company_id: COMPANY,
    subject: RULE_SUBJECTS.find((each) => each === subject) ?? 'channel_rule',
    title,
    reason,
    effective_on: isoDate(day),
    author,
    lines: JSON.parse(lines) as readonly RuleLine[],
  };
  return {
    command: 'decideRuleChange',
    args: {
      change_id,
      verdict: random.chance(0.85) ? 'approved' : 'refused',
      content_hash: sha256(ruleChangeContent(content)),
      reason: said,
    },
  };
};

export const DECIDING: readonly Making[] = [
  decidesOrder,
  decidesOrder,
  drafts,
  decidesRules,
  decidesRules,
  decidesRules,
];
