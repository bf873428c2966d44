/** An item at a site with everything the stock screen says of it. Quantities in thousandths, dates as day numbers. */
import type { DatedQuantity } from '#domain/planning/projectedBalance.ts';
import type { StockStatus } from '#domain/planning/stockStatus.ts';

export interface ItemFacts {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  /** '' = none */
  readonly category: string;
  readonly uom: string;
  /** 0 = none */
  readonly supplier_id: number;
  /** Small letters of code and name, for finding. */
  readonly search: string;
  /** Place among the items by code, natural order (FA-9 before FA-10). */
  readonly rank: number;
}

export interface SiteFacts {
  readonly id: number;
  readonly code: string;
  readonly name: string;
}

export interface Position {
  readonly item: ItemFacts;
  readonly site: SiteFacts;
  readonly on_hand_qty_milli: number;
  readonly reserved_qty_milli: number;
  readonly counted_on: number | null;
  readonly incoming_qty_milli: number;
  /** As it is expected, be it overdue. */
  readonly next_in_on: number | null;
  /** When the next that is waited for is taken to come. */
  readonly next_comes_on: number | null;
  readonly min_qty_milli: number | null;
  readonly max_qty_milli: number | null;
  readonly usage_qty_milli: number;
  /** HISTORY_WEEKS numbers; null = no usage at all. */
  readonly weeks_qty_milli: Float64Array | null;
  readonly unit_cost_micro: number | null;
  /** null = the cost is unknown and there is something to value. */
  readonly value_minor: number | null;
  readonly usage_value_minor: number | null;
  readonly status: StockStatus;
  readonly demand: readonly DatedQuantity[];
  readonly receipts: readonly DatedQuantity[];
}
