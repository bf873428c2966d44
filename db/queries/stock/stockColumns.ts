/**
 * Every position of a company as columns, in the order of item and site. Each part is kept as long as the tables it was
 * read from stand still; rows are made of it only for what is looked at.
 */
import { lineAmountOfMinor } from '#domain/money.ts';
import { horizonOn, stockStatus, stockStatusRank } from '#domain/planning/stockStatus.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';
import { rememberedOf } from '../readCache.ts';
import { createCellSlots } from './cellSlots.ts';
import { cellOf, type StockGround, stockGround } from './itemColumns.ts';
import { demandColumns, type OpenColumns, receiptColumns } from './openColumns.ts';
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
  ...GROUND_TABLES,
] as const;
export const STOCK_TABLES: readonly WireTableName[] = [
  ...new Set<WireTableName>([...USAGE_TABLES, ...OPEN_TABLES, 'stock_balance', 'policy']),
];

export async function stockColumns(context: QueryContext, question: StockQuestion): Promise<StockColumns> {
  const { company_id, as_of_on, cost_visible, currency } = question;
  const key = JSON.stringify([company_id, as_of_on, cost_visible, currency]);
  return await rememberedOf(
    context,
    (cache) => cache.stock,
    key,
    STOCK_TABLES,
    async () => {
      const ground = await rememberedOf(
        context,
        (cache) => cache.stockGround,
        JSON.stringify([company_id, cost_visible]),
        GROUND_TABLES,
        () => stockGround(context, company_id, cost_visible),
      );
      context.checkCancelled();
      const open = await rememberedOf(
        context,
        (cache) => cache.stockOpen,
        key,
        OPEN_TABLES,
        async () => ({
          demand: demandColumns(context, question, ground),
          receipts: receiptColumns(context, company_id, ground),
        }),
      );
      context.checkCancelled();
      const usage = await rememberedOf(
        context,
        (cache) => cache.stockUsage,
        key,
        USAGE_TABLES,
        async () => usageColumns(context, question, ground),
      );
      context.checkCancelled();
      return positionColumns(context, question, ground, open, usage);
    },
  );
}

export interface OpenParts {
  readonly demand: OpenColumns;
  readonly receipts: OpenColumns;
}

type BalanceRow = readonly [item_id: number, site_id: number, on_hand_qty_milli: number, reserved_qty_milli: number];
type PolicyRow = readonly [
  item_id: number,
  site_id: number,
  min_qty_milli: number,
  max_qty_milli: number,
  lead_time_days: number,
];

function positionColumns(
  context: QueryContext,
  question: StockQuestion,
  ground: StockGround,
  { demand, receipts }: OpenParts,
  usageOf: UsageColumns,
): StockColumns {
  const balances = context.scan<BalanceRow>(
    'SELECT item_id, site_id, on_hand_qty_milli, reserved_qty_milli FROM main.stock_balance WHERE company_id = ?',
    [question.company_id],
  );
  const policies = context.scan<PolicyRow>(
    'SELECT item_id, site_id, min_qty_milli, max_qty_milli, lead_time_days FROM main.policy WHERE company_id = ?',
    [question.company_id],
  );
  context.checkCancelled();
  const slots = createCellSlots();
  const slotOf = (item_id: number, site_id: number): number => {
    const cell = cellOf(ground, item_id, site_id);
    return cell < 0 ? -1 : slots.put(cell);
  };
  const balanceSlots = Int32Array.from(balances, (row) => slotOf(row[0], row[1]));
  const policySlots = Int32Array.from(policies, (row) => slotOf(row[0], row[1]));
  const receiptSlots = receipts.cells.map(slots.put);
  const demandSlots = demand.cells.map(slots.put);
  const count = slots.count();

  const on_hand = new Float64Array(count);
  const reserved = new Float64Array(count);
  for (let row = 0; row < balances.length; row++) {
    const slot = balanceSlots[row] as number;
    if (slot < 0) continue;
    const balance = balances[row] as BalanceRow;
    on_hand[slot] = balance[2];
    reserved[slot] = balance[3];
  }
  const min = new Float64Array(count).fill(Number.NaN);
  const max = new Float64Array(count).fill(Number.NaN);
  const lead_time_days = new Float64Array(count);
  for (let row = 0; row < policies.length; row++) {
    const slot = policySlots[row] as number;
    if (slot < 0) continue;
    const policy = policies[row] as PolicyRow;
    min[slot] = policy[2];
    max[slot] = policy[3];
    lead_time_days[slot] = policy[4];
  }
  const incoming = new Float64Array(count);
  const next_in_on = new Int32Array(count).fill(NEVER);
  for (let row = 0; row < receiptSlots.length; row++) {
    const slot = receiptSlots[row] as number;
    incoming[slot] = (incoming[slot] as number) + (receipts.qty_milli[row] as number);
    next_in_on[slot] = Math.min(next_in_on[slot] as number, receipts.on[row] as number);
  }

  // who counts: everything but what is neither sold any more nor there, asked for or on its way
  const { items, sites } = ground;
  const cells = slots.cells();
  const stays = Uint8Array.from(cells, (cell) => items.active[Math.floor(cell / sites.length)] ?? 0);
  for (let slot = 0; slot < count; slot++) if (on_hand[slot] !== 0 || reserved[slot] !== 0) stays[slot] = 1;
  for (const slot of receiptSlots) stays[slot] = 1;
  for (const slot of demandSlots) stays[slot] = 1;
  const order = slotsInOrder(cells, stays, items.count * sites.length);

  const until_on = new Int32Array(count);
  for (let slot = 0; slot < count; slot++) {
    until_on[slot] = horizonOn({
      as_of_on: question.as_of_on,
      next_in_on: next_in_on[slot] === NEVER ? null : (next_in_on[slot] as number),
      policy: policyOf(min, max, lead_time_days, slot),
    });
  }
  const visible = new Float64Array(count);
  const committed = new Float64Array(count);
  for (let row = 0; row < demandSlots.length; row++) {
    const slot = demandSlots[row] as number;
    const qty_milli = demand.qty_milli[row] as number;
    visible[slot] = (visible[slot] as number) + qty_milli;
    if ((demand.on[row] as number) < (until_on[slot] as number))
      committed[slot] = (committed[slot] as number) + qty_milli;
  }

  const usage = new Float64Array(order.length);
  const usage_slot = new Int32Array(order.length);
  const value = new Float64Array(order.length);
  const usage_value = new Float64Array(order.length);
  const rank = new Uint8Array(order.length);
  const item = new Int32Array(order.length);
  const site = new Int32Array(order.length);
  for (let place = 0; place < order.length; place++) {
    const slot = order[place] as number;
    const cell = cells[slot] as number;
    const itemPlace = Math.floor(cell / sites.length);
    item[place] = itemPlace;
    site[place] = cell - itemPlace * sites.length;
    const usageSlot = usageOf.slots.find(cell);
    usage_slot[place] = usageSlot;
    const used = usageSlot < 0 ? 0 : (usageOf.usage[usageSlot] as number);
    usage[place] = used;
    const cost = items.unit_cost_micro[itemPlace] as number;
    value[place] = valueMinor(on_hand[slot] as number, cost, question.currency);
    usage_value[place] = valueMinor(used, cost, question.currency);
    // reservations whose orders this user may not see are taken as due at once
    const unseen = (reserved[slot] as number) - (visible[slot] as number);
    const at_once = unseen > 0 && question.as_of_on < (until_on[slot] as number) ? unseen : 0;
    rank[place] = stockStatusRank(
      stockStatus({
        as_of_on: question.as_of_on,
        on_hand_qty_milli: on_hand[slot] as number,
        next_in_on: next_in_on[slot] === NEVER ? null : (next_in_on[slot] as number),
        committed_qty_milli: (committed[slot] as number) + at_once,
        usage_qty_milli_in_window: used,
        policy: policyOf(min, max, lead_time_days, slot),
      }),
    );
  }
  const inOrder = (column: Float64Array): Float64Array => {
    const sorted = new Float64Array(order.length);
    for (let place = 0; place < order.length; place++) sorted[place] = column[order[place] as number] as number;
    return sorted;
  };
  return {
    ground,
    usageOf,
    count: order.length,
    item,
    site,
    on_hand: inOrder(on_hand),
    reserved: inOrder(reserved),
    incoming: inOrder(incoming),
    next_in_on: order.map((slot) => next_in_on[slot] as number),
    min: inOrder(min),
    max: inOrder(max),
    usage,
    usage_slot,
    value,
    usage_value,
    rank,
  };
}

/** The slots that stay, by item and site: by counting, for cells are numbers in that order. */
function slotsInOrder(cells: Int32Array, stays: Uint8Array, most: number): Int32Array {
  const kept = new Int32Array(cells.length);
  let count = 0;
  if (most <= 2 ** 24) {
    const slotOf = new Int32Array(most).fill(-1);
    for (let slot = 0; slot < cells.length; slot++) if (stays[slot] === 1) slotOf[cells[slot] as number] = slot;
    for (let cell = 0; cell < most; cell++) {
      const slot = slotOf[cell] as number;
      if (slot >= 0) kept[count++] = slot;
    }
    return kept.subarray(0, count);
  }
  for (let slot = 0; slot < cells.length; slot++) if (stays[slot] === 1) kept[count++] = slot;
  return kept.subarray(0, count).sort((a, b) => (cells[a] as number) - (cells[b] as number));
}

function policyOf(min: Float64Array, max: Float64Array, lead_time_days: Float64Array, slot: number) {
  const min_qty_milli = min[slot] as number;
  if (Number.isNaN(min_qty_milli)) return null;
  return {
    min_qty_milli,
    max_qty_milli: max[slot] as number,
    lead_time_days: lead_time_days[slot] as number,
  };
}

function valueMinor(qty_milli: number, unit_cost_micro: number, currency: string): number {
  if (qty_milli === 0) return 0;
  if (Number.isNaN(unit_cost_micro)) return Number.NaN;
  return lineAmountOfMinor(qty_milli, unit_cost_micro, currency);
}
