/** What a decision's money is called and how it was reckoned; what happened to it. */
import { isAnswered } from '#domain/exceptions/exception.ts';
import type { ExceptionEvent, StakePartName, TodayRow } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { overviewAmount } from '#renderer/format/money.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

export const SEVERITY_SHAPES: Readonly<Record<TodayRow['severity'], MarkShape>> = {
  bad: 'bad',
  warn: 'warn',
  info: 'ring',
};

export const PART_WORDS: Readonly<Record<StakePartName, string>> = {
  past_promise: 'Already past promise',
  before_receipt: 'Promised before the next receipt',
  no_receipt: 'No receipt covers it',
  beyond_floor: 'Under the floor',
  beyond_rule: 'Above the rule',
  freight: 'Freight not charged',
  cost_since: 'Rise × sold since',
  rebate: 'Rebate due',
  below_usual: 'Less than usual',
  over_limit: 'Beyond the limit',
  overdue: 'Open invoices',
  difference: 'Difference',
  claimed: 'Claimed',
  variance: 'Count less books, at cost',
  not_received: 'Overdue, at purchase price',
  ready: 'In stock, past promise',
  below_zero: 'Below zero, at cost',
  beyond_need: 'Beyond need, at cost',
  idle: 'Lying there, at cost',
  on_order: 'On order, at purchase price',
  used: 'Used in 90 days, at cost',
  short_ahead: 'Missing until an order could come, at cost',
  off_forecast: 'Off what was expected, at cost',
  asked: 'Asked for',
  left_out: 'Left out, at net order price',
  no_item: 'Without an item, at net order price',
  no_site: 'Without a site, at net order price',
};

/** How the money was reckoned, in a sentence. */
const STAKE_RULES: Readonly<Record<TodayRow['group'], string>> = {
  stock: 'Open quantity that cannot ship by its first promise, served in the order of the promises, at net order price',
  supply: 'Open quantity that waits for the overdue order, at net order price',
  price: 'What the rule says less what was billed',
  credit: 'Open invoices less payments, as of today',
  close: 'What the balance moved by, or does not agree by',
  service: 'Amount claimed',
};

/** Where the rule of the group does not say it. */
const KIND_RULES: Readonly<Partial<Record<TodayRow['facts']['kind'], string>>> = {
  unit_error: 'Difference between count and books, at cost',
  ready_to_ship:
    'Open quantity past its first promise that stock on hand serves in the order of the promises, at net order price',
  left_out_orders:
    'What is open of lines due so long ago or so far ahead that nothing is done for them, at net order price',
  unplaced_orders: 'What is open of lines that no item or no site is recorded of, at net order price',
  overdue_purchase: 'What has not come of the lines past their latest date, at purchase price',
  negative_stock: 'What the books lack to nothing, at unit cost',
  excess_stock: 'On hand beyond the maximum of the policy, 180 days of usage and what is promised, at unit cost',
  obsolete_stock:
    'All that lies there of an item introduced over a year ago and not ordered by anybody since, at unit cost',
  supplier_slipping:
    'What is on order. Orders of the last 90 days against the 365 days before: those in time by Fisher’s exact test, lead times by Mann–Whitney, each at 0.2 %, from 15 points or 2 days on',
  no_supplier: 'What was used of it in 90 days, at unit cost',
  negative_risk:
    'What is missing when an order of today would come: on hand and receipts less the larger of promises and expected demand, at unit cost',
  demand_shift: 'Came less expected, all months of the shift, at unit cost',
  demand_spike: 'Came less expected, at unit cost',
  demand_unit_error: 'Came less expected, at unit cost',
  margin_fell:
    'What the usual rate would have given less what is: usual is the median GM3 rate of the twelve months before. Each fall is told once, of the broadest group in which it is general',
  close_asked: 'Nothing in money: somebody waits for a word or for work, and it comes before what money ranks',
  journal_asked: 'Nothing in money: entries wait for an approval, and they come before what money ranks',
  purchases_asked: 'Nothing in money: purchases wait for an approval, and they come before what money ranks',
  rules_asked: 'Nothing in money: a change of rules waits for an approval, and it comes before what money ranks',
  transfer_asked: 'Nothing in money: somebody waits for an answer, and it comes before what money ranks',
  no_policy: 'What was used of these items in 90 days, at unit cost',
};

export function stakeRule(row: Pick<TodayRow, 'group' | 'facts'>): string {
  return KIND_RULES[row.facts.kind] ?? STAKE_RULES[row.group];
}

/** ', GBP 1,200': what is at stake in its company's own money; '' where that is what is shown, or there is no money in it. */
export function ownStake(row: Pick<TodayRow, 'facts' | 'currency' | 'stake_minor'>, shown_in: string): string {
  const { currency, stake_minor, facts } = row;
  return currency === shown_in || isAnswered(facts.kind)
    ? ''
    : `, ${currency} ${overviewAmount(stake_minor, currency)}`;
}

/** '◇ slept until 3 Nov and still here, told to ingrid'. */
export function escalationWords({ escalated }: Pick<TodayRow, 'escalated'>): string | null {
  if (escalated === null) return null;
  const to = escalated.to === null ? '' : `, for ${escalated.to}`;
  const since = shortDate(escalated.since_on);
  return escalated.why === 'slept_through' ? `Slept until ${since} and still here${to}` : `Not solved by ${since}${to}`;
}

export function eventWords(event: ExceptionEvent): string {
  const until = event.to_on === null ? '' : shortDate(event.to_on);
  switch (event.what) {
    case 'promised':
      return `${event.who} promised ${event.number ?? ''} for ${until}`;
    case 'moved':
      return `${event.who} moved ${event.number ?? ''} to ${until}`;
    case 'snoozed':
      return `${event.who} snoozed it until ${until}`;
    case 'assigned':
      return `${event.who} gave it to ${event.number ?? ''}`;
    case 'reopened':
      return `${event.who} woke it`;
  }
}
