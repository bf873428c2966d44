/** The positions of an item as objects, and, for checking the columns that stand for them, those of a whole company. */
import { lineAmountOrNull } from '#domain/money.ts';
import { freeToPromiseMilli, reservedForLeftOutMilli } from '#domain/planning/freeToPromise.ts';
import { receiptsAsTheyCome } from '#domain/planning/overdueReceipts.ts';
import type { DatedQuantity } from '#domain/planning/projectedBalance.ts';
import { isFresh } from '#domain/planning/staleDocuments.ts';
import { horizonOn, stockStatus } from '#domain/planning/stockStatus.ts';
import { transferQuantities } from '#db/replenishment/transfers.ts';
import type { QueryContext } from '../context.ts';
import { sitesOf } from '../reference/names.ts';
import type { ItemFacts, Position, SiteFacts } from './position.ts';
import { openDemand, openReceipts, push, type UsageHistory, usageHistory } from './stockMovements.ts';

export interface StockModel {
  readonly positions: readonly Position[];
  /** supplier id → name */
  readonly suppliers: ReadonlyMap<number, string>;
}

export interface StockQuestion {
  readonly company_id: number;
  readonly currency: string;
  readonly as_of_on: number;
  readonly cost_visible: boolean;
  /** null = all items */
  readonly item_id: number | null;
}

interface Balance {
  readonly on_hand_qty_milli: number;
  readonly reserved_qty_milli: number;
  readonly counted_on: number | null;
}
interface Policy {
  readonly min_qty_milli: number;
  readonly max_qty_milli: number;
  readonly lead_time_days: number;
}

const NO_BALANCE: Balance = { on_hand_qty_milli: 0, reserved_qty_milli: 0, counted_on: null };
const NOTHING: readonly DatedQuantity[] = [];

/** 'item:site' */
export function positionKey(item_id: number, site_id: number): string {
  return `${item_id}:${site_id}`;
}

export async function stockModel(context: QueryContext, question: StockQuestion): Promise<StockModel> {
  const { items, inactive, suppliers } = await itemsOf(context, question);
  const sites = await sitesOf(context.db, question.company_id);
  const costs = question.cost_visible ? await costsOf(context, question) : new Map<number, number>();
  const balances = await balancesOf(context, question);
  const policies = await policiesOf(context, question);
  context.checkCancelled();
  const demand = openDemand(context, question);
  const receipts = await openReceipts(context, question);
  const { leaving, coming } = transferQuantities(
    context.scan,
    question.company_id,
    question.as_of_on,
    question.item_id,
  );
  for (const each of coming) push(receipts, each, each);
  for (const each of leaving) {
    push(demand, each, each);
    const key = positionKey(each.item_id, each.site_id);
    const balance = balances.get(key) ?? NO_BALANCE;
    balances.set(key, { ...balance, reserved_qty_milli: balance.reserved_qty_milli + each.qty_milli });
  }
  context.checkCancelled();
  const usage = await usageHistory(context, question);

  const positions: Position[] = [];
  for (const key of new Set([...balances.keys(), ...policies.keys(), ...receipts.keys(), ...demand.keys()])) {
    const [item_id, site_id] = key.split(':').map(Number);
    const item = items.get(item_id ?? 0);
    const site = sites.get(site_id ?? 0);
    // a site or item outside the user's scope has no row here
    if (!item || !site) continue;
    const balance = balances.get(key) ?? NO_BALANCE;
    const idle = balance.on_hand_qty_milli === 0 && balance.reserved_qty_milli === 0;
    if (inactive.has(item.id) && idle && !receipts.has(key) && !demand.has(key)) continue;
    positions.push(
      position(question, item, site, balance, {
        policy: policies.get(key) ?? null,
        unit_cost_micro: costs.get(item.id) ?? null,
        demand: demand.get(key) ?? NOTHING,
        receipts: receipts.get(key) ?? NOTHING,
        usage: usage.get(key) ?? null,
      }),
    );
  }
  positions.sort((a, b) => a.item.rank - b.item.rank || a.site.id - b.site.id);
  return { positions, suppliers };
}

interface PositionParts {
  readonly policy: Policy | null;
  readonly unit_cost_micro: number | null;
  readonly demand: readonly DatedQuantity[];
  readonly receipts: readonly DatedQuantity[];
  readonly usage: UsageHistory | null;
}

function position(
  question: StockQuestion,
  item: ItemFacts,
  site: SiteFacts,
  balance: Balance,
  parts: PositionParts,
): Position {
  const { as_of_on, currency } = question;
  const { policy, unit_cost_micro, receipts } = parts;
  const visible = sumMilli(parts.demand);
  // reservations whose orders this user may not see are taken as due at once
  const unseen = balance.reserved_qty_milli - visible;
  const demand = unseen > 0 ? [{ on: as_of_on, qty_milli: unseen }, ...parts.demand] : parts.demand;
  const next_in_on = receipts.reduce<number | null>(
    (earliest, each) => (earliest === null || each.on < earliest ? each.on : earliest),
    null,
  );
  const next_comes_on = receiptsAsTheyCome(receipts, as_of_on)[0]?.on ?? null;
  const usage_qty_milli = parts.usage?.usage_qty_milli ?? 0;
  const until = horizonOn({ as_of_on, next_comes_on, policy });
  return {
    item,
    site,
    on_hand_qty_milli: balance.on_hand_qty_milli,
    reserved_qty_milli: balance.reserved_qty_milli,
    counted_on: balance.counted_on,
    incoming_qty_milli: sumMilli(receipts),
    next_in_on,
    next_comes_on,
    min_qty_milli: policy?.min_qty_milli ?? null,
    max_qty_milli: policy?.max_qty_milli ?? null,
    usage_qty_milli,
    weeks_qty_milli: parts.usage?.weeks_qty_milli ?? null,
    unit_cost_micro,
    value_minor: valueMinor(balance.on_hand_qty_milli, unit_cost_micro, currency),
    usage_value_minor: valueMinor(usage_qty_milli, unit_cost_micro, currency),
    status: stockStatus({
      as_of_on,
      on_hand_qty_milli: balance.on_hand_qty_milli,
      next_comes_on,
      committed_qty_milli: demand
        .filter(isFresh(as_of_on))
        .reduce((sum, each) => (each.on < until ? sum + each.qty_milli : sum), 0),
      usage_qty_milli_in_window: usage_qty_milli,
      policy,
    }),
    demand,
    receipts,
  };
}

function sumMilli(quantities: readonly DatedQuantity[]): number {
  return quantities.reduce((sum, each) => sum + each.qty_milli, 0);
}

function valueMinor(qty_milli: number, unit_cost_micro: number | null, currency: string): number | null {
  if (qty_milli === 0) return 0;
  if (unit_cost_micro === null) return null;
  return lineAmountOrNull(qty_milli, unit_cost_micro, currency);
}

/** Free to promise of several positions together. */
export function freeOf(positions: readonly Position[]): number {
  return positions.reduce((sum, each) => sum + freeToPromiseMilli(each.on_hand_qty_milli, each.reserved_qty_milli), 0);
}

/** Of what is reserved there, so much may be for orders that are left out. */
export function leftOutReservedOf(positions: readonly Position[], as_of_on: number): number {
  const fresh = isFresh(as_of_on);
  return positions.reduce((sum, { reserved_qty_milli, demand }) => {
    const counted_qty_milli = sumMilli(demand.filter(fresh));
    const left_out_qty_milli = sumMilli(demand) - counted_qty_milli;
    return sum + reservedForLeftOutMilli({ reserved_qty_milli, counted_qty_milli, left_out_qty_milli });
  }, 0);
}

async function itemsOf(context: QueryContext, question: StockQuestion) {
  let query = context.db
    .selectFrom('item')
    .select(['id', 'code', 'name', 'category', 'uom', 'supplier_id', 'active'])
    .where('company_id', '=', question.company_id);
  if (question.item_id !== null) query = query.where('id', '=', question.item_id);
  const rows = await query.execute();
  const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  const ordered = rows.toSorted((a, b) => natural.compare(a.code, b.code) || a.id - b.id);
  const items = new Map<number, ItemFacts>();
  ordered.forEach((row, rank) => {
    items.set(row.id, {
      id: row.id,
      code: row.code,
      name: row.name,
      category: row.category ?? '',
      uom: row.uom,
      supplier_id: row.supplier_id ?? 0,
      search: `${row.code} ${row.name}`.toLowerCase(),
      rank,
    });
  });
  const suppliers = await context.db
    .selectFrom('party')
    .select(['id', 'name'])
    .where('company_id', '=', question.company_id)
    .where('kind', '=', 'supplier')
    .execute();
  return {
    items,
    inactive: new Set(rows.filter((row) => row.active === 0).map((row) => row.id)),
    suppliers: new Map(suppliers.map((row) => [row.id, row.name])),
  };
}

async function costsOf(context: QueryContext, question: StockQuestion): Promise<Map<number, number>> {
  let query = context.db
    .selectFrom('item_cost')
    .select(['id', 'unit_cost_micro'])
    .where('company_id', '=', question.company_id);
  if (question.item_id !== null) query = query.where('id', '=', question.item_id);
  return new Map((await query.execute()).map((row) => [row.id, row.unit_cost_micro]));
}

async function balancesOf(context: QueryContext, question: StockQuestion): Promise<Map<string, Balance>> {
  let query = context.db
    .selectFrom('stock_balance')
    .select(['item_id', 'site_id', 'on_hand_qty_milli', 'reserved_qty_milli', 'counted_on'])
    .where('company_id', '=', question.company_id);
  if (question.item_id !== null) query = query.where('item_id', '=', question.item_id);
  return new Map((await query.execute()).map((row) => [positionKey(row.item_id, row.site_id), row]));
}

async function policiesOf(context: QueryContext, question: StockQuestion): Promise<Map<string, Policy>> {
  let query = context.db
    .selectFrom('policy')
    .select(['item_id', 'site_id', 'min_qty_milli', 'max_qty_milli', 'lead_time_days'])
    .where('company_id', '=', question.company_id);
  if (question.item_id !== null) query = query.where('item_id', '=', question.item_id);
  return new Map((await query.execute()).map((row) => [positionKey(row.item_id, row.site_id), row]));
}
