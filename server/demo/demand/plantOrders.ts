/** Who orders the planted items, and when: customers of inside sales, whole quantities, delivered as promised. */
import { addWorkdays, firstDayOfMonth, isWorkday } from '#domain/calendar.ts';
import type { DemoItem } from '../catalogue/items.ts';
import type { OrderWriter } from '../orders/orderWriter.ts';
import type { Random } from '../random.ts';
import type { CompanyWorld } from '../world.ts';
import { orderDays, plantFactor, type PlantOfItem } from './plants.ts';

/** A month is as much more or less than its level says, at most. */
const CHANCE = 0.07;
/** Large buyers take them in turn: what they order is little beside the rest they buy. */
const BUYERS = 6;

interface PlantOrder {
  readonly item: DemoItem;
  readonly packs: number;
  readonly nth: number;
}

/** All orders of the planted items by their day, up to today. */
export function plantOrders({ items, horizon, stream }: CompanyWorld): ReadonlyMap<number, readonly PlantOrder[]> {
  const byDay = new Map<number, PlantOrder[]>();
  let nth = 0;
  for (const item of items) {
    const { plant } = item;
    if (plant === null) continue;
    const random = stream(`plants/${plant.kind}`);
    for (const month of horizon.months) {
      const days = orderDays(plant, month, horizon);
      const packs = monthPacks(plant, plantFactor(plant, month, horizon), random);
      for (const [at, day] of days.entries()) {
        const own = Math.floor(((at + 1) * packs) / days.length) - Math.floor((at * packs) / days.length);
        const on = workday(firstDayOfMonth(month) + day);
        nth += 1;
        if (own <= 0 || on > horizon.today || on > item.sold_until) continue;
        const held = byDay.get(on);
        const order = { item, packs: own, nth };
        if (held) held.push(order);
        else byDay.set(on, [order]);
      }
    }
  }
  return byDay;
}

function monthPacks({ level_packs }: PlantOfItem, factor: number, random: Random): number {
  const chance = 1 + CHANCE * (2 * random.float() - 1);
  return factor === 0 ? 0 : Math.max(1, Math.round(level_packs * factor * chance));
}

function workday(day: number): number {
  return isWorkday(day) ? day : addWorkdays(day, 1);
}

/** Writes those of a day. */
export function takePlantOrders(
  { company, customers }: CompanyWorld,
  writer: OrderWriter,
  orders: readonly PlantOrder[],
  day: number,
): void {
  const site = company.sites[0];
  const channel = company.channels.find(({ kind }) => kind === 'inside_sales');
  if (!site || !channel) return;
  const buyers = customers
    .filter((each) => each.channel === 'inside_sales' && each.warehouse === site)
    .toSorted((a, b) => b.weight - a.weight || a.id - b.id)
    .slice(0, BUYERS);
  for (const { item, packs, nth } of orders) {
    const customer = buyers[nth % buyers.length];
    if (!customer) return;
    const committed_on = addWorkdays(day, 2);
    writer.order({
      channel,
      customer,
      site,
      country: customer.country,
      ordered_on: day,
      items: [item],
      promise: { requested_on: committed_on, committed_on },
      whole_qty_milli: packs * item.pack_qty_milli,
    });
  }
}

/** Lines they make: so many fewer are made of others. */
export function plantLines(orders: ReadonlyMap<number, readonly PlantOrder[]>): number {
  let lines = 0;
  for (const each of orders.values()) lines += each.length;
  return lines;
}
