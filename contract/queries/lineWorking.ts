/** What an order line's cost is made of, and what is owed for it; only for who sees cost. */
import { z } from 'zod';
import type { CostPart, RateOfOrder, StandingCost } from '#domain/pricing/lineWorking.ts';
import { Id } from './arguments.ts';
import type { Provenance } from './session.ts';

export const lineWorking = {
  args: z.strictObject({
    company_id: Id,
    order_line_id: Id,
    /** What carriers charged for the order, as `carrierCharges` said; null = nothing yet, absent = nobody was asked. */
    charged_minor: z.int().nullable().optional(),
  }),
};

export interface LandedPartOfUnit {
  /** 'freight' | 'duty' | 'insurance' | 'handling' */
  readonly kind: string;
  readonly split_by: string;
  readonly charge_minor: number;
  /** Of the purchase line; null = the charge cannot be split as it says, so it bears on nothing. */
  readonly part_minor: number | null;
}
export interface ReceiptOfUnit {
  readonly purchase_order_id: number;
  readonly purchase_order: string;
  readonly receipt: string;
  readonly received_on: string;
  readonly qty_milli: number;
  /** Of the whole purchase line: what the charges' part is divided by. */
  readonly line_received_qty_milli: number;
  readonly unit_price_micro: number;
  readonly landed: readonly LandedPartOfUnit[];
  /** The price and the received unit's part of the charges. */
  readonly landed_price_micro: number;
}
export interface UnitCostWorking {
  readonly unit_cost_micro: number;
  /** Empty = it is the cost kept of the item. */
  readonly receipts: readonly ReceiptOfUnit[];
}
export interface TermWorking {
  readonly name: string;
  readonly owner: string | null;
  readonly rate_bp: number;
  readonly valid_from: string | null;
  readonly valid_to: string | null;
}
export interface LineMadeOf {
  /** null = not known. */
  readonly unit: UnitCostWorking | null;
  readonly cost_minor: number | null;
  readonly rebate: TermWorking | null;
  readonly rebate_of_order: RateOfOrder;
  readonly rebate_minor: number;
  readonly fees: readonly TermWorking[];
  readonly fee_of_order: RateOfOrder;
  readonly fee_minor: number;
  /** null = not known; a carrier charged nothing for it yet, or nobody was asked. */
  readonly freight_minor: number | null;
  readonly over_counter: boolean;
  /** The goods that bear the carriers' charges together. */
  readonly goods: { readonly lines: number; readonly net_minor: number };
  /** The parts that stand otherwise than they come to now. */
  readonly differs: readonly CostPart[];
}
export interface LineWorking {
  readonly order_line_id: number;
  readonly order_id: number;
  readonly order_number: string;
  readonly ordinal: number;
  readonly kind: string;
  readonly ordered_on: string;
  readonly item_code: string | null;
  readonly item_name: string | null;
  readonly uom: string | null;
  /** Ordered less cancelled; negative of a return. */
  readonly sold_qty_milli: number;
  readonly net_minor: number;
  /** As the margin has it; null = nothing stands. */
  readonly standing: StandingCost | null;
  readonly gm1_minor: number | null;
  readonly gm2_minor: number | null;
  readonly gm3_minor: number | null;
  /** Where order and cost came from together; null = the server reckons the cost of this order's lines. */
  readonly came_with: string | null;
  /** null = it came with the line, or lines of this kind have no cost. */
  readonly made_of: LineMadeOf | null;
  /** The month is locked for sales: what stands there stays. */
  readonly locked: boolean;
  /** False: rows of other sites or channels, which it may be made of, are not this person's to see. */
  readonly whole: boolean;
  readonly currency: string;
  readonly provenance: Provenance;
}
