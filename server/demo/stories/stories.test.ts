import { describe, expect, test } from 'vitest';
import { STOCK_STATUSES } from '#contract/queries.ts';
import { monthOfDay } from '#domain/calendar.ts';
import { comesOn } from '#domain/planning/overdueReceipts.ts';
import { horizonOn, stockStatus } from '#domain/planning/stockStatus.ts';
import type { DemoRow } from '../rows.ts';
import { STORIES } from './stories.ts';
import { byId, collect, groupBy, optionsFor } from '../testing.ts';

/** Large enough for every story to show in the figures. */
const STORY_SIZE = { order_lines: 30_000, items: 520, customers: 300 };

describe.each([7, 20261123])('stories of seed %i', (seed) => {
  const options = optionsFor(STORY_SIZE, seed);
  const rows = collect(options);
  const company = rows.company[0];
  const channels = byId(rows.channel);
  const items = byId(rows.item);
  const costs = byId(rows.order_line_cost);
  const shipments = groupBy(rows.shipment_line, (part) => part.order_line_id);
  const goods = rows.order_line.filter((line) => line.kind === 'goods');
  const policies = new Map(rows.policy.map((policy) => [`${policy.site_id}/${policy.item_id}`, policy]));
  const this_month = monthOfDay(options.today);

  const usage = new Map<string, number>();
  const committed = new Map<string, DemoRow<'order_line'>[]>();
  for (const line of goods) {
    const key = `${line.site_id}/${line.item_id}`;
    if (options.today - line.ordered_on < 90) usage.set(key, (usage.get(key) ?? 0) + line.ordered_qty_milli);
    const shipped = (shipments.get(line.id) ?? []).reduce((sum, part) => sum + part.qty_milli, 0);
    if (line.ordered_qty_milli - line.cancelled_qty_milli > shipped) {
      const open = committed.get(key);
      if (open) open.push(line);
      else committed.set(key, [line]);
    }
  }
  const nextIn = new Map<string, number>();
  for (const line of rows.po_line) {
    if (line.received_qty_milli >= line.ordered_qty_milli) continue;
    const key = `${line.site_id}/${line.item_id}`;
    const on = comesOn({ on: line.expected_on }, options.today) ?? Number.MAX_SAFE_INTEGER;
    nextIn.set(key, Math.min(nextIn.get(key) ?? on, on));
  }
  const statusOf = (balance: (typeof rows.stock_balance)[number]) => {
    const key = `${balance.site_id}/${balance.item_id}`;
    const question = {
      as_of_on: options.today,
      on_hand_qty_milli: balance.on_hand_qty_milli,
      next_comes_on: nextIn.get(key) ?? null,
      usage_qty_milli_in_window: usage.get(key) ?? 0,
      policy: policies.get(key) ?? null,
    };
    const until = horizonOn(question);
    const open = (committed.get(key) ?? []).filter((line) => (line.committed_on ?? 0) < until);
    const qty = open.reduce((sum, line) => sum + line.ordered_qty_milli - line.cancelled_qty_milli, 0);
    return stockStatus({ ...question, committed_qty_milli: qty });
  };

  test('every stock status occurs, and most positions are in policy', () => {
    const counts = new Map<string, number>();
    for (const balance of rows.stock_balance) {
      const status = statusOf(balance);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual([...STOCK_STATUSES].toSorted());
    expect((counts.get('in_policy') ?? 0) / rows.stock_balance.length).toBeGreaterThan(0.4);
    expect((counts.get('short') ?? 0) / rows.stock_balance.length).toBeLessThan(0.2);
  });

  test('the short item is short at its main site while a purchase order is late', () => {
    const item = rows.item.find((each) => each.code === STORIES.short_item_code && each.company_id === company?.id);
    expect(item?.name).toBe('Hex bolt M8×40 A2');
    const site = rows.site[0];
    const balance = rows.stock_balance.find((each) => each.item_id === item?.id && each.site_id === site?.id);
    if (!balance || !item) throw new Error('no balance of the story');
    expect(statusOf(balance)).toBe('short');
    const supplier = rows.party.find((party) => party.id === item.supplier_id);
    expect(supplier?.code).toBe(STORIES.slipping_supplier_code);
    const late = rows.po_line.filter(
      (line) => line.item_id === item.id && line.site_id === site?.id && line.received_on === null,
    );
    expect(late.some((line) => line.promised_on < options.today && line.expected_on > options.today)).toBe(true);
    expect(rows.item_note.every((note) => note.item_id === item.id)).toBe(true);
  });

  test('some positions are oversold', () => {
    const oversold = rows.stock_balance.filter((each) => each.reserved_qty_milli > Math.max(0, each.on_hand_qty_milli));
    expect(oversold.length).toBeGreaterThan(0);
    expect(oversold.length).toBeLessThan(rows.stock_balance.length * 0.03);
  });

  test('the slipping supplier is later than the others, and later than it was', () => {
    const orders = byId(rows.purchase_order);
    const slipping = rows.party.find((party) => party.code === STORIES.slipping_supplier_code);
    const meanDelay = (own: boolean, from: number, to: number): number => {
      const delays = rows.po_line
        .filter((line) => {
          const order = orders.get(line.purchase_order_id);
          return (order?.supplier_id === slipping?.id) === own && order !== undefined && order.state !== 'cancelled';
        })
        .filter((line) => options.today - line.promised_on >= from && options.today - line.promised_on < to)
        .map((line) => Math.max(0, line.expected_on - line.promised_on));
      expect(delays.length).toBeGreaterThan(5);
      return delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    };
    expect(meanDelay(true, 0, 60)).toBeGreaterThan(meanDelay(false, 0, 60) + 4);
    expect(meanDelay(true, 0, 60)).toBeGreaterThan(meanDelay(true, 90, 150) + 2);
  });

  test('margin of one channel erodes while the others hold', () => {
    const marginPercent = (kind: string, from: number, to: number): number => {
      let net = 0;
      let cost = 0;
      for (const line of goods) {
        if (line.channel_id === null || channels.get(line.channel_id)?.kind !== kind) continue;
        if (line.ordered_on < options.today - from || line.ordered_on >= options.today - to) continue;
        net += line.net_minor;
        cost += costs.get(line.id)?.cost_minor ?? 0;
      }
      return ((net - cost) / net) * 100;
    };
    const lost = (kind: string) => marginPercent(kind, 400, 300) - marginPercent(kind, 90, 0);
    expect(lost(STORIES.eroding_channel_kind)).toBeGreaterThan(6);
    expect(lost('counter')).toBeLessThan(4);
  });

  test('one key account is discounted beyond its rule lately', () => {
    const customer = rows.party.find((party) => party.code === STORIES.over_discounted_customer_code);
    const own = goods.filter((line) => line.party_id === customer?.id && line.gross_minor > 10_000);
    const rate = (line: DemoRow<'order_line'>) => line.discount_minor / line.gross_minor;
    const lately = own.filter((line) => line.month >= this_month - 1).map(rate);
    const before = own.filter((line) => line.ordered_on < options.today - 150).map(rate);
    expect(lately.length).toBeGreaterThan(3);
    expect(Math.min(...lately)).toBeGreaterThan(Math.max(...before) + 0.07);
  });

  test('orders show every fate and every kind of line', () => {
    const kinds = new Set(rows.order_line.map((line) => line.kind));
    expect([...kinds].toSorted()).toEqual(['adjustment', 'discount', 'fee', 'freight', 'goods', 'return']);
    const shipped = (line: DemoRow<'order_line'>) => shipments.get(line.id) ?? [];
    const fates = {
      by_customer: goods.filter((line) => line.cancelled_by === 'customer'),
      by_us: goods.filter((line) => line.cancelled_by === 'us'),
      in_parts: goods.filter((line) => shipped(line).length > 1),
      late: goods.filter((line) => shipped(line).some((part) => part.shipped_on > (line.committed_on ?? 0) + 1)),
      committed_later_than_requested: goods.filter((line) => (line.committed_on ?? 0) > (line.requested_on ?? 0)),
      backorder: goods.filter(
        (line) =>
          line.cancelled_qty_milli === 0 && shipped(line).length === 0 && (line.committed_on ?? 0) < options.today - 1,
      ),
      forward: goods.filter((line) => (line.committed_on ?? 0) > options.today + 7),
      unmapped: rows.order_line.filter((line) => line.channel_id === null),
      without_account: rows.order_line.filter((line) => line.party_id === null),
    };
    for (const [name, lines] of Object.entries(fates)) expect(lines.length, name).toBeGreaterThan(2);
  });

  test('new items have no sales before, dying ones none after; spares are rare and lumpy', () => {
    const dates = groupBy(goods, (line) => line.item_id ?? 0);
    const first = [...dates].filter(([, lines]) => Math.min(...lines.map((l) => l.ordered_on)) > options.today - 150);
    const last = [...dates].filter(([, lines]) => Math.max(...lines.map((l) => l.ordered_on)) < options.today - 45);
    const rare = [...dates].filter(([, lines]) => new Set(lines.map((line) => line.month)).size < 6);
    for (const found of [first, last, rare]) expect(found.length).toBeGreaterThan(2);
    expect(rows.item.some((item) => item.active === 0)).toBe(true);
    const lines = [...dates.values()].map((each) => each.length).toSorted((a, b) => b - a);
    const top = lines.slice(0, Math.round(lines.length * 0.2)).reduce((sum, count) => sum + count, 0);
    expect(top / goods.length).toBeGreaterThan(0.45);
    expect(items.size).toBe(rows.item.length);
  });
});
