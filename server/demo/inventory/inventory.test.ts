import { describe, expect, test } from 'vitest';
import { addMonths, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { DEMO_SIZES } from '../size.ts';
import { byId, collect, groupBy, optionsFor } from '../testing.ts';

describe('demo stock', () => {
  const options = optionsFor(DEMO_SIZES.small);
  const rows = collect(options);
  const lines = byId(rows.order_line);
  const po_lines = byId(rows.po_line);

  /** Every change of every position: when, how much; openings first. */
  const changes = new Map<string, [day: number, qty_milli: number, count: string | null][]>();
  const add = (key: string, day: number, qty_milli: number, count: string | null = null) => {
    const own = changes.get(key);
    if (own) own.push([day, qty_milli, count]);
    else changes.set(key, [[day, qty_milli, count]]);
  };
  for (const move of rows.stock_move) {
    add(`${move.site_id}/${move.item_id}`, move.moved_on, move.qty_milli, move.kind === 'count' ? move.ref : null);
  }
  for (const receipt of rows.receipt_line) {
    const item_id = po_lines.get(receipt.po_line_id)?.item_id;
    add(`${receipt.site_id}/${item_id}`, receipt.received_on, receipt.qty_milli);
  }
  for (const part of rows.shipment_line) {
    const item_id = lines.get(part.order_line_id)?.item_id;
    add(`${part.site_id}/${item_id}`, part.shipped_on, -part.qty_milli);
  }
  const stockAt = (key: string, day: number, without: string | null = null) =>
    (changes.get(key) ?? []).reduce(
      (sum, [on, qty, count]) => (on <= day && (without === null || count !== without) ? sum + qty : sum),
      0,
    );

  test('on hand is the opening, what came, what left and what moved, at every position', () => {
    for (const balance of rows.stock_balance) {
      const key = `${balance.site_id}/${balance.item_id}`;
      expect(stockAt(key, options.today), key).toBe(balance.on_hand_qty_milli);
    }
    const known = new Set(rows.stock_balance.map((balance) => `${balance.site_id}/${balance.item_id}`));
    expect([...changes.keys()].filter((key) => !known.has(key))).toEqual([]);
    expect(new Set(rows.stock_move.map((move) => move.kind)).size).toBe(6);
  });

  test('hardly any position was below nothing at a month’s end, and every opening is something', () => {
    const openings = rows.stock_move.filter((move) => move.kind === 'adjustment');
    expect(openings.filter((move) => move.qty_milli < 0).length / openings.length).toBeLessThan(0.01);
    let seen = 0;
    let below = 0;
    for (const key of changes.keys()) {
      for (let back = 1; back <= 24; back++) {
        seen += 1;
        if (stockAt(key, lastDayOfMonth(addMonths(monthOfDay(options.today), -back))) < 0) below += 1;
      }
    }
    expect(below / seen).toBeLessThan(0.01);
  });

  test('a transfer leaves one site and arrives at another on the same day', () => {
    const out = groupBy(
      rows.stock_move.filter((move) => move.kind === 'transfer_out'),
      (move) => `${move.ref}/${move.item_id}/${move.moved_on}`,
    );
    const arrived = rows.stock_move.filter((move) => move.kind === 'transfer_in');
    expect(arrived.length).toBeGreaterThan(50);
    for (const move of arrived) {
      const from = out.get(`${move.ref}/${move.item_id}/${move.moved_on}`) ?? [];
      expect(from.some((each) => each.qty_milli === -move.qty_milli && each.site_id !== move.site_id)).toBe(true);
    }
  });

  test('a count’s book is the stock of that evening without its own difference, and posted differences moved it', () => {
    const counts = byId(rows.stock_count);
    const posted = rows.stock_count_line.filter((line) => counts.get(line.stock_count_id)?.state === 'posted');
    let different = 0;
    for (const line of rows.stock_count_line) {
      const count = counts.get(line.stock_count_id);
      const key = `${line.site_id}/${line.item_id}`;
      expect(line.book_qty_milli, key).toBe(stockAt(key, count?.counted_on ?? 0, count?.number ?? ''));
      if (count?.state === 'posted') expect(line.counted_qty_milli).toBe(stockAt(key, count.counted_on));
      if (line.counted_qty_milli !== line.book_qty_milli) different += 1;
    }
    expect(different).toBeGreaterThan(20);
    expect(different / posted.length).toBeLessThan(0.2);
    expect(rows.stock_count.some((count) => count.state === 'open')).toBe(true);
  });

  test('received is the sum of the receipts, sometimes several a line', () => {
    const receipts = groupBy(rows.receipt_line, (line) => line.po_line_id);
    for (const line of rows.po_line) {
      const own = receipts.get(line.id) ?? [];
      expect(own.reduce((sum, each) => sum + each.qty_milli, 0)).toBe(line.received_qty_milli);
      const complete = line.received_qty_milli >= line.ordered_qty_milli;
      expect(line.received_on).toBe(complete ? Math.max(...own.map((each) => each.received_on)) : null);
      expect(line.expected_on).toBeGreaterThanOrEqual(line.promised_on);
    }
    expect([...receipts.values()].filter((own) => own.length > 1).length).toBeGreaterThan(20);
  });

  test('a landed cost is split over its lines to the cent', () => {
    const parts = groupBy(rows.landed_cost_line, (line) => line.landed_cost_id);
    const unsplit = rows.landed_cost.filter((landed) => !parts.has(landed.id));
    expect(unsplit.length).toBeLessThanOrEqual(2);
    for (const landed of rows.landed_cost) {
      const own = parts.get(landed.id);
      if (own) expect(own.reduce((sum, line) => sum + line.amount_minor, 0)).toBe(landed.amount_minor);
    }
  });

  test('the latest promise is what the supplier said last', () => {
    const events = groupBy(rows.promise_event, (event) => event.po_line_id);
    let moved = 0;
    for (const line of rows.po_line) {
      const own = events.get(line.id) ?? [];
      if (line.expected_on > line.promised_on) {
        moved += 1;
        expect(own.at(-1)?.promised_on).toBe(line.expected_on);
      } else expect(own).toEqual([]);
    }
    expect(moved).toBeGreaterThan(100);
  });

  test('months add up by site and category, and their mean lies between what they saw', () => {
    expect(rows.inventory_month).toHaveLength(8 * 9 * 25);
    for (const row of rows.inventory_month) expect(row.mean_value_minor).toBeGreaterThanOrEqual(0);
  });

  test('the planner is a bit too hopeful, and wrong by a plausible margin', () => {
    const actual = new Map<string, number>();
    for (const line of rows.order_line) {
      if (line.kind !== 'goods') continue;
      const key = `${line.site_id}/${line.item_id}/${line.month}`;
      const off = line.cancelled_by === 'customer' ? line.cancelled_qty_milli : 0;
      actual.set(key, (actual.get(key) ?? 0) + line.ordered_qty_milli - off);
    }
    let forecast = 0;
    let sold = 0;
    let error = 0;
    for (const line of rows.forecast_line.filter((each) => each.month < monthOfDay(options.today))) {
      const came = actual.get(`${line.site_id}/${line.item_id}/${line.month}`) ?? 0;
      forecast += line.qty_milli;
      sold += came;
      error += Math.abs(line.qty_milli - came);
    }
    expect(forecast / sold - 1).toBeGreaterThan(0.01);
    expect(forecast / sold - 1).toBeLessThan(0.25);
    expect(error / sold).toBeLessThan(0.9);
  });
});
