/** Random but repeatable orders of one company: every kind, missing references, partial costs, shipments of all sorts. */
import { addMonths, firstDayOfMonth } from '#domain/calendar.ts';
import { COMPANY, ECOM, INSIDE, insertReference } from './golden.ts';
import type { RowValues, TestReplica } from './replicaFixture.ts';

export interface RandomOrders {
  readonly seed: number;
  readonly lines: number;
  readonly items: number;
  readonly months: number;
  readonly first_month: number;
}

const KINDS = ['goods', 'goods', 'goods', 'goods', 'return', 'discount', 'freight', 'fee', 'adjustment'] as const;

/** Whole numbers below n from a 32-bit xorshift: the same seed gives the same data on every machine. */
export function randomBelow(seed: number): (n: number) => number {
  let state = seed | 0 || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

export function insertRandomOrders(replica: TestReplica, size: RandomOrders): void {
  const below = randomBelow(size.seed);
  const someOrNull = <T>(values: readonly T[]): T | null =>
    below(8) === 0 ? null : (values[below(values.length)] ?? null);
  insertReference(replica);
  const items = Array.from({ length: size.items }, (_, index) => 1000 + index);
  replica.insert(
    'item',
    items.map((id) => ({
      id,
      company_id: COMPANY,
      code: `X-${id}`,
      name: `Part ${id}`,
      category: [null, '', 'Bearings', 'Cable'][below(4)] ?? null,
      uom: id % 3 === 0 ? 'm' : 'pcs',
      supplier_id: id % 2 === 0 ? 41 : null,
      active: 1,
    })),
  );
  const batch = {
    order: [] as RowValues[],
    line: [] as RowValues[],
    cost: [] as RowValues[],
    shipment: [] as RowValues[],
  };
  const flush = (): void => {
    replica.insert('sales_order', batch.order.splice(0));
    replica.insert('order_line', batch.line.splice(0));
    replica.insert('order_line_cost', batch.cost.splice(0));
    replica.insert('shipment_line', batch.shipment.splice(0));
  };
  let shipment_id = 0;
  for (let index = 0; index < size.lines; index++) {
    const id = index + 1;
    const order_id = 1 + Math.floor(index / 5);
    const month = addMonths(size.first_month, Math.floor((index * size.months) / size.lines));
    const ordered_on = firstDayOfMonth(month) + below(28);
    const key = { company_id: COMPANY, site_id: someOrNull([21, 22]), channel_id: someOrNull([INSIDE, ECOM]), month };
    const kind = KINDS[below(KINDS.length)] ?? 'goods';
    const sign = kind === 'return' || kind === 'discount' ? -1 : 1;
    const ordered_qty_milli = sign * (below(50) + 1) * 1000;
    const unit_price_micro = below(10_000) * 10_000;
    const cancelled = kind === 'goods' && below(10) === 0;
    const cancelled_qty_milli = cancelled ? below(ordered_qty_milli / 1000 + 1) * 1000 : 0;
    // whole units at whole cents: amounts of the quantity still sold need no rounding
    const gross_minor = ((ordered_qty_milli - cancelled_qty_milli) / 1000) * (unit_price_micro / 10_000);
    const discount_minor = kind === 'goods' && below(3) === 0 ? below(Math.floor(gross_minor / 5) + 1) : 0;
    const item_id = kind === 'goods' || kind === 'return' ? someOrNull(items) : null;
    if (index % 5 === 0) {
      batch.order.push({
        id: order_id,
        ...key,
        source: 'random',
        number: `R${order_id}`,
        ordered_on,
        state: below(20) === 0 ? 'open' : 'done',
      });
    }
    batch.line.push({
      id,
      ...key,
      order_id,
      ordinal: id,
      item_id,
      party_id: someOrNull([31, 32, 33]),
      kind,
      ordered_on,
      committed_on: below(6) === 0 ? null : ordered_on + below(40),
      ordered_qty_milli,
      cancelled_qty_milli,
      cancelled_by: cancelled_qty_milli > 0 ? (below(2) === 0 ? 'customer' : 'us') : null,
      unit_price_micro,
      gross_minor,
      discount_minor,
      net_minor: gross_minor - discount_minor,
      country: [null, '', 'NL', 'DE', '%_'][below(5)] ?? null,
    });
    if (kind !== 'freight' && below(4) > 0) batch.cost.push({ id, ...key, cost_minor: Math.trunc(gross_minor * 0.6) });
    if (kind === 'goods') {
      for (let left = below(3); left > 0; left--) {
        batch.shipment.push({
          id: (shipment_id += 1),
          ...key,
          order_line_id: id,
          number: `SH${below(5)}`,
          shipped_on: ordered_on + below(45),
          qty_milli: (below(40) - 3) * 1000,
        });
      }
    }
    if (batch.line.length >= 20_000) flush();
  }
  flush();
}

export interface RandomCredits {
  readonly seed: number;
  readonly credits: number;
  /** Credits are of these lines' ids, or of none. */
  readonly lines: number;
  readonly items: number;
  readonly months: number;
  readonly first_month: number;
}

/** Credit notes of every sort beside random orders: of a line, of none, unmapped, with a claim (a third) and without. */
export function insertRandomCredits(replica: TestReplica, size: RandomCredits): void {
  const below = randomBelow(size.seed);
  const someOrNull = <T>(values: readonly T[]): T | null =>
    below(5) === 0 ? null : (values[below(values.length)] ?? null);
  const items = Array.from({ length: size.items }, (_, index) => 1000 + index);
  replica.insert(
    'credit_note',
    Array.from({ length: size.credits }, (_, index) => {
      const month = addMonths(size.first_month, below(size.months));
      return {
        id: index + 1,
        company_id: COMPANY,
        site_id: someOrNull([21, 22]),
        channel_id: someOrNull([INSIDE, ECOM]),
        month,
        number: `CN${index + 1}`,
        issued_on: firstDayOfMonth(month) + below(28),
        party_id: someOrNull([31, 32, 33]),
        order_line_id: below(3) === 0 ? null : 1 + below(size.lines),
        item_id: someOrNull(items),
        claim_id: below(3) === 0 ? 1 + below(9) : null,
        amount_minor: 1 + below(90_000),
        reason: 'price',
      };
    }),
  );
}
