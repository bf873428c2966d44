/** What a company buys by, as columns: of an item who sells it and on what terms, of a position its policy's other figures. */
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
  /** The price of the day, 10⁻⁶; NaN = not known, or not for this user. */
  readonly price_micro: Float64Array;
  /** By cell: slot of the columns below. */
  readonly policies: CellNumbers;
  readonly policy_multiple: Float64Array;
  readonly policy_days: Float64Array;
  readonly owner: readonly (string | null)[];
  /** By cell: measured on receipts; slot of the columns below. */
  readonly measured: CellNumbers;
  readonly measured_days: Float64Array;
  readonly measured_deviation: Float64Array;
  readonly measured_lines: Float64Array;
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
type PolicyRow = readonly [item_id: number, site_id: number, multiple: number, days: number, owner: string | null];

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
  const terms = context.scan<TermsRow>(
    `SELECT id, item_id, supplier_id, moq_qty_milli, multiple_qty_milli, lead_time_days FROM main.supplier_item NOT INDEXED
     WHERE company_id = ? ORDER BY preferred DESC, id`,
    [scope.company_id],
  );
  const itemOf = new Map<number, number>();
  for (const [id, item_id, supplier_id, moq, each, days] of terms) {
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
      if (item !== undefined) price_micro[item] = price;
    }
  }
  context.checkCancelled();
  return {
    supplier,
    minimum,
    multiple,
    agreed_days,
    price_micro,
    ...policiesOf(context, scope, ground),
    ...receivedLeadTimes(context, scope, ground, supplier),
  };
}

function policiesOf(context: QueryContext, { company_id }: Scope, ground: StockGround) {
  const rows = context.scan<PolicyRow>(
    'SELECT item_id, site_id, multiple_qty_milli, lead_time_days, owner FROM main.policy NOT INDEXED WHERE company_id = ?',
    [company_id],
  );
  const policies = createCellNumbers();
  const policy_multiple = new Float64Array(rows.length);
  const policy_days = new Float64Array(rows.length);
  const owner: (string | null)[] = [];
  for (const [at, [item_id, site_id, multiple, days, name]] of rows.entries()) {
    policy_multiple[at] = multiple;
    policy_days[at] = days;
    owner.push(name);
    const cell = cellOf(ground, item_id, site_id);
    if (cell >= 0) policies.set(cell, at);
  }
  return { policies, policy_multiple, policy_days, owner };
}
