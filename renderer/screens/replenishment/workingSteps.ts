/** From demand to order as bars: each step with what it is made of, from where to where it reaches. Pure. */
import type { ReplenishmentWorking } from '#contract/queries.ts';
import { counted, leadDays, quantity } from '#renderer/format/numbers.ts';

export interface WorkingBar {
  readonly label: string;
  readonly note: string;
  readonly value: string;
  /** Thousandths, from the smaller to the larger. */
  readonly from: number;
  readonly to: number;
  readonly look: 'part' | 'sum' | 'taken' | 'added' | 'result';
  /** Where its figures come from. */
  readonly opens: 'stock' | 'demand' | 'lead_time' | null;
}

type Working = Pick<ReplenishmentWorking, 'steps' | 'made_of' | 'policy' | 'line'>;

export function workingBars({ steps, made_of, line }: Working): readonly WorkingBar[] {
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
              perDay(made_of.daily_demand_qty_milli),
              0,
              reorder - safety,
              'demand',
            ),
            bar(
              'part',
              'Safety stock',
              `${levels.safety_factor.toFixed(2)} × its deviation`,
              reorder - safety,
              reorder,
              'lead_time',
            ),
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
              levels === null ? 'maximum of the policy' : 'one review more',
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
  return `${(qty_milli / 1000).toFixed(qty_milli < 10_000 ? 1 : 0)} a day`;
}
