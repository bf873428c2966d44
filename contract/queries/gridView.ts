/** How a person looks at a grid: columns, order, filters. Kept as a saved view, and asked of a query. */
import { z } from 'zod';

const ColumnId = z.string().regex(/^[a-z][a-z0-9_.:-]{0,59}$/i, 'a column has a short name without spaces');

/** A bound of a range: a number in the column's own unit (thousandths, minor units, days) or an ISO date. */
const Bound = z.union([z.number().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER), z.iso.date()]);
const FilterText = z.string().trim().min(1).max(200);

const filterOf = <C extends z.ZodType<string>>(column: C) =>
  z.discriminatedUnion('op', [
    z.strictObject({ column, op: z.literal('contains'), value: FilterText }),
    z.strictObject({ column, op: z.literal('excludes'), value: FilterText }),
    z.strictObject({
      column,
      op: z.literal('between'),
      /** Both ends belong to the range; null = no end on that side. */
      value: z.strictObject({ from: Bound.nullable(), to: Bound.nullable() }),
    }),
    z.strictObject({ column, op: z.literal('in'), value: z.array(z.string().max(200)).min(1).max(200) }),
    z.strictObject({ column, op: z.literal('blank'), value: z.boolean() }),
  ]);

/** Column filters of a query that has these columns; all of them must hold. */
export const ColumnFilters = <const C extends readonly [string, ...string[]]>(columns: C) =>
  z
    .array(filterOf(z.enum(columns)))
    .max(20)
    .default([]);

const AnyColumnFilter = filterOf(ColumnId);

/** One order or several, the first above the next. */
export const Sorts = <const C extends readonly [string, ...string[]]>(columns: C) => {
  const one = z.object({ column: z.enum(columns), descending: z.boolean().default(false) });
  return z.union([one.transform((single) => [single]), z.array(one).max(4)]).default([]);
};

const Setting = z.union([
  z.string().max(400),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.string().max(200)).max(200),
]);

export const GridView = z.strictObject({
  columns: z.strictObject({
    order: z.array(ColumnId).max(200),
    widths: z.record(ColumnId, z.number().min(20).max(2000)),
    /** Shown or hidden against the screen's own choice. */
    shown: z.record(ColumnId, z.boolean()),
    /** Pinned to the left beside the first column. */
    pinned: z.array(ColumnId).max(20),
  }),
  sort: z.array(z.strictObject({ column: ColumnId, descending: z.boolean() })).max(4),
  filters: z.array(AnyColumnFilter).max(20),
  density: z.enum(['dense', 'roomy']),
  /** Grouping and whatever else the screen can show; read only by the screen that wrote it. */
  settings: z.record(z.string().max(40), Setting),
});
export type GridView = z.output<typeof GridView>;
export type GridViewSetting = z.output<typeof Setting>;

/** The screen a view belongs to: 'stock', 'margin'. */
export const ScreenId = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a screen has a short name of small letters');

export const savedViews = { args: z.strictObject({ screen: ScreenId }) };
export interface SavedView {
  readonly id: string;
  readonly screen: string;
  readonly name: string;
  /** The screen opens with it. */
  readonly is_default: boolean;
  readonly saved_at_ms: number;
  readonly view: GridView;
}
