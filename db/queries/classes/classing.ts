/** The class of items: one look at twelve months for the screen ABC/XYZ and for whoever else speaks of a class. */
import { addMonths, firstDayOfMonth, monthOfDay, monthRange } from '#domain/calendar.ts';
import {
  CLASS_MONTHS,
  type ClassedItems,
  classItems,
  MATRIX_CELLS,
  type MatrixCell,
} from '#domain/planning/classMatrix.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';
import { rememberedOf } from '../readCache.ts';
import type { StockGround } from '../stock/itemColumns.ts';
import { type ItemYear, itemYear } from './itemYear.ts';

/** Of a part of these a class would be another. */
export const CLASS_NEEDS = ['order_line', 'stock_balance', 'item'] as const satisfies readonly WireTableName[];

/** The twelve whole months before the day, oldest first. */
export function classMonths(as_of_on: number): readonly number[] {
  const last = addMonths(monthOfDay(as_of_on), -1);
  return monthRange(addMonths(last, 1 - CLASS_MONTHS), last);
}

/** Those of the places with demand in the months or stock today, and how they are classed among themselves. */
export function classesAmong(
  context: QueryContext,
  company_id: number,
  { items }: StockGround,
  of: {
    readonly months: readonly number[];
    readonly year: Pick<ItemYear, 'value' | 'monthly'>;
    /** By the item's place. */
    readonly on_hand: Float64Array;
    readonly holds: (item: number) => boolean;
  },
): {
  readonly chosen: Int32Array;
  /** In their order, as the months of an item year. */
  readonly monthly: Float64Array;
  readonly classed: ClassedItems;
} {
  const { year, on_hand } = of;
  const chosen = Int32Array.from(
    Array.from({ length: items.count }, (_, item) => item).filter((item) => {
      const months = year.monthly.subarray(item * CLASS_MONTHS, (item + 1) * CLASS_MONTHS);
      return of.holds(item) && ((on_hand[item] as number) > 0 || months.some((asked) => asked > 0));
    }),
  );
  const monthly = new Float64Array(chosen.length * CLASS_MONTHS);
  for (const [at, item] of chosen.entries()) {
    monthly.set(year.monthly.subarray(item * CLASS_MONTHS, (item + 1) * CLASS_MONTHS), at * CLASS_MONTHS);
  }
  const introduced = introducedSince(context, company_id, firstDayOfMonth(of.months[0] ?? 0));
  const classed = classItems({
    count: chosen.length,
    value: Float64Array.from(chosen, (item) => year.value[item] as number),
    monthly,
    is_new: Uint8Array.from(chosen, (item) => (introduced.has(items.ids[item] as number) ? 1 : 0)),
  });
  return { chosen, monthly, classed };
}

/** By item's id: its class among all of the company; null while rows it is told by are still loading. What is not there has none. */
export async function companyClasses(
  context: QueryContext,
  { company_id, as_of_on }: { readonly company_id: number; readonly as_of_on: number },
  ground: StockGround,
): Promise<ReadonlyMap<number, MatrixCell> | null> {
  if (CLASS_NEEDS.some((table) => context.replica.loading_tables.has(table))) return null;
  return await rememberedOf(
    context,
    (cache) => cache.itemCells,
    `${company_id} ${as_of_on}`,
    CLASS_NEEDS,
    async () => {
      const months = classMonths(as_of_on);
      const year = await itemYear(context, { company_id, months, cost_visible: false }, ground);
      context.checkCancelled();
      const on_hand = new Float64Array(ground.items.count);
      const rows = context.scan<readonly [item_id: number, on_hand: number]>(
        'SELECT item_id, sum(on_hand_qty_milli) FROM main.stock_balance NOT INDEXED WHERE company_id = ? GROUP BY 1',
        [company_id],
      );
      for (const [item_id, qty_milli] of rows) {
        const item = ground.items.placeOf.get(item_id);
        if (item !== undefined) on_hand[item] = qty_milli;
      }
      const { chosen, classed } = classesAmong(context, company_id, ground, {
        months,
        year,
        on_hand,
        holds: () => true,
      });
      const cells = new Map<number, MatrixCell>();
      for (const [at, item] of chosen.entries()) {
        const cell = MATRIX_CELLS[classed.cell[at] as number];
        if (cell !== undefined) cells.set(ground.items.ids[item] as number, cell);
      }
      return cells;
    },
  );
}

function introducedSince({ scan }: QueryContext, company_id: number, from_on: number): ReadonlySet<number> {
  const rows = scan<readonly [number]>(
    'SELECT id FROM main.item NOT INDEXED WHERE company_id = ? AND introduced_on >= ?',
    [company_id, from_on],
  );
  return new Set(rows.map(([id]) => id));
}
