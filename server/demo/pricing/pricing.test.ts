import { describe, expect, test } from 'vitest';
import { isKpiId, kpiDefinition } from '#domain/kpi/definitions.ts';
import { CATEGORIES } from '../catalogue/categories.ts';
import { DEMO_SIZES } from '../size.ts';
import { byId, collect, groupBy, optionsFor } from '../testing.ts';
import { inverse, poundRates } from './rules.ts';
import { horizonOf } from '../size.ts';

describe('demo rules', () => {
  const options = optionsFor(DEMO_SIZES.small);
  const rows = collect(options);
  const horizon = horizonOf(options.today);

  test('targets are of KPIs that take one, and of channels where those do', () => {
    for (const target of rows.kpi_target) {
      expect(isKpiId(target.kpi), target.kpi).toBe(true);
      const takes = kpiDefinition(target.kpi).target;
      expect(takes, target.kpi).not.toBe('none');
      if (target.channel_id !== null) expect(takes, target.kpi).toBe('channel');
    }
    expect(rows.kpi_target.length).toBeGreaterThan(30);
  });

  test('validities of a price follow each other without a gap or an overlap', () => {
    const kinds = [
      [
        ...groupBy(
          rows.price_rule.filter((rule) => rule.item_id !== null),
          (rule) => rule.item_id,
        ).values(),
      ],
      [...groupBy(rows.supplier_item_price, (price) => price.supplier_item_id).values()],
      [...groupBy(rows.price_floor, (floor) => floor.item_id).values()],
      [...groupBy(rows.channel_fee, (fee) => `${fee.channel_id}/${fee.name}`).values()],
    ];
    for (const histories of kinds) {
      for (const history of histories) {
        const ordered = history.toSorted((a, b) => a.valid_from - b.valid_from);
        expect(ordered[0]?.valid_from).toBe(horizon.first_day);
        ordered.forEach((own, nth) => {
          const next = ordered[nth + 1];
          expect(own.valid_to).toBe(next ? next.valid_from - 1 : null);
        });
      }
    }
  });

  test('an order’s price is the list’s of its day', () => {
    const lists = groupBy(rows.price_rule, (rule) => rule.item_id);
    for (const line of rows.order_line.filter((each) => each.kind === 'goods')) {
      const rule = (lists.get(line.item_id) ?? []).find(
        (each) => each.valid_from <= line.ordered_on && (each.valid_to === null || each.valid_to >= line.ordered_on),
      );
      expect(rule?.list_price_micro).toBe(line.unit_price_micro);
    }
  });

  test('freight, rebate and fee of an order are split over its lines to the cent', () => {
    const lines = byId(rows.order_line);
    const channels = byId(rows.channel);
    const agreements = new Map(rows.rebate_agreement.map((each) => [each.party_id, each]));
    const orders = groupBy(
      rows.order_line_cost.filter((cost) => lines.get(cost.id)?.kind === 'goods'),
      (cost) => lines.get(cost.id)?.order_id ?? 0,
    );
    let rebated = 0;
    let fees = 0;
    for (const costs of orders.values()) {
      const first = lines.get(costs[0]?.id ?? 0);
      const net = costs.reduce((sum, cost) => sum + (lines.get(cost.id)?.net_minor ?? 0), 0);
      const total = (name: 'rebate_minor' | 'fee_minor') =>
        costs.reduce((sum, cost) => sum + (cost[name] ?? Number.NaN), 0);
      const agreed = agreements.get(first?.party_id ?? 0)?.rate_bp ?? 0;
      expect(total('rebate_minor')).toBe(Math.round((net * agreed) / 10_000));
      if (agreed > 0) rebated += 1;
      const kind = first?.channel_id ? channels.get(first.channel_id)?.kind : null;
      const rate = rows.channel_fee
        .filter((fee) => kind === 'ecommerce' && fee.channel_id === first?.channel_id)
        .filter(
          (fee) => fee.valid_from <= (first?.ordered_on ?? 0) && (fee.valid_to ?? Infinity) >= (first?.ordered_on ?? 0),
        )
        .reduce((sum, fee) => sum + fee.rate_bp, 0);
      expect(total('fee_minor')).toBe(Math.round((net * rate) / 10_000));
      if (rate > 0) fees += 1;
    }
    expect(rebated).toBeGreaterThan(100);
    expect(fees).toBeGreaterThan(300);
  });

  test('the two companies see one exchange rate from both sides', () => {
    const rates = poundRates(options.seed, horizon);
    for (const company of rows.company) {
      const own = rows.fx_rate.filter((rate) => rate.company_id === company.id);
      expect(own).toHaveLength(25);
      for (const [nth, rate] of own.entries()) {
        const closing = rates[nth]?.closing_micro ?? 0;
        expect(rate.closing_rate_micro).toBe(company.currency === 'EUR' ? closing : inverse(closing));
        expect(rate.currency).not.toBe(company.currency);
      }
    }
  });

  test('a plan for every channel and category to the end of the year', () => {
    const months = new Set(rows.plan_line.map((line) => line.month));
    expect(Math.max(...months)).toBe(202612);
    expect(rows.plan_line).toHaveLength(8 * CATEGORIES.length * months.size);
    for (const line of rows.plan_line) expect(line.gm3_minor).toBeLessThan(line.net_minor);
  });

  test('items have a valid EAN-13, a weight and a first day; parties their terms', () => {
    const seen = new Set<string>();
    for (const item of rows.item) {
      expect(item.barcode).toMatch(/^\d{13}$/);
      const digits = Array.from(item.barcode ?? '', Number);
      expect(digits.reduce((sum, digit, nth) => sum + digit * (nth % 2 === 0 ? 1 : 3), 0) % 10).toBe(0);
      expect(seen.has(item.barcode ?? '')).toBe(false);
      seen.add(item.barcode ?? '');
      expect(item.weight_g).toBeGreaterThan(0);
      expect(item.introduced_on).toBeLessThanOrEqual(options.today);
    }
    for (const party of rows.party) expect(party.payment_terms_days).not.toBeNull();
  });
});
