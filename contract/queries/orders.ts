/** One order and its lines. */
import { z } from 'zod';
import { Id, Limit, Offset } from './arguments.ts';
import type { Provenance } from './session.ts';
import type { NoteView } from './stock.ts';

export const orderDetail = { args: z.strictObject({ order_id: Id, offset: Offset, limit: Limit }) };
export interface OrderDetail {
  readonly order_id: number;
  readonly company_id: number;
  readonly number: string;
  readonly source: string;
  readonly party: string | null;
  readonly country: string | null;
  readonly channel: string | null;
  readonly channel_kind: string;
  readonly site: string | null;
  readonly ordered_on: string;
  readonly ordered_at_ms: number;
  readonly state: string;
  readonly currency: string;
  readonly lines: readonly OrderLineView[];
  readonly total_lines: number;
  readonly net_minor: number;
  readonly notes: readonly NoteView[];
  readonly provenance: Provenance;
}
export interface OrderLineView {
  readonly order_line_id: number;
  readonly order_id: number;
  readonly order_number: string;
  readonly ordinal: number;
  readonly item_id: number | null;
  readonly item_code: string | null;
  readonly description: string | null;
  readonly kind: string;
  readonly party: string | null;
  readonly country: string | null;
  readonly channel: string | null;
  readonly channel_kind: string;
  readonly ordered_on: string;
  readonly committed_on: string | null;
  readonly ordered_qty_milli: number;
  readonly shipped_qty_milli: number | null;
  readonly uom: string | null;
  readonly unit_price_micro: number;
  readonly gross_minor: number;
  readonly discount_minor: number;
  readonly net_minor: number;
  /** null = no cost data, or not for this user (cost_visible says which). */
  readonly cost_minor: number | null;
}
