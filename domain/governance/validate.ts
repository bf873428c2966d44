/** Why a drafted rule cannot hold: each with a sentence that says what to do. A warning lets it pass. */
import { dayNumber, firstDayOfMonth, isoDate, monthOfDay } from '#domain/calendar.ts';
import { isReconciliationCode } from '#domain/close/reconcile/plan.ts';
import { isKpiId, kpiDefinition } from '#domain/kpi/definitions.ts';
import { datesOf, MOST_CLOSED_DAYS, weekdaysOf } from '#domain/planning/buyingCalendar.ts';
import type { RuleLine } from './change.ts';
import {
  keyText,
  NO_KEY,
  type RuleField,
  type RuleFieldType,
  type RuleKeyPart,
  type RuleSubject,
  type RuleValues,
  SUBJECTS,
  sameRule,
} from './subjects.ts';

export interface RuleProblem {
  readonly level: 'error' | 'warning';
  /** Name of the figure; null = of the rule as a whole. */
  readonly field: string | null;
  readonly message: string;
}

/** A rule further ahead than this is a typing error. */
const FURTHEST_DAYS = 731;
const MOST: Readonly<Record<RuleFieldType, number>> = {
  quantity: 1e12,
  days: 3650,
  rank: 1000,
  whole: 10_000_000,
  percent: 10_000,
  money: 1e13,
  price: 1e15,
  figure: 1e13,
  name: 0,
  text: 0,
  choice: 0,
  weekdays: 0,
  dates: 0,
};

/** A part of the key as a sentence says it. */
export function keyWord(part: RuleKeyPart, subject: RuleSubject): string {
  if (part === 'name') return SUBJECTS[subject].named ?? 'name';
  return part === 'party_id' ? (SUBJECTS[subject].party ?? 'customer') : part.replace('_id', '');
}

/** Why no rule of the subject can take effect on that day; null = it can. */
export function effectiveDayProblem(subject: RuleSubject, effective_on: string, today: number): string | null {
  const day = dayNumber(effective_on);
  if (day === null) return 'The day is no date. Write it as 2026-12-01.';
  if (day < today) {
    return `The rule would take effect on ${effective_on}, which has passed. Days gone by keep their rules: choose ${isoDate(today)} or later.`;
  }
  if (day > today + FURTHEST_DAYS) return `${effective_on} is more than two years ahead. Choose a nearer day.`;
  const { by_month, one } = SUBJECTS[subject];
  if (by_month && firstDayOfMonth(monthOfDay(day)) !== day) {
    return `A ${one} holds from the first of a month. Choose ${isoDate(firstDayOfMonth(monthOfDay(day)))} or the first of the next month.`;
  }
  return null;
}

export interface RuleFacts {
  /** Cost of one base unit of the item, where the person may see it and it is known. */
  readonly unit_cost_micro?: number | null;
}

export function ruleProblems(subject: RuleSubject, line: RuleLine, facts: RuleFacts = {}): readonly RuleProblem[] {
  const entry = SUBJECTS[subject];
  const problems: RuleProblem[] = [];
  const error = (field: string | null, message: string): void => void problems.push({ level: 'error', field, message });
  for (const part of entry.key) {
    if (line[part] === null && !entry.key_optional.includes(part)) {
      error(null, `The ${entry.one} says of no ${keyWord(part, subject)} it is. Name one.`);
    }
  }
  const parts = Object.keys(NO_KEY) as RuleKeyPart[];
  const names = entry.fields.map(({ name }) => name);
  const said = [...Object.keys(line.before ?? {}), ...Object.keys(line.after ?? {})];
  if (
    parts.some((part) => line[part] !== null && !entry.key.includes(part)) ||
    said.some((name) => !names.includes(name))
  ) {
    error(null, `The line says what a ${entry.one} has no place for. Draft it again.`);
  }
  const { after, before } = line;
  if (after === null) {
    if (!entry.may_end) error(null, `A ${entry.one} can be replaced, not ended. Write what holds instead.`);
    else if (before === null) error(null, `There is no ${entry.one} that could end. Leave the line out.`);
    return problems;
  }
  if (sameRule(subject, before, after)) error(null, 'The line changes nothing. Leave it out.');
  for (const field of entry.fields) {
    const message = fieldProblem(field, after[field.name] ?? null);
    if (message !== null) error(field.name, message);
  }
  if (problems.length > 0) return problems;
  for (const [field, message] of together(subject, line, after)) error(field, message);
  const { unit_cost_micro } = facts;
  const floor = after['floor_price_micro'];
  const listed = after['list_price_micro'];
  if (unit_cost_micro != null && typeof floor === 'number' && floor < unit_cost_micro) {
    problems.push({
      level: 'warning',
      field: 'floor_price_micro',
      message: 'The floor is below the cost of the item: sales at a loss would pass unseen.',
    });
  }
  if (unit_cost_micro != null && typeof listed === 'number' && listed < unit_cost_micro) {
    problems.push({
      level: 'warning',
      field: 'list_price_micro',
      message: 'The list price is below the cost of the item: every sale at it is a loss.',
    });
  }
  return problems;
}

function fieldProblem(
  { label, type, choices = [], optional }: RuleField,
  value: number | string | null,
): string | null {
  if (type === 'name') {
    if (typeof value === 'string' && /^[a-z][a-z0-9._-]{1,39}$/.test(value)) return null;
    return value === null || value === ''
      ? 'The rule has no owner. Name the user who answers for it.'
      : `“${String(value).slice(0, 40)}” is no user name. Name the user who answers for the rule.`;
  }
  if (type === 'text') {
    if (typeof value === 'string' && value.trim() !== '' && value.length <= 100) return null;
    return `The ${label} has no name. Say in a few words what it is.`;
  }
  if (type === 'choice') {
    if (value === null ? optional : choices.includes(String(value))) return null;
    return `The ${label} is none there is. Write ${choices.join(' or ')}.`;
  }
  if (type === 'weekdays') {
    if (value === null || weekdaysOf(String(value)) !== null) return null;
    return `“${String(value).slice(0, 40)}” is no list of weekdays. Write it as mon wed fri.`;
  }
  if (type === 'dates') {
    const dates = datesOf(value === null ? null : String(value));
    if (dates === null)
      return `“${String(value).slice(0, 40)}” is no list of dates. Write it as 2026-12-25 2026-12-26.`;
    return dates.length > MOST_CLOSED_DAYS
      ? `More than ${MOST_CLOSED_DAYS} days are listed. Leave out past ones.`
      : null;
  }
  if (value === null) return optional ? null : `The ${label} is missing. Write a number.`;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return `The ${label} is no number that can be kept.`;
  if (type === 'rank' && value < 1) return `The ${label} begins with 1, which is served first.`;
  if (value < 0 && type !== 'figure') return `The ${label} is negative. Write 0 or more.`;
  if (Math.abs(value) > MOST[type]) return `The ${label} is larger than any rule can be. Check its unit.`;
  return null;
}

function* together(
  subject: RuleSubject,
  line: RuleLine,
  after: RuleValues,
): Generator<readonly [field: string | null, message: string], void> {
  const figure = (name: string): number => Number(after[name] ?? 0);
  const { kpi, channel_id } = line;
  if (subject === 'policy') {
    if (after['kind'] === 'min_max' && figure('max_qty_milli') < figure('min_qty_milli')) {
      yield ['max_qty_milli', 'The maximum is below the minimum. Raise it, or lower the minimum.'];
    }
    if (figure('multiple_qty_milli') === 0) {
      yield ['multiple_qty_milli', 'The order multiple is 0, so nothing could be ordered. Write 1 for single units.'];
    }
  }
  if (subject === 'policy' && after['kind'] === 'lots' && figure('lot_qty_milli') === 0) {
    yield ['lot_qty_milli', 'A policy of lots orders whole lots. Write how large one is.'];
  }
  if (subject === 'policy' && after['kind'] === 'service') {
    const target_bp = figure('target_bp');
    if (after['measure'] == null) yield ['measure', 'A service policy is measured by cycle or by fill. Write which.'];
    if (target_bp < 1 || target_bp > 9999) {
      yield ['target_bp', 'A service target lies above 0 and below 100 %.'];
    }
  }
  if (subject === 'price_rule') {
    if (line.party_id === null && line.item_id === null && line.category === null && channel_id === null) {
      yield [null, 'The discount rule is for nobody and nothing. Name a customer, an item, a category or a channel.'];
    }
    if (line.item_id !== null && line.category !== null) {
      yield [null, 'The discount rule names an item and a category. Leave one of them out.'];
    }
  }
  if (subject === 'rebate_agreement' && figure('rate_bp') === 0) {
    yield ['rate_bp', 'A rebate of 0 % is none. Write its share, or end the agreement.'];
  }
  if (subject === 'channel_fee' && figure('rate_bp') === 0) {
    yield ['rate_bp', 'A fee of 0 % is none. Write its share, or end the fee.'];
  }
  if (subject === 'buying_calendar') {
    if (line.party_id !== null && line.site_id !== null) {
      yield [
        null,
        'A calendar is of a supplier, of a site or, without either, of the company. Name one of them at most.',
      ];
    } else if (line.party_id === null && line.site_id === null) {
      if (after['orders_on'] != null || after['receives_on'] != null)
        yield [null, 'On which weekdays is said of a supplier or a site. Of the company, write the days it is closed.'];
      else if (after['closed_on'] == null) yield ['closed_on', 'The calendar says no days. Write them, or end it.'];
    } else if (line.party_id !== null && (after['receives_on'] != null || after['closed_on'] != null)) {
      yield [null, 'When goods are taken in is said of a site. Leave those days empty for a supplier.'];
    } else if (line.site_id !== null && after['orders_on'] != null) {
      yield ['orders_on', 'When orders are placed is said of a supplier. Leave it empty for a site.'];
    } else if ([after['orders_on'], after['receives_on'], after['closed_on']].every((each) => each == null)) {
      yield [null, 'The calendar says no days. Write them, or end it.'];
    }
  }
  if (subject === 'supplier_container') {
    for (const [name, what] of [
      ['volume_litres', 'litres'],
      ['weight_kg', 'kilograms'],
    ] as const) {
      if (after[name] === 0)
        yield [name, `A container of 0 ${what} holds nothing. Leave it empty where it does not bound.`];
    }
    if (after['volume_litres'] == null && after['weight_kg'] == null) {
      yield [null, 'The container says neither volume nor weight. Write one of them, or end the rule.'];
    }
  }
  if (subject === 'reconciliation_threshold' && line.name !== null && !isReconciliationCode(line.name)) {
    yield [null, `The close has no reconciliation “${line.name.slice(0, 60)}”. Take one of its tasks.`];
  }
  if (subject === 'kpi_target' && kpi !== null) {
    if (!isKpiId(kpi)) {
      yield [null, `There is no KPI “${kpi.slice(0, 60)}”. Take an id of the list of KPIs.`];
      return;
    }
    const { target, name, format } = kpiDefinition(kpi);
    if (target === 'none') yield [null, `${name} takes no target.`];
    if (target === 'company' && channel_id !== null) {
      yield [null, `${name} has a target of the whole company only. Leave the channel empty.`];
    }
    if (format === 'rate' && Math.abs(figure('target')) > 10_000) {
      yield ['target', `${name} is a share: a target lies between −100 and 100 %.`];
    }
  }
}

/** The place of the first line that says again what an earlier one said; −1 = none. */
export function repeatedLine(lines: readonly RuleLine[]): number {
  const seen = new Set<string>();
  return lines.findIndex((line) => {
    const key = keyText(line);
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
}

/** What a change as a whole is refused for, in one sentence; null = its lines could hold. */
export function changeProblem(
  subject: RuleSubject,
  effective_on: string,
  lines: readonly RuleLine[],
  today: number,
): string | null {
  const of_day = effectiveDayProblem(subject, effective_on, today);
  if (of_day !== null) return of_day;
  const repeated = repeatedLine(lines);
  if (repeated >= 0) return `Line ${repeated + 1} is about the same as an earlier one. Keep one of them.`;
  for (const [index, line] of lines.entries()) {
    const wrong = ruleProblems(subject, line).find(({ level }) => level === 'error');
    if (wrong) return lines.length === 1 ? wrong.message : `Line ${index + 1}: ${wrong.message}`;
  }
  return null;
}
