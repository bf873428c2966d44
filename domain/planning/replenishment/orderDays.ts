/** What a calendar of order and receiving days makes of the days of an order, and of the days that must last. */
import { dayInWords } from '../../calendarWords.ts';
import { isoDate } from '../../calendar.ts';
import { ANY_DAY, type BuyingCalendar, longestWaitBetween, orderDayFrom, receivingDayFrom } from '../buyingCalendar.ts';
import { LONGEST_DAYS } from './leadTime.ts';
import type { ReplenishmentPolicy } from './policy.ts';

interface Scheduled {
  readonly calendar?: BuyingCalendar | null;
  readonly lead_time_days: number;
}

/** When an order can be placed next, and when it comes. */
export function daysOfOrder({ calendar, as_of_on, lead_time_days }: Scheduled & { readonly as_of_on: number }): {
  readonly order_on: number;
  readonly receive_on: number;
} {
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
export function withWaits<
  Asked extends Scheduled & { readonly as_of_on: number; readonly policy: ReplenishmentPolicy | null },
>(question: Asked): Asked {
  const { calendar, policy, lead_time_days, as_of_on } = question;
  if (!calendar) return question;
  const within = (days: number): number => Math.min(LONGEST_DAYS, Math.max(0, Math.ceil(days)));
  const looks = policy?.kind === 'service' ? Math.max(1, within(policy.review_days)) : 1;
  const order_on = orderDayFrom(calendar, as_of_on);
  const next_on = orderDayFrom(calendar, order_on + looks);
  const between = longestWaitBetween(calendar.orders, as_of_on, next_on);
  const takes = within(lead_time_days);
  const taken_in = longestWaitBetween(calendar.receives, order_on + takes, next_on + takes);
  return {
    ...question,
    lead_time_days: lead_time_days + taken_in - 1,
    policy:
      policy?.kind === 'service' && between > 1
        ? { ...policy, review_days: Math.max(policy.review_days, between) }
        : policy,
  };
}

/** The days an order must last: until the one after it could come. */
export function protectedDays(
  asked: Scheduled & { readonly as_of_on: number; readonly policy: ReplenishmentPolicy | null },
): number {
  const { policy, lead_time_days } = withWaits(asked);
  return lead_time_days + (policy?.kind === 'service' ? policy.review_days : 0);
}
