/** Names of the rows behind a figure, for one block of them. */
import type { KpiRow, KpiSource } from '#domain/kpi/tally.ts';
import { minorText } from '#domain/money.ts';
import type { KpiRowView } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';

interface Naming {
  readonly label: string;
  readonly detail: string | null;
  readonly order_id: number | null;
  readonly item_id: number | null;
}
type Named = ReadonlyMap<number, Naming>;

const join = (...parts: readonly (string | null | undefined)[]): string | null =>
  parts.filter((part) => part !== null && part !== undefined && part !== '').join(' · ') || null;

/** The table's id a row is named by: the first part of a joined id. */
function tableId(row: KpiRow): number {
  return typeof row.id === 'number' ? row.id : Number(row.id.split(':')[0]);
}

export async function rowViews(context: QueryContext, rows: readonly KpiRow[]): Promise<KpiRowView[]> {
  const ids = new Map<KpiSource, Set<number>>();
  for (const row of rows) {
    const held = ids.get(row.source) ?? new Set<number>();
    ids.set(row.source, held.add(tableId(row)));
  }
  const names = new Map<KpiSource, Named>();
  for (const [source, of_source] of ids) names.set(source, await NAMES[source](context, [...of_source]));
  const sites = names.has('position') ? await siteNames(context) : null;
  return rows.map((row) => {
    const naming = names.get(row.source)?.get(tableId(row));
    const rest = typeof row.id === 'string' ? row.id.split(':').slice(1).join(' · ') : null;
    return {
      source: row.source,
      id: row.id,
      month: row.month,
      numerator: row.numerator,
      denominator: row.denominator,
      unknown: row.unknown,
      label: naming?.label ?? String(row.id),
      detail: detailOf(row, naming, rest, sites),
      order_id: naming?.order_id ?? null,
      item_id: naming?.item_id ?? null,
    };
  });
}

function detailOf(
  row: KpiRow,
  naming: Naming | undefined,
  rest: string | null,
  sites: ReadonlyMap<number, string> | null,
): string | null {
  if (row.source === 'position') return join(naming?.detail, sites?.get(Number(rest)));
  if (row.source === 'count_location' || row.source === 'shipment') return join(rest, naming?.detail);
  return naming?.detail ?? null;
}

async function siteNames({ db }: QueryContext): Promise<Map<number, string>> {
  const rows = await db.selectFrom('site').select(['id', 'name']).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

type Namer = (context: QueryContext, ids: readonly number[]) => Promise<Named>;

const orderLines: Namer = async ({ db }, ids) => {
  const rows = await db
    .selectFrom('order_line as l')
    .leftJoin('sales_order as o', 'o.id', 'l.order_id')
    .leftJoin('item as i', 'i.id', 'l.item_id')
    .leftJoin('party as p', 'p.id', 'l.party_id')
    .select([
      'l.id',
      'l.order_id',
      'l.ordinal',
      'l.item_id',
      'l.description',
      'o.number',
      'i.code',
      'i.name as item',
      'p.name as party',
    ])
    .where('l.id', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        label: `${row.number ?? row.order_id} / ${row.ordinal}`,
        detail: join(row.party, join(row.code, row.item) ?? row.description),
        order_id: row.order_id,
        item_id: row.item_id,
      },
    ]),
  );
};

const orders: Namer = async ({ db }, ids) => {
  const rows = await db
    .selectFrom('sales_order as o')
    .leftJoin('party as p', 'p.id', 'o.party_id')
    .select(['o.id', 'o.number', 'p.name as party'])
    .where('o.id', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => [row.id, { label: row.number, detail: row.party, order_id: row.id, item_id: null }]),
  );
};

const credits: Namer = async ({ db }, ids) => {
  const rows = await db
    .selectFrom('credit_note as c')
    .leftJoin('party as p', 'p.id', 'c.party_id')
    .leftJoin('order_line as l', 'l.id', 'c.order_line_id')
    .select(['c.id', 'c.number', 'c.reason', 'c.item_id', 'l.order_id', 'p.name as party'])
    .where('c.id', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      { label: row.number, detail: join(row.party, row.reason), order_id: row.order_id, item_id: row.item_id },
    ]),
  );
};

const claimCosts: Namer = async ({ db }, ids) => {
  const rows = await db
    .selectFrom('claim_cost as k')
    .leftJoin('claim as c', 'c.id', 'k.claim_id')
    .leftJoin('party as p', 'p.id', 'k.party_id')
    .leftJoin('order_line as l', 'l.id', 'k.order_line_id')
    .select(['k.id', 'k.item_id', 'c.number', 'c.kind', 'l.order_id', 'p.name as party'])
    .where('k.id', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        label: row.number ?? String(row.id),
        detail: join(row.party, row.kind),
        order_id: row.order_id,
        item_id: row.item_id,
      },
    ]),
  );
};

const claims: Namer = async ({ db }, ids) => {
  const rows = await db
    .selectFrom('claim as c')
    .leftJoin('party as p', 'p.id', 'c.party_id')
    .leftJoin('order_line as l', 'l.id', 'c.order_line_id')
    .select(['c.id', 'c.number', 'c.kind', 'c.item_id', 'l.order_id', 'p.name as party'])
    .where('c.id', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      { label: row.number, detail: join(row.party, row.kind), order_id: row.order_id, item_id: row.item_id },
    ]),
  );
};

const counts: Namer = async ({ db }, ids) => {
  const rows = await db.selectFrom('stock_count').select(['id', 'number']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, { label: row.number, detail: null, order_id: null, item_id: null }]));
};

const countLines: Namer = async ({ db }, ids) => {
  const rows = await db
    .selectFrom('stock_count_line as n')
    .leftJoin('stock_count as h', 'h.id', 'n.stock_count_id')
    .leftJoin('item as i', 'i.id', 'n.item_id')
    .select(['n.id', 'n.location', 'n.item_id', 'h.number', 'i.code', 'i.name as item'])
    .where('n.id', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        label: join(row.number, row.location) ?? '',
        detail: join(row.code, row.item),
        order_id: null,
        item_id: row.item_id,
      },
    ]),
  );
};

const stockValues: Namer = async ({ db }, ids) => {
  const rows = await db
    .selectFrom('inventory_month as v')
    .leftJoin('site as s', 's.id', 'v.site_id')
    .select(['v.id', 'v.category', 's.name as site'])
    .where('v.id', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      { label: row.site ?? String(row.id), detail: row.category, order_id: null, item_id: null },
    ]),
  );
};

const items: Namer = async ({ db }, ids) => {
  const rows = await db.selectFrom('item').select(['id', 'code', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, { label: row.code, detail: row.name, order_id: null, item_id: row.id }]));
};

const sites: Namer = async ({ db }, ids) => {
  const rows = await db.selectFrom('site').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(
    rows.map((row) => [row.id, { label: row.name, detail: 'Without a forecast', order_id: null, item_id: null }]),
  );
};

const purchaseLines: Namer = async ({ db }, ids) => {
  const rows = await db
    .selectFrom('po_line as n')
    .leftJoin('purchase_order as o', 'o.id', 'n.purchase_order_id')
    .leftJoin('party as p', 'p.id', 'o.supplier_id')
    .leftJoin('item as i', 'i.id', 'n.item_id')
    .select(['n.id', 'n.item_id', 'o.number', 'p.name as supplier', 'i.code'])
    .where('n.id', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        label: row.number ?? String(row.id),
        detail: join(row.supplier, row.code),
        order_id: null,
        item_id: row.item_id,
      },
    ]),
  );
};

/** 'USD 1200.00': what a document says in another currency than the company's. */
function ownText(row: { readonly currency: string | null; readonly foreign_minor: number | null }): string | null {
  const { currency, foreign_minor } = row;
  return currency === null || foreign_minor === null
    ? null
    : `${currency} ${minorText(BigInt(foreign_minor), currency)}`;
}

const invoices: Namer = async ({ db }, ids) => {
  const rows = await db
    .selectFrom('invoice as i')
    .leftJoin('party as p', 'p.id', 'i.party_id')
    .select(['i.id', 'i.number', 'i.order_id', 'p.name as party', 'i.currency', 'i.foreign_minor'])
    .where('i.id', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      { label: row.number, detail: join(row.party, ownText(row)), order_id: row.order_id, item_id: null },
    ]),
  );
};

const payments: Namer = async ({ db }, ids) => {
  const rows = await db
    .selectFrom('payment as i')
    .leftJoin('party as p', 'p.id', 'i.party_id')
    .select(['i.id', 'i.number', 'p.name as party', 'i.currency', 'i.foreign_minor'])
    .where('i.id', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      { label: row.number, detail: join(row.party, ownText(row)), order_id: null, item_id: null },
    ]),
  );
};

const NAMES: Readonly<Record<KpiSource, Namer>> = {
  order_line: orderLines,
  shipment: orderLines,
  order: orders,
  credit_note: credits,
  claim_cost: claimCosts,
  claim: claims,
  count_location: counts,
  count_line: countLines,
  stock_value: stockValues,
  position: items,
  unforecast_stock: sites,
  forecast: items,
  po_line: purchaseLines,
  invoice: invoices,
  payment: payments,
};
