/** Which items matter and how evenly they are asked for: a matrix of classes, and the items of one of its places. */
import { z } from 'zod';
import { MATRIX_CELLS, type MatrixCell } from '#domain/planning/classMatrix.ts';
import { Id, Limit, Offset, Text } from './arguments.ts';
import { CLASS_FILTER_COLUMNS, CLASS_SORTS } from './columns.ts';
import { editionArguments, type InEdition } from './editions.ts';
import { ColumnFilters, Sorts } from './gridView.ts';
import type { Provenance } from './session.ts';

export const itemClasses = {
  args: z.strictObject({
    company_id: Id,
    /** What is classed: demand, stock and policies of this site; demand of this channel; items of this category. */
    site_id: Id.optional(),
    channel_id: Id.optional(),
    category: Text.optional(),
    /** Which items are listed, of those classed. */
    cell: z.enum(MATRIX_CELLS).optional(),
    text: Text.optional(),
    sort: Sorts(CLASS_SORTS),
    filters: ColumnFilters(CLASS_FILTER_COLUMNS),
    ...editionArguments,
    offset: Offset,
    limit: Limit,
  }),
};

export interface ClassCell {
  readonly cell: MatrixCell;
  readonly items: number;
  /** Net sales of the twelve months. */
  readonly value_minor: number;
  /** Of all value; null = nothing was sold. */
  readonly share_bp: number | null;
  /** What lies there today at cost; null = not for this user. */
  readonly stock_value_minor: number | null;
  /** Cost of what was sold in the twelve months ÷ stock today; null = no stock, or not for this user. */
  readonly turns_milli: number | null;
  /** Shipped in time ÷ ordered, in units, of lines due in the twelve months; null = none were. */
  readonly service_bp: number | null;
  /** Mean of the service targets of its positions' policies; null = none has one. */
  readonly target_bp: number | null;
  /** Positions with a policy, and of them those with a service target. */
  readonly policies: number;
  readonly with_target: number;
}

export interface ItemClassRow {
  readonly key: string;
  readonly item_id: number;
  readonly code: string;
  readonly name: string;
  readonly category: string;
  readonly uom: string;
  readonly cell: MatrixCell;
  readonly value_minor: number;
  readonly share_bp: number | null;
  /** Mean of the twelve months. */
  readonly month_qty_milli: number;
  /** Deviation ÷ mean of the months, thousandths; null = nothing was asked for. */
  readonly variation_milli: number | null;
  readonly on_hand_qty_milli: number;
  readonly stock_value_minor: number | null;
  readonly turns_milli: number | null;
  readonly target_bp: number | null;
}

export interface ItemClasses extends InEdition {
  readonly rows: readonly ItemClassRow[];
  readonly total_rows: number;
  /** In the order of MATRIX_CELLS. */
  readonly cells: readonly ClassCell[];
  readonly all: Omit<ClassCell, 'cell'>;
  /** Of the company's items, to narrow by. */
  readonly categories: readonly string[];
  readonly from_month: number;
  readonly to_month: number;
  readonly cost_visible: boolean;
  readonly currency: string;
  /** Rows it is made of are still loading: part of a year would pass for all of it. */
  readonly waiting: boolean;
  readonly provenance: Provenance;
}
