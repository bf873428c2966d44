import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { addMonths, monthOfDay } from '#domain/calendar.ts';
import { dimensionColumn, WIRE_TABLES, type WireColumn } from '#contract/wire/tables.ts';
import { generateDemo } from './generate.ts';
import type { DemoTable } from './rows.ts';
import { expectedRows } from './seed.ts';
import { DEMO_SIZES, type DemoOptions } from './size.ts';
import { collect, optionsFor, SMALL } from './testing.ts';

function digest(options: DemoOptions): string {
  const hash = createHash('sha256');
  for (const batch of generateDemo(options)) hash.update(`${batch.table}${JSON.stringify(batch.rows)}`);
  return hash.digest('hex');
}

describe('demo data', () => {
  test('the same seed gives the same rows, another seed or date other rows', () => {
    const first = digest(optionsFor(SMALL));
    expect(digest(optionsFor(SMALL))).toBe(first);
    expect(digest(optionsFor(SMALL, 8))).not.toBe(first);
    expect(digest(optionsFor(SMALL, 7, '2026-11-24'))).not.toBe(first);
  });

  test('is about as large as asked for', () => {
    for (const size of [DEMO_SIZES.small, DEMO_SIZES.demo]) {
      const counts = new Map<string, number>();
      const categories = new Set<unknown>();
      let suppliers = 0;
      for (const batch of generateDemo(optionsFor(size))) {
        counts.set(batch.table, (counts.get(batch.table) ?? 0) + batch.rows.length);
        if (batch.table === 'item') for (const item of batch.rows) categories.add(item.category);
        if (batch.table === 'party') suppliers += batch.rows.filter((party) => party.kind === 'supplier').length;
      }
      expect((counts.get('order_line') ?? 0) / size.order_lines).toBeGreaterThan(0.96);
      expect((counts.get('order_line') ?? 0) / size.order_lines).toBeLessThan(1.04);
      expect(counts.get('item')).toBe(size.items);
      expect(categories.size).toBe(9);
      expect(suppliers).toBeGreaterThan(40);
      const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
      expect(expectedRows(size) / all).toBeGreaterThan(0.85);
      expect(expectedRows(size) / all).toBeLessThan(1.15);
    }
    expect(DEMO_SIZES.demo.order_lines * 0.96).toBeGreaterThanOrEqual(120_000);
  }, 60_000);

  test('works on any day of the year', () => {
    for (const today of ['2026-01-01', '2028-02-29', '2026-08-02', '2026-12-31']) {
      const rows = collect(optionsFor({ ...SMALL, order_lines: 1_500 }, 3, today));
      expect(rows.order_line.length, today).toBeGreaterThan(1_200);
      const last = Math.max(...rows.signoff.map((signoff) => signoff.signed_at));
      expect(last, today).toBeLessThan((optionsFor(SMALL, 3, today).today + 1) * 86_400_000);
    }
  });

  test('the largest catalogue has enough names and codes', () => {
    const rows = collect(optionsFor({ ...SMALL, items: DEMO_SIZES['5m'].items, order_lines: 1_000 }));
    expect(rows.item).toHaveLength(DEMO_SIZES['5m'].items);
    for (const company of rows.company) {
      const own = rows.item.filter((item) => item.company_id === company.id);
      expect(new Set(own.map((item) => item.code)).size).toBe(own.length);
      expect(new Set(own.map((item) => item.name)).size).toBe(own.length);
    }
  }, 90_000);
});

/** Whether a value may travel in that column; dates and instants lie within the demo's time. */
function fits(column: WireColumn, value: unknown): boolean {
  const { today } = optionsFor(SMALL);
  if (value === null) return column.nullable;
  if (column.type === 'text') return typeof value === 'string';
  if (column.type === 'json') {
    const held: unknown = typeof value === 'string' ? JSON.parse(value) : null;
    return typeof held === 'object' && held !== null;
  }
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return false;
  if (column.type === 'boolean') return value === 0 || value === 1;
  const days = column.type === 'instant' ? value / 86_400_000 : value;
  return column.type === 'integer' || Math.abs(days - today) < 3_500;
}

/** A small distributor may have no order note. */
/** Also what the server alone writes: what reconciliations come to, and the sealed end of the audit trail. */
const MAY_BE_EMPTY = new Set<string>([
  'order_note',
  'reconciliation',
  'rec_item',
  'close_line_change',
  'audit_entry',
  'close_entry',
  'close_person',
  'gl_replaced_line',
  'credit_follow_up',
  'close_note',
  'close_evidence',
  'binder',
  'journal_proposal',
  'journal_step',
]);

describe('rows', () => {
  const options = optionsFor(SMALL);
  const rows = collect(options);

  test('have exactly the columns of the registry, with values of their type', () => {
    const wrong: string[] = [];
    let values_seen = 0;
    for (const table of WIRE_TABLES) {
      if (table.name === 'mutation_outcome') continue;
      const own: readonly object[] = rows[table.name];
      if (!MAY_BE_EMPTY.has(table.name)) expect(own.length, table.name).toBeGreaterThan(0);
      const names = ['id', ...table.columns.map((column) => column.name)].toSorted().join();
      for (const row of own) {
        if (Object.keys(row).toSorted().join() !== names) wrong.push(`${table.name}: ${Object.keys(row).join()}`);
        const values = new Map<string, unknown>(Object.entries(row));
        if (typeof values.get('id') !== (table.idType === 'text' ? 'string' : 'number')) wrong.push(`${table.name}.id`);
        for (const column of table.columns) {
          values_seen += 1;
          if (!fits(column, values.get(column.name))) wrong.push(`${table.name}.${column.name}`);
        }
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(values_seen).toBeGreaterThan(100_000);
  });

  test('have ids of their own, and every reference points to an earlier row of the same company', () => {
    const references: Readonly<Record<string, DemoTable>> = {
      company_id: 'company',
      site_id: 'site',
      channel_id: 'channel',
      party_id: 'party',
      supplier_id: 'party',
      from_site_id: 'site',
      to_site_id: 'site',
      item_id: 'item',
      order_id: 'sales_order',
      order_line_id: 'order_line',
      purchase_order_id: 'purchase_order',
      period_id: 'close_period',
      task_id: 'close_task',
      po_line_id: 'po_line',
      supplier_item_id: 'supplier_item',
      stock_count_id: 'stock_count',
      landed_cost_id: 'landed_cost',
      claim_id: 'claim',
      entry_id: 'gl_entry',
      account_id: 'gl_account',
      invoice_id: 'invoice',
    };
    const siblings: Readonly<Record<string, DemoTable>> = {
      item_cost: 'item',
      po_line_price: 'po_line',
      order_line_cost: 'order_line',
      stock_count_line_cost: 'stock_count_line',
      supplier_terms_cost: 'supplier_terms',
      item_keeping: 'item',
      transfer_lane_cost: 'transfer_lane',
    };
    const seen = new Map<string, unknown>();
    const used = new Set<unknown>();
    const wrong: string[] = [];
    let checked = 0;
    for (const batch of generateDemo(options)) {
      const sibling = siblings[batch.table];
      for (const row of batch.rows) {
        const values = new Map<string, unknown>(Object.entries(row));
        const company = values.get(batch.table === 'company' ? 'id' : 'company_id');
        if (sibling) {
          if (seen.get(`${sibling}/${row.id}`) !== company) wrong.push(`${batch.table} ${row.id}`);
        } else {
          if (used.has(row.id)) wrong.push(`${batch.table} ${row.id} twice`);
          used.add(row.id);
        }
        for (const [column, target] of Object.entries(references)) {
          const value = values.get(column);
          if (value === undefined || value === null) continue;
          if (seen.get(`${target}/${Number(value)}`) !== company) wrong.push(`${batch.table}.${column} ${row.id}`);
          checked += 1;
        }
        seen.set(`${batch.table}/${row.id}`, company);
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(checked).toBeGreaterThan(50_000);
  });

  test('a line, its cost and its shipments carry the bucket key of their order', () => {
    const orders = new Map(rows.sales_order.map((order) => [order.id, order]));
    const lines = new Map(rows.order_line.map((line) => [line.id, line]));
    const facts = WIRE_TABLES.filter((table) => table.name === 'order_line');
    expect(facts).toHaveLength(1);
    const key = (row: object): string => {
      const values = new Map<string, unknown>(Object.entries(row));
      const table = facts[0];
      return table ? table.dimensions.map((each) => String(values.get(dimensionColumn(table, each)))).join('/') : '';
    };
    for (const order of rows.sales_order) expect(order.month).toBe(monthOfDay(order.ordered_on));
    for (const line of rows.order_line) expect(key(line)).toBe(key(orders.get(line.order_id) ?? {}));
    for (const cost of rows.order_line_cost) expect(key(cost)).toBe(key(lines.get(cost.id) ?? {}));
    for (const part of rows.shipment_line) expect(key(part)).toBe(key(lines.get(part.order_line_id) ?? {}));
    const months = new Set(rows.sales_order.map((order) => order.month));
    expect([...months].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 25 }, (_, nth) => addMonths(monthOfDay(options.today), nth - 24)),
    );
  });
});
