/**
 * What forecasts are put to the test by: items whose demand at one site is planned month by month, each with one thing that
 * happened to it. Nothing else orders them, so what a forecast says of them has an answer. See docs/DEMO.md.
 */
import { addMonths, firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import type { DemoItem } from '../catalogue/items.ts';
import type { DemoCompany } from '../companies.ts';
import type { Fault } from '../inventory/faults.ts';
import { monthsBetween, type Horizon } from '../size.ts';
import { STORIES } from '../stories/stories.ts';

export const DEMAND_PLANTS = [
  'level_shift',
  'spike',
  'unit_error',
  'ending',
  'new',
  'season',
  'intermittent',
  'lumpy',
  'stockout',
] as const;
export type DemandPlant = (typeof DEMAND_PLANTS)[number];

export interface PlantOfItem {
  readonly kind: DemandPlant;
  /** Packs of a usual month. */
  readonly level_packs: number;
  /** Nothing happens to it: it is asked for in the same way, every month about as much. */
  readonly calm: boolean;
}

/** One planted item: the answer a forecast is marked against. */
export interface PlantedDemand {
  readonly kind: DemandPlant;
  readonly company_code: string;
  readonly site_code: string;
  readonly item_code: string;
  readonly item_id: number;
  readonly site_id: number;
  /** yyyymm: in which months it is otherwise than usual, both inclusive. */
  readonly from_month: number;
  readonly to_month: number;
  /** What these months are of a usual one; null = of the same level, at other times. */
  readonly factor: number | null;
}

/** Of their months these: whole months before the running one, 1 = the last. */
const SHIFTED = { months: 3, factor: 1.9 };
const SPIKE_FACTOR = 4;
/** Pieces asked for where the customer meant packs of a dozen. */
export const UNIT_FACTOR = 12;
const ENDED_MONTHS_AGO = 13;
const NEW_MONTHS = 3;
/** Nothing lay there from the one month to the next. */
const STOCKOUT_MONTHS_AGO = 6;
/** January first; over the year about a usual month each. */
const SEASON = [0.35, 0.4, 0.6, 0.9, 1.3, 1.75, 1.95, 1.8, 1.2, 0.8, 0.55, 0.4];

/** Worth of a usual month at cost: enough that a break is worth a look, too little to move the company's figures. */
const LEVEL_MINOR = 40_000;
const FEWEST_PACKS = 24;
/** What a pack may cost, minor units. */
const PACK_MINOR = [80, 1_600] as const;
/** The best sellers are planned by hand and have stories of their own. */
const BEST_SELLERS = 0.12;

/** The items as they are, some of them planted: ordinary ones of the first company that no story speaks of. */
export function withPlants(
  company: DemoCompany,
  items: readonly DemoItem[],
  faults: ReadonlyMap<number, Fault>,
  horizon: Horizon,
  calm: boolean,
): readonly DemoItem[] {
  if (company.code !== 'HAL') return items;
  const best = items.toSorted((a, b) => b.weight - a.weight)[Math.floor(items.length * BEST_SELLERS)]?.weight ?? 0;
  const candidates = items.filter(
    (item) =>
      item.pattern === 'steady' &&
      item.weight < best &&
      !faults.has(item.id) &&
      !item.supplier.slipping &&
      item.code !== STORIES.short_item_code &&
      item.supplier.code !== STORIES.cost_rise_supplier_code &&
      packMinor(item) >= PACK_MINOR[0] &&
      packMinor(item) <= PACK_MINOR[1],
  );
  const chosen = new Map(
    DEMAND_PLANTS.flatMap((kind, nth): [number, DemandPlant][] => {
      const item = candidates[Math.floor(((nth + 0.5) * candidates.length) / DEMAND_PLANTS.length)];
      return item === undefined ? [] : [[item.id, kind]];
    }),
  );
  return items.map((item) => {
    const kind = chosen.get(item.id);
    return kind === undefined ? item : planted(item, kind, horizon, calm);
  });
}

function packMinor({ unit_cost_micro, pack_qty_milli }: DemoItem): number {
  return (unit_cost_micro * pack_qty_milli) / 10_000_000;
}

function planted(item: DemoItem, kind: DemandPlant, horizon: Horizon, calm: boolean): DemoItem {
  const level_packs = Math.max(FEWEST_PACKS, Math.round(LEVEL_MINOR / packMinor(item)));
  const own: DemoItem = { ...item, at_counters: false, plant: { kind, level_packs, calm } };
  if (calm) return own;
  if (kind === 'ending')
    return { ...own, pattern: 'dying', sold_until: lastDayOfMonth(back(horizon, ENDED_MONTHS_AGO)) };
  if (kind === 'new') {
    const sold_from = firstDayOfMonth(back(horizon, NEW_MONTHS));
    return { ...own, pattern: 'new', sold_from, introduced_on: sold_from - 7 };
  }
  return kind === 'intermittent' || kind === 'lumpy' ? { ...own, pattern: 'intermittent' } : own;
}

const back = ({ this_month }: Horizon, months: number): number => addMonths(this_month, -months);

/** What a month is of a usual one, before chance. 0 = nobody asks. */
export function plantFactor({ kind, calm }: PlantOfItem, month: number, horizon: Horizon): number {
  const ago = monthsBetween(month, horizon.this_month);
  if (calm) return 1;
  switch (kind) {
    case 'level_shift':
      return ago <= SHIFTED.months ? SHIFTED.factor : 1;
    case 'spike':
      return ago === 1 ? SPIKE_FACTOR : 1;
    case 'unit_error':
      return ago === 1 ? UNIT_FACTOR : 1;
    case 'ending':
      return ago >= ENDED_MONTHS_AGO ? 1 : 0;
    case 'new':
      return ago <= NEW_MONTHS ? 1 : 0;
    case 'season':
      return SEASON[(month % 100) - 1] ?? 1;
    case 'intermittent':
      return ago % 3 === 1 ? 2.5 : 0;
    case 'lumpy':
      return ago % 3 === 1 ? (LUMPS[Math.floor(ago / 3) % LUMPS.length] ?? 1) : 0;
    case 'stockout':
      return isOut(ago) ? 0.3 : 1;
  }
}

/** Most orders are small, now and then one is for a whole project. */
const LUMPS = [0.4, 6, 0.6, 0.3, 1, 7.5, 0.5, 0.8];

function isOut(ago: number): boolean {
  return ago === STOCKOUT_MONTHS_AGO || ago === STOCKOUT_MONTHS_AGO - 1;
}

/** Nothing is left of a planted stock-out's item when this month ends. */
export function runsEmptyIn(item: DemoItem, month: number, horizon: Horizon): boolean {
  return isStockout(item) && monthsBetween(month, horizon.this_month) === STOCKOUT_MONTHS_AGO;
}

/** In this month all that lies there at its end had come. */
export function refilledIn(item: DemoItem, month: number, horizon: Horizon): boolean {
  return isStockout(item) && monthsBetween(month, horizon.this_month) === STOCKOUT_MONTHS_AGO - 1;
}

function isStockout({ plant }: DemoItem): boolean {
  return plant?.kind === 'stockout' && !plant.calm;
}

/** Days of a month on which it is ordered, counted from its first. */
export function orderDays({ kind, calm }: PlantOfItem, month: number, horizon: Horizon): readonly number[] {
  const ago = monthsBetween(month, horizon.this_month);
  if (!calm && kind === 'stockout' && ago === STOCKOUT_MONTHS_AGO) return [1, 3];
  // what comes is there by then
  if (!calm && kind === 'stockout' && ago === STOCKOUT_MONTHS_AGO - 1) return [25];
  // who mistakes the unit orders once a month
  return kind === 'unit_error' || kind === 'intermittent' || kind === 'lumpy' ? [9] : [4, 15];
}

/** The key: what was planted where. None of calm items. */
export function plantedKey(company: DemoCompany, items: readonly DemoItem[], horizon: Horizon): PlantedDemand[] {
  const site = company.sites[0];
  if (!site) return [];
  return items.flatMap((item): PlantedDemand[] => {
    const { plant } = item;
    if (plant === null || plant.calm) return [];
    return [
      {
        kind: plant.kind,
        company_code: company.code,
        site_code: site.code,
        item_code: item.code,
        item_id: item.id,
        site_id: site.id,
        ...monthsOf(plant.kind, horizon),
      },
    ];
  });
}

function monthsOf(kind: DemandPlant, horizon: Horizon): Pick<PlantedDemand, 'from_month' | 'to_month' | 'factor'> {
  const last = back(horizon, 1);
  const whole = { from_month: horizon.first_month, to_month: last, factor: null };
  switch (kind) {
    case 'level_shift':
      return { from_month: back(horizon, SHIFTED.months), to_month: last, factor: SHIFTED.factor };
    case 'spike':
      return { from_month: last, to_month: last, factor: SPIKE_FACTOR };
    case 'unit_error':
      return { from_month: last, to_month: last, factor: UNIT_FACTOR };
    case 'ending':
      return { from_month: back(horizon, ENDED_MONTHS_AGO - 1), to_month: last, factor: 0 };
    case 'new':
      return { ...whole, from_month: back(horizon, NEW_MONTHS) };
    case 'stockout':
      return {
        from_month: back(horizon, STOCKOUT_MONTHS_AGO),
        to_month: back(horizon, STOCKOUT_MONTHS_AGO),
        factor: null,
      };
    default:
      return whole;
  }
}
