/** Exceptions made of cost in words: what is late without a customer waiting, what lies there, who delivers worse, what is not recorded. */
import type { TodayRow } from '#contract/queries.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer, percent, quantityWithUnit, scaled } from '#renderer/format/numbers.ts';
import { withoutPolicyPlace } from '#renderer/screens/stock/stockPlace.ts';
import { listed } from './listed.ts';
import type { ExceptionWords } from './words.ts';

type Facts = TodayRow['facts'];
type CostFacts = Extract<
  Facts,
  {
    readonly kind:
      | 'overdue_purchase'
      | 'negative_stock'
      | 'excess_stock'
      | 'obsolete_stock'
      | 'supplier_slipping'
      | 'no_supplier'
      | 'no_policy';
  }
>;
const PLACE = { purchase_order_id: null } as const;

export function costWords(row: TodayRow, facts: CostFacts, currency: string): ExceptionWords {
  const money = overviewMoney(row.stake_minor, currency);
  switch (facts.kind) {
    case 'overdue_purchase':
      return {
        title: `${facts.po_number} (${facts.supplier}) is ${counted(facts.days_late, 'day')} late`,
        reason: `${counted(facts.po_lines, 'line')} for ${facts.site}, ${money} at purchase price. No customer waits yet.`,
        action: 'Ask for a date',
        place: null,
        purchase_order_id: facts.purchase_order_id,
      };
    case 'negative_stock':
      return {
        title: `${facts.item_name}: ${quantityWithUnit(-facts.below_qty_milli, facts.uom)} on the books at ${facts.site}`,
        reason: 'More left than was ever booked in. A receipt is missing, or a count.',
        action: 'Check the movements',
        place: `/stock/${facts.item_id}/${facts.site_id}`,
        ...PLACE,
      };
    case 'excess_stock':
      return {
        title: `${quantityWithUnit(facts.excess_qty_milli, facts.uom)} of ${facts.item_name} too many at ${facts.site}`,
        reason: `${quantityWithUnit(facts.on_hand_qty_milli, facts.uom)} lie there: ${facts.days === null ? 'nothing was asked for in 90 days' : `enough for ${counted(Math.round(facts.days), 'day')}`}.`,
        action: 'Open the item',
        place: `/stock/${facts.item_id}/${facts.site_id}`,
        ...PLACE,
      };
    case 'obsolete_stock':
      return {
        title: `Nobody ordered ${facts.item_name} for a year`,
        reason: `${quantityWithUnit(facts.on_hand_qty_milli, facts.uom)} lie in ${listed(facts.sites)}.`,
        action: 'Open the item',
        place: `/stock/${facts.item_id}/${facts.site_id}`,
        ...PLACE,
      };
    case 'supplier_slipping':
      return {
        title: `${facts.supplier} delivers worse than last year`,
        reason: `${slipWords(facts.slip).join('; ')}. ${counted(facts.open_lines, 'line')} on order.`,
        action: 'Open the supplier',
        place: `/suppliers/${facts.supplier_id}`,
        ...PLACE,
      };
    case 'no_supplier':
      return {
        title: `${facts.item_name} has no supplier`,
        reason: `It sells at ${counted(facts.sites, 'site')}, and nothing says where to buy it.`,
        action: 'Open the item',
        place: `/stock/${facts.item_id}`,
        ...PLACE,
      };
    case 'no_policy':
      return {
        title: `${counted(facts.positions, 'item')} without a policy at ${facts.site}`,
        reason: 'They sell, and nothing says when to order them again.',
        action: 'See the items',
        place: withoutPolicyPlace(facts.site_id),
        ...PLACE,
      };
  }
}

type Slip = Extract<Facts, { readonly kind: 'supplier_slipping' }>['slip'];

/** ['orders in time 62.5 %, was 91.0 %', 'lead time 21.4 days, was 14.2'] */
export function slipWords({ in_time_bp, lead_days }: Slip): string[] {
  return [
    ...(in_time_bp === null
      ? []
      : [
          `Orders in time ${percent(in_time_bp.lately)}, were ${percent(in_time_bp.before)} (${integer(in_time_bp.lately_orders)} against ${integer(in_time_bp.before_orders)} orders)`,
        ]),
    ...(lead_days === null ? [] : [`Lead time ${tenths(lead_days.lately)} days, was ${tenths(lead_days.before)}`]),
  ];
}

const tenths = (days: number): string => scaled(Math.round(days * 10), 1, 1);
