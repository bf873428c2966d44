/** Policies and stock balances, drawn so that free stock is mostly within policy and every kind of trouble is present. */
import { monthOfDay } from '#domain/calendar.ts';
import { lineAmountMinor, safeNumber } from '#domain/money.ts';
import { addAt, addTo, USAGE_DAYS } from '../books.ts';
import type { DemoItem } from '../catalogue/items.ts';
import type { DemoSite } from '../companies.ts';
import { isShortStory, type PurchaseWorld } from '../purchases/purchases.ts';
import type { Random } from '../random.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import { STORIES } from '../stories.ts';

/** Stock is kept in whole base units. */
const UNIT_MILLI = 1_000;
const FLUSH_ROWS = 4_000;
/** Cover between minimum and maximum, days of usage. */
const COVER_DAYS = 30;
const SAFETY_FACTOR = 1.65;

interface Policy {
  readonly min_qty_milli: number;
  readonly max_qty_milli: number;
}

export function* positionBatches(world: PurchaseWorld): Generator<DemoBatch> {
  const { company, items, books, horizon, ids, random } = world;
  let policies: DemoRow<'policy'>[] = [];
  let balances: DemoRow<'stock_balance'>[] = [];
  for (const site of company.sites) {
    for (const item of items) {
      const position = books.position(item, site);
      const usage = books.usage_qty_milli[position] ?? 0;
      const reserved = books.reserved_qty_milli[position] ?? 0;
      if (site.kind === 'counter' && !item.at_counters && usage === 0 && reserved === 0) continue;
      const policy = policyFor(item, site, usage / USAGE_DAYS, random);
      const common = { company_id: company.id, site_id: site.id, item_id: item.id };
      if (policy) {
        policies.push({
          id: ids.next(),
          ...common,
          ...policy,
          multiple_qty_milli: item.pack_qty_milli,
          lead_time_days: item.supplier.lead_time_days,
          owner: random.chance(0.1) ? null : site.kind === 'dc' ? 'planner' : 'buyer',
        });
      }
      const on_hand = isShortStory(company, item, site)
        ? // less than a week's usage, while the late receipt is a week away
          wholeUnits((usage / USAGE_DAYS) * 4)
        : onHand(item, site, policy, reserved, (books.incoming_qty_milli[position] ?? 0) > 0, random);
      const counted_on = random.chance(0.15) ? null : horizon.today - random.whole(1, 160);
      balances.push({
        id: ids.next(),
        ...common,
        on_hand_qty_milli: on_hand,
        reserved_qty_milli: reserved,
        counted_on,
      });
      const value = safeNumber(lineAmountMinor(BigInt(on_hand), BigInt(item.unit_cost_micro), company.currency));
      addAt(books.stock_value, books.siteCategory(site, item), value);
      if (usage === 0) addAt(books.idle_value, books.siteCategory(site, item), value);
      if (counted_on !== null) addTo(books.counted, `${site.id}/${monthOfDay(counted_on)}`, 1);
      if (balances.length >= FLUSH_ROWS) {
        yield { table: 'policy', rows: policies };
        yield { table: 'stock_balance', rows: balances };
        policies = [];
        balances = [];
      }
    }
  }
  if (policies.length > 0) yield { table: 'policy', rows: policies };
  if (balances.length > 0) yield { table: 'stock_balance', rows: balances };
}

/** Reorder point from usage over the lead time plus safety stock; null for what is no longer planned. */
function policyFor(item: DemoItem, site: DemoSite, daily: number, random: Random): Policy | null {
  if (item.pattern === 'dying') return null;
  if (daily === 0) {
    // spares without recent demand: a pack or two in the warehouses, elsewhere to order
    return site.kind === 'dc' && random.chance(0.85)
      ? { min_qty_milli: item.pack_qty_milli, max_qty_milli: 3 * item.pack_qty_milli }
      : null;
  }
  const lead = item.supplier.lead_time_days;
  const deviation = daily * (item.pattern === 'intermittent' ? 2.2 : 1.1);
  const lead_deviation = item.supplier.lateness_days * (1 - item.supplier.reliability);
  const safety = SAFETY_FACTOR * Math.sqrt(lead * deviation ** 2 + daily ** 2 * lead_deviation ** 2);
  const packs = (qty_milli: number) => Math.ceil(qty_milli / item.pack_qty_milli) * item.pack_qty_milli;
  const min_qty_milli = packs(daily * lead + safety);
  return { min_qty_milli, max_qty_milli: min_qty_milli + Math.max(item.pack_qty_milli, packs(daily * COVER_DAYS)) };
}

/** What lies there. Free stock is drawn around the policy; counters sometimes sell before a receipt is booked. */
function onHand(
  item: DemoItem,
  site: DemoSite,
  policy: Policy | null,
  reserved: number,
  incoming: boolean,
  random: Random,
): number {
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

function wholeUnits(qty_milli: number): number {
  return Math.floor(qty_milli / UNIT_MILLI) * UNIT_MILLI;
}
