/** The terms a position is ordered on, of what is known: what was measured goes before what is agreed, and that before its policy. */
import type { DailyDemand } from './demand.ts';
import type { LeadTime } from './leadTime.ts';
import { policyOf, type PolicyRow } from './policyOf.ts';
import type { OrderTermsOfPosition } from './proposal.ts';

export interface KnownTerms {
  readonly as_of_on: number;
  readonly item_active: boolean;
  readonly shelf_life_days: number | null;
  readonly most_days: number | null;
  /** Whom it is bought of; null = of nobody. */
  readonly supplier_id: number | null;
  /** What that supplier asks of the item. */
  readonly agreed: {
    readonly moq_qty_milli: number;
    readonly multiple_qty_milli: number;
    readonly lead_time_days: number;
  } | null;
  /** How often that supplier is ordered from. */
  readonly review_days: number | null;
  /** How long it took from that supplier to the site. */
  readonly measured: LeadTime | null;
  readonly policy: (PolicyRow & { readonly multiple_qty_milli: number; readonly lead_time_days: number }) | null;
}

/** All but the demand, which may be asked for by these terms. */
export function termsOfKnown(known: KnownTerms): Omit<OrderTermsOfPosition, keyof DailyDemand> {
  const { supplier_id, agreed, measured, policy } = known;
  return {
    as_of_on: known.as_of_on,
    lead_time_days: measured?.days ?? agreed?.lead_time_days ?? policy?.lead_time_days ?? 0,
    lead_time_deviation_days: measured?.deviation_days ?? 0,
    policy: policy && policyOf(policy, known.review_days),
    supplier:
      supplier_id === null
        ? null
        : {
            supplier_id,
            minimum_qty_milli: agreed?.moq_qty_milli ?? 0,
            multiple_qty_milli: agreed?.multiple_qty_milli ?? policy?.multiple_qty_milli ?? 0,
          },
    item_active: known.item_active,
    shelf_life_days: known.shelf_life_days,
    most_days: known.most_days,
  };
}
