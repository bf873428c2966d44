/** What was known of suppliers, items and lanes on any day, and the lines open now: read off the columns in two passes. */
import { type LateRate, RateHistory } from '#domain/risk/rates.ts';
import { countLooks, LOOK_BACK_DAYS } from '#domain/risk/sample.ts';
import { WINDOW_DAYS } from '#domain/risk/lineCase.ts';
import type { GoodsLine } from './goodsLines.ts';

export type EachLine = (visit: (line: Readonly<GoodsLine>) => void) => void;

/** What of a line does not lie in its columns. */
export interface LineRules {
  readonly as_of_on: number;
  /** 0 = none. */
  readonly supplierOf: (item_id: number) => number;
  /** The last day that is in time. */
  readonly cutOffOf: (line: GoodsLine) => number;
  /** Orders not done and not cancelled. */
  readonly openOrders: ReadonlySet<number>;
}

/** Its outcome is known, and it was not called off whole. */
export function isPast(line: GoodsLine, cut_off_on: number, as_of_on: number): boolean {
  return cut_off_on < as_of_on && line.qty_milli > 0;
}

const ITEM_BUCKET_DAYS = 30;

/** Places of keys in the order they are met. */
class Places<K> {
  private readonly places = new Map<K, number>();
  get size(): number {
    return this.places.size;
  }
  meet(key: K): void {
    if (!this.places.has(key)) this.places.set(key, this.places.size);
  }
  of(key: K): number {
    return this.places.get(key) ?? 0;
  }
}

/** Ways from a site to a country. Two look-ups instead of one of a text that would have to be made for every line. */
class Lanes {
  private readonly byCountry = new Map<string, Map<number, number>>();
  size = 0;
  meet({ country, site_id }: Lane): void {
    let bySite = this.byCountry.get(country);
    if (bySite === undefined) {
      bySite = new Map();
      this.byCountry.set(country, bySite);
    }
    if (bySite.has(site_id)) return;
    bySite.set(site_id, this.size);
    this.size += 1;
  }
  of({ country, site_id }: Lane): number {
    return this.byCountry.get(country)?.get(site_id) ?? 0;
  }
}

type Lane = Pick<GoodsLine, 'site_id' | 'country'>;

export interface LateHistory {
  /** Lines open now. */
  readonly open: readonly GoodsLine[];
  /** How many looks there are at lines of the past, before those are left out that found them shipped. */
  readonly looks: number;
  /** Before it too little had been known to learn from. */
  readonly first_look_on: number;
  readonly first_sold_on: (item_id: number) => number | undefined;
  readonly supplier: (item_id: number, on: number, days: number) => LateRate;
  readonly item: (item_id: number, on: number) => LateRate;
  readonly lane: (line: GoodsLine, on: number) => LateRate;
  readonly all: (on: number) => LateRate;
}

/** `past` sees every line of which the outcome is known. */
export function lateHistory(
  each: EachLine,
  { as_of_on, supplierOf, cutOffOf, openOrders }: LineRules,
  past: (line: Readonly<GoodsLine>, cut_off_on: number, history: Pick<LateHistory, 'looks' | 'first_look_on'>) => void,
): LateHistory {
  const items = new Places<number>();
  const lanes = new Lanes();
  const suppliers = new Places<number>();
  const first_sold_on = new Map<number, number>();
  const open: GoodsLine[] = [];
  let first_on = as_of_on;
  let looks = 0;
  // places of keys first, since a history is as long as its keys are many
  each((line) => {
    items.meet(line.item_id);
    lanes.meet(line);
    suppliers.meet(supplierOf(line.item_id));
    if (line.ordered_on < first_on) first_on = line.ordered_on;
    const first = first_sold_on.get(line.item_id);
    if (first === undefined || line.ordered_on < first) first_sold_on.set(line.item_id, line.ordered_on);
    const cut_off_on = cutOffOf(line);
    if (isPast(line, cut_off_on, as_of_on)) looks += countLooks(line.ordered_on, cut_off_on, 0, as_of_on);
    if (line.open_qty_milli > 0 && openOrders.has(line.order_id)) open.push({ ...line });
  });
  const from_on = as_of_on - LOOK_BACK_DAYS - WINDOW_DAYS.item - ITEM_BUCKET_DAYS;
  const history = (keys: number, bucket_days = 1) =>
    new RateHistory(Math.max(1, keys), from_on, as_of_on - 1, bucket_days);
  const [supplier, item] = [history(suppliers.size), history(items.size, ITEM_BUCKET_DAYS)];
  const [lane, all] = [history(lanes.size), history(1)];
  const first_look_on = first_on + WINDOW_DAYS.supplier;
  each((line) => {
    const on = cutOffOf(line);
    if (!isPast(line, on, as_of_on)) return;
    supplier.add(suppliers.of(supplierOf(line.item_id)), on, line.late);
    item.add(items.of(line.item_id), on, line.late);
    lane.add(lanes.of(line), on, line.late);
    all.add(0, on, line.late);
    past(line, on, { looks, first_look_on });
  });
  for (const one of [supplier, item, lane, all]) one.finish();
  return {
    open,
    looks,
    first_look_on,
    first_sold_on: (item_id) => first_sold_on.get(item_id),
    supplier: (item_id, on, days) => supplier.before(suppliers.of(supplierOf(item_id)), on, days),
    item: (item_id, on) => item.before(items.of(item_id), on, WINDOW_DAYS.item),
    lane: (line, on) => lane.before(lanes.of(line), on, WINDOW_DAYS.lane),
    all: (on) => all.before(0, on, WINDOW_DAYS.all),
  };
}
