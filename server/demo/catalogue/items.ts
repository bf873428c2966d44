/** Which articles a company sells: code, name, cost, list price, and how demand for each behaves. */
import { lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import type { DemoCompany } from '../companies.ts';
import type { PlantOfItem } from '../demand/plants.ts';
import type { Fault } from '../inventory/faults.ts';
import type { DemoSupplier } from '../parties.ts';
import type { Random } from '../random.ts';
import type { DemoBatch } from '../rows.ts';
import type { Horizon, Ids } from '../size.ts';
import { STORIES } from '../stories/stories.ts';
import { CATEGORIES } from './categories.ts';
import type { Category, Family } from './families.ts';
import { levelIn, levelsBack, listSteps, type Step } from './levels.ts';

export type DemandPattern = 'steady' | 'intermittent' | 'new' | 'dying';

export interface DemoItem {
  readonly id: number;
  readonly index: number;
  readonly code: string;
  readonly name: string;
  readonly category: Category;
  readonly category_index: number;
  readonly uom: string;
  readonly supplier: DemoSupplier;
  /** Landed cost and list price now. */
  readonly unit_cost_micro: number;
  readonly list_price_micro: number;
  /** When its cost rose: the steps of its supplier, unless a story has more. */
  readonly cost_steps: readonly Step[];
  /** Landed cost by these steps, list price by those of the list; oldest first. */
  readonly cost_levels: readonly number[];
  readonly price_levels: readonly number[];
  readonly weight_g: number;
  readonly barcode: string;
  readonly pack_qty_milli: number;
  readonly packs: number;
  /** Relative frequency of order lines: a few items carry most of them. */
  readonly weight: number;
  readonly pattern: DemandPattern;
  /** First and last day on which it sells. */
  readonly sold_from: number;
  readonly sold_until: number;
  /** First day it was sold at all, maybe years before the data begins. */
  readonly introduced_on: number;
  readonly active: boolean;
  /** Kept at the counters too. */
  readonly at_counters: boolean;
  /** Its demand is planned; null = as it comes. */
  readonly plant: PlantOfItem | null;
}

const CODE_LOWEST = 100;
const CODE_HIGHEST = 9_999;
const STORIED_NUMBER = Number(STORIES.short_item_code.slice(-4));
/** Combination of the first fastener family that is M8×40 A2. */
const STORIED_COMBINATION = 2;
const VARIANTS = [
  '',
  ', box of 50',
  ', box of 200',
  ', bulk',
  ', bagged',
  ', labelled',
  ', project pack',
  ', kit',
  ', export',
  ', retail pack',
  ', pallet',
  ', tested',
  ', with certificate',
  ', coated',
  ', left-hand',
];

export function makeItems(
  company: DemoCompany,
  count: number,
  suppliers: readonly DemoSupplier[],
  horizon: Horizon,
  random: Random,
  ids: Ids,
): readonly DemoItem[] {
  const items: DemoItem[] = [];
  const list_steps = listSteps(horizon);
  const shares = CATEGORIES.reduce((sum, category) => sum + category.share, 0);
  let placed = 0;
  CATEGORIES.forEach((category, category_index) => {
    const last = category_index === CATEGORIES.length - 1;
    const size = last ? count - placed : Math.round((count * category.share) / shares);
    placed += size;
    const numbers = codeNumbers(
      size,
      random,
      company.code === 'HAL' && category.prefix === 'FA' ? STORIED_NUMBER : null,
    );
    const makers = suppliersOf(suppliers, category_index);
    const names = articleNames(category, size);
    const storied = numbers.indexOf(STORIED_NUMBER);
    if (company.code === 'HAL' && category.prefix === 'FA') placeStory(category, names, storied);
    names.forEach(({ name, family, dearness }, nth) => {
      const number = numbers[nth] ?? 0;
      const code = `${category.prefix}-${String(number).padStart(4, '0')}`;
      const story = code === STORIES.short_item_code && company.code === 'HAL';
      const draw = random.float();
      const pattern: DemandPattern = story
        ? 'steady'
        : draw < 0.22
          ? 'intermittent'
          : draw < 0.26
            ? 'new'
            : draw < 0.3
              ? 'dying'
              : 'steady';
      const age = random.whole(45, 150);
      const cost = family.cost * dearness * (0.9 + 0.2 * random.float()) * company.price_level;
      const unit_cost_micro = Math.max(1_000, Math.round(cost * 1_000_000));
      const markup = category.markup * (0.92 + 0.16 * random.float());
      // ABC: the share of lines falls with a rank drawn at random, so dear and cheap articles mix in every class
      const rank = story ? 2 : random.whole(1, Math.max(2, count));
      const supplier = story ? suppliers[0] : random.pick(makers);
      if (!supplier) throw new Error(`company ${company.code} has no supplier`);
      const list_price_micro = Math.max(2_000, Math.round((unit_cost_micro * markup) / 100) * 100);
      const id = ids.next();
      items.push({
        id,
        index: items.length,
        code,
        name,
        category,
        category_index,
        uom: family.uom,
        supplier,
        unit_cost_micro,
        // list prices are kept to a hundredth of a cent, as price lists per hundred are
        list_price_micro,
        cost_steps: supplier.steps,
        cost_levels: levelsBack(unit_cost_micro, supplier.steps, 1),
        price_levels: levelsBack(list_price_micro, list_steps, 100),
        weight_g: Math.max(2, Math.round(family.cost * dearness * (20 + 60 * random.float()))),
        barcode: barcodeOf(company.code, id),
        introduced_on: pattern === 'new' ? horizon.today - age : horizon.first_day - random.whole(30, 2_400),
        pack_qty_milli: family.pack * 1000,
        packs: pattern === 'intermittent' ? family.packs * 3 : family.packs,
        weight: (pattern === 'intermittent' ? 0.12 : 1) / (rank + count * 0.02),
        pattern,
        sold_from: pattern === 'new' ? horizon.today - age : horizon.first_day,
        sold_until: pattern === 'dying' ? horizon.today - age : horizon.today,
        active: pattern !== 'dying' || age < 120,
        plant: null,
        at_counters: story || (pattern === 'steady' && family.cost * dearness < 60 && random.chance(0.6)),
      });
    });
  });
  return items;
}

/** Packed: from steel in bags to foam in boxes. */
function volumeOf({ id, weight_g }: DemoItem): number {
  return Math.max(1, Math.round(weight_g * (0.3 + (id % 7) * 0.3)));
}

export function* itemBatches(
  company: DemoCompany,
  items: readonly DemoItem[],
  faults: ReadonlyMap<number, Fault>,
): Generator<DemoBatch> {
  for (let from = 0; from < items.length; from += 5_000) {
    const block = items.slice(from, from + 5_000);
    yield {
      table: 'item',
      rows: block.map((item) => ({
        id: item.id,
        company_id: company.id,
        code: item.code,
        name: item.name,
        category: item.category.name,
        uom: item.uom,
        supplier_id: faults.get(item.id) === 'no_supplier' ? null : item.supplier.id,
        active: item.active ? 1 : 0,
        introduced_on: item.introduced_on,
        barcode: item.barcode,
        weight_g: item.weight_g,
        volume_ml: volumeOf(item),
      })),
    };
    yield {
      table: 'item_cost',
      rows: block.map((item) => ({ id: item.id, company_id: company.id, unit_cost_micro: item.unit_cost_micro })),
    };
  }
}

/** Relative demand for an item in a month: its weight, the season of its category, and its life. */
export function demandInMonth(item: DemoItem, month: number): number {
  const end = lastDayOfMonth(month);
  if (item.sold_from > end || monthOfDay(item.sold_until) < month) return 0;
  return item.weight * season(item.category, month % 100) * lifeFactor(item, end);
}

/** What one base unit costs, landed, and what the list asks for it, in a month. */
export function costIn(item: DemoItem, month: number): number {
  return item.cost_levels[levelIn(item.cost_steps, month)] ?? item.unit_cost_micro;
}

export function listPriceIn(item: DemoItem, level: number): number {
  return item.price_levels[level] ?? item.list_price_micro;
}

/** EAN-13: a company prefix, the item's number, the check digit. */
function barcodeOf(company_code: string, id: number): string {
  const digits = `${company_code === 'HAL' ? '8712345' : '5012345'}${String(id % 100_000).padStart(5, '0')}`;
  let sum = 0;
  for (let nth = 0; nth < digits.length; nth++) sum += Number(digits[nth]) * (nth % 2 === 0 ? 1 : 3);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

function season(category: Category, month_of_year: number): number {
  const distance = Math.abs(((month_of_year - category.peak_month + 18) % 12) - 6);
  return 1 + category.peak * (1 - distance / 3);
}

function lifeFactor(item: DemoItem, end: number): number {
  if (item.pattern === 'new') return Math.min(1.4, (end - item.sold_from) / 60);
  if (item.pattern === 'dying') return Math.max(0.05, Math.min(1, (item.sold_until - end + 30) / 240));
  return 1;
}

/** `size` different code numbers, ascending, one of them `wanted` when given. */
function codeNumbers(size: number, random: Random, wanted: number | null): readonly number[] {
  const room = CODE_HIGHEST - CODE_LOWEST + 1;
  if (size > room) throw new RangeError(`a category holds at most ${room} items, not ${size}`);
  const step = Math.max(1, Math.floor(Math.min(room, size * 9) / Math.max(1, size)));
  const numbers = Array.from({ length: size }, (_, nth) => CODE_LOWEST + nth * step + random.whole(0, step - 1));
  if (wanted !== null && size > 0 && !numbers.includes(wanted)) {
    // the number next to it gives way, so the codes stay different and ascending
    const nearest = numbers.reduce(
      (best, number, nth) => (Math.abs(number - wanted) < Math.abs((numbers[best] ?? 0) - wanted) ? nth : best),
      0,
    );
    numbers[nearest] = wanted;
  }
  return numbers;
}

/** Each category buys from a handful of suppliers. */
function suppliersOf(suppliers: readonly DemoSupplier[], category_index: number): readonly DemoSupplier[] {
  // the names in parties.ts are laid out so that the first supplier sells fasteners, the fourth category
  const first = (category_index + 6) % CATEGORIES.length;
  const own = suppliers.filter((_, index) => index % CATEGORIES.length === first);
  return own.length > 0 ? own : suppliers;
}

/** Puts the storied article at its number; when it has another place already, the two change places. */
function placeStory(category: Category, articles: Article[], at: number): void {
  const family = category.families[0];
  const displaced = articles[at];
  if (!family || !displaced) throw new Error(`${category.name} has no place ${at}`);
  const storied = article(family, STORIED_COMBINATION, '');
  const elsewhere = articles.findIndex((each) => each.name === storied.name);
  if (elsewhere >= 0) articles[elsewhere] = displaced;
  articles[at] = storied;
}

interface Article {
  readonly name: string;
  readonly family: Family;
  readonly dearness: number;
}

/** Different names: every family in turn, its combinations in a scattered order, then packaging variants. */
function articleNames(category: Category, size: number): Article[] {
  const articles: Article[] = [];
  for (const variant of VARIANTS) {
    const pools = category.families.map((family) => {
      const total = family.properties.reduce((product, property) => product * property.values.length, 1);
      return { family, total, stride: strideFor(total), taken: 0 };
    });
    for (let open = true; open && articles.length < size; ) {
      open = false;
      for (const pool of pools) {
        if (pool.taken >= pool.total || articles.length >= size) continue;
        open = true;
        articles.push(article(pool.family, (pool.taken * pool.stride) % pool.total, variant));
        pool.taken += 1;
      }
    }
  }
  if (articles.length < size)
    throw new RangeError(`${category.name} has only ${articles.length} articles, not ${size}`);
  return articles;
}

function article(family: Family, combination: number, variant: string): Article {
  let rest = combination;
  let dearness = 1;
  let name = family.name;
  family.properties.forEach((property, nth) => {
    const chosen = rest % property.values.length;
    rest = Math.floor(rest / property.values.length);
    dearness *= 1 + property.step * chosen;
    name = name.replace(`{${nth}}`, property.values[chosen] ?? '');
  });
  return { name: name + variant, family, dearness };
}

/** A step that visits every combination once: near the golden section, without a common divisor. */
function strideFor(total: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let stride = Math.max(1, Math.round(total * 0.382));
  while (divisor(stride, total) !== 1) stride += 1;
  return stride;
}
