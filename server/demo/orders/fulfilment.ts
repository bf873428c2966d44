/** What becomes of an order line after its confirmation: cancelled, shipped in one or more parts, late, over, or open. */
import { addWorkdays, isWorkday } from '#domain/calendar.ts';
import type { DemoItem } from '../catalogue/items.ts';
import type { ChannelKind } from '../companies.ts';
import type { Random } from '../random.ts';
import { type Horizon, monthsBetween } from '../size.ts';
import { SLIPPING_MONTHS } from '../stories/stories.ts';

export interface Promise {
  readonly requested_on: number;
  readonly committed_on: number;
}

export interface PlannedShipment {
  readonly shipped_on: number;
  readonly delivered_on: number;
  readonly qty_milli: number;
}

export interface Fulfilment {
  readonly cancelled_qty_milli: number;
  readonly cancelled_by: 'customer' | 'us' | null;
  /** Up to and including today; what is planned later has not happened. */
  readonly shipments: readonly PlannedShipment[];
  /** Ordered less cancelled less shipped, never below zero. */
  readonly open_qty_milli: number;
  /** When the last part leaves or left, as planned; null = nothing will. */
  readonly last_planned_on: number | null;
}

const ON_TIME: Readonly<Record<ChannelKind, number>> = {
  inside_sales: 0.955,
  key_accounts: 0.945,
  ecommerce: 0.965,
  counter: 0.995,
};

/** What was agreed at confirmation. Key accounts place part of their orders weeks ahead. */
export function promiseFor(channel: ChannelKind, ordered_on: number, random: Random): Promise {
  if (channel === 'counter') return { requested_on: ordered_on, committed_on: ordered_on };
  const days =
    channel === 'ecommerce'
      ? random.whole(1, 3)
      : channel === 'inside_sales'
        ? random.whole(2, 6)
        : random.chance(0.18)
          ? random.whole(10, 32)
          : random.whole(3, 8);
  const requested_on = addWorkdays(ordered_on, days);
  // where stock is short at confirmation, a later date is committed than was asked for
  const committed_on = random.chance(0.08) ? addWorkdays(requested_on, random.whole(1, 6)) : requested_on;
  return { requested_on, committed_on };
}

export function fulfil(
  line: {
    readonly item: DemoItem;
    readonly channel: ChannelKind;
    readonly ordered_on: number;
    readonly month: number;
    readonly qty_milli: number;
    readonly promise: Promise;
    /** All of it leaves in time. */
    readonly whole: boolean;
  },
  horizon: Horizon,
  random: Random,
): Fulfilment {
  const { item, channel, qty_milli, promise } = line;
  const on_time = Math.max(0.3, ON_TIME[channel] - supplyTrouble(item, line.month, horizon));
  const draw = random.float();
  const transit = transitDays(channel, random);
  const dispatch = dispatchDay(line.ordered_on, promise.committed_on, transit, channel, random);
  const part = (shipped_on: number, part_qty_milli: number): PlannedShipment => ({
    shipped_on,
    delivered_on: transit === 0 ? shipped_on : addWorkdays(shipped_on, transit),
    qty_milli: part_qty_milli,
  });

  if (line.whole) return outcome(qty_milli, 0, null, [part(dispatch, qty_milli)], horizon);
  if (draw < 0.012) return outcome(qty_milli, qty_milli, 'customer', [], horizon);
  if (draw < (item.pattern === 'dying' ? 0.05 : 0.017)) return outcome(qty_milli, qty_milli, 'us', [], horizon);

  const packs = Math.floor(qty_milli / item.pack_qty_milli);
  const first_qty = packs > 1 ? Math.max(1, Math.round(packs * (0.4 + 0.5 * random.float()))) * item.pack_qty_milli : 0;
  const parted = first_qty > 0 && first_qty < qty_milli && channel !== 'counter';
  if (parted && draw < 0.017 + 0.055 + (1 - on_time) * 0.3) {
    const rest_on = addWorkdays(promise.committed_on, backorderDays(random));
    const fate = random.float();
    const first = part(dispatch, first_qty);
    // a remainder is called off by the customer, given up by us, or follows
    if (fate < 0.08) return outcome(qty_milli, qty_milli - first_qty, 'customer', [first], horizon);
    if (fate < 0.12) return outcome(qty_milli, qty_milli - first_qty, 'us', [first], horizon);
    return outcome(qty_milli, 0, null, [first, part(rest_on, qty_milli - first_qty)], horizon);
  }
  if (random.float() > on_time) {
    const shipped_on = channel === 'counter' ? dispatch : addWorkdays(promise.committed_on, backorderDays(random));
    return outcome(qty_milli, 0, null, [part(shipped_on, qty_milli)], horizon);
  }
  const over = channel === 'key_accounts' && random.chance(0.02) ? item.pack_qty_milli : 0;
  return outcome(qty_milli, 0, null, [part(dispatch, qty_milli + over)], horizon);
}

/** How much a line's chance of being on time drops: a supplier that slips, an item that is new, the rush of December. */
export function supplyTrouble(item: DemoItem, month: number, horizon: Horizon): number {
  const age = monthsBetween(month, horizon.this_month);
  const slip = item.supplier.slipping && age < SLIPPING_MONTHS ? 0.07 * (SLIPPING_MONTHS - age) : 0;
  return slip + (item.pattern === 'new' ? 0.08 : 0) + (month % 100 === 12 ? 0.04 : 0);
}

function outcome(
  ordered: number,
  cancelled: number,
  cancelled_by: 'customer' | 'us' | null,
  planned: readonly PlannedShipment[],
  horizon: Horizon,
): Fulfilment {
  const happened = planned.filter((shipment) => shipment.shipped_on <= horizon.today);
  // a cancelled remainder whose first part has not left yet is still one open line
  const shipped = happened.reduce((sum, shipment) => sum + shipment.qty_milli, 0);
  return {
    cancelled_qty_milli: cancelled,
    cancelled_by: cancelled > 0 ? cancelled_by : null,
    shipments: happened,
    open_qty_milli: Math.max(0, ordered - cancelled - shipped),
    last_planned_on: planned.at(-1)?.shipped_on ?? null,
  };
}

/** Goods leave in time to arrive on the committed date or the working day before it, never before the order. */
function dispatchDay(
  ordered_on: number,
  committed_on: number,
  transit: number,
  channel: ChannelKind,
  random: Random,
): number {
  if (channel === 'counter') return ordered_on;
  let day = committed_on;
  for (let left = transit + (random.chance(0.35) ? 1 : 0); left > 0 && day > ordered_on; ) {
    day -= 1;
    if (isWorkday(day)) left -= 1;
  }
  return Math.max(ordered_on, day);
}

/** Working days on the road; over the counter none. */
function transitDays(channel: ChannelKind, random: Random): number {
  if (channel === 'counter') return 0;
  const draw = random.float();
  return draw < 0.72 ? 1 : draw < 0.95 ? 2 : draw < 0.985 ? 3 : random.whole(4, 6);
}

/** Mostly days, sometimes weeks. */
function backorderDays(random: Random): number {
  return random.chance(0.12) ? random.whole(12, 35) : random.whole(1, 9);
}
