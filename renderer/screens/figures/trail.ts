/** The way down to a figure: which rows were opened on the way, and the filter they make. */
import type { RowFilter } from '#contract/queries.ts';

export const DIMENSIONS = [
  'company',
  'channel',
  'country',
  'category',
  'customer',
  'salesperson',
  'item',
  'site',
  'supplier',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const DIMENSION_WORDS: Readonly<Record<Dimension, { readonly one: string; readonly many: string }>> = {
  company: { one: 'company', many: 'companies' },
  channel: { one: 'channel', many: 'channels' },
  country: { one: 'country', many: 'countries' },
  category: { one: 'category', many: 'categories' },
  customer: { one: 'customer', many: 'customers' },
  salesperson: { one: 'salesperson', many: 'salespeople' },
  item: { one: 'item', many: 'items' },
  site: { one: 'site', many: 'sites' },
  supplier: { one: 'supplier', many: 'suppliers' },
};

const LONG_NAMES: ReadonlySet<Dimension | null> = new Set(['company', 'customer', 'item', 'supplier', 'salesperson']);

/** Whether one of the groupings has names that need a wide column. */
export function hasLongNames(dimensions: readonly (Dimension | null)[]): boolean {
  return dimensions.some((dimension) => LONG_NAMES.has(dimension));
}

export interface TrailStep {
  readonly dimension: Dimension;
  /** As rows name it; '' = has none. */
  readonly key: string;
  readonly label: string;
  /** "Other N": every group of the dimension but these; `key` says nothing then. */
  readonly except?: readonly string[];
}

const ID_FIELD = {
  channel: 'channel_id',
  customer: 'party_id',
  item: 'item_id',
  site: 'site_id',
  supplier: 'supplier_id',
} as const;

/** The company the way led through; null where it led through none. */
export function companyOfTrail(trail: readonly TrailStep[]): number | null {
  const step = trail.find(({ dimension }) => dimension === 'company');
  return step === undefined ? null : Number(step.key);
}

/** Filter arguments of the margin and fill rate queries, the company apart; ids are 0 for what has none. */
export function trailFilter(trail: readonly TrailStep[]): Omit<RowFilter, 'company_id'> {
  let filter: Omit<RowFilter, 'company_id'> = {};
  for (const { dimension, key, except } of trail) {
    if (except) {
      filter = { ...filter, others: [...(filter.others ?? []), { dimension, keys: except }] };
      continue;
    }
    if (dimension === 'country' || dimension === 'category' || dimension === 'salesperson') {
      filter = { ...filter, [dimension]: key };
      continue;
    }
    if (dimension === 'company') continue;
    const id = key === '' ? 0 : Number(key);
    if (!Number.isSafeInteger(id) || id < 0) throw new RangeError(`'${key}' is no id of a ${dimension}`);
    filter = { ...filter, [ID_FIELD[dimension]]: id };
  }
  return filter;
}

/** What a row is broken down by next: the first grouping of the screen that is not used yet; null when none is left. */
export function nextDimension<D extends Dimension>(
  groups: readonly D[],
  trail: readonly TrailStep[],
  opened: Dimension,
): D | null {
  const used = new Set<Dimension>([...trail.map((step) => step.dimension), opened]);
  const order: readonly Dimension[] = ['channel', 'country', 'site', 'category', 'customer', 'item'];
  // an item has one category: below an item nothing but lines is left
  if (opened === 'item') return null;
  const next = order.find((dimension) => !used.has(dimension) && (groups as readonly Dimension[]).includes(dimension));
  return next === undefined ? null : (next as D);
}
