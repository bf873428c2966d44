/** What a company's queue is made of, as it stood at one moment: open lines, what lies there and comes, rules, decisions. */
import { inForceOn } from '#domain/governance/inForce.ts';
import type { OverdueWaits } from '#domain/planning/overdueWaits.ts';
import type { OverrideKind } from '#domain/allocation/servingOrder.ts';
import type { MutationState } from '#contract/events.ts';
import type { FulfilmentRow } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { TableRow } from '#db/schema/tables.ts';
import { transferQuantities } from '#db/replenishment/transfers.ts';
import type { QueryContext } from '../context.ts';
import { type Edition, editionOf, type Editions } from '../editions.ts';
import { mutationState } from '../orders/notes.ts';
import { asOfDay } from '../provenance.ts';
import { overdueWaits } from '../purchases/overdueWaits.ts';
import { channelsOf, type ChannelFacts, sitesOf } from '../reference/names.ts';
import { type Balance, balancesAt } from '../stock/balances.ts';
import { positionKey } from '../stock/stockModel.ts';
import { type OpenPurchaseLine, openPurchaseLines } from '../stock/stockMovements.ts';
import { type OpenLine, openLines } from './openLines.ts';
import type { QueueView } from './queueView.ts';
import type { Served } from './serve.ts';

/** Rows without which nothing can be shared out. */
export const FULFILMENT_NEEDS = [
  ...(['sales_order', 'order_line', 'shipment_line', 'stock_balance'] as const),
  ...(['purchase_order', 'po_line', 'channel_rule', 'fulfilment_override', 'item', 'party'] as const),
  ...(['promise_event', 'transfer_event', 'buying_calendar'] as const),
] as const satisfies readonly WireTableName[];

export interface ItemName {
  readonly code: string;
  readonly name: string;
  readonly uom: string;
}

export interface Decision {
  readonly id: string;
  readonly order_id: number;
  readonly order_line_id: number | null;
  readonly kind: OverrideKind;
  readonly until_on: number | null;
  readonly reason: string;
  readonly author: string;
  readonly written_at_ms: number;
  readonly accepted_at_ms: number;
  readonly accepted: boolean;
  readonly state: MutationState;
}

/** Bought, or from another site. */
export interface GoodsComing {
  /** null = a transfer. */
  readonly purchase_order_id: number | null;
  readonly number: string;
  readonly expected_on: number;
  readonly open_qty_milli: number;
  /** null = it comes from another site. */
  readonly supplier_id: number | null;
}

export interface QueueGround {
  readonly company: TableRow<'company'>;
  readonly as_of_on: number;
  readonly lines: readonly OpenLine[];
  readonly numbers: ReadonlyMap<number, string>;
  /** 'item:site' → what lies there. */
  readonly balances: ReadonlyMap<string, Balance>;
  readonly purchases: ReadonlyMap<string, readonly OpenPurchaseLine[]>;
  /** From other sites. */
  readonly moving: ReadonlyMap<string, readonly GoodsComing[]>;
  /** How long what is overdue is waited for yet. */
  readonly waits: OverdueWaits;
  /** Held back for other sites: gone before anybody here is served. */
  readonly leaving: ReadonlyMap<string, number>;
  readonly rules: ReadonlyMap<number, { readonly priority: number; readonly protected_bp: number }>;
  readonly decisions: readonly Decision[];
  readonly items: ReadonlyMap<number, ItemName>;
  readonly parties: ReadonlyMap<number, string>;
  readonly sites: ReadonlyMap<number, { readonly name: string; readonly code: string }>;
  readonly channels: ReadonlyMap<number, ChannelFacts>;
  /** By the decisions they were made with, the latest used last. */
  readonly served: Map<string, Served>;
  readonly views: Map<string, KeptView>;
}

/** An arrangement with its sums, which every block of it says. */
export interface KeptView {
  readonly view: QueueView;
  readonly totals: FulfilmentRow;
}

const MOST_EDITIONS = 2;

export async function queueEdition(
  context: QueryContext,
  company: TableRow<'company'>,
  wanted: string | undefined,
): Promise<{ readonly edition: Edition<QueueGround>; readonly newer: boolean }> {
  const as_of_on = asOfDay(context, company.time_zone);
  const kept: Editions<QueueGround> = context.cache?.fulfilment ?? [];
  const question = {
    of: [company.id],
    tables: FULFILMENT_NEEDS,
    as_of_on,
    most: MOST_EDITIONS,
    make: () => queueGround(context, company, as_of_on),
  };
  return await editionOf(context, kept, question, wanted);
}

async function queueGround(
  context: QueryContext,
  company: TableRow<'company'>,
  as_of_on: number,
): Promise<QueueGround> {
  const scope = { company_id: company.id, as_of_on };
  const { lines, numbers } = openLines(context, scope);
  context.checkCancelled();
  const wanted = new Set(lines.map((line) => line.item_id));
  const transfers = transferQuantities(context.scan, company.id, as_of_on);
  const purchases = Map.groupBy(await openPurchaseLines(context, { ...scope, item_id: null }), (line) =>
    positionKey(line.item_id, line.site_id),
  );
  const moving = Map.groupBy(
    transfers.coming.map(({ on, qty_milli, ...each }) => ({
      ...each,
      purchase_order_id: null,
      supplier_id: null,
      expected_on: on,
      open_qty_milli: qty_milli,
    })),
    (each) => positionKey(each.item_id, each.site_id),
  );
  const leaving = new Map<string, number>();
  for (const { item_id, site_id, qty_milli } of transfers.leaving) {
    const key = positionKey(item_id, site_id);
    leaving.set(key, (leaving.get(key) ?? 0) + qty_milli);
  }
  const rules = await context.db
    .selectFrom('channel_rule')
    .select(['channel_id', 'priority', 'protected_bp', 'valid_from', 'valid_to'])
    .where('company_id', '=', company.id)
    .execute();
  return {
    company,
    as_of_on,
    lines,
    numbers,
    balances: balancesAt(context, company.id, (item_id) => wanted.has(item_id)),
    purchases,
    moving,
    waits: await overdueWaits(context, scope),
    leaving,
    // what each channel goes by today
    rules: new Map(
      [...Map.groupBy(rules, (row) => row.channel_id)].flatMap(([channel_id, versions]) => {
        const rule = inForceOn(versions, as_of_on);
        return rule ? [[channel_id, rule]] : [];
      }),
    ),
    decisions: await decisionsOf(context, company.id, null),
    items: itemNames(context, company.id, wanted),
    parties: new Map(
      context.scan<readonly [number, string]>(
        "SELECT id, name FROM main.party WHERE company_id = ? AND kind = 'customer'",
        [company.id],
      ),
    ),
    sites: await sitesOf(context.db, company.id),
    channels: await channelsOf(context.db, company.id),
    served: new Map(),
    views: new Map(),
  };
}

function itemNames(context: QueryContext, company_id: number, items: ReadonlySet<number>): Map<number, ItemName> {
  const rows = context.scan<readonly [id: number, code: string, name: string, uom: string]>(
    'SELECT id, code, name, uom FROM main.item NOT INDEXED WHERE company_id = ?',
    [company_id],
  );
  const names = new Map<number, ItemName>();
  for (const [id, code, name, uom] of rows) if (items.has(id)) names.set(id, { code, name, uom });
  return names;
}

/** Of everybody, or those this author wrote here: these stand from the moment they are made. */
export async function decisionsOf(
  context: QueryContext,
  company_id: number,
  author: string | null,
): Promise<readonly Decision[]> {
  let query = context.db
    .selectFrom('v_fulfilment_override')
    .selectAll()
    .where('company_id', '=', company_id)
    .orderBy('accepted_at')
    .orderBy('id');
  query = author === null ? query.where('mutation_state', '=', 'accepted') : query.where('author', '=', author);
  const rows = await query.execute();
  return rows.map((row) => {
    const state = mutationState(row.mutation_state);
    return {
      id: row.id,
      order_id: row.order_id,
      order_line_id: row.order_line_id,
      kind: row.kind as OverrideKind,
      until_on: row.until_on,
      reason: row.reason,
      author: row.author,
      written_at_ms: row.written_at,
      accepted_at_ms: row.accepted_at,
      accepted: state === 'accepted',
      state,
    };
  });
}

/** All that comes to a position, in the order in which it is served from: a part of a line names its place here. */
export function comingTo(ground: QueueGround, position: string): readonly GoodsComing[] {
  return [...(ground.purchases.get(position) ?? []), ...(ground.moving.get(position) ?? [])];
}
