/**
 * Every position of a company as columns, in the order of item and site. Each part is kept as long as the tables it was
 * read from stand still; rows are made of it only for what is looked at.
 */
import { lineAmountsIn } from '#domain/money.ts';
import { comesOn } from '#domain/planning/overdueReceipts.ts';
import { isFresh } from '#domain/planning/staleDocuments.ts';
import { horizonOn, stockStatus, stockStatusRank } from '#domain/planning/stockStatus.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';
import { overdueWaits } from '../purchases/overdueWaits.ts';
import { rememberedOf } from '../readCache.ts';
import { type BalanceColumns, balanceColumns, type PolicyColumns, policyColumns } from './balanceColumns.ts';
import { type CellNumbers, createCellNumbers } from './cellNumbers.ts';
import { type StockGround, stockGround } from './itemColumns.ts';
import { demandColumns, type OpenColumns, receiptColumns, together, transferColumns } from './openColumns.ts';
import type { StockQuestion } from './stockModel.ts';
import { type UsageColumns, usageColumns } from './usageColumns.ts';

/** No day: a position for which nothing is on its way. */
export const NEVER = 2 ** 31 - 1;

export interface StockColumns {
  readonly ground: StockGround;
  readonly usageOf: UsageColumns;
  readonly count: number;
  /** Places in `ground`. */
  readonly item: Int32Array;
  readonly site: Int32Array;
  readonly on_hand: Float64Array;
  readonly reserved: Float64Array;
  readonly incoming: Float64Array;
  readonly next_in_on: Int32Array;
  /** When the next receipt that is waited for is taken to come. */
  readonly next_comes_on: Int32Array;
  /** NaN = no policy. */
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly usage: Float64Array;
  /** Slot in `usageOf`; -1 = no usage at all. */
  readonly usage_slot: Int32Array;
  /** NaN = the cost is unknown and there is something to value. */
  readonly value: Float64Array;
  readonly usage_value: Float64Array;
  /** Place in STOCK_STATUS_ORDER. */
  readonly rank: Uint8Array;
}

/** Tables whose rows the columns are made of; `item_cost` only for who sees costs. */
const GROUND_TABLES = ['item', 'item_cost', 'site', 'party'] as const;
const USAGE_TABLES = ['order_line', ...GROUND_TABLES] as const;
const OPEN_TABLES = [
  'sales_order',
  'order_line',
  'shipment_line',
  'purchase_order',
  'po_line',
  'promise_event',
  'transfer_event',
  'buying_calendar',
  ...GROUND_TABLES,
] as const;
export const STOCK_TABLES: readonly WireTableName[] = [
  ...new Set<WireTableName>([...USAGE_TABLES, ...OPEN_TABLES, 'stock_balance', 'policy']),
];

export interface OpenParts {
  /** With what is held back for other sites. */
  readonly demand: OpenColumns;
  /** With what is expected from them. */
  readonly receipts: OpenColumns;
  /** Of the demand, what is held back for other sites. */
  readonly leaving: OpenColumns;
}

/** What was read of a company, each part by its own tables. */
export interface StockParts {
  readonly ground: StockGround;
  readonly balances: BalanceColumns;
  readonly policies: PolicyColumns;
  readonly open: OpenParts;
  readonly usageOf: UsageColumns;
}

export async function stockColumns(context: QueryContext, question: StockQuestion): Promise<StockColumns> {
  return positionColumns(question, await stockParts(context, question));
}

export async function stockParts(context: QueryContext, question: StockQuestion): Promise<StockParts> {
  const { company_id, as_of_on, cost_visible } = question;
  const key = JSON.stringify([company_id, as_of_on, cost_visible]);
  const ground = await rememberedOf(
    context,
    (cache) => cache.stockGround,
    JSON.stringify([company_id, cost_visible]),
    GROUND_TABLES,
    () => stockGround(context, company_id, cost_visible),
  );
  context.checkCancelled();
  const open = await openParts(context, question, ground);
  context.checkCancelled();
  const usageOf = await rememberedOf(
    context,
    (cache) => cache.stockUsage,
    key,
    USAGE_TABLES,
    async () => usageColumns(context, question, ground),
  );
  context.checkCancelled();
  const policies = await rememberedOf(
    context,
    (cache) => cache.stockPolicies,
    JSON.stringify([company_id, cost_visible]),
    ['policy', ...GROUND_TABLES],
    async () => policyColumns(context, company_id, ground),
  );
  context.checkCancelled();
  const balances = balanceColumns(context, company_id, ground);
  context.checkCancelled();
  return { ground, balances, policies, open, usageOf };
}

/** What open orders and transfers take, and open purchases and transfers bring, on the same ground. */
export async function openParts(
  context: QueryContext,
  question: StockQuestion,
  ground: StockGround,
): Promise<OpenParts> {
  const { company_id, as_of_on, cost_visible } = question;
  return await rememberedOf(
    context,
    (cache) => cache.stockOpen,
    JSON.stringify([company_id, as_of_on, cost_visible]),
    OPEN_TABLES,
    async () => {
      const { leaving, coming } = transferColumns(context, question, ground);
      return {
        demand: together(demandColumns(context, question, ground), leaving),
        receipts: together(receiptColumns(context, question, ground, await overdueWaits(context, question)), coming),
        leaving,
      };
    },
  );
}

export function positionColumns(question: StockQuestion, parts: StockParts): StockColumns {
  const { ground, balances, policies, usageOf } = parts;
  const { demand, receipts, leaving } = parts.open;
  const { items, sites } = ground;
  const { as_of_on } = question;
  // every position but those of what is no longer sold, unless it is there, asked for or on its way
  const places = createCellNumbers();
  const cells = cellsInOrder(places, ground, balances, policies, [receipts.cells, demand.cells]);
  const result = emptyColumns(ground, usageOf, cells.length);
  const { on_hand, reserved, incoming, next_in_on, next_comes_on, min, max } = result;
  const lead_time_days = new Float64Array(cells.length);
  for (let row = 0; row < balances.cells.length; row++) {
    const place = places.get(balances.cells[row] as number);
    if (place < 0) continue;
    on_hand[place] = balances.on_hand[row] as number;
    reserved[place] = balances.reserved[row] as number;
  }
  for (let row = 0; row < leaving.cells.length; row++) {
    const place = places.get(leaving.cells[row] as number);
    reserved[place] = (reserved[place] as number) + (leaving.qty_milli[row] as number);
  }
  for (let row = 0; row < policies.cells.length; row++) {
    const place = places.get(policies.cells[row] as number);
    if (place < 0) continue;
    min[place] = policies.min[row] as number;
    max[place] = policies.max[row] as number;
    lead_time_days[place] = policies.lead_time_days[row] as number;
  }
  const coming = { on: 0, taken_on: undefined as number | undefined };
  for (let row = 0; row < receipts.cells.length; row++) {
    const place = places.get(receipts.cells[row] as number);
    incoming[place] = (incoming[place] as number) + (receipts.qty_milli[row] as number);
    next_in_on[place] = Math.min(next_in_on[place] as number, receipts.on[row] as number);
    coming.on = receipts.on[row] as number;
    coming.taken_on = receipts.taken_on?.[row] || undefined;
    next_comes_on[place] = Math.min(next_comes_on[place] as number, comesOn(coming, as_of_on) ?? NEVER);
  }

  // one question asked again and again: 160,000 objects would be most of the work
  const policy = { min_qty_milli: 0, max_qty_milli: 0, lead_time_days: 0 };
  const asked = {
    as_of_on,
    on_hand_qty_milli: 0,
    next_comes_on: null as number | null,
    committed_qty_milli: 0,
    usage_qty_milli_in_window: 0,
    policy: null as typeof policy | null,
  };
  const askOf = (place: number) => {
    const next = next_comes_on[place] as number;
    asked.next_comes_on = next === NEVER ? null : next;
    policy.min_qty_milli = min[place] as number;
    policy.max_qty_milli = max[place] as number;
    policy.lead_time_days = lead_time_days[place] as number;
    asked.policy = Number.isNaN(policy.min_qty_milli) ? null : policy;
    return asked;
  };
  const until_on = new Int32Array(cells.length);
  for (let place = 0; place < cells.length; place++) until_on[place] = horizonOn(askOf(place));
  const visible = new Float64Array(cells.length);
  const committed = new Float64Array(cells.length);
  const counts = isFresh(as_of_on);
  const due = { on: 0 };
  for (let row = 0; row < demand.cells.length; row++) {
    const place = places.get(demand.cells[row] as number);
    const qty_milli = demand.qty_milli[row] as number;
    visible[place] = (visible[place] as number) + qty_milli;
    due.on = demand.on[row] as number;
    if (due.on < (until_on[place] as number) && counts(due)) {
      committed[place] = (committed[place] as number) + qty_milli;
    }
  }

  const amount = lineAmountsIn(question.currency);
  const valueOf = (qty_milli: number, cost: number): number =>
    qty_milli === 0 ? 0 : Number.isNaN(cost) ? Number.NaN : amount(qty_milli, cost);
  for (let place = 0; place < cells.length; place++) {
    const cell = cells[place] as number;
    const item = Math.floor(cell / sites.length);
    const slot = usageOf.slots.get(cell);
    const used = slot < 0 ? 0 : (usageOf.usage[slot] as number);
    const there = on_hand[place] as number;
    const cost = items.unit_cost_micro[item] as number;
    // reservations whose orders this user may not see are taken as due at once
    const unseen = (reserved[place] as number) - (visible[place] as number);
    const at_once = unseen > 0 && as_of_on < (until_on[place] as number) ? unseen : 0;
    askOf(place);
    asked.on_hand_qty_milli = there;
    asked.committed_qty_milli = (committed[place] as number) + at_once;
    asked.usage_qty_milli_in_window = used;
    result.rank[place] = stockStatusRank(stockStatus(asked));
    result.item[place] = item;
    result.site[place] = cell - item * sites.length;
    result.usage[place] = used;
    result.usage_slot[place] = slot;
    result.value[place] = valueOf(there, cost);
    result.usage_value[place] = valueOf(used, cost);
  }
  return result;
}

/** Cells of the positions that count, ascending, which is by item and site; each one's place in `places`. */
function cellsInOrder(
  places: CellNumbers,
  { items, sites }: StockGround,
  balances: BalanceColumns,
  policies: PolicyColumns,
  others: readonly Int32Array[],
): Int32Array {
  const isActive = (cell: number): boolean => items.active[Math.floor(cell / sites.length)] === 1;
  for (let row = 0; row < balances.cells.length; row++) {
    const cell = balances.cells[row] as number;
    if (balances.on_hand[row] !== 0 || balances.reserved[row] !== 0 || isActive(cell)) places.set(cell, 0);
  }
  for (let row = 0; row < policies.cells.length; row++) {
    const cell = policies.cells[row] as number;
    if (isActive(cell)) places.set(cell, 0);
  }
  for (const cells of others) for (let row = 0; row < cells.length; row++) places.set(cells[row] as number, 0);
  const count = places.renumber();
  const ascending = new Int32Array(count);
  places.renumber((place, _, cell) => {
    ascending[place] = cell;
  });
  return ascending;
}

function emptyColumns(ground: StockGround, usageOf: UsageColumns, count: number): StockColumns {
  return {
    ground,
    usageOf,
    count,
    item: new Int32Array(count),
    site: new Int32Array(count),
    on_hand: new Float64Array(count),
    reserved: new Float64Array(count),
    incoming: new Float64Array(count),
    next_in_on: new Int32Array(count).fill(NEVER),
    next_comes_on: new Int32Array(count).fill(NEVER),
    min: new Float64Array(count).fill(Number.NaN),
    max: new Float64Array(count).fill(Number.NaN),
    usage: new Float64Array(count),
    usage_slot: new Int32Array(count),
    value: new Float64Array(count),
    usage_value: new Float64Array(count),
    rank: new Uint8Array(count),
  };
}
