/** A promise date in words: the day, the place, and what makes it possible. */
import type { NoOrder } from '#domain/planning/promiseDate.ts';
import type { PromiseReceipt, PromiseWay, SitePromise } from '#contract/queries.ts';
import { daysBetween, shortDate, weekdayDate } from '#renderer/format/dates.ts';
import { counted, leadDays, quantityWithUnit } from '#renderer/format/numbers.ts';
import { waitWords } from '#renderer/format/waitWords.ts';

/** 'Thu 19 Nov at RTM', 'Today at RTM' */
export function dayAndSite(way: PromiseWay, { site }: Pick<SitePromise, 'site'>, as_of_on: string): string {
  return `${way.on === as_of_on ? 'Today' : weekdayDate(way.on)} at ${site}`;
}

/** Why that day: what comes then, or what has to be done today. */
export function whyWords(way: PromiseWay, uom: string, as_of_on: string): string {
  switch (way.way) {
    case 'here': {
      const [largest] = way.receipts;
      if (!largest) return 'It lies there and is promised to nobody.';
      const others = way.receipts_total - 1;
      return `${receiptWords(largest, way.on, uom)}${others > 0 ? `, and ${counted(others, 'more receipt')}` : ''}.`;
    }
    case 'transfer':
      return `If ${way.from_site} sends ${quantityWithUnit(way.qty_milli, uom)} today: ${counted(way.days, 'day')} of way${
        way.days_known ? '' : ', assumed'
      }${daysBetween(as_of_on, way.arrive_on) > way.days ? `, taken in on ${weekdayDate(way.arrive_on)}` : ''}${way.arrive_on < way.on ? ', and with what comes here by then' : ''}.`;
    case 'purchase':
      return `If ${quantityWithUnit(way.qty_milli, uom)} are ordered from ${way.supplier} ${way.order_on === as_of_on ? 'today' : `on ${weekdayDate(way.order_on)}`}: ${leadDays(way.lead_time_days)} ${way.measured ? 'as measured' : 'as agreed'}.`;
  }
}

/** 'PO 40862 brings 24,000 pcs from Würth' */
function receiptWords({ number, from, expected_on, wait, qty_milli }: PromiseReceipt, on: string, uom: string): string {
  const late =
    expected_on < on
      ? `, overdue since ${shortDate(expected_on)} and taken to come then${wait === null ? '' : ` (${waitWords(wait)})`}`
      : '';
  return `${number} brings ${quantityWithUnit(qty_milli, uom)} from ${from}${late}`;
}

const NO_ORDER: Readonly<Record<NoOrder, string>> = {
  item_inactive: 'It is no longer sold, so none is ordered.',
  no_supplier: 'It has no supplier to order from.',
  supplier_terms: 'Its supplier’s minimum or order step cannot be used.',
  no_lead_time: 'Nobody knows how long its supplier takes.',
};

/** Nothing that is known brings so many. */
export function noWayWords({ no_order }: Pick<SitePromise, 'no_order'>): string {
  return `Not by anything that is on order or another site can spare. ${no_order === null ? '' : NO_ORDER[no_order]}`.trim();
}

/** Why the weeks above show it sooner than the day says; null = they agree. */
export function weekWords(
  { first_week, ways }: Pick<SitePromise, 'first_week' | 'ways'>,
  next_weeks: readonly string[],
): string | null {
  const here = ways.find((each) => each.way === 'here');
  if (first_week === null) return null;
  const following = next_weeks.find((each) => each > first_week);
  if (here && (following === undefined || here.on < following)) return null;
  return `The week of ${shortDate(first_week)} shows as many: a week counts its receipts for orders due before them, a day does not.`;
}
