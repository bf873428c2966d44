/** Figures of rules and states of their changes, in words. */
import type { RuleChangeState } from '#domain/governance/change.ts';
import { placesOf, ruleText } from '#domain/governance/ruleFile.ts';
import { type RuleField, RULE_SUBJECTS, type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import { isKpiId, kpiDefinition } from '#domain/kpi/definitions.ts';
import { weekdaysOf } from '#domain/planning/buyingCalendar.ts';
import { isReconciliationCode } from '#domain/close/reconcile/plan.ts';
import { FIRST_CLOSE } from '#domain/close/template.ts';
import type { NamedRule, Session } from '#contract/queries.ts';
import { dateList, weekdayList } from '#renderer/format/dates.ts';
import { ledgerAmount, unitPrice } from '#renderer/format/money.ts';
import { integer, NO_DATA, percent, quantity, scaled, typedUnits } from '#renderer/format/numbers.ts';
import { decoded } from '#renderer/shell/decoded.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

export const STATE_WORDS: Readonly<Record<RuleChangeState, { readonly word: string; readonly shape: MarkShape }>> = {
  draft: { word: 'Waits for approval', shape: 'working' },
  approved: { word: 'Approved', shape: 'ring' },
  effective: { word: 'In effect', shape: 'done' },
  refused: { word: 'Refused', shape: 'refused' },
  withdrawn: { word: 'Withdrawn', shape: 'waiting' },
  overtaken: { word: 'Overtaken', shape: 'warn' },
};

export type RulesView = 'force' | 'changes' | 'file';

export interface RulesAddress {
  readonly subject: RuleSubject;
  readonly view: RulesView;
  /** Of the change that is open. */
  readonly change_id: string | null;
  /** Of who comes from another screen for the rule of a channel. */
  readonly channel_id: number | null;
  /** The same for the rules of an item. */
  readonly item_code: string | null;
}

/** Kinds of rules side by side: as short as they can be told apart. */
export const SHORT_TITLES: Readonly<Partial<Record<RuleSubject, string>>> = {
  policy: 'Policies',
  channel_rule: 'Channels',
  price_floor: 'Floors',
  rebate_agreement: 'Rebates',
  channel_fee: 'Fees',
  kpi_target: 'Targets',
  buying_calendar: 'Calendars',
  flux_threshold: 'Flux',
  reconciliation_threshold: 'Reconciliations',
};

/** The rules in force, at the first of a channel. */
export function rulePlace(subject: RuleSubject, channel_id: number): string {
  return `/rules/${subject}/force/${channel_id}`;
}

/** The rules in force of an item. */
export function rulesOfItemPlace(subject: RuleSubject, item_code: string): string {
  return `/rules/${subject}/item/${encodeURIComponent(item_code)}`;
}

/** A change, open to be decided. */
export function changePlace(subject: RuleSubject, change_id: string): string {
  return `/rules/${subject}/changes/${change_id}`;
}

/** '/rules/price_floor/changes/7c9e…', '/rules/list_price/item/FA-0840' */
export function rulesAddress(location: string): RulesAddress {
  const [, , subject, view, change] = location.split('/');
  return {
    subject: RULE_SUBJECTS.find((each) => each === subject) ?? 'policy',
    view: view === 'changes' || view === 'file' ? view : 'force',
    change_id: change && view === 'changes' ? change : null,
    channel_id: view === 'force' && Number(change) > 0 ? Number(change) : null,
    item_code: view === 'item' && change ? decoded(change) : null,
  };
}

export function kpiName(kpi: string | null): string {
  return kpi === null ? NO_DATA : isKpiId(kpi) ? kpiDefinition(kpi).name : kpi;
}

/** What a rule with a name of its own is called: a fee as it is written, a reconciliation as its task. */
export function ownName(name: string | null, subject: RuleSubject): string {
  return subject === 'reconciliation_threshold' ? reconciliationName(name) : (name ?? NO_DATA);
}

function reconciliationName(code: string | null): string {
  return RECONCILIATION_CHOICES.find(({ value }) => value === code)?.label ?? code ?? NO_DATA;
}

/** Reconciliations of the close, by the title of their task. */
export const RECONCILIATION_CHOICES: readonly { readonly value: string; readonly label: string }[] =
  FIRST_CLOSE.flatMap(({ code, title }) => (isReconciliationCode(code) ? [{ value: code, label: title }] : []));

/** May somebody of this session draft such rules anywhere? */
export function mayDraftRules(may: Session['may'], subject: RuleSubject): boolean {
  return SUBJECTS[subject].area === 'finance' ? may.draft_thresholds : may.draft_rules;
}

export function maySeeRules(may: Session['may'], subject: RuleSubject): boolean {
  const { area } = SUBJECTS[subject];
  return area === 'general' || (area === 'cost' ? may.see_cost : may.see_finance);
}

/** 'FA-0840 · AMS', 'Counters', 'Line fill rate · Counters' */
export function ruleName(rule: NamedRule, subject: RuleSubject): string {
  if (subject === 'flux_threshold') return 'the company’s flux';
  if (subject === 'reconciliation_threshold') return reconciliationName(rule.name);
  if (subject === 'buying_calendar' && rule.customer_name === null && rule.site === null) return 'the company';
  const parts = [
    rule.kpi === null ? null : kpiName(rule.kpi),
    rule.customer_name,
    rule.item_code,
    rule.category,
    rule.site,
    // a policy is a site's, a target the company's, a discount first somebody's
    rule.channel ??
      (rule.kpi === null && rule.site === null && rule.customer_name === null && rule.category === null
        ? 'all channels'
        : null),
    rule.name,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

/** Choices as they are read; files keep the short ones. */
export const CHOICE_WORDS: Readonly<Record<string, string>> = {
  min_max: 'min/max',
  lots: 'whole lots',
  service: 'service target',
  cycle: 'cycles without shortage',
  fill: 'demand met from stock',
};

/** A figure as it is read; its unit stands beside its name. */
export function ruleFigure(
  field: RuleField,
  value: number | string | null | undefined,
  currency: string,
  kpi: string | null,
): string {
  if (value === null || value === undefined) return NO_DATA;
  if (typeof value === 'string') {
    if (field.type === 'choice') return CHOICE_WORDS[value] ?? value;
    if (field.type === 'weekdays') return weekdaysOf(value) === null ? value : weekdayList(value);
    return field.type === 'dates' ? dateList(value) : value;
  }
  switch (field.type) {
    case 'quantity':
      return quantity(value);
    case 'percent':
      return percent(value);
    case 'price':
      return unitPrice(value);
    case 'money':
      return ledgerAmount(value, currency);
    case 'figure':
      return targetFigure(value, currency, kpi);
    default:
      return integer(value);
  }
}

function targetFigure(value: number, currency: string, kpi: string | null): string {
  if (kpi === null || !isKpiId(kpi)) return integer(value);
  const { format } = kpiDefinition(kpi);
  if (format === 'rate') return percent(value);
  if (format === 'times') return `${scaled(value, 4, 2)} ×`;
  if (format === 'money') return ledgerAmount(value, currency);
  return format === 'days' ? `${scaled(value, 3, 1)} days` : quantity(value);
}

/** What a target is typed in. */
export function typedUnit(field: RuleField, currency: string, kpi: string | null, uom: string | null): string {
  if (field.type === 'quantity') return uom ?? '';
  if (field.type === 'price' || field.type === 'money') return currency;
  if (field.type !== 'figure' || kpi === null || !isKpiId(kpi)) return '';
  const { format } = kpiDefinition(kpi);
  return format === 'rate'
    ? '%'
    : format === 'days'
      ? 'days'
      : format === 'money'
        ? currency
        : format === 'times'
          ? '×'
          : '';
}

/** null = empty; a text that is no such number stays a text, which no rule takes. */
export function typedFigure(
  field: RuleField,
  text: string,
  currency: string,
  kpi: string | null,
): number | string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const places = placesOf(field, currency, kpi);
  if (places === null) return ruleText(field, trimmed);
  return typedUnits(trimmed, places) ?? trimmed;
}
