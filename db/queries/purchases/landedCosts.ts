/** What it cost to bring an order's goods in, and each line's part of it: as it was split, or as it would be. */
import { LANDED_SPLITS, type LandedLine, splitLandedCost } from '#domain/pricing/landedCost.ts';
import type { LandedCostView, LandedPartView } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { isoDate } from '#domain/calendar.ts';

export interface LandedOfOrder {
  readonly costs: readonly LandedCostView[];
  /** By po line. */
  readonly parts: ReadonlyMap<number, readonly LandedPartView[]>;
}

export const NOTHING_LANDED: LandedOfOrder = { costs: [], parts: new Map() };

/** Only for users who see cost. `lines`: of the whole order. */
export function landedCosts(
  { scan }: QueryContext,
  purchase_order_id: number,
  lines: readonly (LandedLine & { readonly id: number })[],
): LandedOfOrder {
  const costs = scan<readonly [id: number, kind: string, booked_on: number, amount_minor: number, split_by: string]>(
    `SELECT id, kind, booked_on, amount_minor, split_by FROM main.landed_cost WHERE purchase_order_id = ?
     ORDER BY booked_on, id`,
    [purchase_order_id],
  );
  const posted = Map.groupBy(
    scan<readonly [cost: number, line: number, amount_minor: number]>(
      `SELECT l.landed_cost_id, l.po_line_id, l.amount_minor FROM main.landed_cost c
         JOIN main.landed_cost_line l ON l.landed_cost_id = c.id
       WHERE c.purchase_order_id = ? ORDER BY l.id`,
      [purchase_order_id],
    ),
    ([cost]) => cost,
  );
  const parts = new Map<number, LandedPartView[]>();
  const add = (line_id: number, part: LandedPartView): void => {
    parts.set(line_id, [...(parts.get(line_id) ?? []), part]);
  };
  const views = costs.map(([id, kind, booked_on, amount_minor, by]): LandedCostView => {
    const told = { kind, booked_on: isoDate(booked_on), amount_minor, split_by: by };
    const own = posted.get(id);
    if (own !== undefined) {
      for (const [, line_id, part] of own) add(line_id, { kind, split_by: by, amount_minor: part, proposed: false });
      const posted_minor = own.reduce((sum, [, , part]) => sum + part, 0);
      return { ...told, posted_minor, problem: null };
    }
    const split_by = LANDED_SPLITS.find((each) => each === by);
    if (split_by === undefined) return { ...told, posted_minor: 0, problem: `There is no way to split by ${by}.` };
    const { parts_minor, problem } = splitLandedCost(amount_minor, split_by, lines);
    for (const [at, part] of (parts_minor ?? []).entries()) {
      add(lines[at]?.id ?? 0, { kind, split_by: by, amount_minor: part, proposed: true });
    }
    return { ...told, posted_minor: 0, problem };
  });
  return { costs: views, parts };
}
