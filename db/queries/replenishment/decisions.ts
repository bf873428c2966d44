/**
 * What people decided of proposals, as the engine and its lines need it. A decision that is to be ordered and is no
 * purchase order yet counts as on order, so that nothing is proposed twice.
 */
import type { ReplenishmentState } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';

export interface Decision {
  readonly state: Exclude<ReplenishmentState, 'new'>;
  readonly qty_milli: number;
  /** Of it, what is neither rejected nor on a purchase order yet. */
  readonly on_order_qty_milli: number;
  readonly by: string;
  readonly at_ms: number;
  readonly reason: string | null;
  /** It waits for the server. */
  readonly waiting: boolean;
  readonly draft_order: string | null;
}

/** By the key of the line that was decided: 'buy:840:3', 'transfer:840:3:5'. */
export type Decisions = ReadonlyMap<string, Decision>;

/** Tables decisions are read from. */
export const DECISION_TABLES: readonly WireTableName[] = [];

export function decisionsOf(_context: QueryContext, _company_id: number): Decisions {
  return new Map();
}
