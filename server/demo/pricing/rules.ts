/** The rules as rows: channels, prices, floors, rebates, fees, supplier prices, exchange rates, targets. */
import { addMonths, firstDayOfMonth } from '#domain/calendar.ts';
import { divideRounded, safeNumber } from '#domain/money.ts';
import type { DemoItem } from '../catalogue/items.ts';
import type { Step } from '../catalogue/levels.ts';
import { randomStream } from '../random.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import type { Horizon } from '../size.ts';
import { PRIORITY_CHANGED, priorityChangedOn, RULE_OWNERS } from '../governanceTerms.ts';
import { STORIES } from '../stories/stories.ts';
import type { CompanyWorld } from '../world.ts';
import { allowedBp } from '../orders/pricing.ts';
import { CHANNEL_TERMS } from './terms.ts';

const BLOCK_ROWS = 5_000;
/** Nobody sells below cost and this on top, except where the list itself leaves less. */
const FLOOR_OVER_COST_BP = 10_400;
/** The largest discount of any rule leaves more than this of the list price. */
const FLOOR_OF_LIST_BP = 7_350;

export function* ruleBatches(world: CompanyWorld): Generator<DemoBatch> {
  yield* channelRules(world);
  yield* blocks('price_rule', priceRules(world));
  yield* blocks('price_floor', priceFloors(world));
  yield { table: 'rebate_agreement', rows: rebates(world) };
  yield { table: 'channel_fee', rows: fees(world) };
  yield* supplierItems(world);
}

function* blocks(table: 'price_rule' | 'price_floor', rows: Iterable<object>): Generator<DemoBatch> {
  let held: object[] = [];
  for (const row of rows) {
    held.push(row);
    if (held.length < BLOCK_ROWS) continue;
    yield { table, rows: held } as DemoBatch;
    held = [];
  }
  if (held.length > 0) yield { table, rows: held } as DemoBatch;
}

function* channelRules({ company, ids, horizon }: CompanyWorld): Generator<DemoBatch> {
  yield {
    table: 'channel_rule',
    rows: company.channels.map((channel) => ({
      id: ids.next(),
      company_id: company.id,
      channel_id: channel.id,
      ...CHANNEL_TERMS[channel.kind],
      ...(channel.kind === PRIORITY_CHANGED ? { valid_from: priorityChangedOn(horizon) } : { valid_from: null }),
      valid_to: null,
      grace_days: channel.grace_days,
      owner: RULE_OWNERS.channel_rule,
    })),
  };
}

function* priceRules(world: CompanyWorld): Generator<DemoRow<'price_rule'>> {
  const { company, customers, items, list_steps, horizon, ids } = world;
  const any = { company_id: company.id, channel_id: null, party_id: null, item_id: null, category: null };
  for (const customer of customers) {
    if (customer.channel === 'ecommerce') continue;
    yield {
      ...any,
      id: ids.next(),
      party_id: customer.id,
      list_price_micro: null,
      max_discount_bp: customer.discount_bp,
      valid_from: horizon.first_day,
      valid_to: null,
      owner: RULE_OWNERS.price_rule,
    };
  }
  // the campaigns of the eroding channel were decided month by month
  const eroding = company.channels.find((channel) => channel.kind === STORIES.eroding_channel_kind);
  for (const month of horizon.months) {
    if (!eroding) break;
    yield {
      ...any,
      id: ids.next(),
      channel_id: eroding.id,
      list_price_micro: null,
      max_discount_bp: allowedBp(eroding.kind, month, horizon),
      valid_from: firstDayOfMonth(month),
      valid_to: month === horizon.this_month ? null : firstDayOfMonth(addMonths(month, 1)) - 1,
      owner: RULE_OWNERS.price_rule,
    };
  }
  for (const item of items) {
    for (const [level, price] of item.price_levels.entries()) {
      yield {
        ...any,
        id: ids.next(),
        item_id: item.id,
        list_price_micro: price,
        max_discount_bp: null,
        owner: RULE_OWNERS.list_price,
        ...validity(list_steps, level, horizon),
      };
    }
  }
}

/** What holds today of the first items of the supplier whose cost rose. */
export function risenFloors(world: CompanyWorld, count: number) {
  const rows = [...priceFloors({ ...world, ids: { next: () => 0 } })];
  const { today } = world.horizon;
  const held = rows.filter(
    ({ valid_from, valid_to }) => valid_from <= today && (valid_to === null || valid_to >= today),
  );
  const raised = held.filter(({ valid_from }) => valid_from > world.horizon.first_day);
  return raised.slice(0, count).map(({ item_id, floor_price_micro }) => ({ item_id, floor_price_micro }));
}

function* priceFloors(world: CompanyWorld): Generator<DemoRow<'price_floor'>> {
  const { company, items, horizon, ids } = world;
  for (const item of items) {
    const common = { company_id: company.id, channel_id: null, item_id: item.id };
    const risen = item.supplier.code === STORIES.cost_rise_supplier_code;
    const raised_on = firstDayOfMonth(addMonths(horizon.this_month, -STORIES.cost_rise_months));
    const oldest_price = item.price_levels[0] ?? item.list_price_micro;
    const cost = risen ? (item.cost_levels.at(-2) ?? item.unit_cost_micro) : (item.cost_levels[0] ?? 1);
    const floor = Math.min(share(cost, FLOOR_OVER_COST_BP), share(oldest_price, FLOOR_OF_LIST_BP));
    yield {
      id: ids.next(),
      ...common,
      floor_price_micro: floor,
      valid_from: horizon.first_day,
      valid_to: risen ? raised_on - 1 : null,
      owner: RULE_OWNERS.price_floor,
    };
    if (!risen) continue;
    yield {
      id: ids.next(),
      ...common,
      floor_price_micro: Math.max(floor, share(item.unit_cost_micro, FLOOR_OVER_COST_BP)),
      valid_from: raised_on,
      valid_to: null,
      owner: RULE_OWNERS.price_floor,
    };
  }
}

function rebates({ company, terms, horizon }: CompanyWorld): DemoRow<'rebate_agreement'>[] {
  const key_accounts = company.channels.find((channel) => channel.kind === 'key_accounts');
  return [...terms.rebates.values()].map((rebate) => ({
    id: rebate.id,
    company_id: company.id,
    channel_id: key_accounts?.id ?? null,
    party_id: rebate.customer.id,
    name: `Year bonus ${rebate.customer.name}`,
    rate_bp: rebate.rate_bp,
    threshold_minor: rebate.threshold_minor,
    valid_from: horizon.first_day,
    valid_to: null,
    owner: RULE_OWNERS.rebate_agreement,
  }));
}

function fees({ company, terms, horizon, ids }: CompanyWorld): DemoRow<'channel_fee'>[] {
  const portal = company.channels.find((channel) => channel.kind === 'ecommerce');
  if (!portal) return [];
  const common = { company_id: company.id, channel_id: portal.id, owner: RULE_OWNERS.channel_fee };
  const levels = terms.portal.map((level, nth) => {
    const next = terms.portal[nth + 1];
    return {
      id: ids.next(),
      ...common,
      name: 'Portal commission',
      rate_bp: level.rate_bp,
      valid_from: firstDayOfMonth(level.from_month),
      valid_to: next ? firstDayOfMonth(next.from_month) - 1 : null,
    };
  });
  const payment = {
    id: ids.next(),
    ...common,
    name: 'Payment provider',
    rate_bp: terms.payment_bp,
    valid_from: horizon.first_day,
    valid_to: null,
  };
  return [...levels, payment];
}

/** Price of a base unit at each level: the landed cost without what the way in adds. */
export function supplierPrice(item: DemoItem, cost_micro: number): number {
  return Math.max(
    1,
    safeNumber(divideRounded(BigInt(cost_micro) * 10_000n, BigInt(10_000 + item.supplier.inbound_bp))),
  );
}

function* supplierItems(world: CompanyWorld): Generator<DemoBatch> {
  const { company, items, horizon, ids, faults } = world;
  for (let from = 0; from < items.length; from += BLOCK_ROWS) {
    const rows: DemoRow<'supplier_item'>[] = [];
    const prices: DemoRow<'supplier_item_price'>[] = [];
    for (const item of items.slice(from, from + BLOCK_ROWS)) {
      const { supplier } = item;
      const fault = faults.get(item.id);
      if (fault === 'no_supplier') continue;
      const id = ids.next();
      rows.push({
        id,
        company_id: company.id,
        supplier_id: supplier.id,
        item_id: item.id,
        supplier_code: `${supplier.code.slice(2)}-${String(item.id % 1_000_000).padStart(6, '0')}`,
        moq_qty_milli: item.pack_qty_milli * (supplier.overseas ? 4 : item.index % 3 === 0 ? 2 : 1),
        multiple_qty_milli: fault === 'any_multiple' ? 0 : fault === 'negative_multiple' ? -1_000 : item.pack_qty_milli,
        lead_time_days: fault === 'negative_lead_time' ? -3 : supplier.lead_time_days,
        preferred: 1,
      });
      for (const [level, cost] of item.cost_levels.entries()) {
        prices.push({
          id: ids.next(),
          company_id: company.id,
          supplier_item_id: id,
          unit_price_micro: supplierPrice(item, cost),
          ...validity(item.cost_steps, level, horizon),
        });
      }
    }
    yield { table: 'supplier_item', rows };
    yield { table: 'supplier_item_price', rows: prices };
  }
}

/** The days on which a level holds. */
function validity(
  steps: readonly Step[],
  level: number,
  horizon: Horizon,
): { readonly valid_from: number; readonly valid_to: number | null } {
  const begins = steps[level - 1];
  const ends = steps[level];
  return {
    valid_from: begins ? firstDayOfMonth(begins.month) : horizon.first_day,
    valid_to: ends ? firstDayOfMonth(ends.month) - 1 : null,
  };
}

function share(micro: number, bp: number): number {
  return safeNumber(divideRounded(BigInt(micro) * BigInt(bp), 10_000n));
}

/** Pounds for a euro, by month: one walk for both companies. Millionths. */
export interface Rate {
  readonly month: number;
  readonly average_micro: number;
  readonly closing_micro: number;
}

export function poundRates(seed: number, horizon: Horizon): readonly Rate[] {
  const random = randomStream(seed, 'rates');
  let closing = 858_000;
  return horizon.months.map((month) => {
    const before = closing;
    closing = Math.min(900_000, Math.max(820_000, closing + random.whole(-7_000, 7_000)));
    return {
      month,
      average_micro: Math.round((before + closing) / 2) + random.whole(-900, 900),
      closing_micro: closing,
    };
  });
}

/** The same rate seen from the other currency. */
export function inverse(rate_micro: number): number {
  return safeNumber(divideRounded(1_000_000_000_000n, BigInt(rate_micro)));
}

/** Units of the other company's currency for one of the company's own. */
export function ratesSeenBy({ currency }: { readonly currency: string }, rates: readonly Rate[]): readonly Rate[] {
  if (currency === 'EUR') return rates;
  return rates.map(({ month, average_micro, closing_micro }) => ({
    month,
    average_micro: inverse(average_micro),
    closing_micro: inverse(closing_micro),
  }));
}

export function* rateBatches({ company, ids }: CompanyWorld, rates: readonly Rate[]): Generator<DemoBatch> {
  yield {
    table: 'fx_rate',
    rows: ratesSeenBy(company, rates).map(({ month, average_micro, closing_micro }) => ({
      id: ids.next(),
      company_id: company.id,
      month,
      currency: company.currency === 'EUR' ? 'GBP' : 'EUR',
      average_rate_micro: average_micro,
      closing_rate_micro: closing_micro,
      per_units: 1,
    })),
  };
}
