/** Minimum and maximum of a position, and what lies there today, drawn so that every kind of trouble is present. */
import { USAGE_DAYS } from '../books.ts';
import type { DemoItem } from '../catalogue/items.ts';
import type { DemoSite } from '../companies.ts';
import type { Random } from '../random.ts';
import { STORIES } from '../stories/stories.ts';

/** Stock is kept in whole base units. */
export const UNIT_MILLI = 1_000;
/** Cover between minimum and maximum, days of usage. */
const COVER_DAYS = 30;
const SAFETY_FACTOR = 1.65;

export interface Policy {
  readonly min_qty_milli: number;
  readonly max_qty_milli: number;
}

/** Reorder point from usage over the lead time plus safety stock; null for what is no longer planned. */
export function policyFor(item: DemoItem, site: DemoSite, usage: number, random: Random): Policy | null {
  const daily = usage / USAGE_DAYS;
  if (item.pattern === 'dying') return null;
  if (daily === 0) {
    // spares without recent demand: a pack or two in the warehouses, elsewhere to order
    return site.kind === 'dc' && random.chance(0.85)
      ? { min_qty_milli: item.pack_qty_milli, max_qty_milli: 3 * item.pack_qty_milli }
      : null;
  }
  const lead = site.kind === 'dc' ? item.supplier.lead_time_days : 5;
  const deviation = daily * (item.pattern === 'intermittent' ? 2.2 : 1.1);
  const lead_deviation = item.supplier.lateness_days * (1 - item.supplier.reliability);
  const safety = SAFETY_FACTOR * Math.sqrt(lead * deviation ** 2 + daily ** 2 * lead_deviation ** 2);
  const min_qty_milli = wholePacks(item, daily * lead + safety);
  return {
    min_qty_milli,
    max_qty_milli: min_qty_milli + Math.max(item.pack_qty_milli, wholePacks(item, daily * COVER_DAYS)),
  };
}

/** What lies there. Free stock is drawn around the policy; counters sometimes sell before a receipt is booked. */
export function onHandToday(
  item: DemoItem,
  site: DemoSite,
  policy: Policy | null,
  reserved: number,
  incoming: boolean,
  random: Random,
): number {
  // what lies there of planted items is no story of its own
  if (item.plant !== null && site.index === 0) {
    const free = policy ? inPolicy(policy.min_qty_milli, policy.max_qty_milli, random) : 0;
    return reserved + Math.max(free, wholeUnits(2 * item.plant.level_packs * item.pack_qty_milli));
  }
  if (reserved > 0 && random.chance(STORIES.oversold_share)) return wholeUnits(reserved * (0.3 + 0.5 * random.float()));
  if (!policy) {
    const left = item.pattern === 'dying' ? random.whole(2, 24) : random.whole(0, 2);
    return reserved + left * item.pack_qty_milli;
  }
  if (site.kind === 'counter' && reserved === 0 && random.chance(0.02)) return -random.whole(1, 4) * UNIT_MILLI;
  const { min_qty_milli: min, max_qty_milli: max } = policy;
  const draw = random.float();
  let free: number;
  if (draw < 0.7) return reserved + inPolicy(min, max, random);
  else if (draw < 0.76) free = min * (1.01 + 0.08 * random.float());
  else if (draw < (incoming ? 0.88 : 0.82)) free = min * (0.35 + 0.6 * random.float());
  else if (draw < 0.9) free = min * 0.1 * random.float();
  else if (draw < 0.95) free = max * (1 + 0.3 * random.float());
  else free = max * (2 + 5 * random.float());
  return reserved + wholeUnits(Math.max(0, free));
}

/** Above the warning line at 110 % of the minimum, up to the maximum. */
function inPolicy(min: number, max: number, random: Random): number {
  const free = min * 1.12 + Math.max(0, max - min * 1.12) * random.float();
  return Math.ceil(free / UNIT_MILLI) * UNIT_MILLI;
}

export function wholeUnits(qty_milli: number): number {
  return Math.floor(qty_milli / UNIT_MILLI) * UNIT_MILLI;
}

/** At least one pack, rounded up. */
export function wholePacks(item: DemoItem, qty_milli: number): number {
  return Math.max(1, Math.ceil(qty_milli / item.pack_qty_milli)) * item.pack_qty_milli;
}
