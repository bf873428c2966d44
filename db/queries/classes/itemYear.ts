/** What every item sold in twelve months, of a site, a channel or all: from the columns of order lines, else from the tables. */
import { createCellLayout } from '#db/analysis/cells.ts';
import { scanFacts, type SumColumn } from '#db/analysis/scan.ts';
import { CLASS_MONTHS } from '#domain/planning/classMatrix.ts';
import type { QueryContext } from '../context.ts';
import { ASKED_QTY_SQL, GOODS_ONLY, itemFacts, keepFiltered, placesOf } from '../facts.ts';
import type { StockGround } from '../stock/itemColumns.ts';
import { columnsSince } from '../wholeSince.ts';

export interface YearScope {
  readonly company_id: number;
  readonly site_id?: number | undefined;
  readonly channel_id?: number | undefined;
  /** yyyymm, CLASS_MONTHS of them, oldest first. */
  readonly months: readonly number[];
  readonly cost_visible: boolean;
}

/** By the item's place. */
export interface ItemYear {
  /** Net sales, and what they cost. */
  readonly value: Float64Array;
  readonly cost: Float64Array;
  /** Item by item, month by month: asked for, thousandths. */
  readonly monthly: Float64Array;
}

export async function itemYear(context: QueryContext, scope: YearScope, ground: StockGround): Promise<ItemYear> {
  const { count, placeOf } = ground.items;
  const year: ItemYear = {
    value: new Float64Array(count),
    cost: new Float64Array(count),
    monthly: new Float64Array(count * CLASS_MONTHS),
  };
  const [first = 0] = scope.months;
  const monthPlace = new Map(scope.months.map((month, at) => [month, at]));
  const view = count === 0 ? null : columnsSince(context, [scope.company_id], first);
  if (view === null) {
    fromTables(context, scope, ground, monthPlace, year);
    return year;
  }
  const layout = createCellLayout(view);
  layout.group({ column: 'month', slots: placesOf(view, 'month', monthPlace) }, CLASS_MONTHS);
  layout.group({ column: 'item', slots: placesOf(view, 'item', placeOf) }, count);
  layout.keep('company', (value) => value === scope.company_id);
  const { site_id, channel_id } = scope;
  const filter = { ...(site_id === undefined ? {} : { site_id }), ...(channel_id === undefined ? {} : { channel_id }) };
  keepFiltered(view, layout, filter, await itemFacts(context), 'ordered_on');
  const sums: SumColumn[] = [
    { column: 'gross', from: 'general' },
    { column: 'discount', from: 'general' },
    { column: 'qty', from: 'general' },
    // what we cancelled of a confirmed line was asked for all the same
    { column: 'adjusted_qty', from: 'general', rows: 'adjusted_row' },
  ];
  if (scope.cost_visible) sums.push({ column: 'cost', from: 'cost' });
  const { values, width } = scanFacts(view, {
    cells: layout.cells(),
    keys: layout.keys(),
    codes: [GOODS_ONLY],
    sums,
    checkCancelled: context.checkCancelled,
  });
  for (let cell = 0; cell < count * CLASS_MONTHS; cell++) {
    const at = cell * width;
    if (values[at] === 0) continue;
    const item = Math.floor(cell / CLASS_MONTHS);
    year.value[item] = (year.value[item] as number) + (values[at + 1] as number) - (values[at + 2] as number);
    year.monthly[cell] = (values[at + 3] as number) + (values[at + 4] as number);
    if (scope.cost_visible) year.cost[item] = (year.cost[item] as number) + (values[at + 5] as number);
  }
  return year;
}

type Row = readonly [item_id: number, month: number, value: number, qty_milli: number, cost: number | null];

function fromTables(
  { scan, checkCancelled }: QueryContext,
  { company_id, site_id, channel_id, months, cost_visible }: YearScope,
  { items }: StockGround,
  monthPlace: ReadonlyMap<number, number>,
  year: ItemYear,
): void {
  const where = `${site_id === undefined ? '' : 'AND l.site_id = ?'} ${channel_id === undefined ? '' : 'AND l.channel_id = ?'}`;
  const given = [site_id, channel_id].filter((each) => each !== undefined);
  for (const month of months) {
    checkCancelled();
    const rows = scan<Row>(
      `SELECT l.item_id, l.month, sum(l.gross_minor - l.discount_minor), sum(${ASKED_QTY_SQL}),
         ${cost_visible ? 'sum((SELECT c.cost_minor FROM main.order_line_cost c WHERE c.id = l.id))' : '0'}
       FROM main.order_line l
       WHERE l.company_id = ? AND l.month = ? AND l.kind = 'goods' AND l.item_id IS NOT NULL ${where} GROUP BY 1`,
      [company_id, month, ...given],
    );
    for (const [item_id, of, value, qty_milli, cost] of rows) {
      const item = items.placeOf.get(item_id);
      const at = monthPlace.get(of);
      if (item === undefined || at === undefined) continue;
      year.value[item] = (year.value[item] as number) + value;
      year.cost[item] = (year.cost[item] as number) + (cost ?? 0);
      year.monthly[item * CLASS_MONTHS + at] = qty_milli;
    }
  }
}
