/** Which order lines a question is about: the filters margin, fill rate, their pivots and their lines have in common. */
import { z } from 'zod';
import { Month } from './arguments.ts';

/** What order lines can be grouped by. */
export const LINE_DIMENSIONS = [
  'company',
  'channel',
  'site',
  'country',
  'category',
  'supplier',
  'customer',
  'salesperson',
  'item',
] as const;
export type LineDimension = (typeof LINE_DIMENSIONS)[number];

const IsoDate = z.iso.date();

/** Keys as rows of the respective grouping name them; 0 and '' = has none. */
export const lineFilter = {
  from_month: Month,
  to_month: Month,
  /** Within the months, such as one week: the order's day (margin) or the committed one (fill rate). */
  from_on: IsoDate.optional(),
  to_on: IsoDate.optional(),
  channel_id: z.int().min(0).optional(),
  site_id: z.int().min(0).optional(),
  country: z.string().max(80).optional(),
  category: z.string().max(120).optional(),
  supplier_id: z.int().min(0).optional(),
  party_id: z.int().min(0).optional(),
  /** Who looks after the customer now, by name. */
  salesperson: z.string().max(120).optional(),
  item_id: z.int().min(0).optional(),
  /** All groups of a dimension but these: what a row "Other N" is made of. */
  others: z
    .array(
      z.strictObject({ dimension: z.enum(LINE_DIMENSIONS), keys: z.array(z.string().max(120)).max(500).readonly() }),
    )
    .max(2)
    .readonly()
    .optional(),
};

/** The part of a filter that stands for one row of a grouping: spread it over the arguments to drill. */
export interface RowFilter {
  readonly company_id?: number;
  readonly channel_id?: number;
  readonly site_id?: number;
  readonly country?: string;
  readonly category?: string;
  readonly supplier_id?: number;
  readonly party_id?: number;
  readonly salesperson?: string;
  readonly item_id?: number;
  readonly others?: readonly { readonly dimension: LineDimension; readonly keys: readonly string[] }[];
}
