/** The calendars of order and receiving days as the copy has them: a supplier's with a site's. */
import { keyText } from '#domain/governance/subjects.ts';
import { type BuyingCalendar, calendarOf, type CalendarRule } from '#domain/planning/buyingCalendar.ts';
import type { Scan } from '#db/connection.ts';
import { type RuleRow, ruleRows } from '#db/governance/ruleRows.ts';

export interface BuyingCalendars {
  /**
   * null = neither has one that holds on the day or later: any day. The same object for the same two. Of no supplier it says
   * when the site takes goods in.
   */
  of(supplier_id: number | null, site_id: number): BuyingCalendar | null;
}

/** `as_of_on`: days before it are nobody's question any more. */
export function buyingCalendars(scan: Scan, company_id: number, as_of_on: number): BuyingCalendars {
  const versions = Map.groupBy(ruleRows(scan, company_id, 'buying_calendar'), keyText);
  const suppliers = new Map<number, readonly CalendarRule[]>();
  const sites = new Map<number, readonly CalendarRule[]>();
  for (const rows of versions.values()) {
    const lasting = rows.filter(({ valid_to }) => (valid_to ?? as_of_on) >= as_of_on).map(ruleOf);
    const [first] = rows;
    if (first === undefined || lasting.length === 0) continue;
    if (first.party_id !== null) suppliers.set(first.party_id, lasting);
    else if (first.site_id !== null) sites.set(first.site_id, lasting);
  }
  const made = new Map<string, BuyingCalendar>();
  return {
    of(supplier_id, site_id) {
      const supplier = supplier_id === null ? undefined : suppliers.get(supplier_id);
      const site = sites.get(site_id);
      if (supplier === undefined && site === undefined) return null;
      const key = `${supplier === undefined ? '' : (supplier_id ?? '')}:${site === undefined ? '' : site_id}`;
      const calendar = made.get(key) ?? calendarOf({ supplier: supplier ?? [], site: site ?? [] }, as_of_on);
      made.set(key, calendar);
      return calendar;
    },
  };
}

function ruleOf({ valid_from, valid_to, values }: RuleRow): CalendarRule {
  const text = (name: string): string | null => {
    const value = values[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    valid_from,
    valid_to,
    orders_on: text('orders_on'),
    receives_on: text('receives_on'),
    closed_on: text('closed_on'),
  };
}
