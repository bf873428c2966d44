import { type Job, type KindStore, storeEach } from '../job.ts';
import { kept } from '../kept.ts';
import { madeSite, madeSupplier, unknown } from '../missing.ts';
import { type SyncedRow, syncRows } from '../syncRows.ts';
import {
  lockedReceipts,
  lockedValues,
  orderLineKey,
  type PurchaseLine,
  type PurchaseRow,
  receiptNumber,
} from './lockedPurchases.ts';
import { ordersReceived, receivedOf, standingLines, standingOrders, type StandingOrders } from './standingPurchases.ts';

export const purchaseStore: KindStore<PurchaseRow> = {
  check: async (job, lines) => {
    for (const what of ['supplier', 'site', 'item'] as const) {
      await job.lookups.find(
        what,
        lines.map(({ row }) => row[what]),
      );
    }
    const standing = await standingOrders(job, new Set(lines.map(({ row }) => row.number)));
    const locked = await lockedReceipts(job, lines);
    const valued = await lockedValues(job, lines, standing);
    const reasons = new Map<number, string>();
    const heads = new Map<string, PurchaseLine>();
    const firsts = new Map<string, PurchaseLine>();
    for (const line of lines) {
      const { line_number, row } = line;
      const head = heads.get(row.number);
      const first = firsts.get(orderLineKey(row));
      const reason =
        whyNot(job, row, standing) ??
        locked(row) ??
        valued(row) ??
        (head && otherThan(head, row, ['supplier', 'site', 'ordered_on'])) ??
        (first && otherThan(first, row, ['item', 'ordered_qty', 'unit_price', 'promised_on', 'expected_on']));
      if (reason != null) {
        reasons.set(line_number, reason);
        continue;
      }
      heads.set(row.number, head ?? line);
      firsts.set(orderLineKey(row), first ?? line);
    }
    return reasons;
  },
  store: async (job, lines) => {
    await job.lookups.make('supplier', new Map(lines.flatMap(({ row }) => madeSupplier(row.supplier))));
    await job.lookups.make('site', new Map(lines.map(({ row }) => madeSite(row.site))));
    const orders = await storeOrders(job, lines);
    const orderLines = await storeOrderLines(job, lines, orders);
    await storeReceipts(job, lines, orderLines);
    await settleOrders(job, lines, orders);
  },
};

function whyNot(job: Job, row: PurchaseRow, standing: StandingOrders): string | null {
  const { lookups } = job;
  if (lookups.id('item', row.item) === null) return unknown('item', row.item);
  if (lookups.id('supplier', row.supplier) === null && !job.make_missing)
    return unknown('supplier', row.supplier, true);
  const site_id = lookups.id('site', row.site);
  if (site_id === null && !job.make_missing) return unknown('site', row.site, true);
  const [order, second] = standing.get(row.number) ?? [];
  if (second) return `The purchase order "${row.number}" exists twice, from two sources; the line cannot tell which.`;
  if (order && order.site_id !== site_id)
    return `The purchase order "${row.number}" is for the site ${order.site} already; it cannot move.`;
  return null;
}

function otherThan(first: PurchaseLine, row: PurchaseRow, names: readonly (keyof PurchaseRow)[]): string | null {
  const name = names.find((each) => (first.row[each] ?? null) !== (row[each] ?? null));
  return name === undefined
    ? null
    : `Line ${first.line_number} says another ${name.replaceAll('_', ' ')} for the same order.`;
}

function firstOfEach(lines: readonly PurchaseLine[], key: (row: PurchaseRow) => string): PurchaseLine[] {
  return [...Map.groupBy(lines, ({ row }) => key(row)).values()].flatMap(([first]) => first ?? []);
}

/** Order ids by number. */
async function storeOrders(job: Job, lines: readonly PurchaseLine[]): Promise<ReadonlyMap<string, number>> {
  const heads = firstOfEach(lines, (row) => row.number);
  const rows = await storeEach(
    job,
    'purchase_order',
    heads,
    ({ row }) => ({
      key: { number: row.number },
      set: {
        supplier_id: job.lookups.id('supplier', row.supplier),
        ordered_on: row.ordered_on,
        buyer: row.buyer,
      },
      create: { site_id: job.lookups.id('site', row.site), state: 'open' },
    }),
    false,
  );
  return new Map(heads.map(({ row }, index) => [row.number, rows[index]?.id ?? 0]));
}

/** Order line ids by orderLineKey. */
async function storeOrderLines(
  job: Job,
  lines: readonly PurchaseLine[],
  orders: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  const firsts = firstOfEach(lines, orderLineKey);
  const standing = await standingLines(job, [...orders.values()]);
  const placed = firsts.map((line) => {
    const order_id = orders.get(line.row.number) ?? 0;
    const item_id = job.lookups.id('item', line.row.item) ?? 0;
    const external_id = line.row.line ?? line.row.item;
    return { ...line, order_id, item_id, external_id, id: standing.find(order_id, external_id, item_id) };
  });
  const set = ({ row, item_id }: (typeof placed)[number]) => ({
    item_id,
    ordered_qty_milli: row.ordered_qty,
    expected_on: row.expected_on,
    promised_on: kept(row.promised_on),
  });
  const known = placed.filter(({ id }) => id !== null);
  const fresh = placed.filter(({ id }) => id === null);
  const changed = await storeEach(job, 'po_line', known, (line) => ({ key: { id: line.id }, set: set(line) }), true);
  const made = await storeEach(
    job,
    'po_line',
    fresh,
    (line) => ({
      key: { purchase_order_id: line.order_id, external_id: line.external_id },
      set: set(line),
      create: {
        site_id: job.lookups.id('site', line.row.site),
        promised_on: line.row.expected_on,
        received_qty_milli: 0,
      },
    }),
    true,
  );
  const ids = new Map<string, number>();
  const keep = (of: readonly PurchaseLine[], rows: readonly SyncedRow[]) => {
    for (const [index, { row }] of of.entries()) ids.set(orderLineKey(row), rows[index]?.id ?? 0);
  };
  keep(known, changed);
  keep(fresh, made);
  const priced = firsts.flatMap((line) =>
    line.row.unit_price == null ? [] : [{ ...line, price: line.row.unit_price }],
  );
  await storeEach(
    job,
    'po_line_price',
    priced,
    ({ row, price }) => ({
      key: { id: ids.get(orderLineKey(row)) ?? 0 },
      set: { unit_price_micro: price },
      create: { site_id: job.lookups.id('site', row.site) },
    }),
    false,
  );
  return ids;
}

async function storeReceipts(
  job: Job,
  lines: readonly PurchaseLine[],
  orderLines: ReadonlyMap<string, number>,
): Promise<void> {
  const received = lines.flatMap((line) => {
    const { received_qty, received_on } = line.row;
    const receipt = receiptNumber(line.row);
    if (received_qty == null || received_on == null || receipt === null) return [];
    const po_line_id = orderLines.get(orderLineKey(line.row)) ?? 0;
    return [{ ...line, po_line_id, qty_milli: received_qty, received_on, receipt }];
  });
  await storeEach(
    job,
    'receipt_line',
    received,
    ({ row, po_line_id, receipt, received_on, qty_milli }) => ({
      key: { po_line_id, number: receipt },
      set: { received_on, qty_milli },
      create: { site_id: job.lookups.id('site', row.site) },
    }),
    true,
  );
  // An order line carries the sum of its receipts.
  const sums = await receivedOf(job, new Set(received.map(({ po_line_id }) => po_line_id)));
  const firsts = firstOfEach(received, orderLineKey);
  await storeEach(
    job,
    'po_line',
    firsts.map((line) => ({ ...line, sum: sums.get(orderLines.get(orderLineKey(line.row)) ?? 0) })),
    ({ row, sum }) => ({
      key: { id: orderLines.get(orderLineKey(row)) ?? 0 },
      set: { received_qty_milli: sum?.qty_milli, received_on: sum?.received_on },
    }),
    false,
  );
}

/** Cancelled as the file says; else received when every line is, open when not. */
async function settleOrders(
  job: Job,
  lines: readonly PurchaseLine[],
  orders: ReadonlyMap<string, number>,
): Promise<void> {
  const state = await ordersReceived(job, [...orders.values()]);
  const heads = firstOfEach(lines, (row) => row.number).flatMap((line) => {
    const id = orders.get(line.row.number) ?? 0;
    const now = state.get(id);
    if (!now || (now.state === 'cancelled' && line.row.cancelled == null)) return [];
    const wanted = line.row.cancelled === true ? 'cancelled' : now.complete ? 'received' : 'open';
    return [{ ...line, id, wanted }];
  });
  const synced = await syncRows(
    job,
    'purchase_order',
    heads.map(({ id, wanted }) => ({ key: { id }, set: { state: wanted } })),
  );
  for (const [index, line] of heads.entries()) {
    const row = synced[index];
    if (row) job.changes.note(line, row, false);
  }
}
