/**
 * A company whose delays have causes: one supplier is often late, one way takes longer, and everything else is chance made
 * of whole numbers. The replica holds what had happened before a day, so that the same company can be looked at as it
 * stood on any day.
 */
import { addWorkdays, monthOfDay } from '#domain/calendar.ts';
import type { RowValues, TestReplica } from './replicaFixture.ts';

export const COMPANY = 1;
export const FIRST_ON = 20_000;
export const LAST_ON = FIRST_ON + 420;
export const SLOW_SUPPLIER = 33;
export const SLOW_LANE = { site_id: 12, country: 'PL' } as const;

export interface HistoryLine {
  readonly id: number;
  readonly order_id: number;
  readonly channel_id: number;
  readonly site_id: number;
  readonly country: string;
  readonly item_id: number;
  readonly supplier_id: number;
  readonly ordered_on: number;
  readonly requested_on: number;
  readonly committed_on: number;
  readonly qty_milli: number;
  readonly net_minor: number;
  readonly shipments: readonly { readonly on: number; readonly qty_milli: number }[];
}

interface Purchase {
  readonly id: number;
  readonly item_id: number;
  readonly site_id: number;
  readonly supplier_id: number;
  readonly ordered_on: number;
  readonly promised_on: number;
  readonly told: readonly { readonly on: number; readonly promised_on: number }[];
  readonly received_on: number;
  readonly qty_milli: number;
}

/** Numbers that look like chance (Lehmer 1949), the same every time. */
function chances(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const ITEMS = Array.from({ length: 15 }, (_, at) => ({ id: 41 + at, supplier_id: 31 + (at % 3) }));
const CHANNELS = [
  { id: 21, grace_days: 0 },
  { id: 22, grace_days: 1 },
] as const;

export const GRACE_DAYS: ReadonlyMap<number, number> = new Map(CHANNELS.map(({ id, grace_days }) => [id, grace_days]));

/** How many of a hundred lines are late: 4, 30 more of the slow supplier, 15 more on the slow way. */
function lateOfHundred(supplier_id: number, site_id: number, country: string): number {
  const slow_lane = site_id === SLOW_LANE.site_id && country === SLOW_LANE.country;
  return 4 + (supplier_id === SLOW_SUPPLIER ? 30 : 0) + (slow_lane ? 15 : 0);
}

export const HISTORY_LINES: readonly HistoryLine[] = makeLines();

function makeLines(): HistoryLine[] {
  const chance = chances(20_261_126);
  const lines: HistoryLine[] = [];
  let order_id = 0;
  for (let on = FIRST_ON; on <= LAST_ON; on++) {
    for (let nth = 0; nth < 5; nth++) {
      order_id += 1;
      const channel_id = CHANNELS[chance(2)]?.id ?? 21;
      const site_id = 11 + chance(2);
      const country = chance(2) === 0 ? 'NL' : 'PL';
      for (let left = 1 + chance(3); left > 0; left--) {
        const item = ITEMS[chance(ITEMS.length)] ?? { id: 41, supplier_id: 31 };
        const requested_on = addWorkdays(on, 2 + chance(8));
        const committed_on = chance(10) === 0 ? addWorkdays(requested_on, 2) : requested_on;
        const cut_off_on = committed_on + (GRACE_DAYS.get(channel_id) ?? 0);
        const qty_milli = (1 + chance(20)) * 1_000;
        const late = chance(100) < lateOfHundred(item.supplier_id, site_id, country);
        const whole_on = late ? cut_off_on + 1 + chance(9) : Math.max(on, committed_on - chance(3));
        const first = chance(8) === 0 && qty_milli > 1_000 ? 1_000 : 0;
        lines.push({
          id: lines.length + 1,
          order_id,
          channel_id,
          site_id,
          country,
          item_id: item.id,
          supplier_id: item.supplier_id,
          ordered_on: on,
          requested_on,
          committed_on,
          qty_milli,
          net_minor: (qty_milli / 1_000) * (500 + chance(2_000)),
          shipments: [
            ...(first > 0 ? [{ on: Math.max(on, whole_on - 3), qty_milli: first }] : []),
            { on: whole_on, qty_milli: qty_milli - first },
          ],
        });
      }
    }
  }
  return lines;
}

const PURCHASES: readonly Purchase[] = makePurchases();

function makePurchases(): Purchase[] {
  const chance = chances(4_711);
  const purchases: Purchase[] = [];
  for (const { id: item_id, supplier_id } of ITEMS) {
    for (const site_id of [11, 12]) {
      for (let on = FIRST_ON + chance(25); on < LAST_ON; on += 18 + chance(14)) {
        const promised_on = on + 10 + chance(8);
        const slips = chance(4) === 0;
        purchases.push({
          id: purchases.length + 1,
          item_id,
          site_id,
          supplier_id,
          ordered_on: on,
          promised_on,
          told: slips ? [{ on: promised_on - 4, promised_on: promised_on + 6 }] : [],
          received_on: promised_on + (slips ? 6 : 0) + (chance(9) === 0 ? 3 : 0),
          qty_milli: (55 + chance(60)) * 1_000,
        });
      }
    }
  }
  return purchases;
}

/** Everything dated before `as_of_on`, and what follows from it. */
export function insertHistory({ insert }: TestReplica, as_of_on: number): void {
  const of = { company_id: COMPANY };
  insert('company', [{ id: COMPANY, code: 'DLY', name: 'Delayed', currency: 'EUR', time_zone: 'UTC' }]);
  insert(
    'site',
    [11, 12].map((id) => ({ ...of, id, code: `S${id}`, name: `Site ${id}`, kind: 'dc' })),
  );
  insert(
    'channel',
    CHANNELS.map(({ id, grace_days }) => ({
      ...of,
      id,
      grace_days,
      code: `C${id}`,
      name: `Channel ${id}`,
      kind: 'ecommerce',
    })),
  );
  insert(
    'party',
    [31, 32, 33].map((id) => ({ ...of, id, code: `P${id}`, name: `Supplier ${id}`, kind: 'supplier' })),
  );
  insert(
    'item',
    ITEMS.map(({ id, supplier_id }) => ({
      ...of,
      id,
      supplier_id,
      code: `I-${id}`,
      name: `Item ${id}`,
      uom: 'pcs',
      active: 1,
    })),
  );
  const lines = HISTORY_LINES.filter(({ ordered_on }) => ordered_on < as_of_on);
  const shipments = lines.flatMap((line) =>
    line.shipments.filter(({ on }) => on < as_of_on).map((each) => ({ ...each, line })),
  );
  const shipped = new Map<number, number>();
  for (const { line, qty_milli } of shipments) shipped.set(line.id, (shipped.get(line.id) ?? 0) + qty_milli);
  const open = new Set(
    lines.filter((line) => (shipped.get(line.id) ?? 0) < line.qty_milli).map(({ order_id }) => order_id),
  );
  const where = ({ site_id, channel_id, ordered_on }: HistoryLine) => ({
    ...of,
    site_id,
    channel_id,
    month: monthOfDay(ordered_on),
  });
  insert(
    'sales_order',
    [...Map.groupBy(lines, ({ order_id }) => order_id)].flatMap(([id, [line]]): RowValues[] =>
      line
        ? [
            {
              ...where(line),
              id,
              source: 'test',
              number: `SO-${id}`,
              ordered_on: line.ordered_on,
              country: line.country,
              state: open.has(id) ? 'open' : 'done',
            },
          ]
        : [],
    ),
  );
  insert(
    'order_line',
    lines.map(
      (line): RowValues => ({
        ...where(line),
        id: line.id,
        order_id: line.order_id,
        ordinal: 1,
        item_id: line.item_id,
        kind: 'goods',
        ordered_on: line.ordered_on,
        requested_on: line.requested_on,
        committed_on: line.committed_on,
        ordered_qty_milli: line.qty_milli,
        gross_minor: line.net_minor,
        net_minor: line.net_minor,
        country: line.country,
      }),
    ),
  );
  insert(
    'shipment_line',
    shipments.map(
      ({ line, on, qty_milli }, at): RowValues => ({
        ...where(line),
        id: at + 1,
        order_line_id: line.id,
        number: `S${at}`,
        shipped_on: on,
        qty_milli,
      }),
    ),
  );
  const purchases = PURCHASES.filter(({ ordered_on }) => ordered_on < as_of_on);
  const received = purchases.filter(({ received_on }) => received_on < as_of_on);
  const told = purchases.flatMap(({ id, site_id, told: said }) =>
    said.filter(({ on }) => on < as_of_on).map((each) => ({ ...each, id, site_id })),
  );
  const came = new Set(received.map(({ id }) => id));
  insert(
    'purchase_order',
    purchases.map(({ id, site_id, supplier_id, ordered_on }) => ({
      ...of,
      id,
      site_id,
      supplier_id,
      ordered_on,
      number: `PO-${id}`,
      state: came.has(id) ? 'received' : 'open',
    })),
  );
  insert(
    'po_line',
    purchases.map(({ id, site_id, item_id, qty_milli, promised_on }) => ({
      ...of,
      id,
      site_id,
      item_id,
      purchase_order_id: id,
      ordered_qty_milli: qty_milli,
      received_qty_milli: came.has(id) ? qty_milli : 0,
      promised_on,
      expected_on: promised_on,
    })),
  );
  insert(
    'receipt_line',
    received.map(({ id, site_id, received_on, qty_milli }) => ({
      ...of,
      id,
      site_id,
      po_line_id: id,
      number: `R${id}`,
      received_on,
      qty_milli,
    })),
  );
  insert(
    'promise_event',
    told.map(({ id, site_id, on, promised_on }, at) => ({
      ...of,
      id: at + 1,
      site_id,
      po_line_id: id,
      told_on: on,
      promised_on,
    })),
  );
  insert(
    'stock_balance',
    ITEMS.flatMap((item) =>
      [11, 12].map((site_id): RowValues => {
        const in_qty = received
          .filter((each) => each.item_id === item.id && each.site_id === site_id)
          .reduce((sum, each) => sum + each.qty_milli, 60_000);
        const out = shipments
          .filter(({ line }) => line.item_id === item.id && line.site_id === site_id)
          .reduce((sum, each) => sum + each.qty_milli, 0);
        return { ...of, id: item.id * 100 + site_id, site_id, item_id: item.id, on_hand_qty_milli: in_qty - out };
      }),
    ),
  );
}
