/**
 * What is added up while orders and purchases stream by, one for each company: enough for stock, plans, the ledger and the
 * close, and no more. It grows with positions × months, never with order lines.
 */
import { lastDayOfMonth } from '#domain/calendar.ts';
import { CATEGORIES } from './catalogue/categories.ts';
import type { DemoItem } from './catalogue/items.ts';
import type { DemoCompany, DemoSite } from './companies.ts';
import { Journals } from './ledger/journals.ts';
import { OpenItems } from './ledger/openItems.ts';
import { type Horizon, monthsBetween } from './size.ts';

export interface Books {
  /** Index of a position in the arrays: item.index × sites + site.index. */
  readonly position: (item: DemoItem, site: DemoSite) => number;
  /** Index of a month; negative before the first. */
  readonly monthIndex: (month: number) => number;
  readonly siteCategory: (site: DemoSite, item: DemoItem) => number;
  readonly site_categories: number;
  readonly reserved_qty_milli: Float64Array;
  /** Ordered in the last USAGE_DAYS days. */
  readonly usage_qty_milli: Float64Array;
  /** One bit for each channel that has an open line. */
  readonly open_channels: Uint8Array;
  /** Left the site less came back into stock, by position × month it moved in. */
  readonly out_qty_milli: Float64Array;
  /** Change of stock at cost, minor units, by day × site and category. */
  readonly value_flow: Float64Array;
  /** Net sales and contribution by month × channel × category. */
  readonly net: Float64Array;
  readonly gm3: Float64Array;
  /** Ordered quantity of the few items a planner forecasts: slot × sites × months. */
  readonly forecast_slot: ReadonlyMap<number, number>;
  readonly forecast_qty_milli: Float64Array;
  readonly journals: Journals;
  readonly receivables: OpenItems;
  readonly payables: OpenItems;
  readonly goods_received: OpenItems;
  readonly shipped: OpenItems;
  readonly billed_early: OpenItems;
  /** Owed for a month to carriers, portals, forwarders, and customers with a rebate; minor units. */
  readonly freight_due: Float64Array;
  readonly fee_due: Float64Array;
  readonly landed_due: Float64Array;
  readonly rebate_due: Float64Array;
  readonly landed_by_site: OpenItems;
  /** Last delivery note of a month at a site: `site_id/yyyymm`. */
  readonly last_shipment: Map<string, string>;
  /** Positions counted, by `site_id/yyyymm`. */
  readonly counted: Map<string, number>;
  /** Stock at cost at the end of each month (the last: today), by month × site and category; filled with the stock. */
  readonly closing_value: Float64Array;
  /** Stock without demand at cost, by site and category. */
  readonly idle_value: Float64Array;
}

export const USAGE_DAYS = 90;
/** A planner forecasts this share of the items, by weight. */
const FORECAST_SHARE = 0.03;
const MOST_FORECAST = 400;

export function openBooks(company: DemoCompany, items: readonly DemoItem[], horizon: Horizon): Books {
  const sites = company.sites.length;
  const months = horizon.months.length;
  const positions = items.length * sites;
  const site_categories = sites * CATEGORIES.length;
  const days = horizon.today - horizon.first_day + 1;
  const dates = [horizon.closed_period, horizon.open_period].map(lastDayOfMonth);
  const sums = (size: number) => new Float64Array(size);
  const forecast = items
    .filter((item) => item.pattern === 'steady')
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, Math.min(MOST_FORECAST, Math.ceil(items.length * FORECAST_SHARE)));
  return {
    position: (item, site) => item.index * sites + site.index,
    monthIndex: (month) => monthsBetween(horizon.first_month, month),
    siteCategory: (site, item) => site.index * CATEGORIES.length + item.category_index,
    site_categories,
    reserved_qty_milli: sums(positions),
    usage_qty_milli: sums(positions),
    open_channels: new Uint8Array(positions),
    out_qty_milli: sums(positions * months),
    value_flow: sums(days * site_categories),
    net: sums(months * company.channels.length * CATEGORIES.length),
    gm3: sums(months * company.channels.length * CATEGORIES.length),
    forecast_slot: new Map(forecast.map((item, slot) => [item.index, slot])),
    forecast_qty_milli: sums(forecast.length * sites * months),
    journals: new Journals(
      horizon,
      company.channels.map((channel) => channel.id),
    ),
    receivables: new OpenItems(dates),
    payables: new OpenItems(dates),
    goods_received: new OpenItems(dates),
    shipped: new OpenItems(dates),
    billed_early: new OpenItems(dates),
    freight_due: sums(months),
    fee_due: sums(months),
    landed_due: sums(months),
    rebate_due: sums(months),
    landed_by_site: new OpenItems(dates),
    last_shipment: new Map(),
    counted: new Map(),
    closing_value: sums(months * site_categories),
    idle_value: sums(site_categories),
  };
}

export function addTo<K>(map: Map<K, number>, key: K, amount: number): void {
  map.set(key, (map.get(key) ?? 0) + amount);
}

export function addAt(array: Float64Array, index: number, amount: number): void {
  array[index] = (array[index] ?? 0) + amount;
}
