/** From demand to order as bars: each step with what it is made of, from where to where it reaches. Pure. */
import type { ReplenishmentWorking } from '#contract/queries.ts';
import { counted, integer, leadDays, quantity, scaled, tenthsOfDays } from '#renderer/format/numbers.ts';

export interface WorkingBar {
  readonly label: string;
  readonly note: string;
  readonly value: string;
  /** Thousandths, from the smaller to the larger. */
  readonly from: number;
  readonly to: number;
  readonly look: 'part' | 'sum' | 'taken' | 'added' | 'result';
  /** Where its figures come from. */
  readonly opens: 'stock' | 'demand' | null;
}

type Working = Pick<ReplenishmentWorking, 'steps' | 'made_of' | 'policy' | 'line'>;

export function workingBars({ steps, made_of, line, policy }: Working): readonly WorkingBar[] {
  const bars: WorkingBar[] = [];
  let reached = 0;
  let position = 0;
  for (const step of steps) {
    switch (step.step) {
      case 'position':
        position = step.qty_milli;
        break;
      case 'levels': {
        const { reorder_qty_milli: reorder, up_to_qty_milli: up_to, lot_qty_milli: lot, made_of: levels } = step.levels;
        if (levels !== null && made_of !== null) {
          const { safety_qty_milli: safety, protected_days: days } = levels;
          bars.push(
            bar(
              'part',
              `Demand in ${leadDays(days)}`,
              `${perDay(made_of.daily_demand_qty_milli)} · ${daysInWords(days, made_of, policy)}`,
              0,
              reorder - safety,
              'demand',
            ),
            bar('part', 'Safety stock', deviationInWords(levels, made_of), reorder - safety, reorder, 'demand'),
          );
        }
        bars.push(
          bar(
            'sum',
            'Reorder point',
            levels === null ? 'minimum of the policy' : '',
            0,
            reorder,
            levels === null ? 'stock' : null,
          ),
        );
        if (up_to !== null) {
          bars.push(
            bar(
              'part',
              'To order up to',
              levels === null ? 'maximum of the policy' : orderInWords(policy),
              reorder,
              up_to,
              null,
              `+${quantity(up_to - reorder)}`,
            ),
            bar('sum', 'Order-up-to level', '', 0, up_to, null),
          );
        } else if (lot !== null) {
          bars.push(bar('part', 'In lots of', '', 0, lot, null));
        }
        reached = up_to ?? reorder;
        break;
      }
      case 'need':
        bars.push(positionBar(steps, position, reached), bar('sum', 'Need', '', 0, step.qty_milli, null));
        reached = step.qty_milli;
        break;
      case 'supplier': {
        const least = step.minimum_qty_milli > 0 ? `at least ${quantity(step.minimum_qty_milli)}` : '';
        const each = step.multiple_qty_milli > 0 ? `in ${quantity(step.multiple_qty_milli)}s` : '';
        bars.push(
          bar(
            'added',
            'As it is sold',
            [each, least].filter(Boolean).join(', '),
            reached,
            step.qty_milli,
            null,
            `+${quantity(step.qty_milli - reached)}`,
          ),
        );
        reached = step.qty_milli;
        break;
      }
      case 'days':
        bars.push(
          bar(
            'taken',
            step.limit === 'shelf_life_days' ? 'While it keeps' : 'Not too many days',
            counted(step.days, 'day'),
            step.qty_milli,
            reached,
            null,
            quantity(step.qty_milli - reached),
          ),
        );
        reached = step.qty_milli;
        break;
    }
  }
  if (line) {
    if (line.proposed_qty_milli < reached) {
      bars.push(
        bar(
          'taken',
          'Comes from elsewhere',
          'transfers and what was accepted before',
          line.proposed_qty_milli,
          reached,
          null,
          quantity(line.proposed_qty_milli - reached),
        ),
      );
    } else {
      const needed = line.proposed_qty_milli - line.fill_qty_milli;
      const more = (label: string, note: string, to: number): void => {
        bars.push(bar('added', label, note, reached, to, null, `+${quantity(to - reached)}`));
        reached = to;
      };
      if (needed > reached) {
        more(
          'Brought forward',
          line.reason === 'for_freight' ? 'saves the freight' : 'for the supplier’s minimum',
          needed,
        );
      }
      if (line.proposed_qty_milli > reached)
        more('Fills the container', 'what runs out soonest', line.proposed_qty_milli);
    }
    bars.push(bar('result', line.kind === 'buy' ? 'Order' : 'Move', '', 0, line.proposed_qty_milli, null));
  }
  return bars;
}

type MadeOf = NonNullable<Working['made_of']>;
type ComputedLevels = NonNullable<Extract<Working['steps'][number], { step: 'levels' }>['levels']['made_of']>;

/** Whatever the days are more than lead time and review, the calendars of supplier and site make them. */
function daysInWords(days: number, made_of: MadeOf, policy: Working['policy']): string {
  const review = policy?.review_days ?? 0;
  const waits = days - made_of.lead_time_days - review;
  return [
    `lead time ${tenthsOfDays(made_of.lead_time_days)}`,
    review > 0 ? `review ${tenthsOfDays(review)}` : '',
    waits > 0.05 ? `order and receiving days ${tenthsOfDays(waits)}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** k × σ of the demand of those days, √(days·σ² + d²·σL²), and what it is made of. */
function deviationInWords(
  { safety_factor, safety_qty_milli, protected_days }: ComputedLevels,
  made_of: MadeOf,
): string {
  const factor = safety_factor.toFixed(2);
  if (safety_factor === 0) return `${factor} × its deviation`;
  const of_days = `${threeDigits(made_of.daily_deviation_qty_milli)} a day over ${leadDays(protected_days)}`;
  const of_lead = made_of.lead_time_deviation_days;
  return `${factor} × ${threeDigits(safety_qty_milli / safety_factor)}: σ ${of_days}${of_lead > 0 ? `, lead time σ ${tenthsOfDays(of_lead)}` : ''}`;
}

function orderInWords(policy: Working['policy']): string {
  if (policy?.order_qty_milli != null) return 'what one order brings, by the policy';
  return `${counted(Math.max(1, Math.round(policy?.review_days ?? 1)), 'day’s', 'days’')} demand, one review`;
}

/** 'no shortage in 95 % of orders’ cycles'; '' = there is none. */
export function policyInWords(policy: Working['policy']): string {
  if (policy === null) return '';
  if (policy.kind === 'min_max') return 'minimum and maximum';
  if (policy.kind === 'lots') return 'in lots';
  if (policy.target_bp === null) return 'service';
  const share = `${policy.target_bp / 100} %`;
  return policy.measure === 'fill' ? `${share} of demand from stock` : `no shortage in ${share} of orders’ cycles`;
}

/** How long it lasts against the shorter of what it keeps and what is wanted. */
export function daysAllowed({
  lasts_days,
  shelf_life_days: shelf,
  most_days,
}: Pick<NonNullable<ReplenishmentWorking['checks']>, 'lasts_days' | 'shelf_life_days' | 'most_days'>): {
  readonly most: number | null;
  readonly value: string;
  readonly over: boolean;
} {
  const keeps = shelf !== null && (most_days === null || shelf <= most_days);
  const most = keeps ? shelf : most_days;
  if (lasts_days === null) return { most, value: 'nothing is asked for', over: false };
  const bound = most === null ? ', no limit' : ` of ${integer(most)} ${keeps ? 'it keeps' : 'wanted'}`;
  return { most, value: `${integer(lasts_days)}${bound}`, over: most !== null && lasts_days > most };
}

function positionBar(steps: Working['steps'], position: number, reached: number): WorkingBar {
  const step = steps.find((each) => each.step === 'position');
  const note = step
    ? `${quantity(step.on_hand_qty_milli)} there + ${quantity(step.on_order_qty_milli)} coming − ${quantity(step.backorder_qty_milli + step.ordered_ahead_qty_milli)} owed and promised`
    : '';
  return bar(
    'taken',
    'Position',
    note,
    Math.min(reached, reached - position),
    Math.max(reached, reached - position),
    'stock',
    quantity(-position),
  );
}

function bar(
  look: WorkingBar['look'],
  label: string,
  note: string,
  a: number,
  b: number,
  opens: WorkingBar['opens'],
  value: string = quantity(b - a),
): WorkingBar {
  return { look, label, note, value, from: Math.min(a, b), to: Math.max(a, b), opens };
}

function perDay(qty_milli: number): string {
  return `${threeDigits(qty_milli)} a day`;
}

/** Enough of a number to work on with it: '0.0265', '4.8', '16.6', '1,204'. */
function threeDigits(qty_milli: number): string {
  const units = qty_milli / 1000;
  const size = units === 0 ? 0 : Math.floor(Math.log10(Math.abs(units)));
  const places = Math.min(4, Math.max(0, 2 - size));
  const digits = Math.round(units * 10 ** places);
  const ends = digits === 0 ? places : (/0*$/.exec(String(digits))?.[0].length ?? 0);
  return scaled(digits, places, Math.max(0, places - ends));
}
