/** The items of a scope classed, as columns: those with demand in twelve months or stock today. */
import { type ClassedItems, MATRIX_CELLS } from '#domain/planning/classMatrix.ts';
import { lineAmountsIn } from '#domain/money.ts';
import type { ClassCell } from '#contract/queries.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext } from '../context.ts';
import { unitFillBy } from '../fill/fillTable.ts';
import { asOfDay } from '../provenance.ts';
import { seesArea } from '../rights.ts';
import { type StockGround, stockGround } from '../stock/itemColumns.ts';
import { classesAmong, classMonths } from './classing.ts';
import { type ItemYear, itemYear } from './itemYear.ts';

export interface ClassScope {
  readonly site_id?: number | undefined;
  readonly channel_id?: number | undefined;
  readonly category?: string | undefined;
}

export interface ClassColumns {
  readonly ground: StockGround;
  /** Places of the items that are classed. */
  readonly items: Int32Array;
  /** By item as above. */
  readonly classed: ClassedItems;
  readonly year: ItemYear;
  readonly on_hand: Float64Array;
  /** NaN = not for this user, or not known. */
  readonly stock_value: Float64Array;
  /** Basis points; NaN = no policy with a service target. */
  readonly target: Float64Array;
  readonly value_minor: number;
  readonly cells: readonly ClassCell[];
  readonly all: Omit<ClassCell, 'cell'>;
  readonly months: readonly number[];
  readonly cost_visible: boolean;
}

export async function classColumns(
  context: QueryContext,
  company: TableRow<'company'>,
  scope: ClassScope,
): Promise<ClassColumns> {
  const as_of_on = asOfDay(context, company.time_zone);
  const months = classMonths(as_of_on);
  const cost_visible = seesArea(context.user, company.id, 'cost');
  const ground = await stockGround(context, company.id, cost_visible);
  const year = await itemYear(context, { company_id: company.id, ...scope, months, cost_visible }, ground);
  context.checkCancelled();
  const stock = stockOf(context, company, scope, ground);
  const policies = policiesOf(context, company.id, scope, ground);
  const { chosen, monthly, classed } = classesAmong(context, company.id, ground, {
    months,
    year,
    on_hand: stock.on_hand,
    holds: (item) => scope.category === undefined || categoryOf(ground, item) === scope.category,
  });
  const of = (column: Float64Array): Float64Array => Float64Array.from(chosen, (item) => column[item] as number);
  const own: ItemYear = { value: of(year.value), cost: of(year.cost), monthly };
  const cellOfItem = new Map(Array.from(chosen, (item, at) => [ground.items.ids[item], classed.cell[at]] as const));
  const fills = await unitFillBy(
    context,
    {
      company_id: company.id,
      ...(scope.site_id === undefined ? {} : { site_id: scope.site_id }),
      ...(scope.channel_id === undefined ? {} : { channel_id: scope.channel_id }),
      from_month: months[0] ?? 0,
      to_month: months.at(-1) ?? 0,
      as_of_on,
      currency: company.currency,
    },
    (item_id) => String(cellOfItem.get(item_id) ?? ''),
  );
  const target = of(policies.target);
  const columns = {
    ground,
    items: chosen,
    classed,
    year: own,
    on_hand: of(stock.on_hand),
    stock_value: of(stock.value),
    target,
    value_minor: own.value.reduce((sum, each) => sum + each, 0),
    months,
    cost_visible,
  };
  const counted = { policies: of(policies.policies), with_target: of(policies.with_target), target: of(policies.sum) };
  const cellOf = (places: readonly number[], fill: readonly number[]) => summed(columns, counted, places, fill);
  const cells = MATRIX_CELLS.map((cell, at): ClassCell => {
    const { shipped = 0, ordered = 0 } = fills.get(String(at)) ?? {};
    return { cell, ...cellOf(placesIn(classed, at), [shipped, ordered]) };
  });
  const sums = [...fills].filter(([key]) => key !== '').map(([, each]) => each);
  const every = Array.from(chosen, (_, at) => at);
  const all = cellOf(every, [
    sums.reduce((sum, each) => sum + each.shipped, 0),
    sums.reduce((sum, each) => sum + each.ordered, 0),
  ]);
  return { ...columns, cells, all };
}

function placesIn({ cell }: ClassedItems, wanted: number): number[] {
  const places: number[] = [];
  for (let at = 0; at < cell.length; at++) if (cell[at] === wanted) places.push(at);
  return places;
}

function summed(
  columns: Omit<ClassColumns, 'cells' | 'all'>,
  counted: Readonly<Record<'policies' | 'with_target' | 'target', Float64Array>>,
  places: readonly number[],
  [shipped = 0, ordered = 0]: readonly number[],
): Omit<ClassCell, 'cell'> {
  const sum = (column: Float64Array): number =>
    places.reduce((to, at) => (Number.isNaN(column[at]) ? to : to + (column[at] as number)), 0);
  const value_minor = sum(columns.year.value);
  const stock_value = columns.cost_visible ? sum(columns.stock_value) : null;
  const with_target = sum(counted.with_target);
  return {
    items: places.length,
    value_minor,
    share_bp: columns.value_minor > 0 ? Math.round((value_minor / columns.value_minor) * 10_000) : null,
    stock_value_minor: stock_value,
    turns_milli: turnsOf(sum(columns.year.cost), stock_value),
    service_bp: ordered > 0 ? Math.round((shipped / ordered) * 10_000) : null,
    target_bp: with_target > 0 ? Math.round(sum(counted.target) / with_target) : null,
    policies: sum(counted.policies),
    with_target,
  };
}

/** null: nothing lies there to turn. */
export function turnsOf(cost_minor: number, stock_minor: number | null): number | null {
  return stock_minor === null || !(stock_minor > 0) ? null : Math.round((cost_minor / stock_minor) * 1000);
}

function categoryOf({ items: { categories } }: StockGround, item: number): string | undefined {
  return categories.values[categories.codes[item] as number];
}

function stockOf(
  { scan }: QueryContext,
  company: { readonly id: number; readonly currency: string },
  { site_id }: ClassScope,
  { items }: StockGround,
) {
  const on_hand = new Float64Array(items.count);
  const value = new Float64Array(items.count);
  const amount = lineAmountsIn(company.currency);
  const rows = scan<readonly [item_id: number, on_hand: number]>(
    `SELECT item_id, on_hand_qty_milli FROM main.stock_balance NOT INDEXED
     WHERE company_id = ? ${site_id === undefined ? '' : 'AND site_id = ?'}`,
    site_id === undefined ? [company.id] : [company.id, site_id],
  );
  for (const [item_id, qty_milli] of rows) {
    const item = items.placeOf.get(item_id);
    if (item === undefined) continue;
    on_hand[item] = (on_hand[item] as number) + qty_milli;
    const cost = items.unit_cost_micro[item] as number;
    value[item] = Number.isNaN(cost) ? Number.NaN : (value[item] as number) + amount(qty_milli, cost);
  }
  return { on_hand, value };
}

function policiesOf({ scan }: QueryContext, company_id: number, { site_id }: ClassScope, { items }: StockGround) {
  const policies = new Float64Array(items.count);
  const with_target = new Float64Array(items.count);
  const sum = new Float64Array(items.count);
  const rows = scan<readonly [item_id: number, kind: string, target_bp: number | null]>(
    `SELECT item_id, kind, target_bp FROM main.policy NOT INDEXED
     WHERE company_id = ? ${site_id === undefined ? '' : 'AND site_id = ?'}`,
    site_id === undefined ? [company_id] : [company_id, site_id],
  );
  for (const [item_id, kind, target_bp] of rows) {
    const item = items.placeOf.get(item_id);
    if (item === undefined) continue;
    policies[item] = (policies[item] as number) + 1;
    if (kind !== 'service' || target_bp === null) continue;
    with_target[item] = (with_target[item] as number) + 1;
    sum[item] = (sum[item] as number) + target_bp;
  }
  const target = Float64Array.from(sum, (all, item) =>
    with_target[item] === 0 ? Number.NaN : all / (with_target[item] as number),
  );
  return { policies, with_target, sum, target };
}
