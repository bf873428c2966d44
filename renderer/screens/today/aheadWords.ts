/** What will be missing, and demand that broke with its past, in words. Pure. */
import { isoDate } from '#domain/calendar.ts';
import type { TodayRow } from '#contract/queries.ts';
import { monthYear, shortDate, weekdayDate } from '#renderer/format/dates.ts';
import { counted, roughQuantity } from '#renderer/format/numbers.ts';
import type { ExceptionWords } from './words.ts';

type AheadFacts = Extract<
  TodayRow['facts'],
  { readonly kind: 'negative_risk' | 'demand_shift' | 'demand_spike' | 'demand_unit_error' }
>;

export function aheadWords(facts: AheadFacts): ExceptionWords {
  const qty = (qty_milli: number): string => `${roughQuantity(qty_milli)} ${facts.uom}`;
  if (facts.kind === 'negative_risk') {
    const by = facts.by_forecast ? 'the forecast' : 'the last 90 days';
    const order =
      facts.order_qty_milli > 0
        ? `Ordered today it comes ${shortDate(isoDate(facts.receive_on))}`
        : `What is on order comes too late; a new order would come ${shortDate(isoDate(facts.receive_on))}`;
    return {
      title: `${facts.item_name} falls below zero at ${facts.site} on ${weekdayDate(isoDate(facts.below_zero_on))}`,
      reason: `${order}; by then ${qty(facts.short_qty_milli)} are missing by ${by} and what is promised.`,
      action: facts.order_qty_milli > 0 ? 'Open the proposal' : 'Find cover',
      place:
        facts.order_qty_milli > 0
          ? `/replenishment/${encodeURIComponent(facts.item_code)}/${facts.site_id}`
          : `/stock/${facts.item_id}/${facts.site_id}`,
      purchase_order_id: null,
    };
  }
  const came = `${qty(facts.actual_qty_milli)} a month came since ${monthYear(facts.from_month)}, ${qty(facts.expected_qty_milli)} were expected`;
  const place = { place: `/forecast/${facts.item_id}/${facts.site_id}`, purchase_order_id: null };
  switch (facts.kind) {
    case 'demand_shift': {
      const way = facts.actual_qty_milli > facts.expected_qty_milli ? 'more' : 'less';
      return {
        title: `${facts.item_name} sells ${way} than before at ${facts.site}`,
        reason: `${came}, for ${counted(facts.months, 'month')} now.`,
        action: 'Look at the forecast',
        ...place,
      };
    }
    case 'demand_spike':
      return {
        title: `${facts.item_name}: ${monthYear(facts.from_month)} stands out at ${facts.site}`,
        reason: `${qty(facts.actual_qty_milli)} came, ${qty(facts.expected_qty_milli)} were expected. The forecast takes part of it for what will come.`,
        action: 'Look at the forecast',
        ...place,
      };
    case 'demand_unit_error':
      return {
        title: `Likely unit error in orders: ${facts.item_name} at ${facts.site}`,
        reason: `${qty(facts.actual_qty_milli)} came in ${monthYear(facts.from_month)}, ${qty(facts.expected_qty_milli)} were expected: about ${factorWords(facts)}.`,
        action: 'Look at the orders',
        ...place,
      };
  }
}

/** The nearest of what a unit of measure is mistaken by. */
function factorWords({
  actual_qty_milli: actual,
  expected_qty_milli: expected,
}: {
  readonly actual_qty_milli: number;
  readonly expected_qty_milli: number;
}): string {
  const ratio = actual >= expected ? actual / expected : expected / actual;
  const [nearest = 10] = [10, 12, 100, 1000].toSorted(
    (a, b) => Math.abs(Math.log(ratio / a)) - Math.abs(Math.log(ratio / b)),
  );
  return actual >= expected ? `${nearest} times as much` : `a ${nearest}th`;
}
