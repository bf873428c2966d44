/** What a company buys by, as columns: of an item who sells it and on what terms, of a position its policy's other figures. */
import type { ContainerTerms, Measured } from '#domain/planning/replenishment/containerLoad.ts';
import type { OrderTerms } from '#domain/planning/replenishment/draftOrder.ts';
import { knownPriceMicro } from '#domain/planning/replenishment/orderTerms.ts';
import { type BuyingCalendars, buyingCalendars } from '#db/replenishment/calendars.ts';
import { containersBySupplier, itemSizes } from '#db/replenishment/containers.ts';
import { receivedLeadTimes } from './leadTimes.ts';
import type { QueryContext } from '../context.ts';
import type { StockGround } from '../stock/itemColumns.ts';
import { type CellNumbers, createCellNumbers } from '../stock/cellNumbers.ts';
import { cellOf } from '../stock/itemColumns.ts';

export interface BuyingColumns {
  /** By the item's place. 0 = nobody sells it. */
  readonly supplier: Float64Array;
  readonly minimum: Float64Array;
  /** NaN = the policy says it. */
  readonly multiple: Float64Array;
  /** Days as agreed; NaN = the policy says it. */
  readonly agreed_days: Float64Array;
  /** The price of the day, 10⁻⁶, above zero; NaN = not known, or not for this user. */
  readonly price_micro: Float64Array;
  /** Days; NaN = no limit. */
  readonly shelf_life_days: Float64Array;
  readonly most_days: Float64Array;
  /** By cell: slot of the columns below. */
  readonly policies: CellNumbers;
  readonly policy_kind: readonly string[];
  readonly policy_lot: Float64Array;
  readonly policy_measure: readonly (string | null)[];
  readonly policy_target_bp: Float64Array;
  /** NaN = the supplier says it. */
  readonly policy_review_days: Float64Array;
  /** NaN = the demand of a review. */
  readonly policy_order: Float64Array;
  readonly policy_multiple: Float64Array;
  readonly policy_days: Float64Array;
  readonly owner: readonly (string | null)[];
  /** By cell: measured on receipts; slot of the columns below. */
  readonly measured: CellNumbers;
  readonly measured_days: Float64Array;
  readonly measured_deviation: Float64Array;
  readonly measured_lines: Float64Array;
  readonly calendars: BuyingCalendars;
  /** By item id, of those that say one. */
  readonly sizes: ReadonlyMap<number, Measured>;
  /** By supplier. */
  readonly terms: ReadonlyMap<number, TermsOfSupplier>;
}

export interface TermsOfSupplier {
  /** null = none are said. */
  readonly review_days: number | null;
  /** null = not for this user, or there are none. */
  readonly order: OrderTerms | null;
  /** null = it sends in none. */
  readonly container: ContainerTerms | null;
}

interface Scope {
  readonly company_id: number;
  readonly as_of_on: number;
  readonly cost_visible: boolean;
}

type TermsRow = readonly [
  id: number,
  item_id: number,
  supplier_id: number,
  moq: number,
  multiple: number,
  lead_time_days: number,
];
type PolicyRow = readonly [
  item_id: number,
  site_id: number,
  multiple: number,
  days: number,
  owner: string | null,
  kind: string,
  lot: number | null,
  measure: string | null,
  target_bp: number | null,
  review_days: number | null,
  order: number | null,
];

export function buyingColumns(context: QueryContext, scope: Scope, ground: StockGround): BuyingColumns {
  const { items } = ground;
  const supplier = Float64Array.from(items.suppliers.codes, (code) => items.suppliers.values[code] ?? 0);
  const filled = () => new Float64Array(items.count).fill(Number.NaN);
  const minimum = new Float64Array(items.count);
  const multiple = filled();
  const agreed_days = filled();
  const price_micro = filled();
  const taken = new Float64Array(items.count);
  // the preferred first, as an item's panel lists them
  const sold = context.scan<TermsRow>(
    `SELECT id, item_id, supplier_id, moq_qty_milli, multiple_qty_milli, lead_time_days FROM main.supplier_item NOT INDEXED
     WHERE company_id = ? ORDER BY preferred DESC, id`,
    [scope.company_id],
  );
  const itemOf = new Map<number, number>();
  for (const [id, item_id, supplier_id, moq, each, days] of sold) {
    const item = items.placeOf.get(item_id);
    if (item === undefined || taken[item] !== 0) continue;
    taken[item] = id;
    itemOf.set(id, item);
    supplier[item] = supplier_id;
    minimum[item] = moq;
    multiple[item] = each;
    agreed_days[item] = days;
  }
  context.checkCancelled();
  if (scope.cost_visible) {
    // the latest that holds today
    const prices = context.scan<readonly [number, number]>(
      `SELECT supplier_item_id, unit_price_micro FROM main.supplier_item_price NOT INDEXED
       WHERE company_id = ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?) ORDER BY valid_from`,
      [scope.company_id, scope.as_of_on, scope.as_of_on],
    );
    for (const [supplier_item_id, price] of prices) {
      const item = itemOf.get(supplier_item_id);
      if (item !== undefined) price_micro[item] = knownPriceMicro(price) ?? Number.NaN;
    }
  }
  context.checkCancelled();
  const terms = termsOfSuppliers(context, scope);
  return {
    supplier,
    minimum,
    multiple,
    agreed_days,
    price_micro,
    ...keepingOf(context, scope, ground),
    ...policiesOf(context, scope, ground),
    calendars: buyingCalendars(context.scan, scope.company_id, scope.as_of_on),
    terms,
    sizes: [...terms.values()].some(({ container }) => container !== null)
      ? itemSizes(context.scan, scope.company_id)
      : new Map(),
    ...receivedLeadTimes(context, scope, ground, supplier),
  };
}

function keepingOf(context: QueryContext, { company_id }: Scope, { items }: StockGround) {
  const shelf_life_days = new Float64Array(items.count).fill(Number.NaN);
  const most_days = new Float64Array(items.count).fill(Number.NaN);
  const rows = context.scan<readonly [item_id: number, shelf: number | null, most: number | null]>(
    'SELECT id, shelf_life_days, most_days FROM main.item_keeping NOT INDEXED WHERE company_id = ?',
    [company_id],
  );
  for (const [item_id, shelf, most] of rows) {
    const item = items.placeOf.get(item_id);
    if (item === undefined) continue;
    shelf_life_days[item] = shelf ?? Number.NaN;
    most_days[item] = most ?? Number.NaN;
  }
  return { shelf_life_days, most_days };
}

function termsOfSuppliers(
  context: QueryContext,
  { company_id, as_of_on, cost_visible }: Scope,
): Map<number, TermsOfSupplier> {
  const costs = cost_visible
    ? context.scan<readonly [id: number, minimum: number, freight: number, free_from: number | null]>(
        `SELECT id, minimum_order_minor, freight_minor, free_freight_from_minor FROM main.supplier_terms_cost
         WHERE company_id = ?`,
        [company_id],
      )
    : [];
  const orders = new Map(
    costs.map(([id, minimum_minor, freight_minor, free_freight_from_minor]): [number, OrderTerms] => [
      id,
      { minimum_minor, freight_minor, free_freight_from_minor },
    ]),
  );
  const rows = context.scan<readonly [id: number, supplier_id: number, review_days: number | null]>(
    'SELECT id, supplier_id, review_days FROM main.supplier_terms WHERE company_id = ?',
    [company_id],
  );
  const terms = new Map(
    rows.map(([id, supplier_id, review_days]): [number, TermsOfSupplier] => [
      supplier_id,
      { review_days, order: orders.get(id) ?? null, container: null },
    ]),
  );
  // a supplier may send in containers and ask nothing else of an order
  for (const [supplier_id, container] of containersBySupplier(context.scan, company_id, as_of_on)) {
    const { review_days, order } = terms.get(supplier_id) ?? { review_days: null, order: null };
    terms.set(supplier_id, { review_days, order, container });
  }
  return terms;
}

function policiesOf(context: QueryContext, { company_id }: Scope, ground: StockGround) {
  const rows = context.scan<PolicyRow>(
    `SELECT item_id, site_id, multiple_qty_milli, lead_time_days, owner, kind, lot_qty_milli, measure, target_bp,
       review_days, order_qty_milli FROM main.policy NOT INDEXED WHERE company_id = ?`,
    [company_id],
  );
  const policies = createCellNumbers();
  for (const [at, [item_id, site_id]] of rows.entries()) {
    const cell = cellOf(ground, item_id, site_id);
    if (cell >= 0) policies.set(cell, at);
  }
  return {
    policies,
    policy_multiple: Float64Array.from(rows, (row) => row[2]),
    policy_days: Float64Array.from(rows, (row) => row[3]),
    owner: rows.map((row) => row[4]),
    policy_kind: rows.map((row) => row[5]),
    policy_lot: Float64Array.from(rows, (row) => row[6] ?? 0),
    policy_measure: rows.map((row) => row[7]),
    policy_target_bp: Float64Array.from(rows, (row) => row[8] ?? 0),
    policy_review_days: Float64Array.from(rows, (row) => row[9] ?? Number.NaN),
    policy_order: Float64Array.from(rows, (row) => row[10] ?? Number.NaN),
  };
}
