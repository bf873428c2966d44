/** A proposal in words: what to do, each step to the quantity, what warns, and why nothing can be proposed. */
import type { PolicyFault } from '#domain/planning/replenishment/policy.ts';
import type { FiguresRefusal } from '#domain/planning/replenishment/positionFigures.ts';
import type { TermsFault } from '#domain/planning/replenishment/proposal.ts';
import { STALE_DAYS } from '#domain/planning/staleDocuments.ts';
import type { OrderingDays, ProposalWarning, ProposedOrder, SiteProposal } from '#contract/queries.ts';
import { shortDate, weekdayDate, weekdayList } from '#renderer/format/dates.ts';
import { counted, leadDays, quantity, roughQuantity, tenthsOfDays } from '#renderer/format/numbers.ts';
import { demandSource } from '#renderer/screens/forecast/demandWords.ts';

type Refusal = NonNullable<SiteProposal['refusal']>;
export interface WorkingRow {
  readonly label: string;
  readonly note: string;
  readonly value: string;
}

/** 'Order 10,000 pcs from Würth today' */
export function proposalHeadline(
  { qty_milli, order_by_on }: ProposedOrder,
  uom: string,
  supplier: string,
  calendar: OrderingDays | null,
): string {
  if (qty_milli > 0) {
    const when = calendar?.orders_on ? `on ${weekdayDate(calendar.order_on)}` : 'today';
    return `Order ${quantity(qty_milli)} ${uom} from ${supplier} ${when}`;
  }
  return order_by_on === null
    ? 'Nothing to order: nothing is asked for'
    : `Nothing to order before ${shortDate(order_by_on)}`;
}

/** Why the screen Replenishment may propose less, more, or a transfer. */
export const BY_ITSELF = 'Each site by itself. Replenishment asks other sites first and knows what was decided.';

/** For a list of sites: '10,000 today', 'nothing before 25 Nov', 'no policy'. */
export function proposalInShort({ proposal, refusal }: Pick<SiteProposal, 'proposal' | 'refusal'>): string {
  if (refusal !== null) return REFUSED_IN_SHORT[refusal.reason];
  if (proposal === null) return 'still loading';
  if (proposal.qty_milli > 0) return 'order today';
  return proposal.order_by_on === null ? 'nothing is asked for' : `nothing before ${shortDate(proposal.order_by_on)}`;
}

const REFUSED_IN_SHORT: Readonly<Record<Refusal['reason'], string>> = {
  item_inactive: 'no longer sold',
  no_policy: 'no policy',
  no_supplier: 'no supplier',
  policy: 'policy not usable',
  supplier_terms: 'supplier’s terms not usable',
  days_not_positive: 'days not usable',
  figures: 'figures not usable',
};

const YEARS = `${STALE_DAYS / 365} years`;

const FAULTS: Readonly<Record<PolicyFault, string>> = {
  minimum_negative: 'its minimum is below zero',
  maximum_below_minimum: 'its maximum lies below its minimum',
  lot_not_positive: 'its lot is not above zero',
  target_out_of_range: 'its service target is not between 0 and 100 %',
  review_negative: 'its days between two reviews are below zero',
  review_too_long: `its days between two reviews are more than ${YEARS}`,
  lead_time_negative: 'the lead time is below zero',
  lead_time_too_long: `the lead time is longer than ${YEARS}`,
  demand_negative: 'the demand is below zero',
  not_a_number: 'one of its figures is not a number',
  not_whole: 'one of its quantities is not in whole thousandths',
  too_large: 'one of its quantities is more than anybody orders',
};

const TERMS_FAULTS: Readonly<Record<TermsFault, string>> = {
  minimum_negative: 'minimum is below zero',
  multiple_negative: 'order step is below zero',
  not_a_number: 'minimum or order step is not a number',
  not_whole: 'minimum or order step is not in whole thousandths',
  too_large: 'minimum or order step is more than anybody orders',
};

const FIGURES: Readonly<Record<FiguresRefusal['which'], string>> = {
  on_hand: 'What lies there',
  orders: 'What open orders ask for',
  receipts: 'What is on order',
};
const FIGURE_FAULTS: Readonly<Record<FiguresRefusal['fault'], string>> = {
  not_a_number: 'is not a number',
  negative: 'is below zero',
  not_whole: 'is not in whole thousandths',
  too_large: 'is more than there can be: count it, or correct the documents',
};

/** What is wrong, and what to do about it. */
export function refusalWords(refusal: Refusal): string {
  switch (refusal.reason) {
    case 'item_inactive':
      return 'The item is no longer sold, so none is ordered. Orders that still wait for it stand below.';
    case 'no_policy':
      return 'No policy says when the site orders the item, so nothing is proposed. Rules takes one from a file.';
    case 'no_supplier':
      return 'No supplier is known for the item. Import what a supplier asks for it, or give the item one.';
    case 'policy':
      return `The policy cannot be used: ${FAULTS[refusal.fault]}. Correct it where it comes from.`;
    case 'supplier_terms':
      return `The supplier’s ${TERMS_FAULTS[refusal.fault]}. Correct it where it comes from.`;
    case 'figures':
      return `${FIGURES[refusal.which]} ${FIGURE_FAULTS[refusal.fault]}.`;
    case 'days_not_positive':
      return `The ${refusal.which === 'shelf_life_days' ? 'shelf life' : 'most days of stock'} must be a number above zero. Correct it where it comes from.`;
  }
}

/** In the order in which they were taken. */
export function workingRows(steps: ProposedOrder['steps']): readonly WorkingRow[] {
  return steps.flatMap((step): WorkingRow[] => {
    switch (step.step) {
      case 'position':
        return [
          { label: 'There', note: 'on hand', value: quantity(step.on_hand_qty_milli) },
          { label: 'Coming', note: 'on order', value: quantity(step.on_order_qty_milli) },
          { label: 'Overdue orders', note: 'owed', value: quantity(-step.backorder_qty_milli) },
          { label: 'Orders ahead', note: 'promised', value: quantity(-step.ordered_ahead_qty_milli) },
          { label: 'Position', note: '', value: quantity(step.qty_milli) },
        ];
      case 'levels': {
        const { reorder_qty_milli, up_to_qty_milli, lot_qty_milli, made_of } = step.levels;
        const note = made_of === null ? 'minimum' : `${quantity(made_of.safety_qty_milli)} of it safety`;
        return [
          { label: 'Order at', note, value: quantity(reorder_qty_milli) },
          up_to_qty_milli === null
            ? { label: 'In lots of', note: '', value: quantity(lot_qty_milli) }
            : { label: 'Up to', note: made_of === null ? 'maximum' : '', value: quantity(up_to_qty_milli) },
        ];
      }
      case 'need':
        return step.qty_milli === 0 ? [] : [{ label: 'Needed', note: '', value: quantity(step.qty_milli) }];
      case 'supplier': {
        const from = step.minimum_qty_milli > 0 ? `from ${quantity(step.minimum_qty_milli)}` : '';
        const steps_of = step.multiple_qty_milli > 0 ? `in steps of ${quantity(step.multiple_qty_milli)}` : '';
        return [
          { label: 'As sold', note: [from, steps_of].filter(Boolean).join(' '), value: quantity(step.qty_milli) },
        ];
      }
      case 'days':
        return [
          {
            label: step.limit === 'shelf_life_days' ? 'While it keeps' : 'Not too many days',
            note: `${counted(step.days, 'day')} of demand`,
            value: quantity(step.qty_milli),
          },
        ];
    }
  });
}

export function warningWords(warning: ProposalWarning, uom: string): string {
  switch (warning.warning) {
    case 'short_before_receipt':
      return shortWords(warning.short_qty_milli, uom) === FOR_A_WHILE
        ? `Runs out on ${weekdayDate(warning.on)}, ${FOR_A_WHILE}: what is coming covers it before an order of today could come`
        : `Runs out on ${weekdayDate(warning.on)}, ${shortWords(warning.short_qty_milli, uom)} short before an order of today could come`;
    case 'smallest_order_too_large':
      return warning.limit === 'any'
        ? `The smallest order lasts ${counted(warning.lasts_days, 'day')}: check the supplier’s minimum and order step`
        : `The smallest order lasts ${counted(warning.lasts_days, 'day')}, longer than ${warning.limit === 'shelf_life_days' ? 'it keeps' : 'is wanted'}`;
    case 'any_quantity':
      return 'No order step is known, so any quantity is proposed. Write what it is sold in, 1 for single units';
    case 'stale_documents':
      return `Left out: ${documentsWords(warning)} more than ${YEARS} old. Close or correct them`;
    case 'far_documents':
      return `Left out: ${documentsWords(warning)} due more than ${YEARS} from now. Correct the dates`;
  }
}

function documentsWords({ orders, receipts }: { readonly orders: number; readonly receipts: number }): string {
  const what = [
    orders > 0 ? counted(orders, 'open order') : '',
    receipts > 0 ? counted(receipts, 'open purchase line') : '',
  ];
  return what.filter(Boolean).join(' and ');
}

/** 'Without an order it runs out on Tue 1 Dec; two lead times from now 75 pcs are missing.' */
export function withoutWords({ runs_out_on, short_qty_milli }: ProposedOrder['without'], uom: string): string {
  if (runs_out_on === null) return 'Without an order it does not run out within two lead times.';
  const short = shortWords(short_qty_milli, uom);
  return `Without an order it runs out on ${weekdayDate(runs_out_on)}${short === FOR_A_WHILE ? `, ${short}: what comes later covers it.` : `; two lead times from now ${short} are missing.`}`;
}

const FOR_A_WHILE = 'for a while only';

/** '75 pcs', or that what comes later is enough. */
export function shortWords(short_qty_milli: number, uom: string): string {
  const short = roughQuantity(short_qty_milli);
  return short === '0' ? FOR_A_WHILE : `${short} ${uom}`;
}

/** On which days it is ordered and taken in, and what that makes of this order; '' = on any day. */
export function calendarWords(calendar: OrderingDays | null): string {
  if (calendar === null) return '';
  const { orders_on, receives_on, closed_on, order_on, receive_on } = calendar;
  const from = (on: string | null): string => (on === null ? '' : ` from ${shortDate(on)} on`);
  const [ordered, taken] = [from(calendar.orders_from), from(calendar.receives_from)];
  return [
    orders_on === null ? '' : `Ordered ${weekdayList(orders_on)}${ordered}`,
    receives_on === null ? '' : `Taken in ${weekdayList(receives_on)}${taken}`,
    closed_on === null ? '' : `${counted(closed_on.split(' ').length, 'day')} closed`,
    `Ordered on ${weekdayDate(order_on)} it comes on ${weekdayDate(receive_on)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** 'At the forecast what lies there lasts 12 days; days on hand in the grid go by the last 90 days.'; '' where both are the same. */
export function lastsWords({ made_of, proposal }: Pick<SiteProposal, 'made_of' | 'proposal'>): string {
  const position = proposal?.steps.find((each) => each.step === 'position');
  const daily = made_of.daily_demand_qty_milli;
  if (made_of.demand_by !== 'forecast' || position === undefined || !(daily > 0)) return '';
  const days = Math.max(0, Math.floor(position.on_hand_qty_milli / daily));
  return `At the forecast what lies there lasts ${counted(days, 'day')}; days on hand in the stock grid go by the last 90 days.`;
}

/** Where the days and the demand come from. */
export function madeOfWords({ made_of }: Pick<SiteProposal, 'made_of'>, uom: string): string {
  const { daily_demand_qty_milli, lead_time_days, lead_time_measured: measured } = made_of;
  const days = leadDays(lead_time_days);
  const lead =
    measured === null
      ? `Lead time ${days}, as agreed`
      : `Lead time ${days} ± ${tenthsOfDays(measured.deviation_days)}, measured on ${counted(measured.lines, 'delivery', 'deliveries')}`;
  return `${lead} · ${roughQuantity(daily_demand_qty_milli)} ${uom} a day by ${demandSource(made_of)}`;
}
