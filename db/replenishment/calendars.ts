/** The calendars of order and receiving days that hold on a day: a supplier's with a site's. */
import { inForceOn } from '#domain/governance/inForce.ts';
import { keyText } from '#domain/governance/subjects.ts';
import { type BuyingCalendar, calendarOf } from '#domain/planning/buyingCalendar.ts';
import type { Scan } from '#db/connection.ts';
import { ruleRows } from '#db/governance/ruleRows.ts';

export interface CalendarWords {
  readonly orders_on: string | null;
  readonly receives_on: string | null;
  readonly closed_on: string | null;
}

export interface BuyingCalendars {
  /** null = neither has one: any day. The same object for the same two. */
  of(supplier_id: number, site_id: number): BuyingCalendar | null;
  wordsOf(supplier_id: number, site_id: number): CalendarWords | null;
}

export function buyingCalendars(scan: Scan, company_id: number, as_of_on: number): BuyingCalendars {
  const suppliers = new Map<number, string | null>();
  const sites = new Map<number, Pick<CalendarWords, 'receives_on' | 'closed_on'>>();
  for (const versions of Map.groupBy(ruleRows(scan, company_id, 'buying_calendar'), keyText).values()) {
    const rule = inForceOn(versions, as_of_on);
    if (rule === undefined) continue;
    const text = (name: string): string | null => {
      const value = rule.values[name];
      return typeof value === 'string' ? value : null;
    };
    if (rule.party_id !== null) suppliers.set(rule.party_id, text('orders_on'));
    else if (rule.site_id !== null) {
      sites.set(rule.site_id, { receives_on: text('receives_on'), closed_on: text('closed_on') });
    }
  }
  const made = new Map<string, BuyingCalendar>();
  const wordsOf = (supplier_id: number, site_id: number): CalendarWords | null => {
    const [orders_on, site] = [suppliers.get(supplier_id), sites.get(site_id)];
    if (orders_on === undefined && site === undefined) return null;
    return {
      orders_on: orders_on ?? null,
      receives_on: site?.receives_on ?? null,
      closed_on: site?.closed_on ?? null,
    };
  };
  return {
    wordsOf,
    of(supplier_id, site_id) {
      if (!suppliers.has(supplier_id) && !sites.has(site_id)) return null;
      const key = `${supplier_id}:${site_id}`;
      const words = wordsOf(supplier_id, site_id);
      const calendar = made.get(key) ?? (words === null ? null : calendarOf(words));
      if (calendar !== null) made.set(key, calendar);
      return calendar;
    },
  };
}
