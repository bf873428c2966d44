/** The stream of sales orders of one company, day by day: orders, lines, landed cost, shipments, returns. */
import { addWorkdays, isWorkday, monthOfDay, weekday } from '#domain/calendar.ts';
import { type DemoItem, demandInMonth } from '../catalogue/items.ts';
import { type DemoChannel, type DemoSite, homeWarehouse } from '../companies.ts';
import type { DemoCustomer } from '../parties.ts';
import { type Random, weightedChoice } from '../random.ts';
import type { DemoBatch } from '../rows.ts';
import { type Horizon, monthsBetween } from '../size.ts';
import { STORIES } from '../stories/stories.ts';
import type { CompanyWorld } from '../world.ts';
import { plantLines, plantOrders, takePlantOrders } from '../demand/plantOrders.ts';
import { OrderWriter } from './orderWriter.ts';
import { takeReturns } from './returns.ts';

/** Goods lines are this share of all lines; the rest is freight, fees, bonuses and returns. */
const GOODS_SHARE = 0.87;
/** Sales of the months of a year against its mean, January first: summer is quiet, November busy. */
const YEAR = [0.95, 0.98, 1.06, 1.03, 1.02, 1.01, 0.9, 0.84, 1.05, 1.08, 1.12, 0.93];
/** Categories below it earn little. */
const MIDDLE_MARKUP = 1.7;
/** A day's rows are handed on when they exceed this. */
const FLUSH_ROWS = 4_000;

export function* orderBatches(world: CompanyWorld, order_lines: number): Generator<DemoBatch> {
  const { company, horizon } = world;
  const writer = new OrderWriter(world);
  const random = writer.random;
  const planned = plantOrders(world);
  const channels = company.channels.map((channel) => ({
    channel,
    lines_per_weight: othersLines(channel) / totalWeight(channel, horizon),
    owed: 0,
    chooseCustomer: customersOf(world, channel, random),
  }));
  function othersLines({ kind, share }: DemoChannel): number {
    const own = kind === 'inside_sales' ? plantLines(planned) : 0;
    return Math.max(0, order_lines * company.share * share * GOODS_SHARE - own);
  }
  let month = 0;
  let chooseItem: readonly (((random: Random) => number) | null)[] = [];
  for (let day = horizon.first_day; day <= horizon.today; day++) {
    if (monthOfDay(day) !== month) {
      month = monthOfDay(day);
      chooseItem = company.channels.map((channel) => itemChooser(world, month, channel));
    }
    for (const [nth, state] of channels.entries()) {
      state.owed += state.lines_per_weight * dayWeight(day, state.channel, horizon);
      const choose = chooseItem[nth];
      if (!choose) continue;
      while (state.owed >= 0.5) {
        const lines = lineCount(state.channel.order_lines, random);
        state.owed -= lines;
        const { customer, site, country } = state.chooseCustomer();
        writer.order({
          channel: state.channel,
          customer,
          site,
          country,
          ordered_on: day,
          items: Array.from({ length: lines }, () => sellingItem(world.items, choose, day, random)),
        });
      }
    }
    takePlantOrders(world, writer, planned.get(day) ?? [], day);
    takeReturns(writer, day);
    if (day === horizon.today - 1) orderShortItem(world, writer, day);
    if (writer.count() >= FLUSH_ROWS) yield* writer.flush();
  }
  writer.finish();
  yield* writer.flush();
}

/**
 * Key accounts wait for the short item this week, before its late receipt comes. What they pay is beyond their rules: one far
 * below the floor, one while it owes more than its limit.
 */
function orderShortItem({ company, items, customers, horizon }: CompanyWorld, writer: OrderWriter, day: number): void {
  const item = items.find((each) => each.code === STORIES.short_item_code);
  const channel = company.channels.find((each) => each.kind === 'key_accounts');
  const site = company.sites[0];
  if (company.code !== 'HAL' || !item || !channel || !site) return;
  const coded = (code: string) => customers.find((each) => each.code === code);
  const waiting = [
    [coded(STORIES.over_discounted_customer_code), 2_400],
    [coded(STORIES.over_limit_customer_code), 300],
    [customers[4], 550],
  ] as const;
  for (const [nth, [customer, over_bp]] of waiting.entries()) {
    if (!customer) continue;
    const committed_on = addWorkdays(horizon.today, 3 + (nth % 2));
    const promise = { requested_on: committed_on, committed_on };
    const { country } = customer;
    const discount = { discount_bp: customer.discount_bp + over_bp, approved_by: null };
    writer.order({ channel, customer, site, country, ordered_on: day, items: [item], promise, discount });
  }
}

/** How busy a channel is on a day, relative. The last day has only begun. */
function dayWeight(day: number, channel: DemoChannel, horizon: Horizon): number {
  const month = monthOfDay(day);
  const season = YEAR[(month % 100) - 1] ?? 1;
  const growth = 1 + 0.006 * monthsBetween(horizon.first_month, month);
  const saturday = weekday(day) === 5;
  const weekend = channel.kind === 'ecommerce' ? 0.45 : channel.kind === 'counter' && saturday ? 0.5 : 0;
  return season * growth * (isWorkday(day) ? 1 : weekend) * (day === horizon.today ? 0.25 : 1);
}

function totalWeight(channel: DemoChannel, horizon: Horizon): number {
  let total = 0;
  for (let day = horizon.first_day; day <= horizon.today; day++) total += dayWeight(day, channel, horizon);
  return total;
}

function itemChooser({ items, horizon }: CompanyWorld, month: number, channel: DemoChannel) {
  return weightedChoice(
    items.map((item) =>
      item.plant !== null || (channel.kind === 'counter' && !item.at_counters)
        ? 0
        : demandInMonth(item, month) * item.category.channels[channel.kind] * mixDrift(item, month, channel, horizon),
    ),
  );
}

/** The eroding channel sells ever more of what earns little. */
function mixDrift(item: DemoItem, month: number, channel: DemoChannel, horizon: Horizon): number {
  if (channel.kind !== STORIES.eroding_channel_kind || horizon.calm_margins) return 1;
  const progress = Math.max(0, 12 - monthsBetween(month, horizon.this_month)) / 12;
  return item.category.markup < MIDDLE_MARKUP ? 1 + 0.8 * progress : 1 - 0.3 * progress;
}

/** An item that is sold on that very day: months are coarser than introductions and ends. */
function sellingItem(
  items: readonly DemoItem[],
  choose: (random: Random) => number,
  day: number,
  random: Random,
): DemoItem {
  for (let attempt = 0; attempt < 200; attempt++) {
    const item = items[choose(random)];
    if (item && day >= item.sold_from && day <= item.sold_until) return item;
  }
  throw new Error(`no item sells on day ${day}`);
}

/** One and more, with the given mean. */
function lineCount(mean: number, random: Random): number {
  let count = 1;
  while (count < 40 && random.float() < 1 - 1 / mean) count += 1;
  return count;
}

interface Buyer {
  readonly customer: DemoCustomer | null;
  readonly site: DemoSite;
  readonly country: string;
}

/** Who buys in a channel and where it is served. Walk-in and guest customers have no account. */
function customersOf(world: CompanyWorld, channel: DemoChannel, random: Random): () => Buyer {
  const { company } = world;
  const kind = channel.kind === 'counter' ? 'inside_sales' : channel.kind;
  const customers = world.customers.filter((customer) => customer.channel === kind);
  const choose = weightedChoice(customers.map((customer) => customer.weight));
  const counters = company.sites.filter((site) => site.kind === 'counter');
  const chooseCounter = weightedChoice(counters.map((site) => site.share));
  const chooseCountry = weightedChoice(company.countries.map(([, weight]) => weight));
  return () => {
    const customer = customers[choose?.(random) ?? -1] ?? null;
    if (channel.kind === 'counter') {
      const site = counters[chooseCounter?.(random) ?? 0];
      if (!site) throw new Error(`company ${company.code} has no counter`);
      return { customer: random.chance(0.65) ? null : customer, site, country: site.country };
    }
    if (!customer || (channel.kind === 'ecommerce' && random.chance(0.25))) {
      const country = company.countries[chooseCountry?.(random) ?? 0]?.[0] ?? 'NL';
      return { customer: null, site: homeWarehouse(company, country, random.float()), country };
    }
    const site = random.chance(0.06) ? homeWarehouse(company, '', random.float()) : customer.warehouse;
    return { customer, site, country: customer.country };
  };
}
