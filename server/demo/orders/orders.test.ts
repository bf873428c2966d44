import { describe, expect, test } from 'vitest';
import { divideRounded, lineAmountMinor, safeNumber } from '#domain/money.ts';
import { openQtyMilli } from '#domain/orders/openQuantity.ts';
import type { DemoRow } from '../rows.ts';
import { byId, collect, groupBy, optionsFor } from '../testing.ts';

describe('demo orders', () => {
  const options = optionsFor({ order_lines: 12_000, items: 240, customers: 130 });
  const rows = collect(options);
  const orders = byId(rows.sales_order);
  const costs = byId(rows.order_line_cost);
  const shipments = groupBy(rows.shipment_line, (part) => part.order_line_id);
  const shippedQty = (line_id: number) => (shipments.get(line_id) ?? []).reduce((sum, part) => sum + part.qty_milli, 0);

  const soldQty = (line: DemoRow<'order_line'>) => line.ordered_qty_milli - line.cancelled_qty_milli;

  test('gross is the quantity still sold times price and net is gross less discount, to the cent', () => {
    let partly = 0;
    let fully = 0;
    for (const line of rows.order_line) {
      const gross = lineAmountMinor(BigInt(soldQty(line)), BigInt(line.unit_price_micro), 'EUR');
      expect(line.gross_minor).toBe(safeNumber(gross));
      expect(line.net_minor).toBe(line.gross_minor - line.discount_minor);
      expect(Math.sign(line.ordered_qty_milli)).toBe(line.kind === 'return' ? -1 : 1);
      if (line.kind === 'return') expect(line.net_minor).toBeLessThanOrEqual(0);
      if (line.cancelled_qty_milli === 0) continue;
      if (soldQty(line) > 0) partly += 1;
      else {
        fully += 1;
        expect(line.unit_price_micro).toBeGreaterThan(0);
        expect([line.gross_minor, line.discount_minor, line.net_minor, costs.get(line.id)?.cost_minor]).toEqual([
          0, 0, 0, 0,
        ]);
      }
    }
    expect(partly).toBeGreaterThan(10);
    expect(fully).toBeGreaterThan(50);
  });

  test('nothing leaves before it is ordered or after today; parts never exceed the line but by an over-shipment', () => {
    const lines = byId(rows.order_line);
    for (const part of rows.shipment_line) {
      const line = lines.get(part.order_line_id);
      expect(part.shipped_on).toBeGreaterThanOrEqual(line?.ordered_on ?? Number.NaN);
      expect(part.shipped_on).toBeLessThanOrEqual(options.today);
      expect(part.qty_milli).toBeGreaterThan(0);
      expect(line?.kind).toBe('goods');
    }
    let over = 0;
    for (const line of rows.order_line) {
      expect(line.cancelled_qty_milli > 0).toBe(line.cancelled_by !== null);
      expect(line.cancelled_qty_milli).toBeLessThanOrEqual(Math.max(0, line.ordered_qty_milli));
      if (shippedQty(line.id) > Math.max(0, line.ordered_qty_milli) - line.cancelled_qty_milli) over += 1;
    }
    expect(over).toBeGreaterThan(0);
    expect(over / rows.order_line.length).toBeLessThan(0.02);
  });

  test('an order is open while a goods line is, and cancelled when all are', () => {
    const goods = groupBy(
      rows.order_line.filter((line) => line.kind === 'goods'),
      (line) => line.order_id,
    );
    for (const [order_id, lines] of goods) {
      const open = lines.some(
        (line) => openQtyMilli(line.ordered_qty_milli, line.cancelled_qty_milli, shippedQty(line.id)) > 0,
      );
      const cancelled = lines.every((line) => line.cancelled_qty_milli === line.ordered_qty_milli);
      expect(orders.get(order_id)?.state).toBe(open ? 'open' : cancelled ? 'cancelled' : 'done');
    }
  });

  test('reserved is the sum of what is open at the position', () => {
    const open = new Map<string, number>();
    for (const line of rows.order_line) {
      if (line.kind !== 'goods') continue;
      const qty = openQtyMilli(line.ordered_qty_milli, line.cancelled_qty_milli, shippedQty(line.id));
      const key = `${line.site_id}/${line.item_id}`;
      if (qty > 0) open.set(key, (open.get(key) ?? 0) + qty);
    }
    expect(open.size).toBeGreaterThan(20);
    for (const balance of rows.stock_balance) {
      const key = `${balance.site_id}/${balance.item_id}`;
      expect(balance.reserved_qty_milli, key).toBe(open.get(key) ?? 0);
      open.delete(key);
    }
    expect([...open]).toEqual([]);
  });

  test('every goods and return line has a cost; restocked goods take back the cost at which they left', () => {
    const byNumber = new Map(rows.sales_order.map((order) => [`${order.company_id}/${order.number}`, order.id]));
    const lines = new Map(rows.order_line.map((line) => [`${line.order_id}-${line.ordinal}`, line]));
    let restocked = 0;
    let scrapped = 0;
    for (const line of rows.order_line) {
      const cost = costs.get(line.id)?.cost_minor;
      if (line.kind === 'goods') expect(Math.sign(cost ?? Number.NaN)).toBe(Math.sign(soldQty(line)));
      else if (line.kind !== 'return') expect(cost).toBeUndefined();
      else {
        const match = /^Return of (.+)-(\d+)(, not restocked)?$/.exec(line.description ?? '');
        const origin = lines.get(`${byNumber.get(`${line.company_id}/${match?.[1]}`)}-${match?.[2]}`);
        if (!origin) throw new Error(`no origin of ${line.description}`);
        expect(line.channel_id).toBe(origin.channel_id);
        expect(line.item_id).toBe(origin.item_id);
        expect(line.ordered_on).toBeGreaterThan(origin.ordered_on);
        const original = BigInt(costs.get(origin.id)?.cost_minor ?? Number.NaN);
        const back = divideRounded(original * BigInt(line.ordered_qty_milli), BigInt(soldQty(origin)));
        expect(cost).toBe(match?.[3] ? 0 : safeNumber(back));
        if (match?.[3]) scrapped += 1;
        else restocked += 1;
      }
    }
    expect(restocked).toBeGreaterThan(50);
    expect(scrapped).toBeGreaterThan(5);
  });
});
