/**
 * What the rule is asked with for each position: one question filled again and again, because objects for 160,000
 * positions would be most of the work.
 */
import { demandFromWeeks, HISTORY_WEEKS } from '#domain/planning/replenishment/demand.ts';
import { protectedDays } from '#domain/planning/replenishment/orderDays.ts';
import type { ReplenishmentPolicy } from '#domain/planning/replenishment/policy.ts';
import type { OrderTermsOfPosition } from '#domain/planning/replenishment/proposal.ts';
import type { DemandInForce } from '../forecast/demandInForce.ts';
import type { StockColumns } from '../stock/stockColumns.ts';
import type { BuyingColumns } from './buyingColumns.ts';

/** Writable, and the same object every time. */
type Filled<T> = { -readonly [K in keyof T]: T[K] };

/** Demand a day of each position, thousandths: as forecast, or from what was ordered. */
export interface DemandColumns {
  readonly daily: Float64Array;
  readonly deviation: Float64Array;
}

/** By the forecast in force where there is one, else by the last 90 days. */
export function demandOfPositions(
  columns: StockColumns,
  buying: BuyingColumns,
  forecasts: DemandInForce,
  as_of_on: number,
): DemandColumns {
  const demand = demandByPosition(columns);
  if (forecasts.made === null) return demand;
  const { items, sites } = columns.ground;
  const termsOf = termsOfPositions(columns, buying, demand, as_of_on);
  for (let place = 0; place < columns.count; place++) {
    const item_id = items.ids[columns.item[place] as number] as number;
    const site_id = sites[columns.site[place] as number]?.id ?? 0;
    const expected = forecasts.over(item_id, site_id, protectedDays(termsOf(place)));
    if (expected === null) continue;
    demand.daily[place] = expected.daily_demand_qty_milli;
    demand.deviation[place] = expected.daily_deviation_qty_milli;
  }
  return demand;
}

export function demandByPosition(columns: StockColumns): DemandColumns {
  const { count, usage, usage_slot } = columns;
  const { starts, week, qty_milli } = columns.usageOf;
  const daily = new Float64Array(count);
  const deviation = new Float64Array(count);
  const weeks = new Float64Array(HISTORY_WEEKS);
  for (let place = 0; place < count; place++) {
    const slot = usage_slot[place] as number;
    if (slot < 0) continue;
    weeks.fill(0);
    const to = starts[slot + 1] as number;
    for (let row = starts[slot] as number; row < to; row++) {
      const own = week[row] as number;
      weeks[own] = (weeks[own] as number) + (qty_milli[row] as number);
    }
    const demand = demandFromWeeks(usage[place] as number, weeks);
    daily[place] = demand.daily_demand_qty_milli;
    deviation[place] = demand.daily_deviation_qty_milli;
  }
  return { daily, deviation };
}

/** What the supplier sells in, else what the policy orders in; `slot` of the policy, negative = none. */
export function multipleOf({ multiple, policy_multiple }: BuyingColumns, item: number, slot: number): number {
  const own = multiple[item] as number;
  if (!Number.isNaN(own)) return own;
  return slot < 0 ? 0 : (policy_multiple[slot] as number);
}

/** The question of a position but for its documents. Valid until the next is asked for. */
export function termsOfPositions(
  columns: StockColumns,
  buying: BuyingColumns,
  demand: DemandColumns,
  as_of_on: number,
): (place: number) => OrderTermsOfPosition {
  const { items, sites } = columns.ground;
  const fillPolicy = policyFiller(columns, buying);
  const supplier = { supplier_id: 0, minimum_qty_milli: 0, multiple_qty_milli: 0 };
  const asked: Filled<OrderTermsOfPosition> = {
    as_of_on,
    policy: null,
    supplier: null,
    item_active: true,
    shelf_life_days: null,
    most_days: null,
    daily_demand_qty_milli: 0,
    daily_deviation_qty_milli: 0,
    lead_time_days: 0,
    lead_time_deviation_days: 0,
    calendar: null,
  };
  return (place) => {
    const item = columns.item[place] as number;
    const cell = item * sites.length + (columns.site[place] as number);
    const slot = buying.policies.get(cell);
    supplier.supplier_id = buying.supplier[item] as number;
    asked.policy = slot < 0 ? null : fillPolicy(place, slot, supplier.supplier_id);
    asked.shelf_life_days = orNull(buying.shelf_life_days[item] as number);
    asked.most_days = orNull(buying.most_days[item] as number);
    supplier.minimum_qty_milli = buying.minimum[item] as number;
    supplier.multiple_qty_milli = multipleOf(buying, item, slot);
    asked.supplier = supplier.supplier_id === 0 ? null : supplier;
    asked.calendar =
      supplier.supplier_id === 0
        ? null
        : buying.calendars.of(supplier.supplier_id, sites[columns.site[place] as number]?.id ?? 0);
    asked.item_active = items.active[item] === 1;
    asked.daily_demand_qty_milli = demand.daily[place] as number;
    asked.daily_deviation_qty_milli = demand.deviation[place] as number;
    const measured = buying.measured.get(cell);
    const days = measured < 0 ? Number.NaN : (buying.measured_days[measured] as number);
    const agreed = buying.agreed_days[item] as number;
    asked.lead_time_days = !Number.isNaN(days)
      ? days
      : !Number.isNaN(agreed)
        ? agreed
        : slot < 0
          ? 0
          : (buying.policy_days[slot] as number);
    asked.lead_time_deviation_days = Number.isNaN(days) ? 0 : (buying.measured_deviation[measured] as number);
    return asked;
  };
}

type PolicyOf<Kind extends ReplenishmentPolicy['kind']> = Filled<Extract<ReplenishmentPolicy, { kind: Kind }>>;

/** As `policyOf` of one row says it. */
function policyFiller(
  columns: StockColumns,
  buying: BuyingColumns,
): (place: number, slot: number, supplier_id: number) => ReplenishmentPolicy {
  const min_max: PolicyOf<'min_max'> = { kind: 'min_max', min_qty_milli: 0, max_qty_milli: 0 };
  const lots: PolicyOf<'lots'> = { kind: 'lots', reorder_qty_milli: 0, lot_qty_milli: 0 };
  const service: PolicyOf<'service'> = {
    kind: 'service',
    measure: 'cycle',
    target_bp: 0,
    review_days: 0,
    order_qty_milli: null,
  };
  return (place, slot, supplier_id) => {
    const min = columns.min[place] as number;
    switch (buying.policy_kind[slot]) {
      case 'lots':
        lots.reorder_qty_milli = min;
        lots.lot_qty_milli = buying.policy_lot[slot] as number;
        return lots;
      case 'service': {
        const review = buying.policy_review_days[slot] as number;
        service.measure = buying.policy_measure[slot] === 'fill' ? 'fill' : 'cycle';
        service.target_bp = buying.policy_target_bp[slot] as number;
        service.review_days = Number.isNaN(review) ? (buying.terms.get(supplier_id)?.review_days ?? 0) : review;
        service.order_qty_milli = orNull(buying.policy_order[slot] as number);
        return service;
      }
      default:
        min_max.min_qty_milli = min;
        min_max.max_qty_milli = columns.max[place] as number;
        return min_max;
    }
  };
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
