/** What a calendar of order and receiving days makes of the days of an order, and of the days that must last. */
import { dayInWords } from '../../calendarWords.ts';
import { isoDate } from '../../calendar.ts';
import {
  ANY_DAY,
  type BuyingCalendar,
  longestWaitBetween,
  type OrderAndReceipt,
  orderDayFrom,
  receivingDayFrom,
} from '../buyingCalendar.ts';
import { LONGEST_DAYS } from './leadTime.ts';
import type { ReplenishmentPolicy } from './policy.ts';

interface Scheduled {
  readonly calendar?: BuyingCalendar | null;
  readonly lead_time_days: number;
}

interface Judged extends Scheduled {
  readonly as_of_on: number;
  readonly policy: ReplenishmentPolicy | null;
}

/** When an order can be placed next, and when it comes. */
export function daysOfOrder({
  calendar,
  as_of_on,
  lead_time_days,
}: Scheduled & { readonly as_of_on: number }): OrderAndReceipt {
  const order_on = orderDayFrom(calendar ?? ANY_DAY, as_of_on);
  return { order_on, receive_on: receivingDayFrom(calendar ?? ANY_DAY, order_on + Math.ceil(lead_time_days)) };
}

/** The next day the supplier is ordered from; null = it is today. */
export function notToday(calendar: BuyingCalendar | null, today_on: number): number | null {
  const { order_on } = daysOfOrder({ calendar, as_of_on: today_on, lead_time_days: 0 });
  return order_on === today_on ? null : order_on;
}

export function notTodayWords(order_on: number): string {
  return `The supplier is not ordered from today. Send it on ${dayInWords(isoDate(order_on))}, or change its order days under Rules.`;
}

/**
 * As the calendar makes it at its longest: between two looks as many days as between two orders, and the days until the site
 * takes in what is there. What must last is then the same on every day of the week. Versions that begin before the order
 * after this one could come count with those of today.
 */
export function withWaits<Asked extends Judged>(question: Asked): Asked {
  const { calendar, policy, lead_time_days, as_of_on } = question;
  if (!calendar) return question;
  const order_on = orderDayFrom(calendar, as_of_on);
  const last = lastDaysThatCount(question);
  const between = longestWaitBetween(calendar.orders, as_of_on, last.order_on);
  const taken_in = longestWaitBetween(calendar.receives, order_on + within(lead_time_days), last.receive_on);
  return {
    ...question,
    lead_time_days: lead_time_days + taken_in - 1,
    policy:
      policy?.kind === 'service' && between > 1
        ? { ...policy, review_days: Math.max(policy.review_days, between) }
        : policy,
  };
}

/** Until which days versions of the calendar count: the order after this one, and the day on which that could be there. */
export function lastDaysThatCount({ calendar, policy, lead_time_days, as_of_on }: Judged): OrderAndReceipt {
  const looks = policy?.kind === 'service' ? Math.max(1, within(policy.review_days)) : 1;
  const order_on = orderDayFrom(calendar ?? ANY_DAY, orderDayFrom(calendar ?? ANY_DAY, as_of_on) + looks);
  return { order_on, receive_on: order_on + within(lead_time_days) };
}

function within(days: number): number {
  return Math.min(LONGEST_DAYS, Math.max(0, Math.ceil(days)));
}

/** The days an order must last: until the one after it could come. */
export function protectedDays(asked: Judged): number {
  const { policy, lead_time_days } = withWaits(asked);
  return lead_time_days + (policy?.kind === 'service' ? policy.review_days : 0);
}
