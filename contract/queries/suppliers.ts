/** How suppliers deliver: what is on order and late, in time against the first promise, how long they take. */
import { z } from 'zod';
import type { SupplierSlip } from '#domain/planning/supplierSlip.ts';
import { Id } from './arguments.ts';
import type { Provenance } from './session.ts';

/** No company here has more; those beyond are counted. */
export const MOST_SUPPLIERS = 500;

export const suppliers = { args: z.strictObject({ company_id: Id }) };
/** Figures speak of the twelve months up to the as-of date; money is null for who may not see cost. */
export interface SupplierRow {
  readonly supplier_id: number;
  readonly code: string;
  readonly name: string;
  readonly open_lines: number;
  readonly open_minor: number | null;
  readonly overdue_lines: number;
  readonly overdue_minor: number | null;
  /** Lines whole by the supplier's first promise ÷ lines due, those that never came too; null = none was due. */
  readonly otif_bp: number | null;
  readonly due_lines: number;
  /** By month, oldest first; null = none was due. */
  readonly otif_months_bp: readonly (number | null)[];
  /** Mean and deviation (n − 1) from approval to the receipt that made a line whole. */
  readonly lead_days: number | null;
  readonly lead_deviation_days: number | null;
  /** The middle of what is agreed for its articles. */
  readonly agreed_days: number | null;
  /** Lines of which a promise was moved. */
  readonly moved_lines: number;
  /** What came, at the order's prices. */
  readonly spend_minor: number | null;
  /** The middle of its articles' price changes within the twelve months; null = none changed, or not for this user. */
  readonly price_change_bp: number | null;
  readonly slip: SupplierSlip | null;
}
export interface Suppliers {
  /** By what is on order, the most first. */
  readonly rows: readonly SupplierRow[];
  readonly total_rows: number;
  readonly months: readonly number[];
  readonly target_bp: number | null;
  readonly currency: string;
  readonly cost_visible: boolean;
  readonly as_of_date: string;
  readonly provenance: Provenance;
}

export const SUPPLIER_FIGURES = ['open', 'overdue', 'late', 'lead', 'moved'] as const;
export const supplierDetail = {
  args: z.strictObject({
    company_id: Id,
    supplier_id: Id,
    figure: z.enum(SUPPLIER_FIGURES).default('overdue'),
    limit: z.int().min(1).max(200).default(50),
  }),
};
export interface SupplierLine {
  readonly po_line_id: number;
  readonly purchase_order_id: number;
  readonly number: string;
  readonly item_code: string;
  readonly item_name: string;
  readonly site: string;
  readonly promised_on: string;
  readonly expected_on: string;
  readonly complete_on: string | null;
  readonly lead_days: number | null;
  readonly open_qty_milli: number;
  readonly uom: string;
}
export interface SupplierDetail {
  readonly row: SupplierRow | null;
  /** How many lines took so many days, ascending. */
  readonly lead_times: readonly { readonly days: number; readonly lines: number }[];
  readonly lines: readonly SupplierLine[];
  readonly total_lines: number;
  readonly provenance: Provenance;
}
