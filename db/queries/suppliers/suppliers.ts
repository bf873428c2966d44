/** How do our suppliers deliver, what is on order and what is late? */
import { firstDayOfMonth, isoDate } from '#domain/calendar.ts';
import { targetOf } from '#domain/kpi/targets.ts';
import { lineAmountMinor, safeNumber } from '#domain/money.ts';
import { measuredLeadTime } from '#domain/planning/replenishment/leadTime.ts';
import { supplierSlip } from '#domain/planning/supplierSlip.ts';
import { MOST_SUPPLIERS, type SupplierRow } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { rememberedOf } from '../readCache.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { supplierOrders } from '../today/purchases.ts';
import { monthsLookedAt, type SupplierLineFacts, supplierLines } from './supplierLines.ts';

export const SUPPLIER_TABLES: readonly WireTableName[] = [
  'party',
  'purchase_order',
  'po_line',
  'receipt_line',
  'promise_event',
  'supplier_item',
];
const PRICE_TABLES: readonly WireTableName[] = ['po_line_price', 'supplier_item_price'];

export const suppliers: QueryHandler<'suppliers'> = async (context, { company_id }) => {
  const { rows, company, as_of_on, cost_visible, months } = await supplierFigures(context, company_id);
  const targets = await context.db
    .selectFrom('kpi_target')
    .select(['kpi', 'channel_id', 'from_month', 'target'])
    .where('company_id', '=', company_id)
    .where('kpi', '=', 'supplier_otif')
    .execute();
  return {
    rows: rows.slice(0, MOST_SUPPLIERS),
    total_rows: rows.length,
    months,
    target_bp: targetOf(targets, 'supplier_otif', months.at(-1) ?? 0),
    currency: company.currency,
    cost_visible,
    as_of_date: isoDate(as_of_on),
    provenance: provenance(context, [...SUPPLIER_TABLES, ...(cost_visible ? PRICE_TABLES : [])]),
  };
};

/** What is kept of a company's suppliers while the tables stand still. */
export interface SupplierFigures {
  readonly rows: readonly SupplierRow[];
  /** Of each supplier, as its figures are made of them. */
  readonly lines: ReadonlyMap<number, readonly SupplierLineFacts[]>;
  /** Lines of which a promise was moved. */
  readonly moved: ReadonlySet<number>;
}

type Company = Awaited<ReturnType<typeof companyById>>;

/** Companies and days kept. */
const KEPT = 2;

/** Rows of all suppliers, with the lines they are made of; made once and remembered. */
export async function supplierFigures(context: QueryContext, company_id: number) {
  const company = await companyById(context, company_id);
  const as_of_on = asOfDay(context, company.time_zone);
  const cost_visible = seesArea(context.user, company.id, 'cost');
  const months = monthsLookedAt(as_of_on);
  const tables = [...SUPPLIER_TABLES, ...(cost_visible ? PRICE_TABLES : [])];
  const figures = await rememberedOf(
    context,
    (cache) => cache.suppliers,
    `${company_id} ${as_of_on} ${cost_visible}`,
    tables,
    () => Promise.resolve(makeFigures(context, company, { as_of_on, cost_visible, months })),
    KEPT,
  );
  return { ...figures, company, as_of_on, cost_visible, months };
}

function makeFigures(
  context: QueryContext,
  company: Company,
  asked: { readonly as_of_on: number; readonly cost_visible: boolean; readonly months: readonly number[] },
): SupplierFigures {
  const { as_of_on, cost_visible, months } = asked;
  const company_id = company.id;
  const lines = supplierLines(context, { company_id, as_of_on });
  context.checkCancelled();
  const bySupplier = Map.groupBy(lines, (line) => line.supplier_id);
  const prices = cost_visible ? pricesOf(context, company_id) : null;
  const agreed = agreedDays(context, company_id);
  const moved = movedLines(context, company_id, firstDayOfMonth(months[0] ?? 0));
  const changes = cost_visible ? priceChanges(context, company_id, firstDayOfMonth(months[0] ?? 0), as_of_on) : null;
  const orders = supplierOrders({ context, company });
  context.checkCancelled();
  const parties = context.scan<readonly [id: number, code: string, name: string]>(
    "SELECT id, code, name FROM main.party WHERE company_id = ? AND kind = 'supplier' ORDER BY name, id",
    [company_id],
  );
  const rows = parties
    .map(([id, code, name]): SupplierRow => {
      const own = bySupplier.get(id) ?? [];
      const open = own.filter((line) => line.open);
      const overdue = open.filter((line) => line.expected_on < as_of_on);
      const due = own.filter((line) => line.due_month !== null);
      const lead = measuredLeadTime(own.flatMap(({ lead_days }) => (lead_days === null ? [] : [lead_days])));
      const worth = (held: readonly SupplierLineFacts[], qty: (line: SupplierLineFacts) => number): number | null =>
        prices === null
          ? null
          : held.reduce(
              (sum, line) =>
                sum +
                safeNumber(
                  lineAmountMinor(BigInt(qty(line)), BigInt(prices.get(line.po_line_id) ?? 0), company.currency),
                ),
              0,
            );
      const share = (held: readonly SupplierLineFacts[]): number | null =>
        held.length === 0 ? null : Math.round((held.filter((line) => line.in_time).length * 10_000) / held.length);
      return {
        supplier_id: id,
        code,
        name,
        open_lines: open.length,
        open_minor: worth(open, (line) => line.open_qty_milli),
        overdue_lines: overdue.length,
        overdue_minor: worth(overdue, (line) => line.open_qty_milli),
        otif_bp: share(due),
        due_lines: due.length,
        otif_months_bp: months.map((month) => share(due.filter((line) => line.due_month === month))),
        lead_days: lead?.days ?? null,
        lead_deviation_days: lead?.deviation_days ?? null,
        agreed_days: agreed.get(id) ?? null,
        moved_lines: own.filter((line) => moved.has(line.po_line_id)).length,
        spend_minor: worth(own, (line) => line.came_qty_milli),
        price_change_bp: changes?.get(id) ?? null,
        slip: supplierSlip(orders.get(id) ?? [], as_of_on),
      };
    })
    .toSorted((a, b) => (b.open_minor ?? b.open_lines) - (a.open_minor ?? a.open_lines) || (a.code < b.code ? -1 : 1));
  return { rows, lines: bySupplier, moved };
}

function pricesOf({ scan }: QueryContext, company_id: number): ReadonlyMap<number, number> {
  return new Map(
    scan<readonly [number, number]>('SELECT id, unit_price_micro FROM main.po_line_price WHERE company_id = ?', [
      company_id,
    ]),
  );
}

function middleOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

function agreedDays({ scan }: QueryContext, company_id: number): ReadonlyMap<number, number | null> {
  const rows = scan<readonly [supplier_id: number, days: number]>(
    'SELECT supplier_id, lead_time_days FROM main.supplier_item WHERE company_id = ?',
    [company_id],
  );
  return middles(rows);
}

/** Price at the end of the months over that before them, of each article that changed. */
function priceChanges(
  { scan }: QueryContext,
  company_id: number,
  from_on: number,
  as_of_on: number,
): ReadonlyMap<number, number | null> {
  const rows = scan<readonly [supplier_id: number, before: number, now: number]>(
    `SELECT s.supplier_id, before.unit_price_micro, now.unit_price_micro FROM main.supplier_item s
     JOIN main.supplier_item_price before ON before.supplier_item_id = s.id AND before.valid_from <= ?
       AND (before.valid_to IS NULL OR before.valid_to >= ?)
     JOIN main.supplier_item_price now ON now.supplier_item_id = s.id AND now.valid_from <= ?
       AND (now.valid_to IS NULL OR now.valid_to >= ?)
     WHERE s.company_id = ? AND before.unit_price_micro > 0 AND before.unit_price_micro <> now.unit_price_micro`,
    [from_on, from_on, as_of_on, as_of_on, company_id],
  );
  return middles(rows.map(([id, before, now]) => [id, Math.round(((now - before) * 10_000) / before)] as const));
}

function middles(rows: readonly (readonly [id: number, value: number])[]): ReadonlyMap<number, number | null> {
  return new Map(
    [...Map.groupBy(rows, ([id]) => id)].map(([id, own]) => [id, middleOf(own.map(([, value]) => value))]),
  );
}

/** Lines of which a supplier named another day than the first one since then. */
function movedLines({ scan }: QueryContext, company_id: number, from_on: number): ReadonlySet<number> {
  const rows = scan<readonly [number]>(
    `SELECT DISTINCT e.po_line_id FROM main.promise_event e JOIN main.po_line l ON l.id = e.po_line_id
     WHERE e.company_id = ? AND e.told_on >= ? AND e.promised_on <> l.promised_on`,
    [company_id, from_on],
  );
  return new Set(rows.map(([id]) => id));
}
