/** The stories of prices, credit, counts and claims, each looked for in the rows as a person would find it. */
import { describe, expect, test } from 'vitest';
import { addMonths, firstDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import type { DemoRow } from '../rows.ts';
import { DEMO_SIZES } from '../size.ts';
import { byId, collect, groupBy, optionsFor } from '../testing.ts';
import { STORIES } from './stories.ts';

const STORY_SIZE = { ...DEMO_SIZES.small, order_lines: 30_000, items: 520, customers: 300 };

describe.each([7, 20261123])('stories of trade, seed %i', (seed) => {
  const options = optionsFor(STORY_SIZE, seed);
  const rows = collect(options);
  const this_month = monthOfDay(options.today);
  const channels = byId(rows.channel);
  const parties = byId(rows.party);
  const goods = rows.order_line.filter((line) => line.kind === 'goods');
  const sold = (line: DemoRow<'order_line'>) => line.ordered_qty_milli - line.cancelled_qty_milli;
  const kindOf = (line: { readonly channel_id: number | null }) =>
    line.channel_id === null ? null : (channels.get(line.channel_id)?.kind ?? null);
  const holds = (rule: { readonly valid_from: number; readonly valid_to: number | null }, day: number) =>
    rule.valid_from <= day && (rule.valid_to === null || rule.valid_to >= day);

  test('overselling: two channels wait for what one receipt will bring', () => {
    const shipped = new Map<number, number>();
    for (const part of rows.shipment_line) {
      shipped.set(part.order_line_id, (shipped.get(part.order_line_id) ?? 0) + part.qty_milli);
    }
    const waiting = groupBy(
      goods.filter((line) => sold(line) > (shipped.get(line.id) ?? 0)),
      (line) => `${line.site_id}/${line.item_id}`,
    );
    const coming = new Set(
      rows.po_line
        .filter((line) => line.received_qty_milli < line.ordered_qty_milli)
        .map((line) => `${line.site_id}/${line.item_id}`),
    );
    const contested = rows.stock_balance.filter((balance) => {
      const key = `${balance.site_id}/${balance.item_id}`;
      const kinds = new Set((waiting.get(key) ?? []).map(kindOf));
      return balance.reserved_qty_milli > balance.on_hand_qty_milli && kinds.size > 1 && coming.has(key);
    });
    expect(contested.length).toBeGreaterThanOrEqual(2);
  });

  test('paid ahead: of who is billed in another currency, some pays before its invoice and settles it on that one’s day', () => {
    const invoices = byId(rows.invoice);
    const ahead = rows.payment.filter((each) => each.settled_on !== null && each.settled_on > each.paid_on);
    expect(ahead.length).toBeGreaterThan(2);
    for (const { invoice_id, currency, paid_on, settled_on } of ahead) {
      expect([currency === null, invoices.get(invoice_id ?? 0)?.posted_on]).toEqual([false, settled_on]);
      expect(monthOfDay(paid_on)).toBeLessThan(monthOfDay(settled_on ?? 0));
    }
    expect(ahead.some(({ exchange_minor }) => exchange_minor !== 0)).toBe(true);
    for (const each of rows.payment) if (each.invoice_id === null) expect(each.exchange_minor).toBe(0);
  });

  test('price leaks: one key account is sold below the floor and beyond its rule, and nobody approved', () => {
    const floors = groupBy(rows.price_floor, (floor) => floor.item_id);
    const below = goods.filter((line) => {
      if (line.item_id === null || sold(line) <= 0) return false;
      const floor = (floors.get(line.item_id) ?? []).find((each) => holds(each, line.ordered_on));
      return (
        floor !== undefined && line.net_minor < Math.floor((sold(line) * floor.floor_price_micro) / 10_000_000) - 1
      );
    });
    const culprit = rows.party.find((party) => party.code === STORIES.over_discounted_customer_code);
    expect(below.filter((line) => line.party_id === culprit?.id).length).toBeGreaterThan(2);
    expect(below.length / goods.length).toBeLessThan(0.02);
    const rules = groupBy(
      rows.price_rule.filter((rule) => rule.max_discount_bp !== null && rule.party_id !== null),
      (rule) => rule.party_id,
    );
    const beyond = goods.filter((line) => {
      const rule = rules.get(line.party_id)?.[0];
      return rule && line.discount_minor > Math.ceil((line.gross_minor * (rule.max_discount_bp ?? 0)) / 10_000);
    });
    const unapproved = beyond.filter((line) => line.approved_by === null);
    expect(beyond.length).toBeGreaterThan(unapproved.length + 100);
    const lately = unapproved.filter((line) => line.party_id === culprit?.id);
    expect(lately.length).toBeGreaterThan(5);
    for (const line of lately) expect(line.month).toBeGreaterThanOrEqual(addMonths(this_month, -2));
  });

  test('a discount the rules allow bears no approval, and campaigns are rules of their channel', () => {
    const campaigns = rows.price_rule.filter((rule) => rule.channel_id !== null);
    const rates = campaigns
      .filter((rule) => rule.company_id === rows.company[0]?.id)
      .map((rule) => rule.max_discount_bp);
    expect(rates.at(-1)).toBeGreaterThan((rates[0] ?? 0) + 700);
    for (const line of goods.filter(
      (each) => kindOf(each) === STORIES.eroding_channel_kind && each.gross_minor > 2_000,
    )) {
      const rule = campaigns.find((each) => each.channel_id === line.channel_id && holds(each, line.ordered_on));
      expect(line.discount_minor / line.gross_minor).toBeLessThan(((rule?.max_discount_bp ?? 0) + 5) / 10_000);
      expect(line.approved_by).toBeNull();
    }
  });

  test('freight is left away by one salesperson lately', () => {
    const rules = new Map(rows.channel_rule.map((rule) => [rule.channel_id, rule]));
    const byOrder = groupBy(rows.order_line, (line) => line.order_id);
    const missing: string[] = [];
    for (const lines of byOrder.values()) {
      const [first] = lines;
      const limit = first?.channel_id ? rules.get(first.channel_id)?.free_freight_from_minor : null;
      const net = lines.filter((line) => line.kind === 'goods').reduce((sum, line) => sum + line.net_minor, 0);
      if (!first || limit === null || limit === undefined || net <= 0 || net >= limit) continue;
      if (lines.some((line) => line.kind === 'freight')) continue;
      missing.push(String(first.party_id === null ? null : parties.get(first.party_id)?.salesperson));
      expect(first.month).toBeGreaterThanOrEqual(addMonths(this_month, -2));
    }
    expect(missing.length).toBeGreaterThan(3);
    expect(new Set(missing)).toEqual(new Set([STORIES.freight_leak_salesperson]));
  });

  test('a cost rise that no list price followed', () => {
    const supplier = rows.party.find((party) => party.code === STORIES.cost_rise_supplier_code);
    const own = rows.supplier_item.filter((each) => each.supplier_id === supplier?.id);
    expect(own.length).toBeGreaterThan(5);
    const prices = groupBy(rows.supplier_item_price, (price) => price.supplier_item_id);
    const lists = groupBy(rows.price_rule, (rule) => rule.item_id);
    const from = firstDayOfMonth(addMonths(this_month, -STORIES.cost_rise_months));
    for (const each of own) {
      const [now, before] = (prices.get(each.id) ?? []).toSorted((a, b) => b.valid_from - a.valid_from);
      if (!now || !before) throw new Error('no price history');
      expect(now.valid_from).toBe(from);
      const rise = now.unit_price_micro / before.unit_price_micro - 1;
      if (before.unit_price_micro > 10_000) expect(rise).toBeGreaterThan(0.06);
      if (before.unit_price_micro > 10_000) expect(rise).toBeLessThan(0.08);
      const list = (lists.get(each.item_id) ?? []).find((rule) => holds(rule, from));
      expect(list?.valid_from).toBeLessThan(from);
    }
    const others = rows.supplier_item.filter((each) => each.supplier_id !== supplier?.id);
    for (const each of others.slice(0, 80)) {
      const own_prices = (prices.get(each.id) ?? []).toSorted((a, b) => a.valid_from - b.valid_from);
      const [first, last] = [own_prices[0], own_prices.at(-1)];
      if (first && last && first.unit_price_micro > 10_000) {
        expect(last.unit_price_micro / first.unit_price_micro).toBeLessThan(1.05);
      }
    }
  });

  test('the portal’s commission rose, and the channel’s contribution fell faster than its margin on cost', () => {
    const portal = rows.channel_fee.filter(
      (fee) => fee.name === 'Portal commission' && fee.company_id === rows.company[0]?.id,
    );
    const rates = portal.toSorted((a, b) => a.valid_from - b.valid_from).map((fee) => fee.rate_bp);
    expect(rates).toEqual([...rates].toSorted((a, b) => a - b));
    expect(rates.length).toBe(4);
    const costs = byId(rows.order_line_cost);
    const rate = (kind: string, from: number, to: number, whole: boolean): number => {
      let net = 0;
      let left = 0;
      for (const line of goods) {
        if (kindOf(line) !== kind || line.month < from || line.month > to) continue;
        const cost = costs.get(line.id);
        net += line.net_minor;
        left += line.net_minor - (cost?.cost_minor ?? 0);
        if (whole) left -= (cost?.freight_minor ?? 0) + (cost?.rebate_minor ?? 0) + (cost?.fee_minor ?? 0);
      }
      return (left / net) * 100;
    };
    const lost = (kind: string, whole: boolean) =>
      rate(kind, addMonths(this_month, -24), addMonths(this_month, -16), whole) -
      rate(kind, addMonths(this_month, -3), addMonths(this_month, -1), whole);
    expect(lost(STORIES.eroding_channel_kind, true)).toBeGreaterThan(lost(STORIES.eroding_channel_kind, false) + 2);
    expect(lost(STORIES.eroding_channel_kind, true)).toBeGreaterThan(7);
    // one dear item and two customers' discounts lie in other channels
    for (const kind of ['inside_sales', 'key_accounts', 'counter']) expect(lost(kind, true), kind).toBeLessThan(4.5);
  });

  test('a count took packs for pieces', () => {
    const counts = byId(rows.stock_count);
    const off = rows.stock_count_line.filter(
      (line) =>
        counts.get(line.stock_count_id)?.state === 'open' &&
        line.counted_qty_milli > 0 &&
        Math.abs(line.book_qty_milli / line.counted_qty_milli / STORIES.unit_error_factor - 1) < 0.06,
    );
    expect(off).toHaveLength(1);
    expect(off[0]?.book_qty_milli).toBeGreaterThanOrEqual(2_000_000);
  });

  test('one customer has more open than its limit, and stopped paying', () => {
    const paid = new Map<number, number>();
    for (const payment of rows.payment) {
      if (payment.invoice_id !== null)
        paid.set(payment.invoice_id, (paid.get(payment.invoice_id) ?? 0) + payment.amount_minor);
    }
    const open = new Map<number, number>();
    for (const invoice of rows.invoice.filter((each) => each.kind === 'customer')) {
      const left = invoice.amount_minor - (paid.get(invoice.id) ?? 0);
      open.set(invoice.party_id, (open.get(invoice.party_id) ?? 0) + left);
    }
    const over = rows.party.filter(
      (party) => party.credit_limit_minor !== null && (open.get(party.id) ?? 0) > party.credit_limit_minor,
    );
    expect(over.map((party) => party.code)).toContain(STORIES.over_limit_customer_code);
    expect(over.length).toBeLessThan(4);
    const customer = over.find((party) => party.code === STORIES.over_limit_customer_code);
    const last = Math.max(
      ...rows.payment
        .filter((each) => each.party_id === customer?.id && each.amount_minor > 0)
        .map((each) => each.paid_on),
    );
    expect(last).toBeLessThan(options.today - 80);
  });

  test('payers have habits: early, in time, late, in parts', () => {
    const invoices = byId(rows.invoice);
    const delays: number[] = [];
    for (const payment of rows.payment) {
      const invoice = payment.invoice_id === null ? undefined : invoices.get(payment.invoice_id);
      if (invoice?.kind === 'customer' && invoice.due_on > invoice.posted_on)
        delays.push(payment.paid_on - invoice.due_on);
    }
    const share = (of: (delay: number) => boolean) => delays.filter(of).length / delays.length;
    expect(share((delay) => delay < 0)).toBeGreaterThan(0.08);
    expect(share((delay) => delay > 20)).toBeGreaterThan(0.04);
    expect(share((delay) => delay >= 0 && delay <= 20)).toBeGreaterThan(0.5);
    const parts = groupBy(rows.payment, (payment) => payment.invoice_id);
    expect([...parts].filter(([id, own]) => id !== null && own.length > 1).length).toBeGreaterThan(10);
  });

  test('claims: most are resolved, some wait for the customer, the clock’s events say so', () => {
    const events = groupBy(rows.claim_event, (event) => event.claim_id);
    const states = new Map<string, number>();
    for (const claim of rows.claim) {
      states.set(claim.state, (states.get(claim.state) ?? 0) + 1);
      const own = (events.get(claim.id) ?? []).toSorted((a, b) => a.happened_at - b.happened_at);
      expect(own[0]?.kind).toBe('opened');
      const last = own.at(-1)?.kind;
      expect(claim.state).toBe(last === 'resolved' ? 'resolved' : last === 'waiting' ? 'waiting' : 'open');
      expect(claim.resolved_on === null).toBe(claim.state !== 'resolved');
    }
    expect(states.get('waiting')).toBeGreaterThan(0);
    expect((states.get('resolved') ?? 0) / rows.claim.length).toBeGreaterThan(0.8);
    expect(rows.claim_event.some((event) => event.kind === 'reopened')).toBe(true);
    for (const credit of rows.credit_note) expect(credit.amount_minor).toBeGreaterThan(0);
  });
});
