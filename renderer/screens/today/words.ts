/** An exception in words: what happened, why, and the step that opens the place where it is solved. */
import { isoDate } from '#domain/calendar.ts';
import { inARow } from '#domain/close/inARow.ts';
import { SUBJECTS } from '#domain/governance/subjects.ts';
import type { TodayRow } from '#contract/queries.ts';
import { sidesWords } from '#renderer/format/changedSides.ts';
import { monthYear, monthYearLong, shortDate, weekdayDate } from '#renderer/format/dates.ts';
import { ledgerMoney, overviewMoney } from '#renderer/format/money.ts';
import { counted, integer, percent, quantityWithUnit } from '#renderer/format/numbers.ts';
import { STALE_WORDS } from '#renderer/format/staleWords.ts';
import { claimPlace } from '#renderer/screens/claims/claimPlace.ts';
import { leftOutPlace, readyPlace } from '#renderer/screens/fulfilment/arriving.ts';
import { APPROVALS_PLACE } from '#renderer/screens/replenishment/arriving.ts';
import { changePlace, rulePlace, rulesOfItemPlace } from '#renderer/screens/rules/ruleWords.ts';
import { transferPlace } from '#renderer/screens/transfers/transferPlace.ts';
import { aheadWords } from './aheadWords.ts';
import { costWords } from './costWords.ts';
import { listed } from './listed.ts';

export interface ExceptionWords {
  readonly title: string;
  readonly reason: string;
  /** Verb first; what Enter does. */
  readonly action: string;
  /** Where Enter leads; null = to the rows in the panel. */
  readonly place: string | null;
  /** A purchase order that Enter opens over the list. */
  readonly purchase_order_id: number | null;
}

type Where = Pick<ExceptionWords, 'place' | 'purchase_order_id'>;

/** Of the column Due: 'Today', or the day, also where it is past; `since` says so in full. */
export function dueWords(on: string | null, today: string): { readonly text: string; readonly since?: string } {
  if (on === today) return { text: 'Today' };
  const text = shortDate(on, Number(today.slice(0, 4)));
  return on !== null && on < today ? { text, since: `Overdue since ${text}` } : { text };
}

const day = (on: number): string => shortDate(isoDate(on));
/** With its year. */
const whole = (on: number): string => shortDate(isoDate(on), 0);
const weekday = (on: number): string => weekdayDate(isoDate(on));
const ofLines = (count: number): string => `${counted(count, 'line')} affected`;

export function exceptionWords(row: TodayRow, currency: string): ExceptionWords {
  const { facts } = row;
  const to = (place: string): Where => ({ place, purchase_order_id: null });
  switch (facts.kind) {
    case 'runs_out': {
      const coming = facts.next_in_on === null ? 'Nothing is on its way' : `Next in ${day(facts.next_in_on)}`;
      const moved =
        facts.po_number !== null && facts.moved_from_on !== null && facts.next_in_on !== null
          ? `${facts.po_number}${facts.supplier ? ` from ${facts.supplier}` : ''} moved from ${day(facts.moved_from_on)} to ${day(facts.next_in_on)}`
          : coming;
      return {
        title: `${facts.item_name} runs out at ${facts.site} on ${weekday(facts.runs_out_on)}`,
        reason: `${moved}. ${ofLines(facts.lines)}, ${quantityWithUnit(facts.late_qty_milli, facts.uom)} short.`,
        action: 'Find cover',
        ...to(`/stock/${facts.item_id}/${facts.site_id}`),
      };
    }
    case 'oversold':
      return {
        title: `${facts.item_name} oversold by ${quantityWithUnit(facts.oversold_qty_milli, facts.uom)} at ${facts.site}`,
        reason: `${listed(facts.channels)} promised more than ${facts.po_number ?? 'the next receipt'} brings. ${ofLines(facts.lines)}.`,
        action: 'See who waits',
        ...to(`/stock/${facts.item_id}/${facts.site_id}`),
      };
    case 'late_receipt':
      return {
        title: `${facts.po_number} (${facts.supplier}) is ${counted(facts.days_late, 'day')} late, no new date`,
        reason: `${counted(facts.lines, 'order line')} ${facts.lines === 1 ? 'waits' : 'wait'} at ${facts.site}, most for ${facts.item_name}. ${
          facts.comes_on === null
            ? 'It is too long ago to be waited for: close or correct it.'
            : `By what came as late before, expected again about ${day(facts.comes_on)}.`
        }`,
        action: 'Ask for a date',
        place: null,
        purchase_order_id: facts.purchase_order_id,
      };
    case 'unit_error':
      return {
        title: `Likely unit error: ${facts.item_name} counted as if ${integer(facts.factor)} were one`,
        reason: `Count at ${facts.site}, ${facts.location}, ${day(facts.counted_on)}: ${quantityWithUnit(facts.counted_qty_milli, facts.uom)} against ${quantityWithUnit(facts.book_qty_milli, facts.uom)} in the books.`,
        action: 'Check the count',
        ...to(`/stock/${facts.item_id}/${facts.site_id}`),
      };
    case 'rebate_not_accrued':
      return { ...leak(row, facts, currency), ...to(rulePlace('rebate_agreement', facts.channel_id)) };
    case 'below_floor':
      return { ...leak(row, facts, currency), ...to(floorPlace(facts)) };
    case 'discount_not_approved':
    case 'freight_not_charged':
      return { ...leak(row, facts, currency), ...to(rulePlace('channel_rule', facts.channel_id)) };
    case 'cost_rise':
      return {
        title: `Cost rise not passed on: ${facts.supplier}, ${counted(facts.items, 'item')}`,
        reason: `Supplier price +${percent(facts.rise_bp)} since ${day(facts.since_on)}; sales prices did not follow${facts.items > 1 ? `, most of it on ${facts.item_code} ${facts.item_name}` : `: ${facts.item_code} ${facts.item_name}`}.`,
        action: facts.items > 1 ? 'Review its prices, this first' : 'Review its price',
        ...to(rulesOfItemPlace('list_price', facts.item_code)),
      };
    case 'margin_fell':
      return {
        title: `Margin fell unusually in ${monthYear(facts.month)}: ${facts.most}${facts.falls > 1 ? ` and ${counted(facts.falls - 1, 'more', 'more')}` : ''}`,
        reason: `${facts.why}.`,
        action: 'See the falls',
        ...to(`/margin/panel=unusual-${facts.month}`),
      };
    case 'over_credit_limit':
      return {
        title: `${facts.party}’s open invoices are ${overviewMoney(row.stake_minor, currency)} over its credit limit`,
        reason: `${overviewMoney(facts.open_minor, currency)} open in ${counted(facts.invoices, 'invoice')}, limit ${overviewMoney(facts.limit_minor, currency)}${facts.oldest_days > 0 ? `; oldest ${counted(facts.oldest_days, 'day')} past due` : ''}. Open orders come on top.`,
        action: 'Open the customer',
        ...to(`/credit/${facts.party_id}`),
      };
    case 'overdue_invoices':
      return {
        title: `${facts.party}: ${counted(facts.invoices, 'invoice')} more than 30 days past due`,
        reason: `Oldest ${counted(facts.oldest_days, 'day')} past due; ${overviewMoney(facts.open_minor, currency)} open in all.`,
        action: 'Open the customer',
        ...to(`/credit/${facts.party_id}`),
      };
    case 'close_changed':
      return {
        title:
          facts.signed_again.length > 0
            ? `${facts.title} asks to be signed again, after ${inARow(facts.signed_again)}`
            : `${facts.title} changed after sign-off: ${facts.changed === null ? 'accounts moved, or words are others' : sidesWords(facts.changed, currency)}`,
        reason: `${facts.account ? `Account ${facts.account}. ` : ''}${waits(facts.waiting_for)}`,
        action: 'Open the task',
        ...to(`/close/${facts.period}/${facts.task_id}`),
      };
    case 'close_late':
      return {
        title: `${facts.title} was due on ${weekday(facts.due_on)}`,
        reason: `Not signed by both. ${waits(facts.waiting_for)}`,
        action: 'Open the task',
        ...to(`/close/${facts.period}/${facts.task_id}`),
      };
    case 'close_asked':
      return {
        title: `${facts.asked_by} ${facts.asks === 'work' ? 'gave you work' : 'asks you'} on ${facts.title}`,
        reason: `Wrote: “${facts.says}”.${facts.notes > 1 ? ` ${counted(facts.notes, 'note')} ask you there.` : ''}`,
        action: 'Open the task',
        ...to(`/close/${facts.period}/${facts.task_id}`),
      };
    case 'journal_asked':
      return {
        title: `${counted(facts.entries, 'proposed entry', 'proposed entries')} ${facts.entries === 1 ? 'waits' : 'wait'} for your approval`,
        reason: `${monthYearLong(facts.period)}, ${ledgerMoney(facts.amount_minor, currency)} in all. ${facts.proposed_by} proposed${facts.entries > 1 ? ' last' : ''}: “${facts.says}”.`,
        action: 'Open the journal',
        ...to(`/close/${facts.period}/journal`),
      };
    case 'rules_asked':
      return {
        title: `${facts.title}: ${counted(facts.rules, 'rule')} ${facts.rules === 1 ? 'waits' : 'wait'} for your approval`,
        reason: `${SUBJECTS[facts.subject].title}, from ${weekday(facts.effective_on)}${facts.too_late ? '; that day has come: refuse it, to be drafted again' : ''}. ${facts.drafted_by} wrote: “${facts.says}”.`,
        action: 'Look at the change',
        ...to(changePlace(facts.subject, facts.change_id)),
      };
    case 'purchases_asked': {
      const { decisions, orders, site, amount_minor, asked_by } = facts;
      const what = [
        orders > 0 ? counted(orders, 'draft order') : '',
        decisions > 0 ? counted(decisions, 'decision') : '',
      ].filter(Boolean);
      return {
        title: `${what.join(' and ')} of ${site} ${orders + decisions === 1 ? 'waits' : 'wait'} for your approval`,
        reason: `${ledgerMoney(amount_minor, currency)} in all. ${asked_by} asked${orders + decisions > 1 ? ' last' : ''}.`,
        action: 'Open the approvals',
        ...to(APPROVALS_PLACE),
      };
    }
    case 'claim_waiting':
      return {
        title: `Claim ${facts.number} open ${counted(facts.days_open, 'day')}${facts.item_name ? `: ${facts.item_name}` : ''}`,
        reason: `${facts.party ?? 'Customer not recorded'}; ${facts.claim_kind.replaceAll('_', ' ')}. ${facts.waiting_on_customer ? 'Waits for the customer.' : 'Waits for us.'}`,
        action: 'Follow up the claim',
        ...to(claimPlace(facts.claim_id)),
      };
    case 'ready_to_ship':
      return {
        title: `${counted(facts.lines, 'line')} past promise could ship from ${facts.site} today`,
        reason: `${counted(facts.orders, 'order')}, the oldest ${counted(facts.oldest_days, 'day')} past its date; the stock is there.`,
        action: 'See the lines',
        ...to(readyPlace(facts.site_id)),
      };
    case 'left_out_orders':
      return {
        title: `${counted(facts.lines, 'open order line')} left out at ${facts.site}: due ${STALE_WORDS}`,
        reason: `${counted(facts.orders, 'order')}, due ${facts.first_on === facts.last_on ? whole(facts.first_on) : `${whole(facts.first_on)} to ${whole(facts.last_on)}`}. Nothing is kept, bought or promised for ${facts.lines === 1 ? 'it' : 'them'}: ship, cancel or correct ${facts.lines === 1 ? 'it' : 'them'}.`,
        action: 'See the lines',
        ...to(leftOutPlace(facts.site_id)),
      };
    case 'unplaced_orders': {
      const lacking = [
        facts.without_item > 0 ? `${integer(facts.without_item)} without an item` : '',
        facts.without_site > 0 ? `${integer(facts.without_site)} without a site` : '',
      ].filter(Boolean);
      return {
        title: `${counted(facts.lines, 'open order line')} nobody can serve: ${facts.channel}`,
        reason: `${counted(facts.orders, 'order')}, ${lacking.join(' and ')}: no stock, queue or proposal has ${facts.lines === 1 ? 'it' : 'them'}. Record what lacks where orders are kept, or cancel ${facts.lines === 1 ? 'it' : 'them'}.`,
        action: 'See the lines',
        // each line opens its order
        place: null,
        purchase_order_id: null,
      };
    }
    case 'overdue_purchase':
    case 'negative_stock':
    case 'excess_stock':
    case 'obsolete_stock':
    case 'supplier_slipping':
    case 'no_supplier':
    case 'no_policy':
      return costWords(row, facts, currency);
    case 'transfer_asked':
      return {
        title: `${facts.to_site} asks ${facts.site} for ${quantityWithUnit(facts.qty_milli, facts.uom)} of ${facts.item_name}`,
        reason: asked(facts),
        action: 'Answer it',
        ...to(transferPlace(facts.transfer_id)),
      };
    case 'negative_risk':
    case 'demand_shift':
    case 'demand_spike':
    case 'demand_unit_error':
      return aheadWords(facts);
  }
}

/** The floor of the item with the largest part: of all floors, those of one channel are no place to begin. */
function floorPlace({ item_code, channel_id }: Pick<LeakFacts, 'item_code' | 'channel_id'>): string {
  return item_code === null ? rulePlace('price_floor', channel_id) : rulesOfItemPlace('price_floor', item_code);
}

type LeakFacts = Extract<TodayRow['facts'], { readonly channel: string; readonly party_minor: number }>;

function leak(row: TodayRow, facts: LeakFacts, currency: string): Pick<ExceptionWords, 'title' | 'reason' | 'action'> {
  const most = facts.party ? ` Most to ${facts.party}, ${overviewMoney(facts.party_minor, currency)}.` : '';
  const since = `since ${day(facts.from_on)}.${most}`;
  switch (facts.kind) {
    case 'below_floor':
      return {
        title: `Sold below the floor: ${facts.channel}, ${counted(facts.lines, 'line')}`,
        reason: `${overviewMoney(row.stake_minor, currency)} under the lowest price allowed ${since}${facts.item_code === null ? '' : ` Most of ${facts.item_code}.`}`,
        action: facts.item_code === null ? 'Review the floors' : 'Review its floor',
      };
    case 'discount_not_approved':
      return {
        title: `Discount beyond the rule: ${facts.channel}, ${counted(facts.lines, 'line')}`,
        reason: `Nobody approved what is above the rule ${since}`,
        action: 'See the rule',
      };
    case 'freight_not_charged':
      return {
        title: `Freight not charged on ${counted(facts.lines, 'order')}: ${facts.channel}`,
        reason: `Orders below the free-freight limit ${since}`,
        action: 'See the rule',
      };
    case 'rebate_not_accrued':
      return {
        title: `Rebate not accrued: ${facts.channel}, ${counted(facts.lines, 'line')}`,
        reason: `Sales under an agreement with no rebate accrued, or too little, ${since}`,
        action: 'See the agreements',
      };
  }
}

function waits(count: number): string {
  if (count === 0) return 'No other task waits for it.';
  return `${counted(count, 'task')} ${count === 1 ? 'waits' : 'wait'} for it.`;
}

function asked(facts: Extract<TodayRow['facts'], { readonly kind: 'transfer_asked' }>): string {
  const { others, number, asked_by, wanted_on, until_on } = facts;
  const wanted = wanted_on === null ? '' : `, wanted by ${day(wanted_on)}`;
  const expires = until_on === null ? '' : ` Without an answer it expires after ${day(until_on)}.`;
  const more =
    others === 0 ? '' : ` ${counted(others, 'more request')} for it ${others === 1 ? 'waits' : 'wait'} here.`;
  return `${number ?? 'A request'} by ${asked_by}${wanted}.${expires}${more}`;
}
