/** Scenarios in words: assumptions, what differs, figures. */
import type { AssumptionKind } from '#domain/scenario/assumption.ts';
import type { LineChange, ProposalChange } from '#domain/scenario/difference.ts';
import type { NamedAssumption, ScenarioFigure, ScenarioFigureId } from '#contract/queries.ts';
import { daysBetween, weekdayDate } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer, NO_DATA, percent, points, quantityWithUnit, signed } from '#renderer/format/numbers.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

export const KIND_WORDS: Readonly<Record<AssumptionKind, string>> = {
  receipt: 'A receipt comes otherwise',
  new_receipt: 'A new receipt',
  demand: 'Demand × a factor',
  new_order_line: 'One more order line',
  serving: 'Who is served first',
  channel: 'A channel’s priority',
  policy: 'A stock policy',
  class_policy: 'Policies of a class',
  lead_time: 'A supplier’s lead time',
};

export const CHANGE_WORDS: Readonly<
  Record<LineChange | ProposalChange, { readonly word: string; readonly shape: MarkShape }>
> = {
  short: { word: 'Becomes short', shape: 'bad' },
  served: { word: 'Is served', shape: 'good' },
  later: { word: 'Whole later', shape: 'warn' },
  sooner: { word: 'Whole sooner', shape: 'good' },
  held: { word: 'Is held', shape: 'refused' },
  added: { word: 'Only assumed', shape: 'ring' },
  appears: { word: 'Proposed', shape: 'ring' },
  goes: { word: 'No longer proposed', shape: 'ring' },
  changes: { word: 'Proposal changes', shape: 'ring' },
};

export const FIGURE_WORDS: Readonly<Record<ScenarioFigureId, { readonly name: string; readonly means: string }>> = {
  lines_in_time: { name: 'Lines in time', means: 'Open order lines of which all will be there by their day' },
  value_in_time: { name: 'Value in time', means: 'Net value of what will be there by its day, of everything open' },
  lines_not_in_time: { name: 'Lines not in time', means: 'Short, late or held' },
  short_value: { name: 'At risk', means: 'Net value of what is not there by its day' },
  orders_late: { name: 'Orders late', means: 'With at least one line that is short or late' },
  proposals: { name: 'Proposals', means: 'Lines proposed to be bought' },
  order_value: { name: 'Order value', means: 'Of what is proposed to be bought' },
  transfers: { name: 'Transfers', means: 'Lines proposed to be moved between sites' },
  stock_value: { name: 'Stock in 8 weeks', means: 'At cost, when what is proposed is ordered and nothing more' },
  positions_short: { name: 'Places short', means: 'In the worst of 8 weeks, when what is proposed is ordered' },
};

export function figureText(value: number | null, { unit }: Pick<ScenarioFigure, 'unit'>, currency: string): string {
  if (value === null) return NO_DATA;
  if (unit === 'bp') return percent(value);
  return unit === 'minor' ? overviewMoney(value, currency) : integer(value);
}

/** '' where nothing changes or nothing is known. */
export function differenceText(figure: ScenarioFigure, currency: string): string {
  const { today, scenario, unit } = figure;
  if (today === null || scenario === null || today === scenario) return '';
  if (unit === 'bp') return points(scenario - today);
  return signed(figureText(scenario - today, figure, currency), scenario - today);
}

/** null = neither better nor worse. */
export function isBetter({ today, scenario, better }: ScenarioFigure): boolean | null {
  if (today === null || scenario === null || today === scenario || better === null) return null;
  return scenario > today === (better === 'more');
}

const STANDINGS = {
  raised: 'served before the others',
  lowered: 'served after the others',
  held: 'given nothing',
  released: 'served by the rule',
} as const;

/** What is assumed, in one sentence without its subject, which stands above it. */
export function assumptionWords(
  { assumption: each, uom, known, held, channel }: NamedAssumption,
  currency: string,
  year: number,
): string {
  switch (each.kind) {
    case 'receipt': {
      if (each.qty_milli === 0) return 'does not come';
      const parts: string[] = [];
      if (each.on !== null) {
        const moved = known === null ? 0 : daysBetween(known.on, each.on);
        const by = moved === 0 ? '' : `, ${counted(Math.abs(moved), 'day')} ${moved > 0 ? 'later' : 'earlier'}`;
        parts.push(`comes ${weekdayDate(each.on, year)}${by}`);
      }
      if (each.qty_milli !== null) {
        const of = known === null ? '' : ` instead of ${quantityWithUnit(known.qty_milli, uom)}`;
        parts.push(`${quantityWithUnit(each.qty_milli, uom)}${of}`);
      }
      return parts.join(', ');
    }
    case 'new_receipt':
      return `${quantityWithUnit(each.qty_milli, uom)} come ${weekdayDate(each.on, year)}`;
    case 'demand':
      return `is ${percent(each.factor_bp)} of what is expected${channel === null ? '' : ` from ${channel}`}`;
    case 'new_order_line': {
      const worth = each.net_minor === null ? '' : `, ${overviewMoney(each.net_minor, currency)}`;
      return `${quantityWithUnit(each.qty_milli, uom)} wanted ${weekdayDate(each.on, year)}${channel === null ? '' : ` by ${channel}`}${worth}`;
    }
    case 'serving':
      return STANDINGS[each.standing];
    case 'channel': {
      const was =
        held === null ? '' : `, today ${held['priority'] ?? NO_DATA} and ${percent(held['protected_bp'] ?? null)}`;
      return `priority ${each.priority}, ${percent(each.protected_bp)} protected${was}`;
    }
    case 'policy': {
      const part = (name: string, value: number | null, was: number | null | undefined, text: (v: number) => string) =>
        value === null ? [] : [`${name} ${text(value)}${was == null ? '' : `, today ${text(was)}`}`];
      const qty = (value: number) => quantityWithUnit(value, uom);
      return [
        ...part('reorder at', each.min_qty_milli, held?.['min_qty_milli'], qty),
        ...part('maximum', each.max_qty_milli, held?.['max_qty_milli'], qty),
        ...part('service', each.target_bp, held?.['target_bp'], percent),
      ].join('; ');
    }
    case 'class_policy':
      return [
        ...(each.min_factor_bp == null ? [] : [`reorder at ${percent(each.min_factor_bp)} of today’s`]),
        ...(each.max_factor_bp == null ? [] : [`maximum ${percent(each.max_factor_bp)} of today’s`]),
        ...(each.target_bp === null ? [] : [`service ${percent(each.target_bp)} where they go by one`]),
      ].join('; ');
    case 'lead_time':
      return `takes ${counted(each.days, 'day')}`;
  }
}

/** '/scenarios/7c9e…' → the id */
export function openScenario(location: string): string | null {
  const id = location.split('/')[2] ?? '';
  return /^[0-9a-f-]{36}$/.test(id) ? id : null;
}
