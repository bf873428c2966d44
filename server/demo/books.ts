/**
 * What is added up while orders and purchases stream by, one for each company: enough for stock, policies and the close,
 * and no more, so that five million lines need no more memory than the positions and four months of totals.
 */
import { addMonths, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { CATEGORIES } from './catalogue/categories.ts';
import type { DemoItem } from './catalogue/items.ts';
import type { ChannelKind, DemoCompany, DemoSite } from './companies.ts';
import type { Horizon } from './size.ts';

export interface UnbilledShipment {
  readonly order_number: string;
  readonly shipped_on: number;
  readonly amount_minor: number;
}

export interface Receipt {
  readonly number: string;
  readonly supplier_code: string;
  readonly supplier_name: string;
  readonly received_on: number;
  readonly amount_minor: number;
  /** Whether the supplier's bill was posted in the month of the receipt. */
  readonly billed: boolean;
}

/** A purchase whose bill came before its goods. */
export interface EarlyBill {
  readonly number: string;
  readonly supplier_name: string;
  readonly ordered_on: number;
  /** null = still to come. */
  readonly received_on: number | null;
  readonly amount_minor: number;
}

/** Totals of one month, minor units of the company's currency. */
export interface MonthBook {
  readonly month: number;
  readonly billed_by_party: Map<number, number>;
  readonly billed_by_day: Map<number, number>;
  readonly unbilled: UnbilledShipment[];
  readonly net_by_channel: Map<ChannelKind, number>;
  other_minor: number;
  /** Cost of goods that left (less what came back), by position of site and category. */
  readonly shipped_cost: Float64Array;
  readonly received_cost: Float64Array;
  readonly receipts: Receipt[];
  readonly last_shipment: Map<number, string>;
}

export interface Books {
  /** Index of a position in the arrays: item.index × sites + site.index. */
  readonly position: (item: DemoItem, site: DemoSite) => number;
  readonly reserved_qty_milli: Float64Array;
  /** Ordered in the last USAGE_DAYS days. */
  readonly usage_qty_milli: Float64Array;
  readonly incoming_qty_milli: Float64Array;
  /** Earliest expected receipt, a day number; 0 = none. */
  readonly incoming_on: Float64Array;
  readonly early_bills: EarlyBill[];
  /** Stock at cost today and the part without demand, minor units, by position of site and category. */
  readonly stock_value: Float64Array;
  readonly idle_value: Float64Array;
  /** Positions counted, by site id and month: `site_id/yyyymm`. */
  readonly counted: Map<string, number>;
  /** The month's totals, or null for a month the close does not look at. */
  readonly month: (month: number) => MonthBook | null;
  readonly siteCategory: (site: DemoSite, item: DemoItem) => number;
}

export const USAGE_DAYS = 90;

export function openBooks(company: DemoCompany, items: readonly DemoItem[], horizon: Horizon): Books {
  const sites = company.sites.length;
  const positions = () => new Float64Array(items.length * sites);
  const months = new Map<number, MonthBook>();
  for (let back = 0; back <= 3; back++) {
    const month = addMonths(horizon.this_month, -back);
    months.set(month, {
      month,
      billed_by_party: new Map(),
      billed_by_day: new Map(),
      unbilled: [],
      net_by_channel: new Map(),
      other_minor: 0,
      shipped_cost: new Float64Array(sites * CATEGORIES.length),
      received_cost: new Float64Array(sites * CATEGORIES.length),
      receipts: [],
      last_shipment: new Map(),
    });
  }
  return {
    position: (item, site) => item.index * sites + site.index,
    reserved_qty_milli: positions(),
    usage_qty_milli: positions(),
    incoming_qty_milli: positions(),
    incoming_on: positions(),
    early_bills: [],
    stock_value: new Float64Array(sites * CATEGORIES.length),
    idle_value: new Float64Array(sites * CATEGORIES.length),
    counted: new Map(),
    month: (month) => months.get(month) ?? null,
    siteCategory: (site, item) => site.index * CATEGORIES.length + item.category_index,
  };
}

/** An invoice line: to the customer's account (0 = cash customers) and the day it is posted. */
export function bookInvoice(books: Books, posted_on: number, party_id: number | null, amount_minor: number): void {
  const month = books.month(monthOfDay(posted_on));
  if (!month) return;
  addTo(month.billed_by_party, party_id ?? 0, amount_minor);
  addTo(month.billed_by_day, posted_on, amount_minor);
}

/** Invoices run behind shipments: part of what leaves in a month's last two days is billed on the second of the next. */
export function bookShipment(
  books: Books,
  shipment: {
    readonly order_number: string;
    readonly order_id: number;
    readonly party_id: number | null;
    readonly shipped_on: number;
    readonly amount_minor: number;
  },
): void {
  const month_number = monthOfDay(shipment.shipped_on);
  const end = lastDayOfMonth(month_number);
  const late = end - shipment.shipped_on < 2 && shipment.order_id % 5 < 2;
  bookInvoice(books, late ? end + 2 : shipment.shipped_on, shipment.party_id, shipment.amount_minor);
  if (late && shipment.amount_minor !== 0) {
    const { order_number, shipped_on, amount_minor } = shipment;
    books.month(month_number)?.unbilled.push({ order_number, shipped_on, amount_minor });
  }
}

export function addTo<K>(map: Map<K, number>, key: K, amount: number): void {
  map.set(key, (map.get(key) ?? 0) + amount);
}

export function addAt(array: Float64Array, index: number, amount: number): void {
  array[index] = (array[index] ?? 0) + amount;
}
