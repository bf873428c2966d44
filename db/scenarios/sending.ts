/** What of a scenario can be sent: the command each assumption becomes, or why it stays here. Nothing is sent by this. */
import { addMonths, isoDate, isoMonth, monthOfDay } from '#domain/calendar.ts';
import { inForceOn } from '#domain/governance/inForce.ts';
import { type RuleSubject, type RuleValues, sameRule } from '#domain/governance/subjects.ts';
import type { Assumption, AssumptionBody, KnownFacts } from '#domain/scenario/assumption.ts';
import type { CommandInput, CommandName } from '#contract/commands.ts';
import type { AssumptionSending } from '#contract/queries/scenarios.ts';
import type { Scan } from '#db/connection.ts';
import { ruleRows } from '#db/governance/ruleRows.ts';

/** A decision of the queue holds so many days from the day it is sent. */
export const SERVING_DAYS = 7;
/** A demand is overridden for this month and so many more. */
export const DEMAND_MONTHS_MORE = 2;

const OVERRIDE_WORDS = { raised: 'raised', lowered: 'lowered', held: 'held', released: 'served by the rule' } as const;

export interface SendingParts {
  readonly scan: Scan;
  readonly company_id: number;
  readonly scenario_name: string;
  readonly known: KnownFacts;
}

type Without<N extends CommandName> = Omit<CommandInput<N>, 'reason'>;
const sends = <N extends CommandName>(name: N, args: Without<N>, says: string): AssumptionSending => ({
  sends: name,
  args: { ...args },
  says,
});
const stays = (why: string): AssumptionSending => ({ stays: why });

export function sendingOf(each: Assumption, parts: SendingParts): AssumptionSending {
  const { known } = parts;
  switch (each.kind) {
    case 'receipt':
      return stays('When a receipt comes and how much of it is the supplier’s promise: nothing here changes it.');
    case 'new_receipt':
      return stays('Goods come by an order: accept or change the proposal in Replenishment.');
    case 'new_order_line':
      return stays('An order is the customer’s: it is entered where orders are taken.');
    case 'lead_time':
      return stays('A lead time is measured on receipts or agreed with the supplier: nothing here changes it.');
    case 'class_policy':
      return stays('A rule is drafted of each policy: bring those of the class as a file to Rules.');
    case 'serving': {
      const until_on = each.standing === 'released' ? null : isoDate(known.today_on + SERVING_DAYS);
      const { order_id, order_line_id, standing: kind } = each;
      const what = order_line_id === null ? 'The order' : 'The line';
      const until = until_on === null ? '' : ` until ${until_on}`;
      const says = `${what} is ${OVERRIDE_WORDS[kind]}${until}.`;
      return sends('overrideFulfilment', { order_id, order_line_id, kind, until_on }, says);
    }
    case 'demand':
      return demandSending(each, known);
    case 'channel': {
      const key = { channel_id: each.channel_id, item_id: null, site_id: null };
      const { priority, protected_bp } = each;
      return ruleSending(parts, 'channel_rule', key, { priority, protected_bp });
    }
    case 'policy': {
      const { item_id, site_id, min_qty_milli, max_qty_milli, target_bp } = each;
      const figures = Object.entries({ min_qty_milli, max_qty_milli, target_bp }).filter(([, value]) => value !== null);
      return ruleSending(parts, 'policy', { channel_id: null, item_id, site_id }, Object.fromEntries(figures));
    }
  }
}

function demandSending(each: Extract<AssumptionBody, { kind: 'demand' }>, { today_on }: KnownFacts): AssumptionSending {
  const { item_id, site_id, channel_id, factor_bp } = each;
  if (channel_id != null) {
    return stays('A forecast is of all channels together: assume the whole demand of an item at a site to send it.');
  }
  if (item_id === null || site_id === null) {
    return stays('A forecast is overridden for one item at one site: assume it for each to send it.');
  }
  const from_month = monthOfDay(today_on);
  const to_month = addMonths(from_month, DEMAND_MONTHS_MORE);
  const expires_on = isoDate(today_on + 31 * (DEMAND_MONTHS_MORE + 1));
  return sends(
    'overrideForecast',
    { item_id, site_id, from_month, to_month, qty_milli: null, factor_bp, expires_on, replaces: null },
    `The forecast of ${isoMonth(from_month)} to ${isoMonth(to_month)} is overridden with ${factor_bp / 100} % of it.`,
  );
}

interface RuleAbout {
  readonly channel_id: number | null;
  readonly item_id: number | null;
  readonly site_id: number | null;
}

function ruleSending(
  { scan, company_id, scenario_name, known }: SendingParts,
  subject: RuleSubject,
  about: RuleAbout,
  figures: RuleValues,
): AssumptionSending {
  const versions = ruleRows(scan, company_id, subject, about.item_id === null ? null : [about.item_id]).filter(
    (row) => row.channel_id === about.channel_id && row.item_id === about.item_id && row.site_id === about.site_id,
  );
  const before = inForceOn(versions, known.today_on)?.values ?? null;
  if (before === null) return stays('There is no such rule yet: a new one comes by a file in Rules.');
  if (sameRule(subject, before, { ...before, ...figures }))
    return stays('It holds already: there is nothing to change.');
  const lines = [{ ...about, kpi: null, before: { ...before }, after: { ...before, ...figures } }];
  return sends(
    'draftRuleChange',
    {
      company_id,
      subject,
      title: `From scenario ${scenario_name}`.slice(0, 120),
      effective_on: isoDate(known.today_on),
      lines,
    },
    'A change of the rule is drafted; another person approves it.',
  );
}
