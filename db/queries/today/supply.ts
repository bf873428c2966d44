/**
 * Positions that will let customers down: lines that will be late for want of stock. Their money lies in one exception
 * only: at the overdue purchase order they wait for, else at the item that runs out or is oversold.
 */
import { exceptionKey } from '#domain/exceptions/exception.ts';
import { type LateLine, lateLines, leftOutLines, type ReadyLine, readyLines } from '#domain/exceptions/coverage.ts';
import { comesOn, takenOn } from '#domain/planning/overdueReceipts.ts';
import type { OverdueWaits } from '#domain/planning/overdueWaits.ts';
import { transferQuantities } from '#db/replenishment/transfers.ts';
import { type OpenOrderLine, openOrderLines, unplacedOrderLines } from '../orders/openLines.ts';
import { overdueWaits } from '../purchases/overdueWaits.ts';
import { channelsOf, sitesOf } from '../reference/names.ts';
import { balancesAt } from '../stock/balances.ts';
import { positionKey } from '../stock/stockModel.ts';
import { type OpenPurchaseLine, openPurchaseLines } from '../stock/stockMovements.ts';
import { type Finding, type FoundException, type FoundLine, partsOf, SOON_DAYS } from './found.ts';
import { leftOutOrders } from './leftOut.ts';
import { unplacedOrders } from './unplaced.ts';
import { type ItemWords, itemsOf, ownersOf } from './itemWords.ts';

interface Trouble {
  readonly item_id: number;
  readonly site_id: number;
  readonly late: readonly LateLine<OpenOrderLine>[];
  readonly purchases: readonly OpenPurchaseLine[];
}

interface Waiting extends Finding {
  readonly waits: OverdueWaits;
}

export async function supplyExceptions(finding: Finding): Promise<FoundException[]> {
  const { context, company, as_of_on } = finding;
  const every = openOrderLines(context, company.id);
  const open = Map.groupBy(every, (line) => positionKey(line.item_id, line.site_id));
  context.checkCancelled();
  const purchases = Map.groupBy(
    await openPurchaseLines(context, { company_id: company.id, item_id: null, as_of_on }),
    (line) => positionKey(line.item_id, line.site_id),
  );
  const transfers = transferQuantities(context.scan, company.id, as_of_on);
  const at = (each: { readonly item_id: number; readonly site_id: number }): string =>
    positionKey(each.item_id, each.site_id);
  const leaving = Map.groupBy(transfers.leaving, at);
  const moving = Map.groupBy(transfers.coming, at);
  const balances = balancesAt(context, company.id, (_item, key) => open.has(key));
  const waits = await overdueWaits(context, { company_id: company.id, as_of_on });
  const troubles: Trouble[] = [];
  const ready: ReadyLine<OpenOrderLine>[] = [];
  for (const [key, lines] of open) {
    const first = lines[0];
    if (!first) continue;
    const balance = balances.get(key) ?? { on_hand_qty_milli: 0, reserved_qty_milli: 0 };
    const coming = purchases.get(key) ?? [];
    const held = (leaving.get(key) ?? []).reduce((sum, each) => sum + each.qty_milli, 0);
    const waiting = [...unseen(balance.reserved_qty_milli, held, lines), ...lines];
    const { on_hand_qty_milli } = balance;
    ready.push(...readyLines({ as_of_on, on_hand_qty_milli, lines: waiting }));
    const late = lateLines({
      as_of_on,
      on_hand_qty_milli,
      receipts: [
        ...coming.map((line) => ({
          on: line.expected_on,
          qty_milli: line.open_qty_milli,
          taken_on: takenOn(line, as_of_on, waits),
        })),
        ...(moving.get(key) ?? []),
      ],
      lines: waiting,
    }).filter((each) => each.line.order_line_id !== UNSEEN);
    if (late.length > 0) troubles.push({ item_id: first.item_id, site_id: first.site_id, late, purchases: coming });
  }
  return [
    ...(await inWords({ ...finding, waits }, troubles)),
    ...(await readyToShip(finding, ready)),
    ...(await leftOutOrders(finding, leftOutLines(every, as_of_on))),
    ...(await unplacedOrders(finding, unplacedOrderLines(context, company.id))),
  ];
}

/** Past their promise with stock to ship them from: a pick list for each site. */
async function readyToShip(
  { context, company, as_of_on }: Finding,
  ready: readonly ReadyLine<OpenOrderLine>[],
): Promise<FoundException[]> {
  if (ready.length === 0) return [];
  const sites = await sitesOf(context.db, company.id);
  const items = itemsOf(
    context,
    ready.map(({ line }) => line.item_id),
  );
  return [...Map.groupBy(ready, ({ line }) => line.site_id)].map(([site_id, rows]): FoundException => {
    const since_on = Math.min(...rows.map(({ line }) => line.committed_on ?? as_of_on));
    const lines = rows
      .toSorted((a, b) => b.ready_value_minor - a.ready_value_minor || a.line.order_line_id - b.line.order_line_id)
      .map(
        ({ line, ready_qty_milli, ready_value_minor }): FoundLine => ({
          part: 'ready',
          order_id: line.order_id,
          number: line.number,
          party_id: line.party_id,
          channel_id: line.channel_id,
          on: line.committed_on,
          qty_milli: ready_qty_milli,
          uom: items.get(line.item_id)?.uom ?? null,
          amount_minor: ready_value_minor,
        }),
      );
    return {
      key: exceptionKey('ready_to_ship', site_id),
      facts: {
        kind: 'ready_to_ship',
        site_id,
        site: sites.get(site_id)?.name ?? `Site ${site_id}`,
        lines: rows.length,
        orders: new Set(rows.map(({ line }) => line.order_id)).size,
        oldest_days: as_of_on - since_on,
      },
      severity: as_of_on - since_on > SOON_DAYS ? 'bad' : 'warn',
      company_id: company.id,
      site_id,
      channel_id: null,
      ...partsOf(lines),
      due_on: as_of_on,
      since_on,
      owner: null,
      lines,
      po_line_ids: [],
    };
  });
}

/** Reserved for orders this person may not see, and held back for other sites: it is taken before theirs. */
const UNSEEN = 0;
function unseen(reserved_qty_milli: number, held_qty_milli: number, lines: readonly OpenOrderLine[]): OpenOrderLine[] {
  const first = lines[0];
  const visible = lines.reduce((sum, line) => sum + line.open_qty_milli, 0);
  const open_qty_milli = Math.max(0, reserved_qty_milli - visible) + held_qty_milli;
  if (!first || open_qty_milli <= 0) return [];
  return [{ ...first, order_line_id: UNSEEN, committed_on: null, open_qty_milli, open_value_minor: 0 }];
}

interface Names {
  readonly items: ReadonlyMap<number, ItemWords>;
  readonly suppliers: ReadonlyMap<number, string>;
  readonly sites: ReadonlyMap<number, { readonly name: string }>;
  readonly channels: ReadonlyMap<number, { readonly name: string }>;
  /** 'item:site' → planner */
  readonly owners: ReadonlyMap<string, string>;
}

async function inWords(finding: Waiting, troubles: readonly Trouble[]): Promise<FoundException[]> {
  if (troubles.length === 0) return [];
  const names = await namesOf(finding, troubles);
  // an overdue purchase order takes the positions that wait for it
  const byOrder = new Map<string, Trouble[]>();
  const found: FoundException[] = [];
  for (const trouble of troubles) {
    const overdue = trouble.purchases.find((line) => line.expected_on < finding.as_of_on);
    if (overdue) byOrder.set(overdue.number, [...(byOrder.get(overdue.number) ?? []), trouble]);
    else found.push(positionException(finding, trouble, names));
  }
  for (const [number, waiting] of byOrder) found.push(lateReceipt(finding, number, waiting, names));
  return found;
}

function linesOf(trouble: Trouble, names: Names): FoundLine[] {
  const uom = names.items.get(trouble.item_id)?.uom ?? null;
  return trouble.late.flatMap((each): FoundLine[] => {
    const line = {
      order_id: each.line.order_id,
      number: each.line.number,
      party_id: each.line.party_id,
      channel_id: each.line.channel_id,
      on: each.line.committed_on,
      uom,
    };
    const soon = each.late_qty_milli - each.never_qty_milli;
    const rows: FoundLine[] = [];
    if (soon > 0) {
      rows.push({
        ...line,
        part: each.past ? 'past_promise' : 'before_receipt',
        qty_milli: soon,
        amount_minor: each.late_value_minor - each.never_value_minor,
      });
    }
    if (each.never_qty_milli > 0) {
      rows.push({ ...line, part: 'no_receipt', qty_milli: each.never_qty_milli, amount_minor: each.never_value_minor });
    }
    return rows;
  });
}

/** The first day something is missed, today at the earliest. */
function firstMissed(late: readonly LateLine<OpenOrderLine>[], as_of_on: number): number {
  return late.reduce(
    (earliest, each) => Math.min(earliest, Math.max(as_of_on, each.line.committed_on ?? as_of_on)),
    Number.MAX_SAFE_INTEGER,
  );
}

function firstPast(late: readonly LateLine<OpenOrderLine>[]): number | null {
  const days = late.flatMap(({ past, line }) => (past && line.committed_on !== null ? [line.committed_on] : []));
  return days.length === 0 ? null : Math.min(...days);
}

function positionException(finding: Finding, trouble: Trouble, names: Names): FoundException {
  const { as_of_on, company } = finding;
  const { item_id, site_id, late, purchases } = trouble;
  const item = names.items.get(item_id);
  const lines = linesOf(trouble, names);
  const next = purchases[0];
  const never_qty_milli = late.reduce((sum, each) => sum + each.never_qty_milli, 0);
  const missed_on = firstMissed(late, as_of_on);
  const place = {
    item_id,
    item_code: item?.code ?? String(item_id),
    item_name: item?.name ?? `Item ${item_id}`,
    uom: item?.uom ?? '',
    site_id,
    site: names.sites.get(site_id)?.name ?? `Site ${site_id}`,
  };
  const channels = [...new Set(late.map((each) => each.line.channel_id))].map((id) =>
    id === null ? 'Unmapped' : (names.channels.get(id)?.name ?? `Channel ${id}`),
  );
  // something is on its way, and more was promised of it than it brings
  const oversold = never_qty_milli > 0 && purchases.length > 0;
  return {
    key: exceptionKey(oversold ? 'oversold' : 'runs_out', item_id, site_id),
    facts: oversold
      ? {
          kind: 'oversold',
          ...place,
          oversold_qty_milli: never_qty_milli,
          channels,
          po_number: next?.number ?? null,
          lines: late.length,
        }
      : {
          kind: 'runs_out',
          ...place,
          runs_out_on: missed_on,
          next_in_on: next?.expected_on ?? null,
          po_number: next?.number ?? null,
          supplier: next ? (names.suppliers.get(next.supplier_id) ?? null) : null,
          moved_from_on: next && next.expected_on > next.promised_on ? next.promised_on : null,
          lines: late.length,
          late_qty_milli: late.reduce((sum, each) => sum + each.late_qty_milli, 0),
        },
    severity: missed_on - as_of_on <= SOON_DAYS ? 'bad' : 'warn',
    company_id: company.id,
    site_id,
    channel_id: null,
    ...partsOf(lines),
    due_on: missed_on,
    since_on: firstPast(late),
    owner: names.owners.get(positionKey(item_id, site_id)) ?? null,
    lines,
    po_line_ids: purchases.map((line) => line.po_line_id),
  };
}

function lateReceipt(finding: Waiting, number: string, waiting: readonly Trouble[], names: Names): FoundException {
  const { as_of_on, company } = finding;
  const overdue = waiting.flatMap((trouble) =>
    trouble.purchases.filter((line) => line.number === number && line.expected_on < as_of_on),
  );
  const [first] = overdue;
  if (!first) throw new Error(`purchase order ${number} is not overdue`);
  const lines = waiting.flatMap((trouble) => linesOf(trouble, names));
  const worst = waiting.toSorted(
    (a, b) => partsOf(linesOf(b, names)).stake_minor - partsOf(linesOf(a, names)).stake_minor,
  )[0];
  const expected_on = Math.min(...overdue.map((line) => line.expected_on));
  const comes_on = overdue.reduce<number | null>((earliest, line) => {
    const on = comesOn({ on: line.expected_on, taken_on: takenOn(line, as_of_on, finding.waits) }, as_of_on);
    return earliest === null || on === null ? (earliest ?? on) : Math.min(earliest, on);
  }, null);
  return {
    key: exceptionKey('late_receipt', first.purchase_order_id),
    facts: {
      kind: 'late_receipt',
      purchase_order_id: first.purchase_order_id,
      po_number: number,
      supplier_id: first.supplier_id,
      supplier: names.suppliers.get(first.supplier_id) ?? `Supplier ${first.supplier_id}`,
      site: names.sites.get(first.site_id)?.name ?? `Site ${first.site_id}`,
      item_id: worst?.item_id ?? first.item_id,
      item_name: names.items.get(worst?.item_id ?? first.item_id)?.name ?? '',
      days_late: as_of_on - expected_on,
      comes_on,
      lines: waiting.reduce((sum, trouble) => sum + trouble.late.length, 0),
      po_lines: overdue.length,
    },
    severity: 'warn',
    company_id: company.id,
    site_id: first.site_id,
    channel_id: null,
    ...partsOf(lines),
    due_on: firstMissed(
      waiting.flatMap((trouble) => trouble.late),
      as_of_on,
    ),
    since_on: expected_on,
    owner: worst ? (names.owners.get(positionKey(worst.item_id, worst.site_id)) ?? null) : null,
    lines,
    po_line_ids: overdue.map((line) => line.po_line_id),
  };
}

/** Of what is in trouble only: a company has many more items. */
async function namesOf({ context, company }: Finding, troubles: readonly Trouble[]): Promise<Names> {
  const { db } = context;
  const suppliers = await db
    .selectFrom('party')
    .select(['id', 'name'])
    .where('company_id', '=', company.id)
    .where('kind', '=', 'supplier')
    .execute();
  const troubled = new Set(troubles.map(({ item_id, site_id }) => positionKey(item_id, site_id)));
  return {
    items: itemsOf(
      context,
      troubles.map(({ item_id }) => item_id),
    ),
    suppliers: new Map(suppliers.map((row) => [row.id, row.name])),
    sites: await sitesOf(db, company.id),
    channels: await channelsOf(db, company.id),
    owners: ownersOf(context, company.id, troubled),
  };
}
