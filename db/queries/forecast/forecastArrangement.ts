/** Which forecasts a list shows, in which order, and one of them as a row. */
import { type ColumnFilter, columnFilterTest, type FilteredValue } from '#domain/columnFilters.ts';
import { BREAK_KINDS } from '#domain/forecast/breaks.ts';
import type {
  FORECAST_FILTER_COLUMNS,
  FORECAST_SORTS,
  ForecastFlag,
  ForecastRow,
  QueryArgs,
} from '#contract/queries.ts';
import { stableOrder } from '../stock/stableOrder.ts';
import { DEMAND_CLASSES, FORECAST_METHODS, type ForecastColumns, NO_BREAK } from './forecastColumns.ts';
import { HORIZON } from './forecastGround.ts';
import type { OverriddenPoints } from './overrides.ts';

/** Forecasts as planners left them: overrides in force stand in their place. */
export interface ShownForecasts {
  readonly columns: ForecastColumns;
  readonly overridden: OverriddenPoints;
}

/** Base units. */
export function expectedOf({ columns, overridden }: ShownForecasts, slot: number, step: number): number {
  return overridden.get(slot)?.[step] ?? (columns.point[slot * HORIZON + step] as number);
}

type Args = QueryArgs<'forecasts'>;
type FilterColumn = (typeof FORECAST_FILTER_COLUMNS)[number];

/** Slots in the order asked for; without one the order of item and site. */
export function arrangedForecasts(shown: ShownForecasts, args: Args): Int32Array {
  const { columns } = shown;
  const chosen = new Int32Array(columns.count);
  const stays = testOf(shown, args);
  let count = 0;
  for (let slot = 0; slot < columns.count; slot++) if (stays(slot)) chosen[count++] = slot;
  let order = chosen.slice(0, count);
  for (const { column, descending } of args.sort.toReversed()) {
    const keyOf = sortKey(shown, column);
    order = stableOrder(order, Float64Array.from(order, keyOf), descending) as Int32Array<ArrayBuffer>;
  }
  return order;
}

function testOf(shown: ShownForecasts, args: Args): (slot: number) => boolean {
  const { columns } = shown;
  const { ground, history } = columns.of;
  const { items, sites } = ground;
  const words = (args.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  // a row has several flags: one of those asked for is enough
  const ofFlags = args.filters.flatMap((each) => (each.column === 'flag' && each.op === 'in' ? [each.value] : []));
  const filters: readonly ColumnFilter<FilterColumn>[] = args.filters.filter(
    ({ column, op }) => column !== 'flag' || op !== 'in',
  );
  const holds = columnFilterTest<FilterColumn>(filters);
  const flags = new Set(args.flags ?? []);
  return (slot) => {
    const cell = history.cells[slot] as number;
    const item = Math.floor(cell / sites.length);
    const site = sites[cell % sites.length];
    if (args.site_id !== undefined && site?.id !== args.site_id) return false;
    if (args.category !== undefined && categoryOf(shown, item) !== args.category) return false;
    if (words.length > 0 && !words.every((word) => items.search[item]?.includes(word))) return false;
    if (flags.size > 0 && !flagsOf(shown, slot).some((flag) => flags.has(flag))) return false;
    for (const wanted of ofFlags) if (!flagsOf(shown, slot).some((flag) => wanted.includes(flag))) return false;
    return filters.length === 0 || holds((column) => filtered(shown, slot, column));
  };
}

function categoryOf({ columns }: ShownForecasts, item: number): string {
  const { codes, values } = columns.of.ground.items.categories;
  return values[codes[item] as number] ?? '';
}

/** Thousandths, basis points: as the row says it. */
function filtered(shown: ShownForecasts, slot: number, column: FilterColumn): FilteredValue {
  const row = forecastRow(shown, slot);
  switch (column) {
    case 'name':
      return `${row.code} ${row.name}`;
    case 'site':
    case 'category':
    case 'uom':
    case 'method':
      return row[column];
    case 'class':
      return row.demand_class;
    case 'wape':
      return row.wape_bp;
    case 'mase':
      return row.mase_milli;
    case 'bias':
      return row.bias_bp;
    case 'next':
      return row.next_qty_milli[0];
    case 'change':
      return row.change_bp;
    case 'flag':
      return row.flags.length === 0 ? null : row.flags.join(' ');
  }
}

function sortKey(shown: ShownForecasts, column: (typeof FORECAST_SORTS)[number]): (slot: number) => number {
  const { columns } = shown;
  const { history, ground } = columns.of;
  const months = history.months.length;
  switch (column) {
    case 'name':
      return (slot) => history.cells[slot] as number;
    case 'site':
      return (slot) => (history.cells[slot] as number) % ground.sites.length;
    case 'class':
      return (slot) => columns.kind[slot] as number;
    case 'wape':
    case 'mase':
    case 'bias':
      return (slot) => columns[column][slot] as number;
    case 'last':
      return (slot) => history.values[slot * months + months - 1] as number;
    case 'next':
      return (slot) => expectedOf(shown, slot, 0);
    case 'change':
      return (slot) => changeOf(shown, slot) ?? Number.NaN;
  }
}

/** Share by which the running month is expected otherwise than a month ago. */
function changeOf(shown: ShownForecasts, slot: number): number | null {
  const { columns } = shown;
  const before = columns.before[slot] as number;
  const now = columns.point[slot * HORIZON] as number;
  return before > 0 ? now / before - 1 : null;
}

export function flagsOf(shown: ShownForecasts, slot: number): readonly ForecastFlag[] {
  const { columns } = shown;
  const flags: ForecastFlag[] = [];
  const broken = columns.broken[slot] as number;
  const kind = broken === NO_BREAK ? undefined : BREAK_KINDS[broken];
  if (kind !== undefined) flags.push(kind);
  if (columns.beats[slot] === 0) flags.push('naive');
  if (columns.censored[slot] === 1) flags.push('censored');
  if (shown.overridden.has(slot)) flags.push('overridden');
  return flags;
}

export function countFlags(shown: ShownForecasts, slots: Int32Array): Record<ForecastFlag, number> {
  const counts: Record<ForecastFlag, number> = {
    level_shift: 0,
    spike: 0,
    unit_error: 0,
    stopped: 0,
    naive: 0,
    censored: 0,
    overridden: 0,
  };
  for (const slot of slots) for (const flag of flagsOf(shown, slot)) counts[flag] += 1;
  return counts;
}

const basisPoints = (share: number | null): number | null =>
  share === null || !Number.isFinite(share) ? null : Math.round(share * 10_000);

export function forecastRow(shown: ShownForecasts, slot: number): ForecastRow {
  const { columns } = shown;
  const { ground, history } = columns.of;
  const { items, sites } = ground;
  const cell = history.cells[slot] as number;
  const item = Math.floor(cell / sites.length);
  const site = sites[cell % sites.length];
  const item_id = items.ids[item] as number;
  const months = history.months.length;
  const ahead = (step: number): number => Math.round(expectedOf(shown, slot, step) * 1000);
  const mase = columns.mase[slot] as number;
  const beats = columns.beats[slot];
  return {
    key: `${item_id}:${site?.id ?? 0}`,
    item_id,
    site_id: site?.id ?? 0,
    code: items.codes[item] ?? '',
    name: items.names[item] ?? '',
    category: categoryOf(shown, item),
    uom: items.uoms.values[items.uoms.codes[item] as number] ?? '',
    site: site?.code ?? '',
    demand_class: DEMAND_CLASSES[columns.kind[slot] as number] ?? 'new',
    method: FORECAST_METHODS[columns.method[slot] as number] ?? 'TSB',
    beats_naive: beats === 2 ? null : beats === 1,
    wape_bp: basisPoints(columns.wape[slot] as number),
    mase_milli: Number.isFinite(mase) ? Math.round(mase * 1000) : null,
    bias_bp: basisPoints(columns.bias[slot] as number),
    last_qty_milli: Math.round((history.values[slot * months + months - 1] as number) * 1000),
    next_qty_milli: [ahead(0), ahead(1), ahead(2)],
    change_bp: basisPoints(changeOf(shown, slot)),
    flags: flagsOf(shown, slot),
  };
}
